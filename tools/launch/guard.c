/* SPDX-License-Identifier: MIT */
/* What a compiler's stack protector calls, where a distribution asks for it. */
#include <stdint.h>

#include "message.h"

/* Always the same: the launcher has read no secret yet. */
extern const uintptr_t __stack_chk_guard;
KEPT const uintptr_t __stack_chk_guard = 0x00ff0a0d656c6156UL;

extern _Noreturn void __stack_chk_fail(void);
KEPT _Noreturn void __stack_chk_fail(void)
{
	message_die(STATUS_OWN, "the launcher has overrun its stack", NULL);
}
