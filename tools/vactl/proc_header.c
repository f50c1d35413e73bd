/* SPDX-License-Identifier: MIT */
#include "proc_header.h"

#include <stdio.h>

#include "names.h"
#include "processes.h"

void proc_header_print(const struct reading *reading)
{
	const struct table *table = &reading->table;

	printf("%s: %s\n", reading->subject, title_plain(reading).text);
	if (!reader_table(reading)) {
		puts(reading->state == READER_DENIED ? "its table may not be read" :
		     "not confined, or by the launcher's fence alone");
		return;
	}
	printf("window %s, reach %s, fence %s, %s\n", word_window(table).text,
	       reach_names[table->reach], fence_names[table->fence],
	       table->passthrough ? "the kernel places" : "the library places");
}

void proc_header_json(struct json *json, const char *name, const struct reading *reading)
{
	const struct table *table = reader_table(reading);

	json_open(json, name, '{');
	json_number(json, "pid", (uint64_t)reading->pid);
	json_text(json, "core", reading->path);
	json_text(json, "command", title_of(reading).text);
	json_boolean(json, "table", table);
	json_boolean(json, "consistent", reading->consistent);
	json_text(json, "window", table ? word_window(table).text : NULL);
	json_text(json, "reach", table ? reach_names[table->reach] : NULL);
	json_text(json, "fence", table ? fence_names[table->fence] : NULL);
	json_print(json, "kernel_places", !table ? "null" : table->passthrough ? "true" : "false");
}

void vma_json(struct json *json, const struct procmaps_line *vma)
{
	json_text(json, "perm", vma ? word_permissions(vma).text : NULL);
	json_text(json, "file", vma && *vma->name ? vma->name : NULL);
}

void kinds_json(struct json *json, const struct total kind[KIND_NAMES])
{
	json_open(json, "kinds", '{');
	for (unsigned int k = KIND_GUEST; k < KIND_NAMES; k++) {
		json_open(json, kind_names[k], '{');
		json_number(json, "bytes", kind[k].bytes);
		json_number(json, "count", kind[k].count);
		json_close(json, '}');
	}
	json_close(json, '}');
}

static void usage_json(struct json *json, const struct usage *usage)
{
	unsigned int broken = usage_fragmentation(usage);
	struct word share;

	json_number(json, "size", usage->size);
	json_number(json, "used", usage->used);
	json_number(json, "kept", usage->kept);
	json_number(json, "free", usage->free);
	json_number(json, "gaps", usage->gaps);
	json_number(json, "largest_gap", span_length(usage->largest));
	json_place(json, "largest_gap_start", usage->largest.start);
	snprintf(share.text, sizeof(share.text), "%u.%03u", broken / 1000, broken % 1000);
	json_print(json, "fragmentation", share.text);
}

void totals_json(struct json *json, const struct totals *totals)
{
	json_open(json, "window_use", '{');
	usage_json(json, &totals->window);
	json_close(json, '}');
	json_open(json, "spans", '[');
	for (int i = 0; i < totals->spans; i++) {
		json_open(json, NULL, '{');
		json_address(json, "start", totals->span[i].start);
		json_address(json, "end", totals->span[i].end);
		usage_json(json, &totals->of_span[i]);
		json_close(json, '}');
	}
	json_close(json, ']');
	kinds_json(json, totals->kind);
	json_number(json, "vmas", totals->mappings);
}
