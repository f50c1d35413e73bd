/* SPDX-License-Identifier: MIT */
/* Messages on stderr, and memory allocation that ends the program on failure. */
#ifndef VACTL_MESSAGE_H
#define VACTL_MESSAGE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints one line: "vactl: " and the text. Control characters, which names of
 * files and programs can contain, become '?'. */
void message_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Sets the exit status of memory failures; 1 by default. */
void memory_failure(int status);
_Noreturn void memory_out(void);

/* realloc() for `count` elements. */
void *memory_array(void *old, size_t count, size_t size);

/* The array, enlarged if its `count` elements fill its *room. */
void *memory_room(void *array, size_t count, size_t *room, size_t size);

/* A new element behind those of a list that has the members `at`, `count` and `room`. */
#define memory_add(list) \
	((list)->at = memory_room((list)->at, (list)->count, &(list)->room, sizeof(*(list)->at)), \
	 &(list)->at[(list)->count++])

/* Frees the elements; the list is empty then. */
#define memory_drop(list) (free((list)->at), memset((list), 0, sizeof(*(list))))

/* asprintf() and vasprintf(). */
char *memory_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *memory_text_of(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* open_memstream(), and the fclose() that completes the text. */
FILE *memory_stream(char **text, size_t *length);
void memory_stream_close(FILE *stream);

#endif
