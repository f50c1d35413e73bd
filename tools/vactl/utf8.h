/* SPDX-License-Identifier: MIT */
/* Names of files and programs are bytes; JSON and terminals want UTF-8. */
#ifndef VACTL_UTF8_H
#define VACTL_UTF8_H

/* Turns every byte that is part of no well-formed character into '?', and of
 * those characters which are none to look at: C1 controls, changes of direction. */
void utf8_repair(char *text);

/* The same, and the ASCII controls: what is left is safe on a terminal. */
void utf8_plain(char *text);

#endif
