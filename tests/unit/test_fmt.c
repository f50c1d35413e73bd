/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "core/fmt.h"
#include "core/utf8.h"

#define ROOM 64

/* A buffer in which every byte that fmt must not touch shows. */
struct page {
	struct fmt fmt;
	char buffer[ROOM];
};

static void open_page(struct page *page, size_t size)
{
	memset(page->buffer, '#', sizeof(page->buffer));
	fmt_init(&page->fmt, page->buffer, size);
}

static void check_text(const struct page *page, const char *expected)
{
	assert_string_equal(page->buffer, expected);
	assert_int_equal(page->fmt.length, strlen(expected));
	for (size_t i = page->fmt.size; i < ROOM; i++)
		assert_int_equal(page->buffer[i], '#');
}

static void a_fresh_buffer_is_empty_and_terminated(void **state)
{
	struct page page;

	(void)state;
	open_page(&page, ROOM);
	check_text(&page, "");
}

static void everything_is_appended(void **state)
{
	struct page page;

	(void)state;
	open_page(&page, ROOM);
	fmt_text(&page.fmt, "at ");
	fmt_hex(&page.fmt, 0x1000);
	fmt_char(&page.fmt, ':');
	fmt_decimal(&page.fmt, 42);
	fmt_signed(&page.fmt, -7);
	fmt_chars(&page.fmt, "abcdef", 3);
	fmt_size(&page.fmt, 4096);
	check_text(&page, "at 0x1000:42-7abc4K");
}

static void a_missing_text_is_said_to_be_null(void **state)
{
	struct page page;

	(void)state;
	open_page(&page, ROOM);
	fmt_text(&page.fmt, NULL);
	check_text(&page, "(null)");
}

static void no_characters_may_come_from_nowhere(void **state)
{
	struct page page;

	(void)state;
	open_page(&page, ROOM);
	fmt_chars(&page.fmt, NULL, 0);
	check_text(&page, "");
}

static void characters_need_no_terminator(void **state)
{
	static const char three[3] = { 'o', 'n', 'e' };
	struct page page;

	(void)state;
	open_page(&page, ROOM);
	fmt_chars(&page.fmt, three, sizeof(three));
	check_text(&page, "one");
}

static void text_is_cut_at_every_size_of_the_buffer(void **state)
{
	static const char text[] = "0123456789";

	(void)state;
	for (size_t size = 1; size <= sizeof(text); size++) {
		char expected[sizeof(text)] = "";
		struct page page;

		memcpy(expected, text, size - 1);
		open_page(&page, size);
		fmt_text(&page.fmt, text);
		check_text(&page, expected);
	}
}

static void a_full_buffer_takes_nothing_more(void **state)
{
	struct page page;

	(void)state;
	open_page(&page, 3);
	fmt_text(&page.fmt, "ab");
	fmt_char(&page.fmt, 'c');
	fmt_decimal(&page.fmt, 1);
	fmt_hex(&page.fmt, 1);
	fmt_size(&page.fmt, 1);
	fmt_signed(&page.fmt, -1);
	check_text(&page, "ab");
}

struct number {
	uint64_t value;
	const char *text;
};

static void check_numbers(void (*write)(struct fmt *, uint64_t), const struct number *number,
			  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct page page;

		open_page(&page, ROOM);
		write(&page.fmt, number[i].value);
		check_text(&page, number[i].text);
	}
}

#define CHECK_NUMBERS(write, number) \
	check_numbers(write, number, ARRAY_SIZE(number))

static void decimals_of_every_length(void **state)
{
	static const struct number number[] = {
		{ 0, "0" }, { 1, "1" }, { 9, "9" }, { 10, "10" }, { 99, "99" }, { 100, "100" },
		{ 4095, "4095" }, { 4096, "4096" }, { UINT32_MAX, "4294967295" },
		{ INT64_MAX, "9223372036854775807" },
		{ UINT64_MAX, "18446744073709551615" },
	};

	(void)state;
	CHECK_NUMBERS(fmt_decimal, number);
}

static void hexadecimals_are_lower_case_with_prefix(void **state)
{
	static const struct number number[] = {
		{ 0, "0x0" }, { 9, "0x9" }, { 10, "0xa" }, { 15, "0xf" }, { 16, "0x10" },
		{ 0x123456789abcdef0, "0x123456789abcdef0" },
		{ UINT64_MAX, "0xffffffffffffffff" },
	};

	(void)state;
	CHECK_NUMBERS(fmt_hex, number);
}

static void bare_hexadecimals_have_none(void **state)
{
	static const struct number number[] = { { 0, "0" }, { 0x7ffdf000, "7ffdf000" } };

	(void)state;
	CHECK_NUMBERS(fmt_hex_bare, number);
}

static void sizes_use_the_largest_unit_that_divides(void **state)
{
	static const struct number number[] = {
		{ 0, "0" }, { 1, "1" }, { 1000, "1000" }, { 1023, "1023" }, { 1024, "1K" },
		{ 1025, "1025" }, { 1536, "1536" }, { 2048, "2K" }, { 4095, "4095" },
		{ 4096, "4K" }, { UINT64_C(1) << 20, "1M" }, { UINT64_C(256) << 20, "256M" },
		{ (UINT64_C(2) << 20) + 4096, "2052K" }, { UINT64_C(1) << 30, "1G" },
		{ UINT64_C(6) << 30, "6G" }, { UINT64_C(1) << 40, "1T" },
		{ UINT64_C(1) << 50, "1P" }, { UINT64_C(1) << 60, "1024P" },
		{ UINT64_C(1) << 63, "8192P" }, { UINT64_MAX, "18446744073709551615" },
	};

	(void)state;
	CHECK_NUMBERS(fmt_size, number);
}

static void signed_numbers_reach_both_ends(void **state)
{
	static const struct {
		int64_t value;
		const char *text;
	} number[] = {
		{ 0, "0" }, { 1, "1" }, { -1, "-1" }, { -12, "-12" },
		{ INT64_MAX, "9223372036854775807" }, { INT64_MIN, "-9223372036854775808" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(number); i++) {
		struct page page;

		open_page(&page, ROOM);
		fmt_signed(&page.fmt, number[i].value);
		check_text(&page, number[i].text);
	}
}

static void check_plain(const char *text, const char *repaired, const char *plain)
{
	char copy[ROOM];

	strcpy(copy, text);
	utf8_repair(copy);
	assert_string_equal(copy, repaired);
	utf8_plain(copy);
	assert_string_equal(copy, plain);
	strcpy(copy, text);
	utf8_plain(copy);
	assert_string_equal(copy, plain);
}

static void characters_of_every_length_stay(void **state)
{
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80~";

	(void)state;
	check_plain("", "", "");
	check_plain(text, text, text);
	check_plain("\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf",
		    "\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf",
		    "\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf");
}

static void bytes_of_no_character_are_replaced(void **state)
{
	(void)state;
	check_plain("a\x80z", "a?z", "a?z");
	check_plain("\xc3", "?", "?");
	check_plain("\xc3z", "?z", "?z");
	check_plain("\xe2\x82", "??", "??");
	check_plain("\xc1\xbf", "??", "??");             /* overlong */
	check_plain("\xe0\x9f\xbf", "???", "???");
	check_plain("\xed\xa0\x80", "???", "???");       /* a surrogate */
	check_plain("\xf4\x90\x80\x80", "????", "????"); /* above U+10FFFF */
	check_plain("\xff\xfe", "??", "??");
}

static void what_a_terminal_obeys_is_replaced(void **state)
{
	(void)state;
	check_plain("\x1b[31m\n\x7f", "\x1b[31m\n\x7f", "?[31m??");
	check_plain("\xc2\x9b" "31m", "??31m", "??31m"); /* CSI of one character */
	check_plain("\xc2\xa0", "\xc2\xa0", "\xc2\xa0");
	check_plain("\xe2\x80\xa7\xe2\x80\xa8", "\xe2\x80\xa7???", "\xe2\x80\xa7???");
	check_plain("\xe2\x80\xae\xe2\x80\xaf", "???\xe2\x80\xaf", "???\xe2\x80\xaf");
	check_plain("\xe2\x81\xa5\xe2\x81\xa6", "\xe2\x81\xa5???", "\xe2\x81\xa5???");
	check_plain("\xe2\x81\xa9\xe2\x81\xaa", "???\xe2\x81\xaa", "???\xe2\x81\xaa");
}

static void foreign_text_is_appended_as_plain_text(void **state)
{
	struct page page;

	(void)state;
	open_page(&page, ROOM);
	fmt_text(&page.fmt, "\n");
	fmt_foreign(&page.fmt, "a\x1b\n\xc3\xa9 cut", 6);
	fmt_char(&page.fmt, '\n');
	check_text(&page, "\na??\xc3\xa9 \n");
	/* A character that is cut is none. */
	open_page(&page, ROOM);
	fmt_foreign(&page.fmt, "a\xc3\xa9", 2);
	check_text(&page, "a?");
	open_page(&page, 3);
	fmt_foreign(&page.fmt, "a\xc3\xa9", 3);
	check_text(&page, "a?");
	fmt_foreign(&page.fmt, "\x1b", 1);
	check_text(&page, "a?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_buffer_is_empty_and_terminated),
		cmocka_unit_test(everything_is_appended),
		cmocka_unit_test(a_missing_text_is_said_to_be_null),
		cmocka_unit_test(no_characters_may_come_from_nowhere),
		cmocka_unit_test(characters_need_no_terminator),
		cmocka_unit_test(text_is_cut_at_every_size_of_the_buffer),
		cmocka_unit_test(a_full_buffer_takes_nothing_more),
		cmocka_unit_test(decimals_of_every_length),
		cmocka_unit_test(hexadecimals_are_lower_case_with_prefix),
		cmocka_unit_test(bare_hexadecimals_have_none),
		cmocka_unit_test(sizes_use_the_largest_unit_that_divides),
		cmocka_unit_test(signed_numbers_reach_both_ends),
		cmocka_unit_test(characters_of_every_length_stay),
		cmocka_unit_test(bytes_of_no_character_are_replaced),
		cmocka_unit_test(what_a_terminal_obeys_is_replaced),
		cmocka_unit_test(foreign_text_is_appended_as_plain_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
