/* SPDX-License-Identifier: MIT */
/* What the benches share: a clock, medians, and environments for children. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

__attribute__((noreturn, format(printf, 1, 2))) static inline void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static inline uint64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static inline int double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts the values. */
static inline double median(double *value, size_t count)
{
	qsort(value, count, sizeof(*value), double_compare);
	return count % 2 ? value[count / 2] : (value[count / 2 - 1] + value[count / 2]) / 2;
}

/* One way to start a program; settings are NAME=VALUE, up to the NULL. */
struct variant {
	const char *name;
	char *settings[4];
};

static inline char *text_join(const char *a, const char *b)
{
	size_t size = strlen(a) + strlen(b) + 1;
	char *text = malloc(size);

	if (!text)
		die("out of memory");
	snprintf(text, size, "%s%s", a, b);
	return text;
}

/* The environment without what concerns the library, and with the settings. */
static inline char **environment_make(char *const *from, const struct variant *variant)
{
	size_t count = 0, size = sizeof(variant->settings) / sizeof(*variant->settings) + 1;
	char **made;

	while (from[count])
		count++;
	made = calloc(count + size, sizeof(*made));
	if (!made)
		die("out of memory");
	count = 0;
	for (; *from; from++)
		if (strncmp(*from, "VA_LIMIT", 8) != 0 && strncmp(*from, "LD_PRELOAD=", 11) != 0)
			made[count++] = *from;
	for (size_t i = 0; i + 1 < size && variant->settings[i]; i++)
		made[count++] = variant->settings[i];
	return made;
}

#endif
