/* SPDX-License-Identifier: MIT */
/* The operations that are about reservations. */
#ifndef VALIMIT_TESTS_MODEL_SCRIPT_RESERVE_H
#define VALIMIT_TESTS_MODEL_SCRIPT_RESERVE_H

/* valimit_reserve() of the bed's reservation and a page at either side, and
 * valimit_release() of it. */
void script_reserve(int who);
void script_release(int who);

/* A page anywhere in the range; and its end. */
void script_range_map(int who);
void script_range_unmap(int who);

/* MAP_FIXED_NOREPLACE with the range, at an address that all threads want. */
void script_range_free(int who);

/* MAP_FIXED with the range: over what is free of the reservation, or over its own. */
void script_range_fill(int who);

#endif
