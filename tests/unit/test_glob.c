/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "core/glob.h"

struct match {
	const char *pattern, *text;
};

static bool matches(const struct match *match)
{
	return glob_match(match->pattern, strlen(match->pattern), match->text);
}

static void check_all(const struct match *match, size_t count, bool expected)
{
	for (size_t i = 0; i < count; i++)
		if (matches(&match[i]) != expected)
			fail_msg("'%s' and '%s'", match[i].pattern, match[i].text);
}

#define CHECK_MATCH(match) check_all(match, ARRAY_SIZE(match), true)
#define CHECK_NO_MATCH(match) check_all(match, ARRAY_SIZE(match), false)

static void plain_text_matches_itself_and_whole(void **state)
{
	static const struct match yes[] = { { "", "" }, { "a", "a" }, { "libc.so.6", "libc.so.6" },
					    { "/usr/lib/x", "/usr/lib/x" } };
	static const struct match no[] = { { "", "a" }, { "a", "" }, { "a", "b" }, { "ab", "a" },
					   { "a", "ab" }, { "b", "ab" }, { "A", "a" } };

	(void)state;
	CHECK_MATCH(yes);
	CHECK_NO_MATCH(no);
}

static void a_star_is_any_run_with_slashes(void **state)
{
	static const struct match yes[] = {
		{ "*", "" }, { "*", "a/b" }, { "**", "" }, { "**", "abc" }, { "a*", "a" },
		{ "a*", "abc" }, { "*c", "abc" }, { "a*c", "ac" }, { "a*c", "a/b/c" },
		{ "*a*b*", "xxaxxbxx" }, { "*/lib/*.so*", "/usr/lib/x/libc.so.6" },
		{ "*aab", "aaaaab" }, { "*ab*ab", "abababab" }, { "a***b", "ab" },
	};
	static const struct match no[] = { { "a*", "ba" }, { "*c", "abcd" }, { "a*c", "abd" },
					   { "*aab", "aaaba" }, { "*a*b", "ba" }, { "?*", "" } };

	(void)state;
	CHECK_MATCH(yes);
	CHECK_NO_MATCH(no);
}

static void a_question_mark_is_one_character(void **state)
{
	static const struct match yes[] = { { "?", "a" }, { "?", "/" }, { "a?c", "abc" },
					    { "??", "ab" }, { "*?", "a" }, { "?", "\xff" } };
	static const struct match no[] = { { "?", "" }, { "?", "ab" }, { "a?c", "ac" } };

	(void)state;
	CHECK_MATCH(yes);
	CHECK_NO_MATCH(no);
}

static void a_set_is_one_of_its_characters(void **state)
{
	static const struct match yes[] = {
		{ "[abc]", "b" }, { "[a-c]", "c" }, { "[a-cx-z]", "y" }, { "lib[0-9].so", "lib7.so" },
		{ "[]]", "]" }, { "[]a]", "a" }, { "[-a]", "-" }, { "[a-]", "-" }, { "[a-]", "a" },
		{ "[!a]", "b" }, { "[!a-c]", "d" }, { "[!]]", "a" }, { "*[0-9]", "abc5" },
		{ "[a][b]", "ab" }, { "[*]", "*" }, { "[?]", "?" }, { "[/]", "/" },
	};
	static const struct match no[] = {
		{ "[abc]", "d" }, { "[abc]", "" }, { "[abc]", "ab" }, { "[c-a]", "b" },
		{ "[!a]", "a" }, { "[!a]", "" }, { "[!]]", "]" }, { "[!a-c]", "b" }, { "[*]", "a" },
	};

	(void)state;
	CHECK_MATCH(yes);
	CHECK_NO_MATCH(no);
}

static void a_set_without_end_is_a_bracket(void **state)
{
	static const struct match yes[] = { { "[", "[" }, { "[a", "[a" }, { "a[", "a[" },
					    { "[]", "[]" }, { "[!", "[!" }, { "[!]", "[!]" },
					    { "*[", "ab[" }, { "[a-", "[a-" } };
	static const struct match no[] = { { "[a", "a" }, { "[", "" }, { "[]", "]" } };

	(void)state;
	CHECK_MATCH(yes);
	CHECK_NO_MATCH(no);
}

static void a_pattern_ends_at_its_length(void **state)
{
	(void)state;
	assert_true(glob_match("abc", 2, "ab"));
	assert_true(glob_match("a*:b", 2, "axx"));
	assert_true(glob_match("[ab]", 2, "[a"));
	assert_true(glob_match("x", 0, ""));
	assert_false(glob_match("x", 0, "x"));
}

static void any_of_several_patterns(void **state)
{
	(void)state;
	assert_true(glob_match_any("a:b", "a"));
	assert_true(glob_match_any("a:b", "b"));
	assert_true(glob_match_any("x:lib*.so:y", "libm.so"));
	assert_true(glob_match_any(":a", "a"));
	assert_true(glob_match_any("a::", "a"));
	assert_false(glob_match_any("a:b", "c"));
	assert_false(glob_match_any("a:b", "a:b"));
}

static void no_pattern_and_empty_ones_match_nothing(void **state)
{
	(void)state;
	assert_false(glob_match_any("", ""));
	assert_false(glob_match_any("", "a"));
	assert_false(glob_match_any(":", ""));
	assert_false(glob_match_any("::", "a"));
}

/* Stars that can be tried in many ways take no more than length times length. */
static void many_stars_take_no_long_time(void **state)
{
	static char text[20001], pattern[1001];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	for (size_t i = 0; i + 1 < sizeof(pattern); i++)
		pattern[i] = i % 2 ? 'a' : '*';
	pattern[sizeof(pattern) - 2] = 'b';
	assert_false(glob_match_any(pattern, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_matches_itself_and_whole),
		cmocka_unit_test(a_star_is_any_run_with_slashes),
		cmocka_unit_test(a_question_mark_is_one_character),
		cmocka_unit_test(a_set_is_one_of_its_characters),
		cmocka_unit_test(a_set_without_end_is_a_bracket),
		cmocka_unit_test(a_pattern_ends_at_its_length),
		cmocka_unit_test(any_of_several_patterns),
		cmocka_unit_test(no_pattern_and_empty_ones_match_nothing),
		cmocka_unit_test(many_stars_take_no_long_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
