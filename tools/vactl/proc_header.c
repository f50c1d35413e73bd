/* SPDX-License-Identifier: MIT */
#include "proc_header.h"

#include <stdio.h>

#include "core/utf8.h"
#include "names.h"
#include "processes.h"

int proc_header_pid(const struct reading *reading)
{
	return target_is_core(&reading->target) ? reading->core.pid : reading->target.pid;
}

void proc_header_print(const struct reading *reading)
{
	const struct table *table = &reading->table;
	struct title title = title_of_reading(reading);

	utf8_plain(title.text);
	printf("%s: %s\n", reading->subject, title.text);
	printf("window %s, reach %s, fence %s, %s\n", word_window(table).text,
	       name_reach(table->reach), name_fence(table->fence),
	       table->direct ? "the kernel places" : "the library places");
}

void proc_header_json(struct json *json, const struct reading *reading)
{
	const struct table *table = &reading->table;

	json_number(json, "pid", (uint64_t)proc_header_pid(reading));
	json_text(json, "core", reading->target.path);
	json_text(json, "command", title_of_reading(reading).text);
	json_boolean(json, "consistent", reading->consistent);
	if (reading->state != READER_GOOD)
		return;
	json_text(json, "window", word_window(table).text);
	json_text(json, "reach", name_reach(table->reach));
	json_text(json, "fence", name_fence(table->fence));
	json_boolean(json, "kernel_places", table->direct);
}
