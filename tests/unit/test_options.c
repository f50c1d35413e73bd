/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "unit.h"

#include "core/options.h"

#define MIN 0x10000UL

/* Parses an environment of one variable that must be good. */
static struct options parse(const char *variable)
{
	char *envp[] = { (char *)(uintptr_t)variable, NULL };
	struct options options;
	struct options_error error;

	memset(&options, 0xa5, sizeof(options));
	if (options_parse(envp, MIN, &options, &error) != 0)
		fail_msg("%s %s", variable, error.why);
	return options;
}

static void check_defaults(const struct options *options)
{
	assert_false(options->limited);
	assert_int_equal(options->window.lower, 0);
	assert_int_equal(options->window.upper, 0);
	assert_int_equal(options->fence, FENCE_AUTO);
	assert_int_equal(options->reach, WANT_PROCESS);
	assert_false(options->fixed_deny);
	assert_int_equal(options->place, PLACE_TOPDOWN);
	assert_false(options->has_base);
	assert_false(options->has_seed);
	assert_int_equal(options->align, 0);
	assert_null(options->host);
	assert_null(options->guest);
	assert_null(options->trace);
	assert_null(options->report);
	assert_false(options->inspect_any);
}

static void an_empty_environment_gives_the_defaults(void **state)
{
	char *envp[] = { NULL };
	struct options options;
	struct options_error error;

	(void)state;
	memset(&options, 0xa5, sizeof(options));
	assert_int_equal(options_parse(envp, MIN, &options, &error), 0);
	check_defaults(&options);
}

static void an_empty_value_gives_the_default(void **state)
{
	static const char *const variable[] = {
		"VA_LIMIT=", "VA_LIMIT_FENCE=", "VA_LIMIT_REACH=", "VA_LIMIT_FIXED=", "VA_LIMIT_HOST=",
		"VA_LIMIT_GUEST=", "VA_LIMIT_PLACE=", "VA_LIMIT_BASE=", "VA_LIMIT_SEED=",
		"VA_LIMIT_ALIGN=", "VA_LIMIT_TRACE=", "VA_LIMIT_REPORT=", "VA_LIMIT_INSPECT=", "VA_LIMIT_INHERIT=",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(variable); i++) {
		struct options options = parse(variable[i]);

		check_defaults(&options);
	}
}

static void other_variables_are_not_read(void **state)
{
	static const char *const variable[] = {
		"", "=", "V=1", "PATH=/bin", "VA_LIMI=junk", "VA_LIMITS=junk", "VA_LIMITED_X=1",
		"va_limit=junk", "XVA_LIMIT=junk", "va_limit_fence=junk",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(variable); i++) {
		struct options options = parse(variable[i]);

		check_defaults(&options);
	}
}

static void a_name_without_a_value_is_no_variable(void **state)
{
	struct options bare = parse("VA_LIMIT");
	struct options unknown = parse("VA_LIMIT_NONSENSE");

	(void)state;
	check_defaults(&bare);
	check_defaults(&unknown);
}

static void the_window_limits(void **state)
{
	struct options options = parse("VA_LIMIT=4G-2^46");

	(void)state;
	assert_true(options.limited);
	assert_int_equal(options.window.lower, 1UL << 32);
	assert_int_equal(options.window.upper, 1UL << 46);
}

static void a_preset_window_starts_at_min(void **state)
{
	struct options options = parse("VA_LIMIT=32bit");

	(void)state;
	assert_true(options.limited);
	assert_int_equal(options.window.lower, MIN);
	assert_int_equal(options.window.upper, 1UL << 32);
}

static void a_wrapped_window_limits(void **state)
{
	struct options options = parse("VA_LIMIT=8G-4G");

	(void)state;
	assert_true(options.limited);
	assert_int_equal(options.window.lower, 2UL << 32);
	assert_int_equal(options.window.upper, 1UL << 32);
}

static void the_window_none_does_not_limit(void **state)
{
	struct options options = parse("VA_LIMIT=none");

	(void)state;
	check_defaults(&options);
}

static void every_word_for_the_fence(void **state)
{
	(void)state;
	assert_int_equal(parse("VA_LIMIT_FENCE=auto").fence, FENCE_AUTO);
	assert_int_equal(parse("VA_LIMIT_FENCE=on").fence, FENCE_ON);
	assert_int_equal(parse("VA_LIMIT_FENCE=off").fence, FENCE_NEVER);
	assert_int_equal(parse("VA_LIMIT_FENCE=sealed").fence, FENCE_SEAL);
}

static void every_word_for_the_reach(void **state)
{
	(void)state;
	assert_int_equal(parse("VA_LIMIT_REACH=process").reach, WANT_PROCESS);
	assert_int_equal(parse("VA_LIMIT_REACH=calls").reach, WANT_CALLS);
	assert_int_equal(parse("VA_LIMIT_REACH=whole").reach, WANT_WHOLE);
	assert_int_equal(parse("VA_LIMIT_REACH=calls").fence, FENCE_NEVER);
	assert_int_equal(parse("VA_LIMIT_FENCE=off").reach, WANT_CALLS);
}

static void without_a_fence_the_reach_is_calls(void **state)
{
	static char whole[] = "VA_LIMIT_REACH=whole", off[] = "VA_LIMIT_FENCE=off",
		    calls[] = "VA_LIMIT_REACH=calls", on[] = "VA_LIMIT_FENCE=on";
	char *kept[] = { whole, off, NULL }, *excluded[] = { calls, on, NULL };
	struct options options;
	struct options_error error;

	(void)state;
	assert_int_equal(options_parse(kept, MIN, &options, &error), 0);
	assert_int_equal(options.reach, WANT_CALLS);
	assert_int_equal(options_parse(excluded, MIN, &options, &error), -EINVAL);
	assert_string_equal(error.value, "calls");
}

static void every_word_for_fixed(void **state)
{
	(void)state;
	assert_false(parse("VA_LIMIT_FIXED=allow").fixed_deny);
	assert_true(parse("VA_LIMIT_FIXED=deny").fixed_deny);
}

static void every_word_for_the_placement(void **state)
{
	(void)state;
	assert_int_equal(parse("VA_LIMIT_PLACE=topdown").place, PLACE_TOPDOWN);
	assert_int_equal(parse("VA_LIMIT_PLACE=bottomup").place, PLACE_BOTTOMUP);
	assert_int_equal(parse("VA_LIMIT_PLACE=random").place, PLACE_RANDOM);
	assert_int_equal(parse("VA_LIMIT_PLACE=bestfit").place, PLACE_BESTFIT);
}

static void every_word_for_inspection(void **state)
{
	(void)state;
	assert_false(parse("VA_LIMIT_INSPECT=owner").inspect_any);
	assert_true(parse("VA_LIMIT_INSPECT=any").inspect_any);
	assert_false(parse("VA_LIMIT_INHERIT=yes").kept_out);
	assert_true(parse("VA_LIMIT_INHERIT=no").kept_out);
}

static void the_base_is_any_number(void **state)
{
	static const struct {
		const char *variable;
		uintptr_t base;
	} base[] = {
		{ "VA_LIMIT_BASE=0", 0 },
		{ "VA_LIMIT_BASE=1", 1 },
		{ "VA_LIMIT_BASE=0x40000000", 0x40000000 },
		{ "VA_LIMIT_BASE=1G", 0x40000000 },
		{ "VA_LIMIT_BASE=2^30", 0x40000000 },
		{ "VA_LIMIT_BASE=1073741824", 0x40000000 },
		{ "VA_LIMIT_BASE=0xffffffffffffffff", UINTPTR_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(base); i++) {
		struct options options = parse(base[i].variable);

		assert_true(options.has_base);
		assert_int_equal(options.base, base[i].base);
	}
}

static void the_seed_is_decimal_or_hexadecimal(void **state)
{
	static const struct {
		const char *variable;
		uint64_t seed;
	} seed[] = {
		{ "VA_LIMIT_SEED=0", 0 },
		{ "VA_LIMIT_SEED=42", 42 },
		{ "VA_LIMIT_SEED=0x2a", 42 },
		{ "VA_LIMIT_SEED=18446744073709551615", UINT64_MAX },
		{ "VA_LIMIT_SEED=0xffffffffffffffff", UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(seed); i++) {
		struct options options = parse(seed[i].variable);

		assert_true(options.has_seed);
		assert_int_equal(options.seed, seed[i].seed);
	}
}

static void the_alignment_is_a_power_of_two(void **state)
{
	(void)state;
	assert_int_equal(parse("VA_LIMIT_ALIGN=1").align, 1);
	assert_int_equal(parse("VA_LIMIT_ALIGN=2").align, 2);
	assert_int_equal(parse("VA_LIMIT_ALIGN=4096").align, 4096);
	assert_int_equal(parse("VA_LIMIT_ALIGN=64K").align, 65536);
	assert_int_equal(parse("VA_LIMIT_ALIGN=2m").align, 2 << 20);
	assert_int_equal(parse("VA_LIMIT_ALIGN=0x10000").align, 65536);
	assert_int_equal(parse("VA_LIMIT_ALIGN=2^63").align, 1UL << 63);
}

static void texts_are_kept_where_they_are(void **state)
{
	static const struct {
		const char *variable;
		size_t field;
	} text[] = {
		{ "VA_LIMIT_HOST=*/libhost.so*:emu", offsetof(struct options, host) },
		{ "VA_LIMIT_GUEST=libguest.so", offsetof(struct options, guest) },
		{ "VA_LIMIT_TRACE=/tmp/a=b", offsetof(struct options, trace) },
		{ "VA_LIMIT_REPORT=stderr", offsetof(struct options, report) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text); i++) {
		struct options options = parse(text[i].variable);
		const char *value;

		memcpy(&value, (const char *)&options + text[i].field, sizeof(value));
		assert_ptr_equal(value, strchr(text[i].variable, '=') + 1);
		memset((char *)&options + text[i].field, 0, sizeof(value));
		check_defaults(&options);
	}
}

static void a_trace_may_have_the_layout_with_it(void **state)
{
	static const struct {
		const char *variable, *trace;
		bool page;
	} trace[] = {
		{ "VA_LIMIT_TRACE=page", "stderr", true },
		{ "VA_LIMIT_TRACE=page:", "stderr", true },
		{ "VA_LIMIT_TRACE=page:stderr", "stderr", true },
		{ "VA_LIMIT_TRACE=page:/tmp/t.%p", "/tmp/t.%p", true },
		{ "VA_LIMIT_TRACE=page:page", "page", true },
		{ "VA_LIMIT_TRACE=./page", "./page", false },
		{ "VA_LIMIT_TRACE=pages", "pages", false },
		{ "VA_LIMIT_TRACE=host:page", "host:page", false },
		{ "VA_LIMIT_TRACE=stderr", "stderr", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(trace); i++) {
		struct options options = parse(trace[i].variable);

		assert_string_equal(options.trace, trace[i].trace);
		assert_int_equal(options.trace_page, trace[i].page);
	}
	assert_false(parse("VA_LIMIT_REPORT=page:x").trace_page);
	assert_string_equal(parse("VA_LIMIT_REPORT=page:x").report, "page:x");
}

static void every_variable_at_once(void **state)
{
	char limit[] = "VA_LIMIT=32bit", fence[] = "VA_LIMIT_FENCE=sealed", path[] = "PATH=/bin";
	char fixed[] = "VA_LIMIT_FIXED=deny", host[] = "VA_LIMIT_HOST=h", guest[] = "VA_LIMIT_GUEST=g";
	char place[] = "VA_LIMIT_PLACE=random", base[] = "VA_LIMIT_BASE=1G";
	char seed[] = "VA_LIMIT_SEED=7", align[] = "VA_LIMIT_ALIGN=64K";
	char trace[] = "VA_LIMIT_TRACE=t", report[] = "VA_LIMIT_REPORT=r";
	char inspect[] = "VA_LIMIT_INSPECT=any";
	char *envp[] = { limit, fence, path, fixed, host, guest, place, base,
			 seed, align, trace, report, inspect, NULL };
	struct options options;
	struct options_error error;

	(void)state;
	assert_int_equal(options_parse(envp, MIN, &options, &error), 0);
	assert_true(options.limited);
	assert_int_equal(options.fence, FENCE_SEAL);
	assert_true(options.fixed_deny);
	assert_int_equal(options.place, PLACE_RANDOM);
	assert_int_equal(options.base, 1UL << 30);
	assert_int_equal(options.seed, 7);
	assert_int_equal(options.align, 65536);
	assert_string_equal(options.host, "h");
	assert_string_equal(options.guest, "g");
	assert_string_equal(options.trace, "t");
	assert_string_equal(options.report, "r");
	assert_true(options.inspect_any);
}

static void of_a_name_given_twice_the_first_counts(void **state)
{
	char first[] = "VA_LIMIT_SEED=1", second[] = "VA_LIMIT_SEED=2";
	char *envp[] = { first, second, NULL };
	struct options options;
	struct options_error error;

	(void)state;
	assert_int_equal(options_parse(envp, MIN, &options, &error), 0);
	assert_int_equal(options.seed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_environment_gives_the_defaults),
		cmocka_unit_test(an_empty_value_gives_the_default),
		cmocka_unit_test(other_variables_are_not_read),
		cmocka_unit_test(a_name_without_a_value_is_no_variable),
		cmocka_unit_test(the_window_limits),
		cmocka_unit_test(a_preset_window_starts_at_min),
		cmocka_unit_test(a_wrapped_window_limits),
		cmocka_unit_test(the_window_none_does_not_limit),
		cmocka_unit_test(every_word_for_the_fence),
		cmocka_unit_test(every_word_for_the_reach),
		cmocka_unit_test(without_a_fence_the_reach_is_calls),
		cmocka_unit_test(every_word_for_fixed),
		cmocka_unit_test(every_word_for_the_placement),
		cmocka_unit_test(every_word_for_inspection),
		cmocka_unit_test(the_base_is_any_number),
		cmocka_unit_test(the_seed_is_decimal_or_hexadecimal),
		cmocka_unit_test(the_alignment_is_a_power_of_two),
		cmocka_unit_test(texts_are_kept_where_they_are),
		cmocka_unit_test(a_trace_may_have_the_layout_with_it),
		cmocka_unit_test(every_variable_at_once),
		cmocka_unit_test(of_a_name_given_twice_the_first_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
