/* SPDX-License-Identifier: MIT */
/* What vactl says on stderr, and memory that is there or ends the program. */
#ifndef VACTL_MESSAGE_H
#define VACTL_MESSAGE_H

#include <stdarg.h>
#include <stddef.h>

/* One line: "vactl: " and the text. Control characters in it, which can come
 * from names of files and programs, become '?', so that it stays one line. */
void message_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* realloc() for an array, asprintf() and vasprintf(); where there is no memory they say so
 * and exit with status 1, or with what memory_failure() was told. */
void memory_failure(int status);
void *memory_array(void *old, size_t count, size_t size);
char *memory_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *memory_text_of(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* For libraries that report a lack of memory by themselves. */
_Noreturn void memory_out(void);

#endif
