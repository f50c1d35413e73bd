/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <signal.h>
#include <sys/mman.h>

#include "core/mark.h"
#include "elffile.h"
#include "common/settings_block.h"
#include "procfile.h"

#define LAUNCHER_MAX (16 << 20)

#ifndef MFD_EXEC /* Linux 6.3 */
#define MFD_EXEC 0x10U
#endif

extern char **environ;

struct file_copy {
	char *bytes;
	size_t size;
};

static const char *why_errno(const char *what, const char *name)
{
	return memory_text("%s %s: %s", what, name, strerror(errno));
}

static const char *read_launcher(const char *launcher, struct file_copy *copy)
{
	long length = procfile_load(launcher, LAUNCHER_MAX + 1, &copy->bytes);

	if (length < 0)
		return why_errno("cannot read the launcher", launcher);
	if (length < EI_NIDENT || length > LAUNCHER_MAX)
		return "the launcher's file is none";
	copy->size = (size_t)length;
	return NULL;
}

static bool is_setting(const char *variable)
{
	return strncmp(variable, "VA_LIMIT=", 9) == 0 || strncmp(variable, "VA_LIMIT_", 9) == 0;
}

/* Writes strings with their terminators into the settings block, which has room for one
 * less byte: it ends with an empty string. */
static bool put_settings(char *block, const char *library)
{
	FILE *settings = fmemopen(block, SETTINGS_SIZE - 1, "w");
	struct elffile self;

	if (!settings)
		memory_out();
	for (char **variable = environ; *variable; variable++)
		if (is_setting(*variable))
			fprintf(settings, "%s%c", *variable, 0);
	/* The library serves programs with the loader that vactl has. */
	if (elffile_load(ELFFILE_SELF, &self) == 0 && self.dynamic)
		fprintf(settings, SETTINGS_LIBRARY "=%s%c" SETTINGS_LOADER "=%s%c", library, 0,
			self.interpreter, 0);
	return fclose(settings) == 0;
}

static const char *write_settings(struct file_copy *copy, const char *library)
{
	const size_t mark = strlen(SETTINGS_MARK);
	char *block = memmem(copy->bytes, copy->size, SETTINGS_MARK, mark);

	if (!block || (size_t)(copy->bytes + copy->size - block) < mark + SETTINGS_SIZE)
		return "the launcher's file takes no settings: is it of this version?";
	return put_settings(block + mark, library) ? NULL :
	       "the values of VA_LIMIT and VA_LIMIT_* are too long for the launcher";
}

/* Makes a memory file that may be executed, as all may be before Linux 6.3. */
static int make_memory(void)
{
	int fd = memfd_create("valimit-launch", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

	return fd < 0 && errno == EINVAL ?
		       memfd_create("valimit-launch", MFD_CLOEXEC | MFD_ALLOW_SEALING) : fd;
}

/* Makes the memory file read-only for good, since every program starts by it, and reopens
 * it: a file that is open for writing cannot be executed. */
static int seal_memory(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Writes the copy. Beyond RLIMIT_FSIZE write() fails, without a signal. */
static bool fill_memory(int fd, const struct file_copy *copy)
{
	void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
	size_t done = 0;
	ssize_t got = 1;

	for (; done < copy->size && got > 0; done += got > 0 ? (size_t)got : 0)
		got = write(fd, copy->bytes + done, copy->size - done);
	signal(SIGXFSZ, before);
	return done == copy->size;
}

static int write_copy(const struct file_copy *copy, const char **why)
{
	int fd = make_memory(), sealed = -1;

	if (fd < 0)
		*why = errno == EACCES ? "memory files may not be executed here (sysctl "
					 "vm.memfd_noexec)" :
					 why_errno("cannot make", "a memory file");
	else if (!fill_memory(fd, copy))
		*why = errno == EFBIG ? "the launcher, which is copied to a memory file, is longer "
					"than files may be (RLIMIT_FSIZE, ulimit -f)" :
					why_errno("cannot write", "a memory file");
	else if ((sealed = seal_memory(fd)) < 0)
		*why = why_errno("cannot open", "a memory file");
	if (fd >= 0)
		close(fd);
	return sealed;
}

int launchcopy_make(const char *launcher, const char *library, const char **why)
{
	struct file_copy copy = { 0 };
	int fd = -1;

	*why = read_launcher(launcher, &copy);
	if (!*why)
		*why = write_settings(&copy, library);
	if (!*why) {
		copy.bytes[MARK_AT] = MARK_VALUE;
		fd = write_copy(&copy, why);
	}
	free(copy.bytes);
	return fd;
}
