/* SPDX-License-Identifier: MIT */
#include "brief.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmdline.h"
#include "names.h"
#include "utf8.h"

#define COMMAND_MAX 1024

const struct choice brief_choices[] = {
	{ .name = "bytes", .key = 'b', .help = "print sizes in bytes" },
	{ .name = "json", .key = 'J', .help = "print JSON" },
	{ .name = NULL },
};

bool brief_choose(struct brief *brief, const struct choice *choice)
{
	brief->bytes |= choice->key == 'b';
	brief->json |= choice->key == 'J';
	return choice->key == 'b' || choice->key == 'J';
}

int brief_options(struct brief *brief, const struct command *command, int argc, char **argv)
{
	const struct choice *choice;
	struct arguments arguments;
	const char *value;

	*brief = (struct brief){ 0 };
	arguments_start(&arguments, command, argc, argv);
	while ((choice = arguments_next(&arguments, &value)))
		brief_choose(brief, choice);
	brief->over = arguments.over;
	return arguments.status;
}

void brief_size(uint64_t bytes, bool plain, char *text)
{
	if (plain)
		snprintf(text, LISTING_SIZE_MAX, "%" PRIu64, bytes);
	else
		listing_human(bytes, text);
}

static void read_command(const struct reading *reading, char *text)
{
	if (target_is_core(&reading->target))
		snprintf(text, COMMAND_MAX, "%s", reading->core.command);
	else
		text[cmdline_read(reading->target.pid, text, COMMAND_MAX - 1)] = 0;
}

static int pid_of(const struct reading *reading)
{
	return target_is_core(&reading->target) ? reading->core.pid : reading->target.pid;
}

void brief_print(const struct reading *reading)
{
	const struct table *table = &reading->table;
	char command[COMMAND_MAX], window[NAME_WINDOW_MAX];

	read_command(reading, command);
	utf8_plain(command);
	name_window(table, window);
	printf("%s: %s\n", reading->subject, command);
	printf("window %s, reach %s, fence %s, %s\n", window, name_reach(table->reach),
	       name_fence(table->fence),
	       table->direct ? "the kernel places" : "the library places");
}

void brief_json(struct json *json, const struct reading *reading)
{
	const struct table *table = &reading->table;
	char command[COMMAND_MAX], window[NAME_WINDOW_MAX];

	read_command(reading, command);
	name_window(table, window);
	json_number(json, "pid", (uint64_t)pid_of(reading));
	json_text(json, "core", reading->target.path);
	json_text(json, "command", command);
	json_boolean(json, "consistent", reading->consistent);
	json_text(json, "window", window);
	json_text(json, "reach", name_reach(table->reach));
	json_text(json, "fence", name_fence(table->fence));
	json_boolean(json, "kernel_places", table->direct);
}
