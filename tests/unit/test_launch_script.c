/* SPDX-License-Identifier: MIT */
/* The first line of a script, as the kernel reads it. */
#include "unit.h"

#include "dice.h"

#include "core/script.h"

static bool read_line(char line[SCRIPT_BYTES], const char *text, struct script *script)
{
	memset(line, 0, SCRIPT_BYTES);
	memcpy(line, text, strlen(text) < SCRIPT_BYTES ? strlen(text) : SCRIPT_BYTES);
	return script_read(line, script);
}

static void expect(const char *text, const char *interpreter, const char *argument)
{
	char line[SCRIPT_BYTES];
	struct script script;

	assert_true(read_line(line, text, &script));
	assert_string_equal(script.interpreter, interpreter);
	if (argument)
		assert_string_equal(script.argument, argument);
	else
		assert_null(script.argument);
}

static void expect_none(const char *text)
{
	char line[SCRIPT_BYTES];
	struct script script;

	assert_false(read_line(line, text, &script));
}

static void plain_lines(void **state)
{
	(void)state;
	expect("#!/bin/sh\nexit\n", "/bin/sh", NULL);
	expect("#! \t/bin/sh\n", "/bin/sh", NULL);
	expect("#!/bin/sh", "/bin/sh", NULL);
	expect("#!/bin/sh -x\n", "/bin/sh", "-x");
}

static void all_the_rest_is_one_argument(void **state)
{
	(void)state;
	expect("#!/usr/bin/env  -S a  b \t \n", "/usr/bin/env", "-S a  b");
	expect("#!sh\tb\n", "sh", "b");
}

static void lines_without_an_interpreter(void **state)
{
	(void)state;
	expect_none("");
	expect_none("#");
	expect_none("# !/bin/sh\n");
	expect_none("#!\n/bin/sh\n");
	expect_none("#! \t \n");
	expect_none("#!");
}

static void long_lines(void **state)
{
	char text[2 * SCRIPT_BYTES];
	char line[SCRIPT_BYTES];
	struct script script;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "#!/", 3);
	text[sizeof(text) - 1] = 0;
	/* A path that may go on. */
	assert_false(read_line(line, text, &script));
	/* An argument that does: it is cut. */
	text[10] = ' ';
	assert_true(read_line(line, text, &script));
	assert_int_equal(strlen(script.interpreter), 8);
	assert_int_equal(strlen(script.argument), SCRIPT_BYTES - 1 - 11);
	/* A path that ends just there. */
	text[10] = 'x';
	text[SCRIPT_BYTES - 1] = '\n';
	assert_true(read_line(line, text, &script));
	assert_int_equal(strlen(script.interpreter), SCRIPT_BYTES - 3);
}

static void any_line(void **state)
{
	static const char often[] = " \t\n/a#!\0";
	struct dice dice = dice_new("any_line");

	(void)state;
	for (int turn = 0; turn < 100000; turn++) {
		char *line = malloc(SCRIPT_BYTES);
		struct script script;

		for (size_t i = 0; i < SCRIPT_BYTES; i++)
			line[i] = dice_roll(&dice, 3) ? often[dice_roll(&dice, sizeof(often))] :
							(char)dice_bits(&dice);
		memcpy(line, "#!", 2);
		if (script_read(line, &script)) {
			assert_true(strlen(script.interpreter) > 0);
			assert_null(strpbrk(script.interpreter, " \t\n"));
			assert_true(script.interpreter + strlen(script.interpreter) <
				    line + SCRIPT_BYTES);
			assert_true(!script.argument || script.argument + strlen(script.argument) <
								line + SCRIPT_BYTES);
		}
		free(line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_lines),
		cmocka_unit_test(all_the_rest_is_one_argument),
		cmocka_unit_test(lines_without_an_interpreter),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(any_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
