/* SPDX-License-Identifier: MIT */
/* The base of vactl, which comes with each of its headers: libc's common headers, messages
 * on stderr, memory that ends the program if there is none, and arrays. */
#ifndef VACTL_MESSAGE_H
#define VACTL_MESSAGE_H

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Prints one line: "vactl: " and the text. Replaces control characters, which names of
 * files and programs can contain, by '?'. */
void message_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Sets the exit status of memory failures; 1 by default. */
void memory_failure(int status);
_Noreturn void memory_out(void);

/* realloc() for `count` elements. */
void *memory_array(void *old, size_t count, size_t size);

/* Returns the array, enlarged if its `count` elements fill its *room. */
void *memory_room(void *array, size_t count, size_t *room, size_t size);

/* A new element behind those of a list that has the members `at`, `count` and `room`. */
#define memory_add(list) \
	((list)->at = memory_room((list)->at, (list)->count, &(list)->room, sizeof(*(list)->at)), \
	 &(list)->at[(list)->count++])

/* Frees the elements and empties the list. */
#define memory_drop(list) (free((list)->at), memset((list), 0, sizeof(*(list))))

/* Frees the memory of a pointer, or NULL, where the variable ends. */
#define SCOPED __attribute__((cleanup(memory_free)))
static inline void memory_free(void *pointer)
{
	free(*(void **)pointer);
}

/* The first of `count` ascending elements, of `size` bytes each, that ends above
 * `address`; `count` if none does. Elements begin with their first address and the one
 * behind their last. */
size_t array_seek(const void *array, size_t count, size_t size, uint64_t address);

/* asprintf() and vasprintf(). */
char *memory_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *memory_text_of(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
