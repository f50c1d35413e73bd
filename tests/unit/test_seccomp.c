/* SPDX-License-Identifier: MIT */
/* Answers of a seccomp filter, instruction by instruction. */
#include "unit.h"

#include "core/seccomp.h"

static const struct seccomp_data call = {
	.nr = 257,
	.arch = 0xc000003e,
	.instruction_pointer = 0x123456789abcdef0,
	.args = { 5, 0x1122334455667788, 3, 4, 5, 6 },
};

/* A filter that returns A in the end. */
static uint32_t accumulator(const struct sock_filter *filter, size_t count)
{
	struct sock_filter whole[16];

	memcpy(whole, filter, count * sizeof(*filter));
	whole[count] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	return seccomp_run(whole, count + 1, &call);
}

#define CODE(...) ((const struct sock_filter[]){ __VA_ARGS__ })
#define RUN(...) \
	accumulator(CODE(__VA_ARGS__), sizeof(CODE(__VA_ARGS__)) / sizeof(struct sock_filter))
#define A(k) BPF_STMT(BPF_LD | BPF_IMM, k)
#define X(k) BPF_STMT(BPF_LDX | BPF_IMM, k)
#define ALU(op, k) BPF_STMT(BPF_ALU | (op) | BPF_K, k)
#define ALU_X(op) BPF_STMT(BPF_ALU | (op) | BPF_X, 0)

static void words_of_the_call_are_loaded(void **state)
{
	(void)state;
	assert_int_equal(RUN(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0)), 257);
	assert_int_equal(RUN(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4)), 0xc000003e);
	assert_int_equal(RUN(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 24)), 0x55667788);
	assert_int_equal(RUN(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 28)), 0x11223344);
	assert_int_equal(RUN(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 60)), 0);
	assert_int_equal(RUN(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64)), 0);
	assert_int_equal(RUN(BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0)), 64);
	assert_int_equal(RUN(BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0), BPF_STMT(BPF_MISC | BPF_TXA, 0)),
			 64);
}

static void words_are_computed(void **state)
{
	(void)state;
	assert_int_equal(RUN(A(7), ALU(BPF_ADD, 3)), 10);
	assert_int_equal(RUN(A(7), ALU(BPF_SUB, 8)), UINT32_MAX);
	assert_int_equal(RUN(A(7), X(3), ALU_X(BPF_MUL)), 21);
	assert_int_equal(RUN(A(7), ALU(BPF_DIV, 2)), 3);
	assert_int_equal(RUN(A(7), X(0), ALU_X(BPF_DIV)), 0);
	assert_int_equal(RUN(A(6), ALU(BPF_OR, 1)), 7);
	assert_int_equal(RUN(A(6), ALU(BPF_AND, 3)), 2);
	assert_int_equal(RUN(A(6), ALU(BPF_XOR, 3)), 5);
	assert_int_equal(RUN(A(1), ALU(BPF_LSH, 4)), 16);
	assert_int_equal(RUN(A(16), ALU(BPF_RSH, 4)), 1);
	assert_int_equal(RUN(A(1), BPF_STMT(BPF_ALU | BPF_NEG, 0)), UINT32_MAX);
}

static void words_are_kept(void **state)
{
	(void)state;
	assert_int_equal(RUN(A(9), BPF_STMT(BPF_ST, 3), A(0), BPF_STMT(BPF_LD | BPF_MEM, 3)), 9);
	assert_int_equal(RUN(X(8), BPF_STMT(BPF_STX, 15), BPF_STMT(BPF_LD | BPF_MEM, 15)), 8);
	assert_int_equal(RUN(A(9), BPF_STMT(BPF_ST, 0), BPF_STMT(BPF_LDX | BPF_MEM, 0), A(1),
			     ALU_X(BPF_ADD)),
			 10);
	assert_int_equal(RUN(A(4), BPF_STMT(BPF_MISC | BPF_TAX, 0), ALU_X(BPF_MUL)), 16);
}

/* 1 where the jump is taken. */
static uint32_t jumps(uint32_t a, uint16_t how, uint32_t k)
{
	return RUN(A(a), X(k), BPF_JUMP(BPF_JMP | how, k, 0, 2), A(1),
		   BPF_STMT(BPF_RET | BPF_A, 0), A(0));
}

static void jumps_are_taken(void **state)
{
	(void)state;
	assert_int_equal(jumps(5, BPF_JEQ | BPF_K, 5), 1);
	assert_int_equal(jumps(5, BPF_JEQ | BPF_X, 6), 0);
	assert_int_equal(jumps(5, BPF_JGT | BPF_K, 5), 0);
	assert_int_equal(jumps(5, BPF_JGE | BPF_X, 5), 1);
	assert_int_equal(jumps(5, BPF_JSET | BPF_K, 4), 1);
	assert_int_equal(jumps(5, BPF_JSET | BPF_K, 2), 0);
	assert_int_equal(RUN(A(1), BPF_STMT(BPF_JMP | BPF_JA, 1), A(2), ALU(BPF_ADD, 0)), 1);
}

static void a_filter_without_an_end_kills(void **state)
{
	const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	const struct sock_filter endless = BPF_STMT(BPF_LD | BPF_IMM, 0);

	(void)state;
	assert_int_equal(seccomp_run(&allow, 1, &call), SECCOMP_RET_ALLOW);
	assert_int_equal(seccomp_run(&endless, 1, &call), SECCOMP_RET_KILL_PROCESS);
	assert_int_equal(seccomp_run(&allow, 0, &call), SECCOMP_RET_KILL_PROCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_the_call_are_loaded),
		cmocka_unit_test(words_are_computed),
		cmocka_unit_test(words_are_kept),
		cmocka_unit_test(jumps_are_taken),
		cmocka_unit_test(a_filter_without_an_end_kills),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
