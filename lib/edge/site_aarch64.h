/* SPDX-License-Identifier: MIT */
/* Decodes calls and jumps on AArch64. */
#ifndef VALIMIT_EDGE_SITE_AARCH64_H
#define VALIMIT_EDGE_SITE_AARCH64_H

#define STEP 4

enum { X0, X19 = 19, X29 = 29, SP = 31 };

static inline uint32_t word(uintptr_t at)
{
	return *(const uint32_t *)at;
}

/* Bits [from, from + count) of an instruction, sign-extended. */
static inline uintptr_t field(uint32_t instruction, int from, int count)
{
	return (uintptr_t)(intptr_t)((int32_t)(instruction << (32 - from - count)) >> (32 - count));
}

static inline bool matches(uint32_t instruction, uint32_t mask, uint32_t bits)
{
	return (instruction & mask) == bits;
}

static uintptr_t relative(const struct code *code, uintptr_t at)
{
	uintptr_t target = at + field(word(at), 0, 26) * 4;

	return span_holds(code->module->text, target) ? target : 0;
}

/* Whether control leaves: b and bl, or by a register br, blr and ret. */
static bool leaves(uint32_t instruction)
{
	return matches(instruction, 0x7c000000, 0x14000000) ||
	       matches(instruction, 0xfe1ffc1f, 0xd61f0000);
}

static uintptr_t value_of(const struct code *code, uint32_t reg, uintptr_t before, int depth);

/* The value that the instruction at `at` gives to the register that it sets; 0: unknown. */
static uintptr_t set_to(const struct code *code, uintptr_t at, int depth)
{
	uint32_t instruction = word(at), from = instruction >> 5 & 31;
	uintptr_t value;

	if (matches(instruction, 0x9f000000, 0x90000000)) /* adrp */
		return (at & -4096UL) + ((field(instruction, 5, 19) << 2) + (instruction >> 29 & 3)) * 4096;
	if (matches(instruction, 0xffe0ffe0, 0xaa0003e0)) /* mov */
		return value_of(code, instruction >> 16 & 31, at, depth);
	if (!matches(instruction, 0xffc00000, 0xf9400000) && /* ldr with an offset */
	    !matches(instruction, 0xffc00000, 0x91000000))   /* add of an immediate */
		return 0;
	value = value_of(code, from, at, depth);
	if (!value)
		return 0;
	if (matches(instruction, 0xffc00000, 0x91000000))
		return value + (instruction >> 10 & 0xfff);
	return word_at(code, value + (instruction >> 10 & 0xfff) * 8);
}

/* Whether an instruction sets the register: its last five bits name it, and it does not store,
 * compare or branch. */
static bool sets(uint32_t instruction, uint32_t reg)
{
	bool stores = matches(instruction, 0x0a000000, 0x08000000) && !(instruction & 1U << 22);

	return (instruction & 31) == reg && !stores && !matches(instruction, 0x1c000000, 0x14000000);
}

static uintptr_t value_of(const struct code *code, uint32_t reg, uintptr_t before, int depth)
{
	uintptr_t end = before - code->start > BACKWARDS ? before - BACKWARDS : code->start;

	if (reg >= X19 && reg != 30)
		return code->frame && reg <= SP ? code->frame->reg[reg] : 0;
	for (uintptr_t at = before - STEP; depth && at >= end; at -= STEP) {
		if (leaves(word(at)))
			return reg == X0 ? answer_of(code, at + STEP) : 0;
		if (sets(word(at), reg))
			return set_to(code, at, depth - 1);
	}
	return 0;
}

static uintptr_t called(const struct code *code, uintptr_t returns)
{
	uintptr_t at = returns - STEP;

	if (matches(word(at), 0xfc000000, 0x94000000)) /* bl */
		return relative(code, at);
	if (matches(word(at), 0xfffffc1f, 0xd63f0000)) /* blr */
		return value_of(code, word(at) >> 5 & 31, at, DEPTH);
	return 0;
}

static uintptr_t jumped(const struct code *code, uintptr_t at)
{
	if (matches(word(at), 0xfc000000, 0x14000000)) /* b */
		return relative(code, at);
	if (matches(word(at), 0xfffffc1f, 0xd61f0000)) /* br */
		return value_of(code, word(at) >> 5 & 31, at, DEPTH);
	return 0;
}

/* Whether a branch, a call or a return is at `at`. System instructions and hints, such as
 * landing pads, are in the same class of encodings. */
static bool branches(const struct code *code, uintptr_t at)
{
	(void)code;
	return matches(word(at), 0x1c000000, 0x14000000) && !matches(word(at), 0xff000000, 0xd5000000);
}

/* The content of the slot of "[bti c] adrp x16; ldr x17, [x16, slot]; add; br x17"; 0: it is no
 * stub. */
static uintptr_t stub(const struct code *code, uintptr_t at)
{
	uintptr_t slot;

	if (code->end - at < 16)
		return 0;
	if (word(at) == 0xd503245f)
		at += STEP;
	if (!matches(word(at), 0x9f00001f, 0x90000010) ||
	    !matches(word(at + 4), 0xffc003ff, 0xf9400211))
		return 0;
	slot = set_to(code, at, 0) + (word(at + 4) >> 10 & 0xfff) * 8;
	return module_has_data(code->module, slot) ? word_at(code, slot) : 0;
}

#endif
