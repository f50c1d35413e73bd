/* SPDX-License-Identifier: MIT */
/* The outcome as which a call is counted. */
#include "unit.h"

#include <errno.h>
#include <sys/mman.h>

#include "core/call.h"

#define AT 0x200000000UL

static void check_outcome(struct call call, enum outcome outcome)
{
	if (call_outcome(&call) != outcome)
		fail_msg("%s is '%s' and not '%s'", call_word(call.name),
			 call_outcome_word(call_outcome(&call)), call_outcome_word(outcome));
}

static void a_mapping_lies_where_it_was_left_open_hinted_or_demanded(void **state)
{
	static const enum call_name names[] = { CALL_MMAP, CALL_MMAP_RANGE };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct call call = { .name = names[i], .result = AT };

		check_outcome(call, OUTCOME_PLACED);
		call.address = AT;
		check_outcome(call, OUTCOME_HINTED);
		call.address = AT + 4095;
		check_outcome(call, OUTCOME_HINTED);
		call.address = AT + 0x10000;
		check_outcome(call, OUTCOME_PLACED);
		call.address = AT - 0x1000;
		check_outcome(call, OUTCOME_PLACED);
		call.address = AT;
		call.flags = MAP_FIXED;
		check_outcome(call, OUTCOME_FIXED);
		call.flags = 0x100000; /* MAP_FIXED_NOREPLACE */
		check_outcome(call, OUTCOME_FIXED);
	}
}

static void a_remap_stays_moves_or_goes_where_it_is_told(void **state)
{
	struct call call = { .name = CALL_MREMAP, .address = AT, .result = AT };

	(void)state;
	check_outcome(call, OUTCOME_IN_PLACE);
	call.result = AT + 0x1000;
	check_outcome(call, OUTCOME_MOVED);
	call.flags = MREMAP_MAYMOVE | MREMAP_FIXED;
	check_outcome(call, OUTCOME_FIXED);
}

static void what_has_no_address_to_answer_is_done(void **state)
{
	(void)state;
	check_outcome((struct call){ .name = CALL_MUNMAP, .address = AT }, OUTCOME_DONE);
	check_outcome((struct call){ .name = CALL_SHMDT, .address = AT }, OUTCOME_DONE);
	check_outcome((struct call){ .name = CALL_LIMITS }, OUTCOME_DONE);
	check_outcome((struct call){ .name = CALL_SHMAT, .result = AT }, OUTCOME_PLACED);
	check_outcome((struct call){ .name = CALL_SHMAT, .address = AT, .result = AT },
		      OUTCOME_FIXED);
}

static void only_what_maps_answers_an_address(void **state)
{
	(void)state;
	for (int name = 0; name < CALLS; name++) {
		const struct call call = { .name = (enum call_name)name };

		assert_int_equal(call_answers_address(&call),
				 name != CALL_MUNMAP && name != CALL_SHMDT && name != CALL_LIMITS);
	}
}

static void an_error_is_counted_by_its_class_whatever_was_asked(void **state)
{
	static const struct {
		long result;
		enum outcome outcome;
	} errors[] = {
		{ -ENOMEM, OUTCOME_ENOMEM }, { -EEXIST, OUTCOME_EEXIST },
		{ -EINVAL, OUTCOME_EINVAL }, { -EACCES, OUTCOME_EACCES },
		{ -EPERM, OUTCOME_EACCES }, { -EBADF, OUTCOME_FAILED },
		{ -4095, OUTCOME_FAILED },
	};

	(void)state;
	for (enum call_name name = 0; name < CALLS; name++)
		for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
			check_outcome((struct call){ .name = name, .address = AT,
						     .result = errors[i].result },
				      errors[i].outcome);
	check_outcome((struct call){ .name = CALL_MMAP, .result = -4096 }, OUTCOME_PLACED);
}

static void every_call_and_outcome_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (enum call_name a = 0; a < CALLS; a++)
		for (enum call_name b = 0; b < a; b++)
			assert_string_not_equal(call_word(a), call_word(b));
	for (enum outcome a = 0; a < OUTCOMES; a++)
		for (enum outcome b = 0; b < a; b++)
			assert_string_not_equal(call_outcome_word(a), call_outcome_word(b));
	assert_string_equal(call_word(CALLS), "?");
	assert_string_equal(call_outcome_word(OUTCOMES), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mapping_lies_where_it_was_left_open_hinted_or_demanded),
		cmocka_unit_test(a_remap_stays_moves_or_goes_where_it_is_told),
		cmocka_unit_test(what_has_no_address_to_answer_is_done),
		cmocka_unit_test(only_what_maps_answers_an_address),
		cmocka_unit_test(an_error_is_counted_by_its_class_whatever_was_asked),
		cmocka_unit_test(every_call_and_outcome_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
