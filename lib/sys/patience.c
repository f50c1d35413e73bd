/* SPDX-License-Identifier: MIT */
#include "patience.h"

#include <time.h>

#include "sys.h"

void patience_turn(int turn)
{
	static const struct timespec moment = { 0, 100000 };

	if (turn < 100)
		SYS(SYS_sched_yield, 0);
	else
		SYS(SYS_nanosleep, &moment, 0);
}
