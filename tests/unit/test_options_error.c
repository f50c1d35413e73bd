/* SPDX-License-Identifier: MIT */
/* Bad values of the variables, and their messages. */
#include <errno.h>

#include "unit.h"

#include "core/options.h"

#define MIN 0x10000UL

static void check_error(const char *variable, const char *name, const char *value,
			const char *why)
{
	char *envp[] = { (char *)(uintptr_t)variable, NULL };
	struct options options;
	struct options_error error;

	if (options_parse(envp, MIN, &options, &error) != -EINVAL)
		fail_msg("accepted: %s", variable);
	assert_int_equal(error.name_length, strlen(name));
	assert_memory_equal(error.name, name, strlen(name));
	assert_string_equal(error.value, value);
	if (!strstr(error.why, why))
		fail_msg("%s %s", variable, error.why);
}

static void an_error_behind_other_variables_is_found(void **state)
{
	char good[] = "VA_LIMIT=32bit", bad[] = "VA_LIMIT_FENCE=maybe", path[] = "PATH=/bin";
	char *envp[] = { path, good, bad, path, NULL };
	struct options options;
	struct options_error error;

	(void)state;
	assert_int_equal(options_parse(envp, MIN, &options, &error), -EINVAL);
	assert_ptr_equal(error.name, bad);
	assert_string_equal(error.value, "maybe");
}

static void an_unknown_variable_is_an_error(void **state)
{
	static const char *const name[] = {
		"VA_LIMIT_", "VA_LIMIT_FENC", "VA_LIMIT_FENCES", "VA_LIMIT_fence",
		"VA_LIMIT_WINDOW", "VA_LIMIT__FENCE",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(name); i++) {
		char variable[64];

		strcpy(variable, name[i]);
		check_error(strcat(variable, "=on"), name[i], "on",
			    "is not a variable that valimit knows");
		variable[strlen(name[i]) + 1] = '\0';
		check_error(variable, name[i], "", "is not a variable that valimit knows");
	}
}

/* Each bad value, and the words that its reason has. */
static void every_bad_value_has_its_reason(void **state)
{
	static const struct {
		const char *name, *value, *why;
	} bad[] = {
		{ "VA_LIMIT", "junk", "is not LOWER-UPPER, Nbit" },
		{ "VA_LIMIT", "4G", "is not LOWER-UPPER, Nbit" },
		{ "VA_LIMIT", "4G-", "has no number after the '-'" },
		{ "VA_LIMIT", "4G-8G junk", "has something after UPPER" },
		{ "VA_LIMIT", "4G-2^65", "does not fit 64 bits" },
		{ "VA_LIMIT", "0x1000-0x1000", "is empty" },
		{ "VA_LIMIT", "12bit", "below the lowest address" },
		{ "VA_LIMIT_FENCE", "maybe", "is not one of auto, on, off, sealed" },
		{ "VA_LIMIT_FENCE", "ON", "is not one of auto, on, off, sealed" },
		{ "VA_LIMIT_FENCE", "o", "is not one of auto, on, off, sealed" },
		{ "VA_LIMIT_FENCE", "on ", "is not one of auto, on, off, sealed" },
		{ "VA_LIMIT_REACH", "all", "is not one of process, calls, whole" },
		{ "VA_LIMIT_FIXED", "no", "is not one of allow, deny" },
		{ "VA_LIMIT_FIXED", "1", "is not one of allow, deny" },
		{ "VA_LIMIT_PLACE", "top-down", "is not one of topdown, bottomup, random, bestfit" },
		{ "VA_LIMIT_INSPECT", "all", "is not one of owner, any" },
		{ "VA_LIMIT_INHERIT", "none", "is not one of yes, no" },
		{ "VA_LIMIT_BASE", "high", "is not a number" },
		{ "VA_LIMIT_BASE", "-1", "is not a number" },
		{ "VA_LIMIT_BASE", "0x", "is not a number" },
		{ "VA_LIMIT_BASE", "1GB", "is not a number" },
		{ "VA_LIMIT_BASE", "1-2", "is not a number" },
		{ "VA_LIMIT_BASE", "0x10000000000000000", "does not fit 64 bits" },
		{ "VA_LIMIT_SEED", "lucky", "is not a number" },
		{ "VA_LIMIT_SEED", "4K", "is not a number" },
		{ "VA_LIMIT_SEED", "2^4", "is not a number" },
		{ "VA_LIMIT_SEED", " 4", "is not a number" },
		{ "VA_LIMIT_SEED", "18446744073709551616", "does not fit 64 bits" },
		{ "VA_LIMIT_ALIGN", "wide", "is not a number" },
		{ "VA_LIMIT_ALIGN", "64KB", "is not a number" },
		{ "VA_LIMIT_ALIGN", "0", "is not a power of two" },
		{ "VA_LIMIT_ALIGN", "3", "is not a power of two" },
		{ "VA_LIMIT_ALIGN", "4097", "is not a power of two" },
		{ "VA_LIMIT_ALIGN", "12K", "is not a power of two" },
		{ "VA_LIMIT_ALIGN", "2^64", "is not a power of two" },
		{ "VA_LIMIT_ALIGN", "2^65", "does not fit 64 bits" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char variable[128];

		strcpy(variable, bad[i].name);
		strcat(variable, "=");
		check_error(strcat(variable, bad[i].value), bad[i].name, bad[i].value, bad[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_behind_other_variables_is_found),
		cmocka_unit_test(an_unknown_variable_is_an_error),
		cmocka_unit_test(every_bad_value_has_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
