/* SPDX-License-Identifier: MIT */
/* The functions and the guard of a compiler's stack protector, which distributions turn on. */
#include <stdint.h>

#include "message.h"

/* A constant: the launcher has read no secret yet. */
extern const uintptr_t __stack_chk_guard;
KEPT const uintptr_t __stack_chk_guard = 0x00ff0a0d656c6156UL;

extern _Noreturn void __stack_chk_fail(void);
KEPT _Noreturn void __stack_chk_fail(void)
{
	message_die(STATUS_OWN, "the launcher has overrun its stack", NULL);
}
