/* SPDX-License-Identifier: MIT */
#include "call_text.h"

#include <sys/mman.h>
#include <sys/shm.h>

#include "error.h"
#include "size.h"
#include "uapi.h"

#define MAP_LOW 0x40 /* MAP_32BIT, on every architecture (map.h) */
#define MAP_KIND 0xfU /* MAP_TYPE's bits */
#define HUGE_SHIFT 26

/* One flag's bit and name. An empty name ends an array of them. */
struct flag {
	unsigned int bit;
	char name[20];
};

#define FLAG(name) { (unsigned int)(name), #name }

/* Separates a word from the words before it. */
static void bar(struct fmt *fmt, bool *any)
{
	if (*any)
		fmt_char(fmt, '|');
	*any = true;
}

/* Prints the bits' names, joined by '|', and bits without a name in hexadecimal. No bits are
 * printed as 0, or as nothing if `any` says that text precedes. */
static void print_flags(struct fmt *fmt, const struct flag *flag, unsigned int bits, bool any)
{
	for (; flag->name[0]; flag++) {
		if (!(bits & flag->bit))
			continue;
		bar(fmt, &any);
		fmt_text(fmt, flag->name);
		bits &= ~flag->bit;
	}
	if (!bits && any)
		return;
	bar(fmt, &any);
	if (bits)
		fmt_hex(fmt, bits);
	else
		fmt_char(fmt, '0');
}

static void print_prot(struct fmt *fmt, int prot)
{
	static const struct flag flags[] = {
		FLAG(PROT_READ), FLAG(PROT_WRITE), FLAG(PROT_EXEC),
		FLAG(PROT_GROWSDOWN), FLAG(PROT_GROWSUP), { 0, "" },
	};

	if (prot == PROT_NONE)
		fmt_text(fmt, "PROT_NONE");
	else
		print_flags(fmt, flags, (unsigned int)prot, false);
}

/* Prints the huge page size that the flags choose, as its logarithm. */
static void print_huge(struct fmt *fmt, unsigned int bits)
{
	if (bits >> HUGE_SHIFT == 0)
		return;
	fmt_char(fmt, '|');
	fmt_decimal(fmt, bits >> HUGE_SHIFT);
	fmt_text(fmt, "<<MAP_HUGE_SHIFT");
}

static void print_map_flags(struct fmt *fmt, int flags)
{
	static const char *const types[] = { NULL, "MAP_SHARED", "MAP_PRIVATE",
					     "MAP_SHARED_VALIDATE" };
	static const struct flag names[] = {
		FLAG(MAP_FIXED), FLAG(MAP_ANONYMOUS), { MAP_LOW, "MAP_32BIT" },
		FLAG(MAP_GROWSDOWN), FLAG(MAP_DENYWRITE), FLAG(MAP_EXECUTABLE), FLAG(MAP_LOCKED),
		FLAG(MAP_NORESERVE), FLAG(MAP_POPULATE), FLAG(MAP_NONBLOCK), FLAG(MAP_STACK),
		FLAG(MAP_HUGETLB), FLAG(MAP_SYNC), FLAG(MAP_FIXED_NOREPLACE), { 0, "" },
	};
	unsigned int bits = (unsigned int)flags, type = bits & MAP_KIND, huge = 0;
	bool typed = type && type < ARRAY_SIZE(types);

	if (typed) {
		fmt_text(fmt, types[type]);
		bits &= ~MAP_KIND;
	}
	if (bits & MAP_HUGETLB) {
		huge = bits;
		bits &= (1U << HUGE_SHIFT) - 1;
	}
	print_flags(fmt, names, bits, typed);
	print_huge(fmt, huge);
}

static void print_mremap_flags(struct fmt *fmt, int flags)
{
	static const struct flag names[] = { FLAG(MREMAP_MAYMOVE), FLAG(MREMAP_FIXED),
					     FLAG(MREMAP_DONTUNMAP), { 0, "" } };

	print_flags(fmt, names, (unsigned int)flags, false);
}

static void print_shm_flags(struct fmt *fmt, int flags)
{
	static const struct flag names[] = { FLAG(SHM_RDONLY), FLAG(SHM_RND), FLAG(SHM_REMAP),
					     FLAG(SHM_EXEC), { 0, "" } };

	print_flags(fmt, names, (unsigned int)flags, false);
}

static void print_address(struct fmt *fmt, uintptr_t address)
{
	if (address)
		fmt_hex(fmt, address);
	else
		fmt_text(fmt, "NULL");
}

static void comma(struct fmt *fmt)
{
	fmt_text(fmt, ", ");
}

static void print_pair(struct fmt *fmt, uintptr_t first, uintptr_t second)
{
	print_address(fmt, first);
	comma(fmt);
	print_address(fmt, second);
}

/* Prints the arguments of the placement that mmap(2) and mmap_range(3) do not have. */
static void print_place(struct fmt *fmt, const struct call *call)
{
	if (call->name == CALL_MMAP_RANGE && call->address) {
		fmt_text(fmt, ", at ");
		fmt_hex(fmt, call->address);
	}
	if (call->align) {
		fmt_text(fmt, ", aligned to ");
		fmt_size(fmt, call->align);
	}
	if (call->direction)
		fmt_text(fmt, call->direction == DIRECTION_UP ? ", bottom-up" : ", top-down");
}

static void print_map(struct fmt *fmt, const struct call *call)
{
	if (call->name == CALL_MMAP_RANGE)
		print_pair(fmt, call->begin, call->end);
	else
		print_address(fmt, call->address);
	comma(fmt);
	fmt_size(fmt, call->length);
	comma(fmt);
	print_prot(fmt, call->prot);
	comma(fmt);
	print_map_flags(fmt, call->flags);
	comma(fmt);
	fmt_signed(fmt, call->fd);
	comma(fmt);
	if (call->offset)
		fmt_hex(fmt, (uint64_t)call->offset);
	else
		fmt_char(fmt, '0');
	print_place(fmt, call);
}

static void print_remap(struct fmt *fmt, const struct call *call)
{
	print_address(fmt, call->address);
	comma(fmt);
	fmt_size(fmt, call->length);
	comma(fmt);
	fmt_size(fmt, call->new_size);
	comma(fmt);
	print_mremap_flags(fmt, call->flags);
	if (call->name == CALL_MREMAP_RANGE) {
		comma(fmt);
		print_pair(fmt, call->begin, call->end);
	} else if (call->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) {
		comma(fmt);
		print_address(fmt, call->new);
	}
}

static void print_attach(struct fmt *fmt, const struct call *call)
{
	fmt_signed(fmt, call->fd);
	comma(fmt);
	if (call->name == CALL_SHMAT_RANGE)
		print_pair(fmt, call->begin, call->end);
	else
		print_address(fmt, call->address);
	comma(fmt);
	print_shm_flags(fmt, call->flags);
}

static void print_limits(struct fmt *fmt, const struct call *call)
{
	fmt_text(fmt, "PR_SET_VA_LIMITS, {");
	fmt_hex(fmt, call->begin);
	comma(fmt);
	fmt_hex(fmt, call->end);
	fmt_char(fmt, '}');
}

static void print_arguments(struct fmt *fmt, const struct call *call)
{
	switch (call->name) {
	case CALL_MMAP:
	case CALL_MMAP_RANGE:
		print_map(fmt, call);
		break;
	case CALL_MREMAP:
	case CALL_MREMAP_RANGE:
		print_remap(fmt, call);
		break;
	case CALL_SHMAT:
	case CALL_SHMAT_RANGE:
		print_attach(fmt, call);
		break;
	case CALL_LIMITS:
		print_limits(fmt, call);
		break;
	case CALL_MUNMAP:
		print_address(fmt, call->address);
		comma(fmt);
		fmt_size(fmt, call->length);
		break;
	default:
		print_address(fmt, call->address);
	}
}

void call_print(struct fmt *fmt, const struct call *call)
{
	/* The FEX proposal sets the window by prctl(PR_SET_VA_LIMITS). */
	fmt_text(fmt, call->name == CALL_LIMITS ? "prctl" : call_word(call->name));
	fmt_char(fmt, '(');
	print_arguments(fmt, call);
	fmt_text(fmt, ") = ");
	if (call_failed(call)) {
		fmt_text(fmt, "-1 ");
		error_print(fmt, call->result);
	} else if (call_answers_address(call))
		fmt_hex(fmt, (uint64_t)call->result);
	else
		fmt_signed(fmt, call->result);
	if (call->kind == KIND_GUEST || call->kind == KIND_HOST)
		fmt_text(fmt, call->kind == KIND_GUEST ? " guest" : " host");
}
