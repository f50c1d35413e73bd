/* SPDX-License-Identifier: MIT */
/* `pointer` entries on x86-64. Each saves the registers for site_choose(), restores the
 * arguments, and jumps to the function that site_choose() returns. */
#ifndef VALIMIT_EDGE_EXPORT_X86_64_H
#define VALIMIT_EDGE_EXPORT_X86_64_H

#define POINTER_ENTRY(number, name) \
	void pointer_##name(void); \
	__asm__(".text\n" \
		".type pointer_" #name ", @function\n" \
		".hidden pointer_" #name "\n" \
		".globl pointer_" #name "\n" \
		"pointer_" #name ":\n" \
		"	endbr64\n" \
		"	movl $" #number ", %r11d\n" \
		"	jmp pointer_any\n" \
		".size pointer_" #name ", . - pointer_" #name "\n");

/* The frame is a struct site_frame of 264 bytes; with the return address the stack is aligned. */
__asm__(".text\n"
	".type pointer_any, @function\n"
	"pointer_any:\n"
	"	.cfi_startproc\n"
	"	subq $264, %rsp\n"
	"	.cfi_adjust_cfa_offset 264\n"
	"	movq %rax, 0(%rsp)\n"
	"	movq %rcx, 8(%rsp)\n"
	"	movq %rdx, 16(%rsp)\n"
	"	movq %rbx, 24(%rsp)\n"
	"	leaq 272(%rsp), %rax\n"
	"	movq %rax, 32(%rsp)\n"
	"	movq %rbp, 40(%rsp)\n"
	"	movq %rsi, 48(%rsp)\n"
	"	movq %rdi, 56(%rsp)\n"
	"	movq %r8, 64(%rsp)\n"
	"	movq %r9, 72(%rsp)\n"
	"	movq %r12, 96(%rsp)\n"
	"	movq %r13, 104(%rsp)\n"
	"	movq %r14, 112(%rsp)\n"
	"	movq %r15, 120(%rsp)\n"
	"	movq 264(%rsp), %rax\n"
	"	movq %rax, 256(%rsp)\n"
	"	movq %rsp, %rdi\n"
	"	movl %r11d, %esi\n"
	"	call site_choose\n"
	"	movq %rax, %r11\n"
	"	movq 0(%rsp), %rax\n"
	"	movq 8(%rsp), %rcx\n"
	"	movq 16(%rsp), %rdx\n"
	"	movq 48(%rsp), %rsi\n"
	"	movq 56(%rsp), %rdi\n"
	"	movq 64(%rsp), %r8\n"
	"	movq 72(%rsp), %r9\n"
	"	addq $264, %rsp\n"
	"	.cfi_adjust_cfa_offset -264\n"
	"	jmp *%r11\n"
	"	.cfi_endproc\n"
	".size pointer_any, . - pointer_any\n");

#endif
