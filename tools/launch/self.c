/* SPDX-License-Identifier: MIT */
#include "self.h"

#include <errno.h>
#include <string.h>

#include "sys/maps.h"
#include "message.h"

struct look {
	struct self *self;
	uintptr_t top;
};

static bool name_begins(const struct procmaps_line *line, const char *text)
{
	return line->name_length >= strlen(text) && memcmp(line->name, text, strlen(text)) == 0;
}

static long note_mapping(const struct procmaps_line *line, void *context)
{
	const struct look *look = context;
	struct self *self = look->self;

	if (line->start >= look->top) /* [vsyscall], above user space */
		return 0;
	if (self->count == SELF_MAX)
		return -E2BIG;
	if (name_begins(line, "[stack]"))
		self->stack = (struct span){ line->start, line->end };
	self->at[self->count++] = (struct self_mapping){
		.span = { line->start, line->end },
		.system = name_begins(line, "[vdso]") || name_begins(line, "[vvar"),
	};
	return 0;
}

void self_look(struct self *self, uintptr_t top)
{
	struct look look = { self, top };
	char buffer[4096];
	long result;

	*self = (struct self){ .count = 0 };
	result = maps_each_by(buffer, sizeof(buffer), note_mapping, &look);
	if (result < 0)
		message_die(STATUS_OWN, "cannot read /proc/self/maps, which lists the mappings to "
			    "move: ", result == -E2BIG ? "it is too long" : message_error(result),
			    "; is /proc mounted?", NULL);
}

struct span self_system(const struct self *self)
{
	struct span all = { 0, 0 };

	for (int i = 0; i < self->count; i++) {
		if (!self->at[i].system)
			continue;
		if (span_empty(all))
			all.start = self->at[i].span.start;
		all.end = self->at[i].span.end;
	}
	return all;
}

uintptr_t self_base(const struct self *self)
{
	uintptr_t base = 0;

	for (int i = 0; i < self->count; i++)
		if (self->at[i].span.end <= self->stack.start && self->at[i].span.end > base)
			base = self->at[i].span.end;
	return base;
}
