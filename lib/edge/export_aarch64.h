/* SPDX-License-Identifier: MIT */
/* `pointer` entries on AArch64. Each saves the registers for site_choose(), restores the
 * arguments, and jumps to the function that site_choose() returns. */
#ifndef VALIMIT_EDGE_EXPORT_AARCH64_H
#define VALIMIT_EDGE_EXPORT_AARCH64_H

/* hint #34 is "bti c". */
#define POINTER_ENTRY(number, name) \
	void pointer_##name(void); \
	__asm__(".text\n" \
		".balign 4\n" \
		".type pointer_" #name ", %function\n" \
		".hidden pointer_" #name "\n" \
		".globl pointer_" #name "\n" \
		"pointer_" #name ":\n" \
		"	hint #34\n" \
		"	mov w16, #" #number "\n" \
		"	b pointer_any\n" \
		".size pointer_" #name ", . - pointer_" #name "\n");

/* The frame is a struct site_frame of 264 bytes, rounded up for the stack's alignment of 16. */
__asm__(".text\n"
	".balign 4\n"
	".type pointer_any, %function\n"
	"pointer_any:\n"
	"	.cfi_startproc\n"
	"	sub sp, sp, #272\n"
	"	.cfi_adjust_cfa_offset 272\n"
	"	stp x0, x1, [sp, #0]\n"
	"	stp x2, x3, [sp, #16]\n"
	"	stp x4, x5, [sp, #32]\n"
	"	stp x6, x7, [sp, #48]\n"
	"	str x8, [sp, #64]\n"
	"	stp x19, x20, [sp, #152]\n"
	"	stp x21, x22, [sp, #168]\n"
	"	stp x23, x24, [sp, #184]\n"
	"	stp x25, x26, [sp, #200]\n"
	"	stp x27, x28, [sp, #216]\n"
	"	stp x29, x30, [sp, #232]\n"
	"	.cfi_rel_offset x30, 240\n"
	"	add x0, sp, #272\n"
	"	stp x0, x30, [sp, #248]\n"
	"	mov x0, sp\n"
	"	mov w1, w16\n"
	"	bl site_choose\n"
	"	mov x16, x0\n"
	"	ldp x0, x1, [sp, #0]\n"
	"	ldp x2, x3, [sp, #16]\n"
	"	ldp x4, x5, [sp, #32]\n"
	"	ldp x6, x7, [sp, #48]\n"
	"	ldr x8, [sp, #64]\n"
	"	ldr x30, [sp, #240]\n"
	"	.cfi_restore x30\n"
	"	add sp, sp, #272\n"
	"	.cfi_adjust_cfa_offset -272\n"
	"	br x16\n"
	"	.cfi_endproc\n"
	".size pointer_any, . - pointer_any\n");

#endif
