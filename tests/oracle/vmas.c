/* SPDX-License-Identifier: MIT */
#include "vmas.h"

#include "../guest/guest.h"

#define MAPPINGS 16384

static struct mapping mappings[MAPPINGS];

static uintptr_t hex(char **at)
{
	uintptr_t value = 0;

	for (;; (*at)++) {
		char c = **at;

		if (c >= '0' && c <= '9')
			value = value << 4 | (uintptr_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uintptr_t)(c - 'a' + 10);
		else
			return value;
	}
}

static char *skip_word(char *at)
{
	while (*at && *at != ' ')
		at++;
	while (*at == ' ')
		at++;
	return at;
}

/* START-END PERMS OFFSET DEVICE INODE NAME */
static void parse(char *at, struct mapping *mapping)
{
	size_t i;

	mapping->start = hex(&at);
	at++;
	mapping->end = hex(&at);
	memcpy(mapping->perms, at + 1, 4);
	mapping->perms[4] = '\0';
	at += 6;
	mapping->offset = hex(&at);
	at = skip_word(at + 1);
	mapping->anonymous = *at == '0';
	at = skip_word(at);
	for (i = 0; i + 1 < sizeof(mapping->name) && at[i]; i++)
		mapping->name[i] = at[i];
	mapping->name[i] = '\0';
}

const struct mapping *vmas_read(size_t *count)
{
	char *line;

	*count = 0;
	maps_open("/proc/self/maps");
	while ((line = maps_line())) {
		if (*count == MAPPINGS)
			die("more than %d mappings", MAPPINGS);
		parse(line, &mappings[(*count)++]);
	}
	maps_close();
	return mappings;
}

bool vmas_named(uintptr_t address, const char *name)
{
	size_t count;
	const struct mapping *mapping = vmas_read(&count);

	for (size_t i = 0; i < count; i++)
		if (address >= mapping[i].start && address < mapping[i].end)
			return strstr(mapping[i].name, name) != NULL;
	return false;
}

bool vmas_is_filler(const struct mapping *mapping)
{
	return strncmp(mapping->name, VMAS_FILLER, strlen(VMAS_FILLER)) == 0;
}
