/* SPDX-License-Identifier: MIT */
#include "module.h"

#include <errno.h>
#include <string.h>

#include "core/glob.h"
#include "exe.h"
#include "roster.h"

#define RULE_MAX 1024
#define NAME_MAX_KEPT 240

bool module_is_ruled;

static struct {
	bool has_guest;
	char host[RULE_MAX], guest[RULE_MAX];
	char program[NAME_MAX_KEPT]; /* ld.so's name for the program is "" */
} rules;

static long keep_rule(char *to, const char *rule)
{
	if (!rule)
		return 0;
	if (strlen(rule) >= RULE_MAX)
		return -E2BIG;
	strcpy(to, rule);
	module_is_ruled = true;
	return 0;
}

void module_learn_program(void)
{
	if (!rules.program[0])
		exe_path(rules.program, sizeof(rules.program) - 1);
}

long module_rules(const char *host, const char *guest)
{
	long result = keep_rule(rules.host, host);

	if (result == 0)
		result = keep_rule(rules.guest, guest);
	rules.has_guest = guest != NULL;
	if (module_is_ruled)
		module_learn_program();
	return result;
}

static bool matches_rule(const char *patterns, const char *path, const char *soname)
{
	const char *slash = strrchr(path, '/');

	return glob_match_any(patterns, path) || (slash && glob_match_any(patterns, slash + 1)) ||
	       glob_match_any(patterns, soname);
}

enum kind module_judge(const char *path, const char *soname)
{
	if (matches_rule(rules.host, path, soname))
		return KIND_HOST;
	if (rules.has_guest && !matches_rule(rules.guest, path, soname))
		return KIND_HOST;
	return KIND_GUEST;
}

bool module_guests_named(void)
{
	return rules.has_guest;
}

const char *module_path(const char *name)
{
	return name[0] ? name : rules.program;
}

void module_print(struct fmt *fmt, uintptr_t address)
{
	struct module module;
	char name[ROSTER_NAME];

	if (address && roster_find(address, &module, name)) {
		fmt_foreign(fmt, name, strlen(name));
		fmt_char(fmt, '+');
		address -= module.base;
	}
	fmt_hex(fmt, address);
}

void module_print_program(struct fmt *fmt)
{
	fmt_foreign(fmt, rules.program, strlen(rules.program));
}
