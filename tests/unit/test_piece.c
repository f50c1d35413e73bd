/* SPDX-License-Identifier: MIT */
/* A fence's pieces, as the system calls that make them. */
#include "unit.h"

#include <linux/prctl.h>

#include "fence/fence_piece.h"
#include "sys/sys.h"

#define BORDER (1UL << 48)
#define LARGEST_PAGE 65536UL

static void check_first(uintptr_t start, uintptr_t end, uintptr_t first_end)
{
	struct span first = piece_first((struct span){ start, end });

	assert_int_equal(first.start, start);
	assert_int_equal(first.end, first_end);
}

static void what_stays_on_one_side_of_the_border_is_one_piece(void **state)
{
	(void)state;
	check_first(0x10000, 0x20000, 0x20000);
	check_first(0x10000, BORDER, BORDER);
	check_first(BORDER + LARGEST_PAGE, BORDER << 4, BORDER << 4);
	check_first(BORDER, BORDER + LARGEST_PAGE, BORDER + LARGEST_PAGE);
	/* An empty one stays empty. */
	check_first(0x10000, 0x10000, 0x10000);
}

/* The border's own address does not count as one above. */
static void what_reaches_across_is_cut_on_both_sides_of_the_border(void **state)
{
	(void)state;
	check_first(0x10000, BORDER << 4, BORDER);
	check_first(BORDER, BORDER << 4, BORDER + LARGEST_PAGE);
	check_first(BORDER + 4096, BORDER << 4, BORDER + LARGEST_PAGE);
	check_first(BORDER - 4096, BORDER + 4096, BORDER);
}

static void each_call_names_the_piece(void **state)
{
	static const char name[] = "fence";
	const struct span piece = { 0x10000, 0x50000 };
	struct piece_call call = piece_map(piece, MAP_FIXED);

	(void)state;
	assert_int_equal(call.number, SYS_mmap);
	assert_int_equal(call.arguments[0], 0x10000);
	assert_int_equal(call.arguments[1], 0x40000);
	assert_int_equal(call.arguments[2], PROT_NONE);
	assert_int_equal(call.arguments[3], MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED);
	assert_int_equal(call.arguments[4], -1);
	call = piece_undump(piece);
	assert_int_equal(call.number, SYS_madvise);
	assert_int_equal(call.arguments[0], 0x10000);
	assert_int_equal(call.arguments[1], 0x40000);
	assert_int_equal(call.arguments[2], MADV_DONTDUMP);
	call = piece_name(piece, name);
	assert_int_equal(call.number, SYS_prctl);
	assert_int_equal(call.arguments[2], 0x10000);
	assert_int_equal(call.arguments[3], 0x40000);
	assert_ptr_equal((const char *)call.arguments[4], name);
	call = piece_seal(piece);
	assert_int_equal(call.number, SYS_mseal);
	assert_int_equal(call.arguments[0], 0x10000);
	assert_int_equal(call.arguments[1], 0x40000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stays_on_one_side_of_the_border_is_one_piece),
		cmocka_unit_test(what_reaches_across_is_cut_on_both_sides_of_the_border),
		cmocka_unit_test(each_call_names_the_piece),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
