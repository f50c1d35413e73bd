/* SPDX-License-Identifier: MIT */
#include "shrink.h"

#include <string.h>
#include <sys/mman.h>

static struct op trial[SHARED_OPS];

/* Whether the sequence shows a difference, looked for after each operation; cuts off the
 * operations behind it. */
static bool differs(struct pair *pair, uint32_t *count)
{
	struct oracle_verdict verdict = pair_run(pair, trial, *count, 1, false);

	if (verdict.difference == DIFFERENCE_NONE)
		return false;
	*count = verdict.at + 1;
	return true;
}

/* Without ops[start] to ops[start + length - 1]. */
static bool try_without(struct pair *pair, struct op *ops, uint32_t *count, uint32_t start,
			uint32_t length)
{
	uint32_t rest = *count - length;

	memcpy(trial, ops, start * sizeof(*ops));
	memcpy(trial + start, ops + start + length, (rest - start) * sizeof(*ops));
	if (rest == 0 || !differs(pair, &rest))
		return false;
	memcpy(ops, trial, rest * sizeof(*ops));
	*count = rest;
	return true;
}

/* One pass from the end; whether anything could go. */
static bool drop(struct pair *pair, struct op *ops, uint32_t *count, uint32_t length)
{
	bool any = false;

	for (uint32_t end = *count; end > 0;) {
		uint32_t start = end > length ? end - length : 0;

		any |= try_without(pair, ops, count, start, end - start);
		end = start < *count ? start : *count;
	}
	return any;
}

static bool try_with(struct pair *pair, struct op *ops, uint32_t *count, uint32_t at,
		     const struct op *plainer)
{
	uint32_t length = *count;

	if (memcmp(&ops[at], plainer, sizeof(*plainer)) == 0)
		return false;
	memcpy(trial, ops, length * sizeof(*ops));
	trial[at] = *plainer;
	if (!differs(pair, &length))
		return false;
	memcpy(ops, trial, length * sizeof(*ops));
	*count = length;
	return at < length;
}

/* Each way of making an operation plainer, tried by itself. */
static void plain(struct pair *pair, struct op *ops, uint32_t *count, uint32_t at)
{
	struct op op = ops[at];
	const uint64_t length = op.length;

#define TRY(change)                                           \
	do {                                                  \
		op = ops[at];                                 \
		change;                                       \
		try_with(pair, ops, count, at, &op);          \
		if (at >= *count)                             \
			return;                               \
	} while (0)
	TRY(op.route = ROUTE_LIBC);
	TRY(op.file = FILE_NONE);
	TRY(op.offset = 0);
	TRY(op.at.offset &= -4096L);
	TRY(op.at.offset = 0);
	TRY(op.target.offset &= -4096L);
	TRY(op.target.offset = 0);
	TRY(op.prot = PROT_READ | PROT_WRITE);
	TRY(op.length = 4096; op.size = length == op.size ? 4096 : op.size);
	TRY(op.length = (op.length + 4095) & -4096UL);
	TRY(op.size = 4096);
	TRY(op.room = (op.room + 4095) & -4096UL);
	for (int bit = 0; bit < 31; bit++)
		TRY(op.flags &= ~(1 << bit));
#undef TRY
}

void shrink(struct pair *pair, struct op *ops, uint32_t *count)
{
	uint32_t length = *count;

	memcpy(trial, ops, length * sizeof(*ops));
	if (!differs(pair, &length))
		return;
	*count = length;
	for (length = *count / 2; length > 1; length /= 2)
		drop(pair, ops, count, length);
	while (drop(pair, ops, count, 1))
		;
	for (uint32_t i = 0; i < *count; i++)
		plain(pair, ops, count, i);
	while (drop(pair, ops, count, 1))
		;
}
