/* SPDX-License-Identifier: MIT */
/* Turns names of files and programs, which are any bytes, into UTF-8. */
#ifndef VALIMIT_CORE_UTF8_H
#define VALIMIT_CORE_UTF8_H

/* Replaces every byte that is part of no well-formed character by '?', and those of
 * C1 controls and of characters that change the direction of writing. */
void utf8_repair(char *text);

/* Replaces ASCII controls too: the result is safe on a terminal. */
void utf8_plain(char *text);

#endif
