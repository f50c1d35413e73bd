/* SPDX-License-Identifier: MIT */
/* Decodes calls and jumps on riscv64. Instructions have two or four bytes, and are read
 * backwards here. An instruction that is read wrong leads to no entry of the library, which
 * makes the call a guest's. */
#ifndef VALIMIT_EDGE_SITE_RISCV64_H
#define VALIMIT_EDGE_SITE_RISCV64_H

#define STEP 2

enum { RA = 1, SP = 2, GP = 3, S0 = 8, S1 = 9, A0 = 10, S2 = 18, S11 = 27 };

/* Opcodes, with other bits that must be zero or are fixed. */
enum { AUIPC = 0x17, LUI = 0x37, LD = 0x3003, ADDI = 0x13, JALR = 0x67, JAL = 0x6f };

static inline uint32_t half(uintptr_t at)
{
	return *(const uint16_t *)at;
}

static inline uint32_t word(uintptr_t at)
{
	return half(at) | half(at + 2) << 16;
}

static inline uint32_t bits(uint32_t instruction, int from, int count)
{
	return instruction >> from & ((1U << count) - 1);
}

/* Sign-extends a number of `count` bits. */
static inline uintptr_t extend(uint32_t value, int count)
{
	return (uintptr_t)(intptr_t)((int32_t)(value << (32 - count)) >> (32 - count));
}

static inline uintptr_t immediate(uint32_t instruction)
{
	return extend(instruction >> 20, 12);
}

/* Whether a four-byte instruction has this opcode and target register. */
static inline bool is(uint32_t instruction, uint32_t opcode, uint32_t to)
{
	uint32_t mask = opcode == AUIPC || opcode == LUI || opcode == JAL ? 0xfff : 0x7fff;

	return (instruction & mask) == (opcode | to << 7);
}

/* The global pointer is constant throughout the process. */
static inline bool survives_calls(uint32_t reg)
{
	return reg == SP || reg == GP || reg == S0 || reg == S1 || (reg >= S2 && reg <= S11);
}

static uintptr_t value_of(const struct code *code, uint32_t reg, uintptr_t before, int depth);

static uintptr_t load(const struct code *code, uint32_t base, uintptr_t offset, uintptr_t at,
		      int depth)
{
	uintptr_t value = value_of(code, base, at, depth);

	return value ? word_at(code, value + offset) : 0;
}

/* Whether the four bytes at `at` set the register; *value is then its new value, 0: unknown. */
static bool sets(const struct code *code, uintptr_t at, uint32_t reg, int depth, uintptr_t *value)
{
	uint32_t instruction = word(at);

	if (is(instruction, AUIPC, reg)) {
		*value = at + extend(instruction & 0xfffff000, 32);
	} else if (is(instruction, LUI, reg)) {
		*value = extend(instruction & 0xfffff000, 32);
	} else if (is(instruction, LD, reg)) {
		*value = load(code, bits(instruction, 15, 5), immediate(instruction), at, depth);
	} else if (is(instruction, ADDI, reg)) {
		*value = value_of(code, bits(instruction, 15, 5), at, depth);
		*value += *value ? immediate(instruction) : 0;
	} else {
		return false;
	}
	return true;
}

/* Whether the two bytes at `at` set the register, by c.mv, c.lui, c.ldsp or c.ld; *value is
 * then its new value, 0: unknown. */
static bool sets_short(const struct code *code, uintptr_t at, uint32_t reg, int depth,
		       uintptr_t *value)
{
	uint32_t h = half(at), offset;

	if ((h & 0xf003) == 0x8002 && bits(h, 7, 5) == reg && bits(h, 2, 5)) {
		*value = value_of(code, bits(h, 2, 5), at, depth);
	} else if ((h & 0xe003) == 0x6001 && bits(h, 7, 5) == reg) {
		*value = extend(bits(h, 12, 1) << 17 | bits(h, 2, 5) << 12, 18);
	} else if ((h & 0xe003) == 0x6002 && bits(h, 7, 5) == reg) {
		offset = bits(h, 12, 1) << 5 | bits(h, 5, 2) << 3 | bits(h, 2, 3) << 6;
		*value = load(code, SP, offset, at, depth);
	} else if ((h & 0xe003) == 0x6000 && bits(h, 2, 3) + 8 == reg) {
		offset = bits(h, 10, 3) << 3 | bits(h, 5, 2) << 6;
		*value = load(code, bits(h, 7, 3) + 8, offset, at, depth);
	} else {
		return false;
	}
	return true;
}

/* The address behind a call, a jump or a return that seems to be at `at`; 0: there is none. */
static uintptr_t behind(uintptr_t at, uintptr_t before)
{
	uint32_t h = half(at);

	if ((h & 0xe07f) == 0x8002 || (h & 0xe003) == 0xa001) /* c.jr, c.jalr, c.j */
		return at + 2;
	if (at + 4 <= before && (is(word(at), JALR, RA) || is(word(at), JAL, RA) ||
				 is(word(at), JALR, 0) || is(word(at), JAL, 0)))
		return at + 4;
	return 0;
}

static uintptr_t value_of(const struct code *code, uint32_t reg, uintptr_t before, int depth)
{
	uintptr_t value, end = before - code->start > BACKWARDS ? before - BACKWARDS : code->start;

	if (survives_calls(reg))
		return code->frame ? code->frame->reg[reg] : 0;
	for (uintptr_t at = before - STEP; depth && at >= end; at -= STEP) {
		if (at + 4 <= before && sets(code, at, reg, depth - 1, &value))
			return value;
		if (behind(at, before))
			return reg == A0 ? answer_of(code, behind(at, before)) : 0;
		if (sets_short(code, at, reg, depth - 1, &value))
			return value;
	}
	return 0;
}

static uintptr_t relative(const struct code *code, uintptr_t at)
{
	uint32_t i = word(at), offset = bits(i, 31, 1) << 20 | bits(i, 12, 8) << 12 |
					bits(i, 20, 1) << 11 | bits(i, 21, 10) << 1;
	uintptr_t target = at + extend(offset, 21);

	return span_holds(code->module->text, target) ? target : 0;
}

static uintptr_t relative_short(const struct code *code, uintptr_t at)
{
	uint32_t h = half(at), offset = bits(h, 12, 1) << 11 | bits(h, 8, 1) << 10 |
					bits(h, 9, 2) << 8 | bits(h, 6, 1) << 7 | bits(h, 7, 1) << 6 |
					bits(h, 2, 1) << 5 | bits(h, 11, 1) << 4 | bits(h, 3, 3) << 1;
	uintptr_t target = at + extend(offset, 12);

	return span_holds(code->module->text, target) ? target : 0;
}

/* The target of the jalr at `at`; 0: unknown. */
static uintptr_t indirect(const struct code *code, uintptr_t at)
{
	uintptr_t value = value_of(code, bits(word(at), 15, 5), at, DEPTH);

	return value ? value + immediate(word(at)) : 0;
}

static uintptr_t called(const struct code *code, uintptr_t returns)
{
	if (is(word(returns - 4), JAL, RA))
		return relative(code, returns - 4);
	if (is(word(returns - 4), JALR, RA))
		return indirect(code, returns - 4);
	if ((half(returns - 2) & 0xf07f) == 0x9002)
		return value_of(code, bits(half(returns - 2), 7, 5), returns - 2, DEPTH);
	return 0;
}

static uintptr_t jumped(const struct code *code, uintptr_t at)
{
	if (at + 4 <= code->end && is(word(at), JAL, 0))
		return relative(code, at);
	if (at + 4 <= code->end && is(word(at), JALR, 0))
		return indirect(code, at);
	if ((half(at) & 0xe003) == 0xa001)
		return relative_short(code, at);
	if ((half(at) & 0xf07f) == 0x8002)
		return value_of(code, bits(half(at), 7, 5), at, DEPTH);
	return 0;
}

/* Whether a branch, a call or a return may be at `at`. */
static bool branches(const struct code *code, uintptr_t at)
{
	uint32_t h = half(at);

	/* c.beqz, c.bnez, and branches of four bytes. */
	return behind(at, code->end) || (h & 0xc003) == 0xc001 || (h & 0x7f) == 0x63;
}

/* The content of the slot of "auipc t3, slot; ld t3, slot(t3); jalr t1, t3"; 0: it is no stub. */
static uintptr_t stub(const struct code *code, uintptr_t at)
{
	enum { T1 = 6, T3 = 28 };
	uintptr_t slot;

	if (code->end - at < 16 || !is(word(at), AUIPC, T3) || !is(word(at + 4), LD, T3) ||
	    !is(word(at + 8), JALR, T1))
		return 0;
	slot = at + extend(word(at) & 0xfffff000, 32) + immediate(word(at + 4));
	return module_has_data(code->module, slot) ? word_at(code, slot) : 0;
}

#endif
