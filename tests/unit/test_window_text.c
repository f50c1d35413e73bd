/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "unit.h"

#include "core/window.h"

#define MIN 0x10000UL
#define GIB (1UL << 30)

static void check_number(const char *text, uint64_t expected, const char *rest)
{
	const char *end = NULL;
	uint64_t value = ~expected;

	if (window_number(text, &end, &value) != 0)
		fail_msg("refused: %s", text);
	if (value != expected)
		fail_msg("%s reads as %#lx", text, value);
	assert_string_equal(end, rest);
}

static void check_no_number(const char *text, int err)
{
	const char *end;
	uint64_t value;

	if (window_number(text, &end, &value) != err)
		fail_msg("not refused with %d: %s", err, text);
}

static void a_hexadecimal_number(void **state)
{
	(void)state;
	check_number("0x0", 0, "");
	check_number("0x1000", 0x1000, "");
	check_number("0X1000", 0x1000, "");
	check_number("0xabcdef", 0xabcdef, "");
	check_number("0xABCDEF", 0xabcdef, "");
	check_number("0xffffffffffffffff", UINT64_MAX, "");
	check_number("0x00000000000000000001", 1, "");
}

static void a_decimal_number(void **state)
{
	(void)state;
	check_number("0", 0, "");
	check_number("7", 7, "");
	check_number("0042", 42, "");
	check_number("4096", 4096, "");
	check_number("18446744073709551615", UINT64_MAX, "");
}

static void a_decimal_number_with_a_unit(void **state)
{
	static const char unit[] = "KMGTP";

	(void)state;
	for (unsigned int i = 0; unit[i]; i++) {
		char text[3] = { '3', unit[i], '\0' };

		check_number(text, UINT64_C(3) << (10 * (i + 1)), "");
		text[1] |= 0x20; /* lower case */
		check_number(text, UINT64_C(3) << (10 * (i + 1)), "");
	}
	check_number("0K", 0, "");
	check_number("1024K", 1 << 20, "");
	check_number("16383P", UINT64_C(16383) << 50, "");
}

static void a_power_of_two(void **state)
{
	(void)state;
	check_number("2^0", 1, "");
	check_number("2^1", 2, "");
	check_number("2^32", UINT64_C(1) << 32, "");
	check_number("2^47", UINT64_C(1) << 47, "");
	check_number("2^63", UINT64_C(1) << 63, "");
}

static void two_to_the_64_is_the_largest_number(void **state)
{
	(void)state;
	check_number("2^64", UINT64_MAX, "");
}

static void a_number_ends_at_the_first_other_character(void **state)
{
	(void)state;
	check_number("1-2", 1, "-2");
	check_number("0x10-2", 0x10, "-2");
	check_number("4K-8K", 4096, "-8K");
	check_number("4KB", 4096, "B");
	check_number("4KK", 4096, "K");
	check_number("2^4K", 16, "K");
	check_number("2^4^5", 16, "^5");
	check_number("3^4", 3, "^4");
	check_number("1 ", 1, " ");
	check_number("1.5G", 1, ".5G");
	check_number("1E", 1, "E");
}

static void hexadecimal_numbers_have_no_units(void **state)
{
	(void)state;
	check_number("0x10K", 0x10, "K");
}

static void no_digits_are_no_number(void **state)
{
	static const char *const text[] = { "", "x", "K", "-1", "+1", " 1", "0x", "0xg", "0x-1",
					    "2^", "2^x", "2^-1", "^2" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text); i++)
		check_no_number(text[i], -EINVAL);
}

static void a_number_above_64_bits_is_out_of_range(void **state)
{
	static const char *const text[] = {
		"18446744073709551616", "99999999999999999999", "0x10000000000000000",
		"0xfffffffffffffffff", "2^65", "2^18446744073709551616", "16384P",
		"18014398509481984K", "17592186044416M", "17179869184G", "16777216T",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text); i++)
		check_no_number(text[i], -ERANGE);
}

static void plain_digits_have_neither_unit_nor_power(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
		const char *rest;
	} number[] = {
		{ "4K", 4, "K" }, { "2^4", 2, "^4" }, { "0x1F", 0x1f, "" }, { "10", 10, "" },
	};
	const char *rest;
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(number); i++) {
		assert_int_equal(window_digits(number[i].text, &rest, &value), 0);
		assert_int_equal(value, number[i].value);
		assert_string_equal(rest, number[i].rest);
	}
	assert_int_equal(window_digits("", &rest, &value), -EINVAL);
	assert_int_equal(window_digits("0x10000000000000000", &rest, &value), -ERANGE);
}

static void check_window(const char *text, uintptr_t min, uintptr_t lower, uintptr_t upper)
{
	struct window window = { 1, 2 };
	const char *why = NULL;

	if (window_parse(text, min, &window, &why) != 0)
		fail_msg("%s %s", text, why);
	if (window.lower != lower || window.upper != upper)
		fail_msg("%s reads as %#lx-%#lx", text, window.lower, window.upper);
}

static void bounds_in_every_form_of_number(void **state)
{
	(void)state;
	check_window("0x10000-0x20000", MIN, 0x10000, 0x20000);
	check_window("65536-131072", MIN, 0x10000, 0x20000);
	check_window("64K-128k", MIN, 0x10000, 0x20000);
	check_window("2^16-2^17", MIN, 0x10000, 0x20000);
	check_window("0x10000-2^17", MIN, 0x10000, 0x20000);
	check_window("4G-2^46", MIN, 4 * GIB, 1UL << 46);
	check_window("0-2^64", MIN, 0, UINTPTR_MAX);
	check_window("1-2", MIN, 1, 2);
}

static void bounds_are_kept_as_written(void **state)
{
	(void)state;
	check_window("0x123-0x456789", MIN, 0x123, 0x456789);
	check_window("0-1", MIN, 0, 1);
}

static void a_lower_bound_above_the_upper_one_wraps(void **state)
{
	(void)state;
	check_window("8G-4G", MIN, 8 * GIB, 4 * GIB);
	check_window("4G-0", MIN, 4 * GIB, 0);
	check_window("2^64-0", MIN, UINTPTR_MAX, 0);
}

static void the_preset_of_n_bits_goes_from_min_to_two_to_the_n(void **state)
{
	(void)state;
	check_window("31bit", MIN, MIN, 1UL << 31);
	check_window("32bit", MIN, MIN, 1UL << 32);
	check_window("39bit", 0x1000, 0x1000, 1UL << 39);
	check_window("47bit", MIN, MIN, 1UL << 47);
	check_window("63bit", MIN, MIN, 1UL << 63);
	check_window("17bit", MIN, MIN, 1UL << 17);
}

static void sixty_four_bits_are_the_whole_address_space(void **state)
{
	(void)state;
	check_window("64bit", MIN, MIN, UINTPTR_MAX);
}

static void one_bit_where_the_kernel_allows_address_zero(void **state)
{
	(void)state;
	check_window("1bit", 0, 0, 2);
}

static void the_preset_map32(void **state)
{
	(void)state;
	check_window("map32", MIN, GIB, 2 * GIB);
}

/* As the kernels have it; of the manual's table too (build.bats). */
static void every_guests_name(void **state)
{
	static const struct {
		const char *name;
		uintptr_t end;
	} guests[] = {
		{ "x86_64", 0x7ffffffff000 },     { "i386", 0xc0000000 },
		{ "i386-4g", 0xffffe000 },        { "arm", 0xbf000000 },
		{ "arm-4g", 0xffff0000 },         { "aarch64-36", 0x1000000000 },
		{ "aarch64-39", 0x8000000000 },   { "aarch64-42", 0x40000000000 },
		{ "aarch64-47", 0x800000000000 }, { "aarch64-48", 0x1000000000000 },
		{ "riscv64-39", 0x4000000000 },   { "riscv64-48", 0x800000000000 },
		{ "riscv32", 0x80000000 },        { "mips", 0x7fff8000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(guests); i++)
		check_window(guests[i].name, MIN, MIN, guests[i].end);
}

static void the_preset_none_is_no_limit(void **state)
{
	(void)state;
	check_window("none", MIN, 0, 0);
}

/* Each bad window, and the words that its reason has. */
static void every_bad_window_has_its_reason(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "", "is not LOWER-UPPER" },
		{ "-", "is not LOWER-UPPER" },
		{ "-4G", "is not LOWER-UPPER" },
		{ "4G", "is not LOWER-UPPER" },
		{ "0x", "is not LOWER-UPPER" },
		{ "4GB-8GB", "is not LOWER-UPPER" },
		{ "4G..8G", "is not LOWER-UPPER" },
		{ "4G - 8G", "is not LOWER-UPPER" },
		{ " 4G-8G", "is not LOWER-UPPER" },
		{ "bit", "is not LOWER-UPPER" },
		{ "0bit", "is not LOWER-UPPER" },
		{ "65bit", "is not LOWER-UPPER" },
		{ "0x20bit", "is not LOWER-UPPER" },
		{ "32bits", "is not LOWER-UPPER" },
		{ "32bi", "is not LOWER-UPPER" },
		{ "32BIT", "is not LOWER-UPPER" },
		{ "-32bit", "is not LOWER-UPPER" },
		{ "map3", "is not LOWER-UPPER" },
		{ "map322", "is not LOWER-UPPER" },
		{ "MAP32", "is not LOWER-UPPER" },
		{ "non", "is not LOWER-UPPER" },
		{ "nonesuch", "is not LOWER-UPPER" },
		{ "i38", "is not LOWER-UPPER" },
		{ "i386-", "is not LOWER-UPPER" },
		{ "aarch64", "a guest's name" },
		{ "4G-", "no number after the '-'" },
		{ "4G--8G", "no number after the '-'" },
		{ "4G-upper", "no number after the '-'" },
		{ "4G-0x", "no number after the '-'" },
		{ "4G-2^", "no number after the '-'" },
		{ "4G-8GB", "something after UPPER" },
		{ "4G-8G ", "something after UPPER" },
		{ "4G-8G-", "something after UPPER" },
		{ "0x1000-0x2000K", "something after UPPER" },
		{ "2^65-4G", "does not fit 64 bits" },
		{ "4G-2^65", "does not fit 64 bits" },
		{ "18446744073709551616-4G", "does not fit 64 bits" },
		{ "4G-0x10000000000000000", "does not fit 64 bits" },
		{ "4G-16384P", "does not fit 64 bits" },
		{ "99999999999999999999bit", "does not fit 64 bits" },
		{ "0x1000-0x1000", "is empty" },
		{ "4G-4096M", "is empty" },
		{ "0-0", "is empty" },
		{ "2^64-0xffffffffffffffff", "is empty" },
		{ "12bit", "below the lowest address" },
		{ "16bit", "below the lowest address" },
		{ "1bit", "below the lowest address" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct window window;
		const char *why = NULL;

		if (window_parse(bad[i].text, MIN, &window, &why) != -EINVAL)
			fail_msg("accepted: %s", bad[i].text);
		if (!why || !strstr(why, bad[i].why))
			fail_msg("%s: %s", bad[i].text, why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hexadecimal_number),
		cmocka_unit_test(a_decimal_number),
		cmocka_unit_test(a_decimal_number_with_a_unit),
		cmocka_unit_test(a_power_of_two),
		cmocka_unit_test(two_to_the_64_is_the_largest_number),
		cmocka_unit_test(a_number_ends_at_the_first_other_character),
		cmocka_unit_test(hexadecimal_numbers_have_no_units),
		cmocka_unit_test(no_digits_are_no_number),
		cmocka_unit_test(a_number_above_64_bits_is_out_of_range),
		cmocka_unit_test(plain_digits_have_neither_unit_nor_power),
		cmocka_unit_test(bounds_in_every_form_of_number),
		cmocka_unit_test(bounds_are_kept_as_written),
		cmocka_unit_test(a_lower_bound_above_the_upper_one_wraps),
		cmocka_unit_test(the_preset_of_n_bits_goes_from_min_to_two_to_the_n),
		cmocka_unit_test(sixty_four_bits_are_the_whole_address_space),
		cmocka_unit_test(one_bit_where_the_kernel_allows_address_zero),
		cmocka_unit_test(the_preset_map32),
		cmocka_unit_test(every_guests_name),
		cmocka_unit_test(the_preset_none_is_no_limit),
		cmocka_unit_test(every_bad_window_has_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
