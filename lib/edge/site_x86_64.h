/* SPDX-License-Identifier: MIT */
/* Decodes calls and jumps on x86-64. Instructions are read backwards here, without knowing
 * their boundaries. An instruction that is read wrong leads to no entry of the library, which
 * makes the call a guest's. */
#ifndef VALIMIT_EDGE_SITE_X86_64_H
#define VALIMIT_EDGE_SITE_X86_64_H

#define STEP 1

#define RET 0xc3

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R12 = 12, R15 = 15 };

static inline uint8_t byte_at(uintptr_t address)
{
	return *(const uint8_t *)address;
}

static inline uintptr_t displacement(uintptr_t address)
{
	int32_t value;

	memcpy(&value, (const void *)address, sizeof(value));
	return (uintptr_t)(intptr_t)value;
}

static inline uintptr_t short_displacement(uintptr_t address)
{
	return (uintptr_t)(intptr_t)(int8_t)byte_at(address);
}

/* The target of a relative call or jump whose displacement is at `at`; 0: it lies outside the
 * module's code. */
static uintptr_t relative(const struct code *code, uintptr_t at)
{
	uintptr_t target = at + 4 + displacement(at);

	return span_holds(code->module->text, target) ? target : 0;
}

static bool survives_calls(int reg)
{
	return reg == RBX || reg == RSP || reg == RBP || (reg >= R12 && reg <= R15);
}

static uintptr_t value_of(const struct code *code, int reg, uintptr_t before, int depth);

/* The address of a memory operand whose ModRM byte is at `at`: a base and a displacement. 0:
 * unknown, or the operand has an index or is a register. */
static uintptr_t operand(const struct code *code, uintptr_t at, int high, uintptr_t before,
			 int depth)
{
	uint8_t modrm = byte_at(at);
	int mode = modrm >> 6, base = modrm & 7;
	uintptr_t address;

	at++;
	if (mode == 0 && base == RBP)
		return at + 4 + displacement(at);
	if (mode == 3)
		return 0;
	if (base == RSP) {
		uint8_t index = byte_at(at++);

		base = index & 7;
		if ((index >> 3 & 7) != RSP || (mode == 0 && base == RBP))
			return 0;
	}
	address = value_of(code, base | high, before, depth);
	if (!address)
		return 0;
	if (mode == 1)
		address += short_displacement(at);
	if (mode == 2)
		address += displacement(at);
	return address;
}

/* Whether the instruction at `at` sets the register in a known way; *value is then its new
 * value, 0: unknown. */
static bool sets(const struct code *code, uintptr_t at, int reg, int depth, uintptr_t *value)
{
	uint8_t prefix = byte_at(at), opcode = byte_at(at + 1), modrm = byte_at(at + 2);
	int to = (modrm >> 3 & 7) | (prefix & 4) << 1, from = (modrm & 7) | (prefix & 1) << 3;
	uintptr_t address;

	if ((prefix & 0xf8) != 0x48)
		return false;
	if (opcode == 0x89 && modrm >> 6 == 3 && from == reg) { /* mov, reversed */
		*value = value_of(code, to, at, depth - 1);
		return true;
	}
	if (to != reg || (opcode != 0x8b && opcode != 0x8d))
		return false;
	if (opcode == 0x8b && modrm >> 6 == 3) {
		*value = value_of(code, from, at, depth - 1);
		return true;
	}
	address = operand(code, at + 2, (prefix & 1) << 3, at, depth - 1);
	*value = opcode == 0x8b && address ? word_at(code, address) : address; /* mov, lea */
	return true;
}

/* The return address of a call that seems to be at `at`; 0: there is none. */
static uintptr_t returns_to(const struct code *code, uintptr_t at, uintptr_t before)
{
	if (byte_at(at) == 0xe8 && at + 5 <= before && relative(code, at + 1))
		return at + 5;
	if (byte_at(at) == 0xff && byte_at(at + 1) == 0x15 && at + 6 <= before &&
	    module_has_data(code->module, at + 6 + displacement(at + 2)))
		return at + 6;
	return 0;
}

/* Whether another function may begin behind `at`. */
static bool ends_block(const struct code *code, uintptr_t at)
{
	uint8_t first = byte_at(at), second = byte_at(at + 1);

	return first == RET || first == 0xeb || (first == 0xff && (second >> 3 & 7) == 4) ||
	       (first == 0xe9 && relative(code, at + 1));
}

/* A register's value, by the last instruction before `before` that sets it; 0: unknown. */
static uintptr_t value_of(const struct code *code, int reg, uintptr_t before, int depth)
{
	uintptr_t value, end = before - code->start > BACKWARDS ? before - BACKWARDS : code->start;

	if (survives_calls(reg))
		return code->frame ? code->frame->reg[reg] : 0;
	for (uintptr_t at = before - 3; depth && at >= end; at--) {
		value = returns_to(code, at, before);
		if (value)
			return reg == RAX ? answer_of(code, value) : 0;
		if (ends_block(code, at))
			return 0;
		if (sets(code, at, reg, depth, &value))
			return value;
	}
	return 0;
}

/* The target of a call or jump through a register or memory, whose opcode 0xff is at `at` and
 * which ends at `end`; `which` is its number in the ModRM byte. 0: unknown. */
static uintptr_t indirect(const struct code *code, uintptr_t at, uintptr_t end, int which)
{
	static const uint8_t length[] = { 2, 3, 6, 2 };
	uint8_t modrm = byte_at(at + 1);
	int mode = modrm >> 6, base = modrm & 7, high = (byte_at(at - 1) & 0xf9) == 0x41 ? 8 : 0;
	uintptr_t address;

	if (byte_at(at) != 0xff || (modrm >> 3 & 7) != which)
		return 0;
	if (mode == 3)
		return end == at + 2 ? value_of(code, base | high, at, DEPTH) : 0;
	if (end != at + length[mode] + (base == RSP) + (mode == 0 && base == RBP ? 4U : 0U))
		return 0;
	address = operand(code, at + 1, high, at, DEPTH);
	return address ? word_at(code, address) : 0;
}

static uintptr_t called(const struct code *code, uintptr_t returns)
{
	uintptr_t target = 0;

	if (byte_at(returns - 6) != 0xff || byte_at(returns - 5) != 0x15)
		target = byte_at(returns - 5) == 0xe8 ? relative(code, returns - 4) : 0;
	for (unsigned length = 7; !target && length >= 2; length--)
		target = indirect(code, returns - length, returns, 2);
	return target;
}

static uintptr_t jumped(const struct code *code, uintptr_t at)
{
	uintptr_t target = 0;

	if (at + 6 > code->end)
		return 0;
	if (byte_at(at) == 0xe9)
		return relative(code, at + 1);
	for (unsigned length = 2; !target && length <= 6 && at > code->start; length++)
		target = indirect(code, at, at + length, 4);
	return target;
}

/* Whether a branch, a call or a return may be at `at`. */
static bool branches(const struct code *code, uintptr_t at)
{
	uint8_t first = byte_at(at), second = byte_at(at + 1);

	return (first & 0xf0) == 0x70 || (first == 0x0f && (second & 0xf0) == 0x80) ||
	       first == 0xeb || first == RET || (first == 0xff && (second >> 3 & 7) == 2) ||
	       (first == 0xe8 && relative(code, at + 1));
}

/* The content of the slot of "[endbr64] [bnd] jmp *slot(%rip)"; 0: it is no stub. */
static uintptr_t stub(const struct code *code, uintptr_t at)
{
	static const uint8_t endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	uintptr_t slot;

	if (code->end - at < 16)
		return 0;
	if (memcmp((const void *)at, endbr64, sizeof(endbr64)) == 0)
		at += sizeof(endbr64);
	if (byte_at(at) == 0xf2)
		at++;
	if (byte_at(at) != 0xff || byte_at(at + 1) != 0x25)
		return 0;
	slot = at + 6 + displacement(at + 2);
	return module_has_data(code->module, slot) ?
		       __atomic_load_n((const uintptr_t *)slot, __ATOMIC_RELAXED) : 0;
}

#endif
