/* SPDX-License-Identifier: MIT */
/*
 * Settings inside the launcher's file, for programs that start without an
 * environment: SETTINGS_MARK, then SETTINGS_SIZE bytes. They are zero in the
 * built file. A copy that vactl makes has NAME=VALUE strings there, each with
 * its terminator; an empty string ends them.
 */
#ifndef COMMON_SETTINGS_BLOCK_H
#define COMMON_SETTINGS_BLOCK_H

#define SETTINGS_MARK "valimit-settings"
#define SETTINGS_SIZE 4096

/* Names beside VA_LIMIT and VA_LIMIT_*: the library that vactl preloads, and the
 * dynamic linker that it was built for. */
#define SETTINGS_LIBRARY "VALIMIT_LIBRARY"
#define SETTINGS_LOADER "VALIMIT_LOADER"

#endif
