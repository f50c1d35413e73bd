/* SPDX-License-Identifier: MIT */
#include "seccomp.h"

#include <stdbool.h>
#include <string.h>

struct machine {
	uint32_t a, x, memory[BPF_MEMWORDS];
};

static uint32_t *cell(struct machine *machine, uint32_t index)
{
	return &machine->memory[index % BPF_MEMWORDS];
}

/* The operand of arithmetic and jumps: the constant, or X. */
static uint32_t operand(const struct machine *machine, const struct sock_filter *at)
{
	return BPF_SRC(at->code) == BPF_X ? machine->x : at->k;
}

static uint32_t compute(const struct sock_filter *at, uint32_t a, uint32_t b)
{
	switch (BPF_OP(at->code)) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return b ? a / b : 0;
	case BPF_OR:
		return a | b;
	case BPF_AND:
		return a & b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return a << (b & 31);
	case BPF_RSH:
		return a >> (b & 31);
	}
	return -a; /* BPF_NEG */
}

static bool compare(const struct sock_filter *at, uint32_t a, uint32_t b)
{
	switch (BPF_OP(at->code)) {
	case BPF_JEQ:
		return a == b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	}
	return a & b; /* BPF_JSET */
}

/* The operand of a load: a word of the call's data, the data's length, a word of the scratch
 * memory, or a constant. */
static uint32_t load(struct machine *machine, const struct sock_filter *at,
		     const struct seccomp_data *data)
{
	uint32_t word = 0;

	switch (BPF_MODE(at->code)) {
	case BPF_ABS:
		if (at->k <= sizeof(*data) - sizeof(word))
			memcpy(&word, (const char *)data + at->k, sizeof(word));
		return word;
	case BPF_LEN:
		return sizeof(*data);
	case BPF_MEM:
		return *cell(machine, at->k);
	}
	return at->k;
}

static size_t jump(const struct machine *machine, const struct sock_filter *at)
{
	if (BPF_OP(at->code) == BPF_JA)
		return at->k;
	return compare(at, machine->a, operand(machine, at)) ? at->jt : at->jf;
}

uint32_t seccomp_run(const struct sock_filter *filter, size_t count,
		     const struct seccomp_data *data)
{
	struct machine machine = { .a = 0 };

	for (size_t i = 0; i < count; i++) {
		const struct sock_filter *at = &filter[i];

		switch (BPF_CLASS(at->code)) {
		case BPF_LD:
			machine.a = load(&machine, at, data);
			break;
		case BPF_LDX:
			machine.x = load(&machine, at, data);
			break;
		case BPF_ST:
			*cell(&machine, at->k) = machine.a;
			break;
		case BPF_STX:
			*cell(&machine, at->k) = machine.x;
			break;
		case BPF_ALU:
			machine.a = compute(at, machine.a, operand(&machine, at));
			break;
		case BPF_JMP:
			i += jump(&machine, at);
			break;
		case BPF_MISC:
			if (BPF_MISCOP(at->code) == BPF_TAX)
				machine.x = machine.a;
			else
				machine.a = machine.x;
			break;
		case BPF_RET:
			return BPF_RVAL(at->code) == BPF_A ? machine.a : at->k;
		}
	}
	return 0x80000000U; /* SECCOMP_RET_KILL_PROCESS */
}
