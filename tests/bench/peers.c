/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include <string.h>

unsigned long peer_calls;

static const struct peer *const peers[] = { &peer_fex, &peer_box64, &peer_box64_wide, &peer_qemu };

const struct peer *peer_named(const char *name)
{
	for (size_t i = 0; i < sizeof(peers) / sizeof(*peers); i++)
		if (strcmp(peers[i]->name, name) == 0)
			return peers[i];
	return NULL;
}
