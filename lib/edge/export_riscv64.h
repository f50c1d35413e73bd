/* SPDX-License-Identifier: MIT */
/* `pointer` entries on riscv64. Each saves the registers for site_choose(), restores the
 * arguments, and jumps to the function that site_choose() returns. */
#ifndef VALIMIT_EDGE_EXPORT_RISCV64_H
#define VALIMIT_EDGE_EXPORT_RISCV64_H

#define POINTER_ENTRY(number, name) \
	void pointer_##name(void); \
	__asm__(".text\n" \
		".balign 4\n" \
		".type pointer_" #name ", @function\n" \
		".hidden pointer_" #name "\n" \
		".globl pointer_" #name "\n" \
		"pointer_" #name ":\n" \
		"	li t1, " #number "\n" \
		"	j pointer_any\n" \
		".size pointer_" #name ", . - pointer_" #name "\n");

/* The frame is a struct site_frame of 264 bytes, rounded up for the stack's alignment of 16. */
__asm__(".text\n"
	".balign 4\n"
	".type pointer_any, @function\n"
	"pointer_any:\n"
	"	.cfi_startproc\n"
	"	addi sp, sp, -272\n"
	"	.cfi_adjust_cfa_offset 272\n"
	"	sd ra, 8(sp)\n"
	"	.cfi_rel_offset ra, 8\n"
	"	sd gp, 24(sp)\n"
	"	sd s0, 64(sp)\n"
	"	sd s1, 72(sp)\n"
	"	sd a0, 80(sp)\n"
	"	sd a1, 88(sp)\n"
	"	sd a2, 96(sp)\n"
	"	sd a3, 104(sp)\n"
	"	sd a4, 112(sp)\n"
	"	sd a5, 120(sp)\n"
	"	sd a6, 128(sp)\n"
	"	sd a7, 136(sp)\n"
	"	sd s2, 144(sp)\n"
	"	sd s3, 152(sp)\n"
	"	sd s4, 160(sp)\n"
	"	sd s5, 168(sp)\n"
	"	sd s6, 176(sp)\n"
	"	sd s7, 184(sp)\n"
	"	sd s8, 192(sp)\n"
	"	sd s9, 200(sp)\n"
	"	sd s10, 208(sp)\n"
	"	sd s11, 216(sp)\n"
	"	sd ra, 256(sp)\n"
	"	addi a0, sp, 272\n"
	"	sd a0, 16(sp)\n"
	"	mv a0, sp\n"
	"	mv a1, t1\n"
	"	call site_choose\n"
	"	mv t1, a0\n"
	"	ld ra, 8(sp)\n"
	"	.cfi_restore ra\n"
	"	ld a0, 80(sp)\n"
	"	ld a1, 88(sp)\n"
	"	ld a2, 96(sp)\n"
	"	ld a3, 104(sp)\n"
	"	ld a4, 112(sp)\n"
	"	ld a5, 120(sp)\n"
	"	ld a6, 128(sp)\n"
	"	ld a7, 136(sp)\n"
	"	addi sp, sp, 272\n"
	"	.cfi_adjust_cfa_offset -272\n"
	"	jr t1\n"
	"	.cfi_endproc\n"
	".size pointer_any, . - pointer_any\n");

#endif
