/* SPDX-License-Identifier: MIT */
#include "module.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>

#include "core/glob.h"
#include "exe.h"

#define RULE_MAX 1024
#define NAME_MAX_KEPT 240
#define CACHE_SIZE 64 /* a power of two */

static struct {
	bool any;
	bool has_guest;
	char host[RULE_MAX], guest[RULE_MAX];
	char program[NAME_MAX_KEPT]; /* ld.so knows the program by no name */
} rules;

/* A verdict as it was found. ld.so may put another module where one was, with
 * the same link_map: so the name is compared, which is cheaper than the globs. */
struct verdict {
	uint32_t version; /* odd while it is written */
	enum kind kind;
	const struct link_map *map;
	char name[NAME_MAX_KEPT];
};

static struct verdict cache[CACHE_SIZE];

static long keep(char *to, const char *rule)
{
	if (!rule)
		return 0;
	if (strlen(rule) >= RULE_MAX)
		return -E2BIG;
	strcpy(to, rule);
	rules.any = true;
	return 0;
}

#if __GLIBC_PREREQ(2, 35)
#define CAN_FIND true
static const struct link_map *find(uintptr_t address)
{
	struct dl_find_object found;

	return _dl_find_object((void *)address, &found) == 0 ? found.dlfo_link_map : NULL;
}
#else
#define CAN_FIND false
static const struct link_map *find(uintptr_t address)
{
	(void)address;
	return NULL;
}
#endif

void module_learn_program(void)
{
	if (!rules.program[0])
		exe_path(rules.program, sizeof(rules.program) - 1);
}

long module_rules(const char *host, const char *guest)
{
	long result = keep(rules.host, host);

	if (result == 0)
		result = keep(rules.guest, guest);
	if (result == 0 && rules.any && !CAN_FIND)
		result = -ENOSYS;
	rules.has_guest = guest != NULL;
	if (rules.any)
		module_learn_program();
	return result;
}

/* The module's own name for itself: DT_SONAME; "" where it has none. */
static const char *soname(const struct link_map *map)
{
	const char *strings = NULL;
	size_t offset = 0;

	for (const ElfW(Dyn) *d = map->l_ld; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_STRTAB)
			strings = (const char *)d->d_un.d_ptr;
		else if (d->d_tag == DT_SONAME)
			offset = d->d_un.d_val;
	}
	return strings && offset ? strings + offset : "";
}

static bool matches(const char *patterns, const struct link_map *map, const char *path)
{
	const char *slash = strrchr(path, '/');

	return glob_match_any(patterns, path) || (slash && glob_match_any(patterns, slash + 1)) ||
	       glob_match_any(patterns, soname(map));
}

static enum kind judge(const struct link_map *map, const char *path)
{
	if (matches(rules.host, map, path))
		return KIND_HOST;
	if (rules.has_guest && !matches(rules.guest, map, path))
		return KIND_HOST;
	return KIND_GUEST;
}

static void store(struct verdict *verdict, const struct link_map *map, const char *path,
		  enum kind kind)
{
	uint32_t version = __atomic_load_n(&verdict->version, __ATOMIC_RELAXED);

	/* Somebody else is at it, perhaps the one whom this handler interrupts. */
	if (version & 1 || !__atomic_compare_exchange_n(&verdict->version, &version, version + 1,
							false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return;
	verdict->map = map;
	verdict->kind = kind;
	strcpy(verdict->name, path);
	__atomic_store_n(&verdict->version, version + 2, __ATOMIC_RELEASE);
}

static bool recall(const struct verdict *verdict, const struct link_map *map, const char *path,
		   enum kind *kind)
{
	uint32_t version = __atomic_load_n(&verdict->version, __ATOMIC_ACQUIRE);
	bool same = !(version & 1) && verdict->map == map &&
		    strncmp(verdict->name, path, NAME_MAX_KEPT) == 0;

	*kind = verdict->kind;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return same && __atomic_load_n(&verdict->version, __ATOMIC_RELAXED) == version;
}

bool module_ruled(void)
{
	return rules.any;
}

static const char *path_of(const struct link_map *map)
{
	return map->l_name[0] ? map->l_name : rules.program;
}

enum kind module_kind(uintptr_t caller)
{
	const struct link_map *map;
	enum kind kind;

	if (!rules.any)
		return KIND_GUEST;
	map = find(caller);
	/* Code of no module: what a runtime has compiled. */
	if (!map)
		return rules.has_guest ? KIND_HOST : KIND_GUEST;

	const char *path = path_of(map);
	struct verdict *verdict = &cache[(uintptr_t)map / sizeof(void *) / 8 % CACHE_SIZE];

	if (recall(verdict, map, path, &kind))
		return kind;
	kind = judge(map, path);
	if (strlen(path) < NAME_MAX_KEPT)
		store(verdict, map, path, kind);
	return kind;
}

void module_print(struct fmt *fmt, uintptr_t address)
{
	const struct link_map *map = address ? find(address) : NULL;

	if (map) {
		const char *path = path_of(map), *slash = strrchr(path, '/');

		fmt_text(fmt, slash ? slash + 1 : path);
		fmt_char(fmt, '+');
		address -= map->l_addr;
	}
	fmt_hex(fmt, address);
}

void module_print_program(struct fmt *fmt)
{
	fmt_text(fmt, rules.program);
}
