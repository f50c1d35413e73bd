/* SPDX-License-Identifier: MIT */
#include "process.h"

#include <argz.h>
#include <dirent.h>

#include "core/utf8.h"
#include "procfile.h"

static int is_process(const struct dirent *entry)
{
	return entry->d_name[strspn(entry->d_name, "0123456789")] == 0;
}

int process_each(const char *command,
		 void (*see)(void *context, const struct reading *reading), void *context)
{
	struct dirent **entries;
	int count, unread = 0;

	/* An empty folder /proc would pass for a system without processes. */
	count = access("/proc/self", F_OK) ? -1 :
					     scandir("/proc", &entries, is_process, versionsort);
	if (count < 0) {
		int err = -errno;

		if (command)
			message_print("%s: cannot read /proc: %s; is it mounted?", command,
				      strerror(-err));
		return err;
	}
	for (int i = 0; i < count; i++) {
		struct reading reading;

		reader_read(atoi(entries[i]->d_name), NULL, &reading);
		if (reading.state == READER_GOOD)
			see(context, &reading);
		else if (reading.state != READER_UNCONFINED && reading.state != READER_GONE)
			unread++;
		reader_free(&reading);
		free(entries[i]);
	}
	free(entries);
	return unread;
}

struct title title_of(const struct reading *reading)
{
	struct title title = { "" };
	long length = 0;
	char *text;

	if (reading->path) {
		snprintf(title.text, sizeof(title.text), "%s", reading->core.command);
		return title;
	}
	for (int i = 0; i < 2 && length <= 0; i++) {
		length = procfile_read(reading->pid, i ? "comm" : "cmdline", TITLE_MAX - 1, &text);
		if (length > 0)
			memcpy(title.text, text, (size_t)length);
		free(text);
	}
	if (length <= 0)
		return title;
	/* Servers that show their state leave the rest of the room blank. */
	while (length && strchr(" \n", title.text[length - 1]))
		title.text[--length] = 0;
	argz_stringify(title.text, (size_t)length, ' ');
	return title;
}

struct title title_plain(const struct reading *reading)
{
	struct title title = title_of(reading);

	utf8_plain(title.text);
	return title;
}

void process_print(const struct reading *reading)
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

void process_json(struct json *json, const char *name, const struct reading *reading)
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

	json_number(json, "size", usage->size);
	json_number(json, "used", usage->used);
	json_number(json, "kept", usage->kept);
	json_number(json, "free", usage->free);
	json_number(json, "gaps", usage->gaps);
	json_number(json, "largest_gap", span_length(usage->largest));
	json_place(json, "largest_gap_start", usage->largest.start);
	json_print(json, "fragmentation", word_of("%u.%03u", broken / 1000, broken % 1000).text);
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
