/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <string.h>

#include "size.h"
#include "text.h"

#define PREFIX "VA_LIMIT_"

/* A variable's value, and the value's context. */
struct given {
	const char *value; /* not empty */
	uintptr_t min;
};

static const char *why_not_number(int err, const char *rest)
{
	if (err == -ERANGE)
		return "has a number that does not fit 64 bits";
	return err || *rest ? "is not a number" : NULL;
}

#define NOT_ONE_OF "is not one of "

/* Finds the value among the words that the message lists. Returns NULL with the word's index in
 * *word, or the message if no word matches. */
static const char *find_word(const char *value, const char *message, unsigned int *word)
{
	const char *at = message + strlen(NOT_ONE_OF), *end;

	for (*word = 0;; ++*word, at = end + strlen(", ")) {
		for (end = at; *end && *end != ',';)
			end++;
		if (text_is(at, (size_t)(end - at), value))
			return NULL;
		if (!*end)
			return message;
	}
}

/* Each read_* function sets its option, and returns NULL or a phrase that says what is wrong. */

static const char *read_window(const struct given *given, struct options *options)
{
	const char *why;

	if (window_parse(given->value, given->min, &options->window, &why))
		return why;
	options->limited = !window_unlimited(&options->window);
	return NULL;
}

static const char *read_fence(const struct given *given, struct options *options)
{
	unsigned int word;
	const char *why = find_word(given->value, NOT_ONE_OF OPTION_FENCES, &word);

	options->fence = (enum option_fence)word;
	return why;
}

static const char *read_reach(const struct given *given, struct options *options)
{
	unsigned int word;
	const char *why = find_word(given->value, NOT_ONE_OF OPTION_REACHES, &word);

	options->reach = (enum option_reach)word;
	return why;
}

static const char *read_fixed(const struct given *given, struct options *options)
{
	unsigned int word;
	const char *why = find_word(given->value, NOT_ONE_OF "allow, deny", &word);

	options->fixed_deny = word == 1;
	return why;
}

static const char *read_place(const struct given *given, struct options *options)
{
	unsigned int word;
	const char *why = find_word(given->value, NOT_ONE_OF OPTION_PLACES, &word);

	options->place = (enum option_place)word;
	return why;
}

static const char *read_inspect(const struct given *given, struct options *options)
{
	unsigned int word;
	const char *why = find_word(given->value, NOT_ONE_OF "owner, any", &word);

	options->inspect_any = word == 1;
	return why;
}

static const char *read_inherit(const struct given *given, struct options *options)
{
	unsigned int word;
	const char *why = find_word(given->value, NOT_ONE_OF "yes, no", &word);

	options->kept_out = word == 1;
	return why;
}

static const char *read_base(const struct given *given, struct options *options)
{
	const char *rest;
	int err = window_number(given->value, &rest, &options->base);

	options->has_base = true;
	return why_not_number(err, rest);
}

/* A seed is a name for a run and not a quantity: it has no units. */
static const char *read_seed(const struct given *given, struct options *options)
{
	const char *rest;
	int err = window_digits(given->value, &rest, &options->seed);

	options->has_seed = true;
	return why_not_number(err, rest);
}

static const char *read_align(const struct given *given, struct options *options)
{
	const char *rest;
	int err = window_number(given->value, &rest, &options->align);
	const char *why = why_not_number(err, rest);

	if (!why && (options->align == 0 || options->align & (options->align - 1)))
		why = "is not a power of two";
	return why;
}

static const char *read_host(const struct given *given, struct options *options)
{
	options->host = given->value;
	return NULL;
}

static const char *read_guest(const struct given *given, struct options *options)
{
	options->guest = given->value;
	return NULL;
}

/* Reads FILE, page:FILE, or page, which writes to stderr. */
static const char *read_trace(const struct given *given, struct options *options)
{
	static const char page[] = "page";
	const size_t length = sizeof(page) - 1;
	const char *file = given->value;

	options->trace_page = text_is(file, strlen(file), page) ||
			      (strlen(file) > length && file[length] == ':' &&
			       memcmp(file, page, length) == 0);
	if (options->trace_page)
		file += length + (file[length] == ':');
	options->trace = *file ? file : "stderr";
	return NULL;
}

static const char *read_report(const struct given *given, struct options *options)
{
	options->report = given->value;
	return NULL;
}

struct variable {
	const char *name;
	const char *(*read)(const struct given *given, struct options *options);
};

static const struct variable variable[] = {
	{ "VA_LIMIT", read_window },
	{ PREFIX "FENCE", read_fence },
	{ PREFIX "REACH", read_reach },
	{ PREFIX "FIXED", read_fixed },
	{ PREFIX "HOST", read_host },
	{ PREFIX "GUEST", read_guest },
	{ PREFIX "PLACE", read_place },
	{ PREFIX "BASE", read_base },
	{ PREFIX "SEED", read_seed },
	{ PREFIX "ALIGN", read_align },
	{ PREFIX "TRACE", read_trace },
	{ PREFIX "REPORT", read_report },
	{ PREFIX "INSPECT", read_inspect },
	{ PREFIX "INHERIT", read_inherit },
};

#define VARIABLES ARRAY_SIZE(variable)

static size_t find_variable(const char *name, size_t length)
{
	size_t i = 0;

	while (i < VARIABLES && !text_is(name, length, variable[i].name))
		i++;
	return i;
}

/* Reads one NAME=VALUE. Returns NULL, or a phrase that says what is wrong. `seen` has a bit for
 * each variable: of duplicates the first counts, as with getenv(). */
static const char *read_variable(const char *name, size_t length, const struct given *given,
				 unsigned int *seen, struct options *options)
{
	size_t i = find_variable(name, length);

	if (i == VARIABLES)
		return text_behind(name, PREFIX) ? "is not a variable that valimit knows" : NULL;
	if (*seen & 1U << i)
		return NULL;
	*seen |= 1U << i;
	return *given->value ? variable[i].read(given, options) : NULL;
}

/* Makes reach and fence agree: reach calls is reach process without a fence. */
static int settle_reach(struct options *options, struct options_error *error)
{
	static const char name[] = "VA_LIMIT_REACH";

	if (options->reach == WANT_CALLS && options->fence == FENCE_AUTO)
		options->fence = FENCE_NEVER;
	if (options->fence == FENCE_NEVER)
		options->reach = WANT_CALLS;
	if (options->reach != WANT_CALLS || options->fence == FENCE_NEVER)
		return 0;
	*error = (struct options_error){ name, sizeof(name) - 1, "calls",
					 "means no fence, which contradicts VA_LIMIT_FENCE=on "
					 "and VA_LIMIT_FENCE=sealed" };
	return -EINVAL;
}

int options_parse(char *const *envp, uintptr_t min, struct options *options,
		  struct options_error *error)
{
	unsigned int seen = 0;

	*options = (struct options){ .fence = FENCE_AUTO, .place = PLACE_TOPDOWN };
	for (; *envp; envp++) {
		size_t length = 0;
		struct given given = { .min = min };
		const char *why;

		/* Most variables are skipped by this test. */
		if (!text_behind(*envp, "VA_LIMIT"))
			continue;
		while ((*envp)[length] && (*envp)[length] != '=')
			length++;
		if (!(*envp)[length])
			continue;
		given.value = *envp + length + 1;
		why = read_variable(*envp, length, &given, &seen, options);
		if (why) {
			*error = (struct options_error){ *envp, length, given.value, why };
			return -EINVAL;
		}
	}
	return settle_reach(options, error);
}
