/* SPDX-License-Identifier: MIT */
/*
 * Reading a table out of a core file, whole and changed at random. Links the
 * reader of tools/vactl with what it needs, libelf and libvalcore.
 */
#include "unit.h"

#include <elf.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <unistd.h>

#include "../../tools/vactl/findings.h"
#include "../../tools/vactl/message.h"
#include "../../tools/vactl/totals.h"
#include "dice.h"

#define PAGE 0x1000UL
#define NOTES PAGE        /* where they lie in the file */
#define MEMORY (2 * PAGE) /* where the region lies in it */
#define REGION (8 * PAGE)
#define BITMAP PAGE
#define BLOCKS (2 * PAGE)
#define CAPACITY 20U
#define LENGTH (MEMORY + REGION)
#define ADDRESS 0x7fff00000000UL
#define GUEST 0x200000000UL
#define ROUNDS 20000

#define TEST(name) static void name(__attribute__((unused)) void **state)

/* A file in memory with the bytes of a core. */
struct bed {
	int fd;
	char path[32];
	_Alignas(16) char bytes[LENGTH];
};

static char *add_note(char *at, uint32_t type, const void *content, uint32_t size)
{
	Elf64_Nhdr note = { .n_namesz = 5, .n_descsz = size, .n_type = type };

	memcpy(at, &note, sizeof(note));
	memcpy(at + sizeof(note), "CORE", 5);
	memcpy(at + sizeof(note) + 8, content, size);
	return at + sizeof(note) + 8 + (size + 3) / 4 * 4;
}

static uint64_t fill_notes(char *start)
{
	struct {
		uint64_t count, unit, start, end, offset;
		char name[32];
	} file = { 1, PAGE, ADDRESS, ADDRESS + PAGE, 0, "/memfd:valimit (deleted)" };
	struct elf_prpsinfo info = { .pr_pid = 77, .pr_psargs = "guest --flag" };
	char *at = add_note(start, NT_PRPSINFO, &info, sizeof(info));

	at = add_note(at, NT_FILE, &file, sizeof(file));
	return (uint64_t)(at - start);
}

static void fill_region(char *bytes)
{
	struct table *table = (struct table *)bytes;

	*table = (struct table){
		.magic = TABLE_MAGIC, .version = TABLE_VERSION, .size = sizeof(struct table),
		.block_size = sizeof(struct tree_block), .page_size = PAGE,
		.region_size = REGION, .bitmap_offset = BITMAP, .block_offset = BLOCKS,
		.lower = GUEST, .upper = 2 * GUEST, .min = 0x10000, .top = 0x7ffffffff000,
		.reach = REACH_PROCESS, .fence = FENCE_UP,
	};
	tree_init(&table->tree, (struct tree_block *)(bytes + BLOCKS),
		  (uint64_t *)(bytes + BITMAP), CAPACITY);
	for (uint32_t i = 0; i < 40; i++) {
		struct mapping_info info = { .when = i, .kind = KIND_GUEST, .owner = (uint16_t)i };

		tree_set(&table->tree, GUEST + 2 * i * PAGE, GUEST + (2 * i + 1) * PAGE, &info);
	}
}

static void bed_write(const struct bed *bed, size_t length)
{
	assert_int_equal(ftruncate(bed->fd, (off_t)length), 0);
	assert_int_equal(pwrite(bed->fd, bed->bytes, length, 0), length);
}

static void bed_init(struct bed *bed)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)bed->bytes;
	Elf64_Phdr *segment = (Elf64_Phdr *)(bed->bytes + sizeof(*header));

	*bed = (struct bed){ .fd = memfd_create("core", 0) };
	assert_true(bed->fd >= 0);
	snprintf(bed->path, sizeof(bed->path), "/proc/self/fd/%d", bed->fd);
	memcpy(header->e_ident, ELFMAG, SELFMAG);
	header->e_ident[EI_CLASS] = ELFCLASS64;
	header->e_ident[EI_DATA] = ELFDATA2LSB;
	header->e_ident[EI_VERSION] = EV_CURRENT;
	header->e_version = EV_CURRENT;
	header->e_type = ET_CORE;
	header->e_machine = EM_X86_64;
	header->e_phoff = header->e_ehsize = sizeof(*header);
	header->e_phentsize = sizeof(*segment);
	header->e_phnum = 2;
	segment[0] = (Elf64_Phdr){ .p_type = PT_NOTE, .p_offset = NOTES };
	segment[0].p_filesz = fill_notes(bed->bytes + NOTES);
	segment[1] = (Elf64_Phdr){
		.p_type = PT_LOAD, .p_offset = MEMORY, .p_vaddr = ADDRESS, .p_filesz = REGION,
		.p_memsz = REGION, .p_flags = PF_R | PF_W,
	};
	fill_region(bed->bytes + MEMORY);
}

static void read_bed(const struct bed *bed, struct reading *reading)
{
	reader_read(0, bed->path, reading);
}

/* Everything that commands do with a reading. */
static enum reader_state use_bed(const struct bed *bed)
{
	struct reading reading;
	struct findings findings;
	struct totals totals;
	enum reader_state state;

	read_bed(bed, &reading);
	state = reading.state;
	if (state == READER_GOOD) {
		totals_compute(&reading, &totals);
		assert_true(totals.window.used + totals.window.kept + totals.window.free ==
			    totals.window.size);
		findings_collect(&reading, false, &findings);
		findings_confirm(&findings, &findings);
		memory_drop(&findings);
	}
	reader_free(&reading);
	return state;
}

TEST(a_core_has_its_table)
{
	struct reading reading;
	struct totals totals;
	struct bed bed;

	bed_init(&bed);
	bed_write(&bed, LENGTH);
	read_bed(&bed, &reading);
	assert_int_equal(reading.state, READER_GOOD);
	assert_true(reading.consistent);
	assert_int_equal(reading.pid, 77);
	assert_string_equal(reading.core.command, "guest --flag");
	assert_int_equal(reading.address, ADDRESS);
	assert_int_equal(reading.vmas.count, 1);
	assert_int_equal(reading.intervals.count, 40);
	totals_compute(&reading, &totals);
	/* The list has no fence, so that all that is free outside is fence. */
	assert_true(totals.kind[KIND_FENCE].bytes > totals.kind[KIND_GUEST].bytes);
	assert_int_equal(reading.intervals.damaged, 0);
	reader_free(&reading);
	close(bed.fd);
}

TEST(a_core_without_notes_is_searched)
{
	struct bed bed;

	bed_init(&bed);
	((Elf64_Phdr *)(bed.bytes + sizeof(Elf64_Ehdr)))->p_type = PT_NULL;
	bed_write(&bed, LENGTH);
	assert_int_equal(use_bed(&bed), READER_GOOD);
	close(bed.fd);
}

TEST(what_was_not_dumped_is_told_from_what_was_cut_off)
{
	struct bed bed;
	Elf64_Phdr *segment;

	bed_init(&bed);
	bed_write(&bed, MEMORY);
	assert_int_equal(use_bed(&bed), READER_CUT);
	bed_write(&bed, MEMORY + PAGE);
	assert_int_equal(use_bed(&bed), READER_CUT);
	segment = (Elf64_Phdr *)(bed.bytes + sizeof(Elf64_Ehdr)) + 1;
	segment->p_filesz = 0;
	bed_write(&bed, LENGTH);
	assert_int_equal(use_bed(&bed), READER_UNDUMPED);
	close(bed.fd);
}

/* Where a change does something: headers, notes, the table and its blocks. */
static size_t random_place(struct dice *dice)
{
	switch (dice_roll(dice, 5)) {
	case 0:
		return dice_roll(dice, sizeof(Elf64_Ehdr) + 2 * sizeof(Elf64_Phdr));
	case 1:
		return NOTES + dice_roll(dice, 300);
	case 2:
		return MEMORY + dice_roll(dice, sizeof(struct table));
	case 3:
		return MEMORY + BITMAP + dice_roll(dice, 8);
	}
	return MEMORY + BLOCKS + dice_roll(dice, 6 * sizeof(struct tree_block));
}

TEST(no_core_can_hurt)
{
	struct dice dice = dice_new(__func__);
	struct bed bed, good;
	int read = 0;

	bed_init(&bed);
	good = bed;
	for (int round = 0; round < ROUNDS; round++) {
		memcpy(bed.bytes, good.bytes, LENGTH);
		for (uint32_t changes = dice_roll(&dice, 8); changes; changes--)
			bed.bytes[random_place(&dice)] =
				(char)(dice_roll(&dice, 4) ? dice_bits(&dice) : 0xff);
		bed_write(&bed, dice_roll(&dice, 8) ? LENGTH : dice_roll(&dice, LENGTH));
		read += use_bed(&bed) == READER_GOOD;
	}
	/* Most changes are in entries: else nothing of this is tested. */
	assert_true(read > ROUNDS / 20);
	close(bed.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_core_has_its_table),
		cmocka_unit_test(a_core_without_notes_is_searched),
		cmocka_unit_test(what_was_not_dumped_is_told_from_what_was_cut_off),
		cmocka_unit_test(no_core_can_hurt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
