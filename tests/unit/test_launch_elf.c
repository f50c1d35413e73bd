/* SPDX-License-Identifier: MIT */
/* The launcher's reading of ELF files: good ones, wrong ones, and any bytes. */
#include "unit.h"

#include "dice.h"

#include <stdio.h>
#include <sys/mman.h>

#include "core/elf.h"

#define PAGE 4096UL
#define TOP 0x7ffffffff000UL

/* A file of three segments, a path and a stack's header. */
struct file {
	Elf64_Ehdr header;
	Elf64_Phdr phdr[6];
	char path[16];
	char rest[4 * PAGE];
};

static struct elf_rules rules = {
	.machine = EM_X86_64, .page = PAGE, .top = TOP, .file_size = sizeof(struct file),
};

static Elf64_Phdr load(uint64_t offset, uint64_t start, uint64_t in_file, uint64_t size, uint32_t flags)
{
	return (Elf64_Phdr){ .p_type = PT_LOAD, .p_offset = offset, .p_vaddr = start,
			     .p_filesz = in_file, .p_memsz = size, .p_flags = flags,
			     .p_align = PAGE };
}

static struct file good(void)
{
	struct file file = {
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, 1 },
			.e_type = ET_DYN,
			.e_machine = EM_X86_64,
			.e_version = 1,
			.e_entry = 0x1100,
			.e_phoff = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 6,
		},
		.path = "/lib/ld.so",
	};

	file.phdr[0] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_filesz = sizeof(file.path),
				     .p_offset = offsetof(struct file, path) };
	file.phdr[1] = load(0, 0, 0x300, 0x300, PF_R);
	file.phdr[2] = load(0x1000, 0x1000, 0x200, 0x200, PF_R | PF_X);
	file.phdr[3] = load(0x2100, 0x3100, 0x100, 0x5000, PF_R | PF_W);
	file.phdr[4] = (Elf64_Phdr){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W };
	file.phdr[5] = (Elf64_Phdr){ .p_type = PT_NOTE, .p_offset = ~0UL, .p_filesz = ~0UL };
	return file;
}

static const char *try(const struct file *file, struct image *image)
{
	uint64_t offset;
	size_t size;
	const char *why = elf_header(file, sizeof(*file), &rules, &offset, &size);
	Elf64_Phdr headers[ELF_HEADERS_MAX];

	if (why)
		return why;
	assert_true(size <= sizeof(headers));
	assert_true(offset <= sizeof(*file) && sizeof(*file) - offset >= size);
	memcpy(headers, (const char *)file + offset, size);
	return elf_image(&file->header, headers, &rules, image);
}

static void a_good_file(void **state)
{
	struct file file = good();
	struct image image;

	(void)state;
	assert_null(try(&file, &image));
	assert_true(image.movable);
	assert_int_equal(image.entry, 0x1100);
	assert_int_equal(image.extent.start, 0);
	assert_int_equal(image.extent.end, 0x9000);
	assert_int_equal(image.align, PAGE);
	assert_int_equal(image.headers, sizeof(Elf64_Ehdr));
	assert_int_equal(image.header_count, 6);
	assert_false(image.stack_executable);
	assert_int_equal(image.interpreter, offsetof(struct file, path));
	assert_int_equal(image.interpreter_length, sizeof(file.path));
	assert_int_equal(image.segments, 3);
	assert_int_equal(image.segment[1].prot, PROT_READ | PROT_EXEC);
	assert_int_equal(image.segment[2].size, 0x5000);
	assert_int_equal(image.code.start, 0x1000);
	assert_int_equal(image.code.end, 0x1200);
	assert_int_equal(image.data.end, 0x3200);
}

static void a_fixed_file_and_an_executable_stack(void **state)
{
	struct file file = good();
	struct image image;

	(void)state;
	file.header.e_type = ET_EXEC;
	file.phdr[4].p_flags |= PF_X;
	assert_null(try(&file, &image));
	assert_false(image.movable);
	assert_true(image.stack_executable);
}

/* As the kernel: the largest that is a power of two. */
static void alignments(void **state)
{
	struct file file = good();
	struct image image;

	(void)state;
	file.phdr[1].p_align = 0x200000;
	file.phdr[2].p_align = 0x300000;
	file.phdr[3].p_align = 0;
	assert_null(try(&file, &image));
	assert_int_equal(image.align, 0x200000);
}

static void headers_that_no_segment_maps(void **state)
{
	struct file file = good();
	struct image image;

	(void)state;
	file.phdr[1].p_offset = PAGE;
	assert_null(try(&file, &image));
	assert_int_equal(image.headers, 0);
}

static void refused(void (*spoil)(struct file *file), const char *text)
{
	struct file file = good();
	struct image image;
	const char *why;

	spoil(&file);
	why = try(&file, &image);
	assert_non_null(why);
	assert_non_null(strstr(why, text));
}

static void spoil_magic(struct file *f) { f->header.e_ident[0] = 0; }
static void spoil_class(struct file *f) { f->header.e_ident[EI_CLASS] = ELFCLASS32; }
static void spoil_order(struct file *f) { f->header.e_ident[EI_DATA] = ELFDATA2MSB; }
static void spoil_machine(struct file *f) { f->header.e_machine = EM_RISCV; }
static void spoil_type(struct file *f) { f->header.e_type = ET_REL; }
static void spoil_count(struct file *f) { f->header.e_phnum = 1000; }
static void spoil_none(struct file *f) { f->header.e_phnum = 0; }
static void spoil_entry_size(struct file *f) { f->header.e_phentsize = 32; }
static void spoil_offset(struct file *f) { f->header.e_phoff = ~0UL - 10; }
static void spoil_sizes(struct file *f) { f->phdr[2].p_memsz = 0x100; }
static void spoil_overflow(struct file *f) { f->phdr[3].p_memsz = ~0UL - 0x100; }
static void spoil_top(struct file *f) { f->phdr[3].p_vaddr = TOP - 0xf00; }
static void spoil_congruence(struct file *f) { f->phdr[3].p_offset++; }
static void spoil_short(struct file *f) { f->phdr[2].p_offset = 0x40000; }
static void spoil_far(struct file *f) { f->phdr[2].p_offset = 0xfffffffffffff000; }
static void spoil_path(struct file *f) { f->phdr[0].p_filesz = 5000; }
static void spoil_path_offset(struct file *f) { f->phdr[0].p_offset = ~0UL - 4; }
static void spoil_no_path(struct file *f) { f->phdr[0].p_filesz = 1; }
static void spoil_entry(struct file *f) { f->header.e_entry = 0x2800; }

static void spoil_all(struct file *f)
{
	for (int i = 1; i < 4; i++)
		f->phdr[i].p_type = PT_NULL;
}

static void what_is_wrong_is_refused(void **state)
{
	static const struct {
		void (*spoil)(struct file *file);
		const char *text;
	} cases[] = {
		{ spoil_magic, "neither" }, { spoil_class, "32-bit" }, { spoil_order, "machine" },
		{ spoil_machine, "machine" }, { spoil_type, "no program" },
		{ spoil_count, "headers" }, { spoil_none, "headers" },
		{ spoil_entry_size, "headers" }, { spoil_offset, "headers" },
		{ spoil_sizes, "segment" }, { spoil_overflow, "segment" }, { spoil_top, "segment" },
		{ spoil_congruence, "segment" }, { spoil_short, "ends before" },
		{ spoil_far, "ends before" }, { spoil_path, "interpreter" },
		{ spoil_path_offset, "interpreter" }, { spoil_no_path, "interpreter" },
		{ spoil_entry, "entry" }, { spoil_all, "no segment" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		refused(cases[i].spoil, cases[i].text);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
	struct file file = good();
	uint64_t offset;
	size_t size;

	(void)state;
	for (size_t length = 0; length < sizeof(Elf64_Ehdr); length++) {
		char *cut = malloc(length + 1);

		memcpy(cut, &file, length);
		assert_non_null(elf_header(cut, length, &rules, &offset, &size));
		free(cut);
	}
}

/* Properties that the mapping code relies on. */
static void check(const struct image *image)
{
	bool has_entry = false;

	assert_true(image->segments > 0 && image->segments <= ELF_HEADERS_MAX);
	assert_true(image->extent.start < image->extent.end && image->extent.end <= TOP);
	assert_int_equal((image->extent.start | image->extent.end) % PAGE, 0);
	assert_true(image->align >= PAGE && (image->align & (image->align - 1)) == 0);
	for (size_t i = 0; i < image->segments; i++) {
		const struct segment *s = &image->segment[i];

		assert_true(s->in_file <= s->size);
		assert_true(s->start >= image->extent.start && s->start <= image->extent.end &&
			    s->size <= image->extent.end - s->start);
		assert_true(s->in_file == 0 || (s->offset % PAGE == s->start % PAGE &&
						s->offset <= rules.file_size &&
						s->in_file <= rules.file_size - s->offset));
		has_entry |= image->entry - s->start < s->size;
	}
	assert_true(has_entry);
	assert_true(image->interpreter_length <= rules.file_size &&
		    image->interpreter <= rules.file_size);
}

static void any_bytes(void **state)
{
	static const uint64_t odd[] = { 0, 1, 0xfff, PAGE, TOP, ~0UL, 1UL << 63, 0x7fffffffUL };
	struct dice dice = dice_new("any_bytes");
	unsigned int accepted = 0;

	(void)state;
	for (int turn = 0; turn < 200000; turn++) {
		struct file file = good();
		struct image image;
		uint32_t changes = 1 + dice_roll(&dice, 3);

		while (changes--) {
			size_t at = dice_roll(&dice, offsetof(struct file, path) / 8) * 8;
			uint64_t value = odd[dice_roll(&dice, ARRAY_SIZE(odd))];

			if (dice_roll(&dice, 2))
				value = dice_bits(&dice) >> dice_roll(&dice, 64);
			memcpy((char *)&file + at, &value, dice_roll(&dice, 2) ? 8 : 1);
		}
		if (!try(&file, &image)) {
			check(&image);
			accepted++;
		}
	}
	assert_true(accepted > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_file),
		cmocka_unit_test(a_fixed_file_and_an_executable_stack),
		cmocka_unit_test(alignments),
		cmocka_unit_test(headers_that_no_segment_maps),
		cmocka_unit_test(what_is_wrong_is_refused),
		cmocka_unit_test(a_file_cut_anywhere_is_refused),
		cmocka_unit_test(any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
