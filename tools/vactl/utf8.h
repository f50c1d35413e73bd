/* SPDX-License-Identifier: MIT */
/* Names of files and programs are bytes; JSON and terminals want UTF-8. */
#ifndef VACTL_UTF8_H
#define VACTL_UTF8_H

/* Turns every byte that is part of no well-formed character into '?'. */
void utf8_repair(char *text);

#endif
