/* SPDX-License-Identifier: MIT */
/* Turns names of files and programs, which may be any bytes, into UTF-8. */
#ifndef VALIMIT_CORE_UTF8_H
#define VALIMIT_CORE_UTF8_H

/* Replaces by '?' each byte outside a well-formed character, each C1 control, and each
 * character that changes the direction of writing. */
void utf8_repair(char *text);

/* Replaces like utf8_repair(), and ASCII controls too: the result is safe on a terminal. */
void utf8_plain(char *text);

#endif
