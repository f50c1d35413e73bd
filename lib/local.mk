# SPDX-License-Identifier: MIT
#
# The library, of all rooms. Its sources are of two sorts: fast ones, where small code would
# cost calls some percent, and all others, which are compiled for size.

core_small_sources = lib/core/call.c lib/core/call_text.c lib/core/elf.c lib/core/error.c \
	lib/core/fmt.c lib/core/glob.c lib/core/options.c lib/core/policy.c lib/core/salvage.c \
	lib/core/script.c lib/core/seccomp.c lib/core/summary.c lib/core/tree_block.c \
	lib/core/tree_change.c lib/core/tree_check.c lib/core/utf8.c lib/core/window.c
core_fast_sources = lib/core/gap.c lib/core/procmaps.c lib/core/tree.c lib/core/tree_journal.c \
	lib/core/tree_shape.c
core_sources = $(core_fast_sources) $(core_small_sources)

# The sources of all rooms but edge; the modelled ones are in tests/model too.
modelled_small_sources = lib/fence/fence.c lib/fence/fence_hold.c lib/fence/fence_hole.c \
	lib/fence/fence_piece.c lib/fence/fence_range.c lib/fence/stack.c lib/fence/stack_guard.c \
	lib/place/area.c lib/place/fixed.c lib/place/home.c lib/place/huge.c lib/place/mapper.c \
	lib/place/moving.c lib/place/op_mremap.c lib/place/op_mremap_fixed.c lib/place/op_munmap.c \
	lib/place/op_reserve.c lib/place/ordinary.c lib/place/passthrough.c lib/place/place.c \
	lib/place/relimit.c lib/place/remap.c lib/place/replace.c lib/place/reserved.c \
	lib/place/scan.c lib/place/search.c lib/place/settle.c lib/sys/aslimit.c lib/sys/feel.c \
	lib/sys/frame.c lib/sys/maps.c lib/sys/mask.c lib/sys/patience.c lib/sys/sysinfo.c \
	lib/sys/usercopy.c lib/sys/vma.c lib/table/adopt.c lib/table/claim.c lib/table/deferred.c \
	lib/table/event.c lib/table/held.c lib/table/holder.c lib/table/lookup.c lib/table/mark.c \
	lib/table/region.c lib/table/sync.c lib/table/update.c
rooms_small_sources = lib/edge/aslr.c lib/place/heap.c lib/place/op_affect.c \
	lib/place/op_sysvshm.c lib/sys/brk.c lib/sys/pass.c lib/sys/permit.c lib/sys/privilege.c \
	lib/table/usage.c lib/table/walk.c $(modelled_small_sources)
modelled_fast_sources = lib/place/op_mmap.c lib/place/request.c lib/table/lock.c lib/table/mutex.c \
	lib/table/space.c
rooms_sources = $(modelled_fast_sources) $(rooms_small_sources)

edge_small_sources = lib/edge/affected.c lib/edge/alone.c lib/edge/api.c lib/edge/candidate.c \
	lib/edge/drain.c lib/edge/dynamic.c lib/edge/exe.c lib/edge/exec.c lib/edge/inherit.c \
	lib/edge/launcher.c lib/edge/limit.c lib/edge/loaded.c lib/edge/log.c lib/edge/message.c \
	lib/edge/module.c lib/edge/owner.c lib/edge/pagedump.c lib/edge/reach.c lib/edge/report.c \
	lib/edge/request_call.c lib/edge/reservation.c lib/edge/rlimit.c lib/edge/setup.c \
	lib/edge/trace.c lib/edge/walk_call.c
edge_fast_sources = \
	lib/edge/calls.c lib/edge/fast.c lib/edge/gate.c lib/edge/process.c lib/edge/roster.c lib/edge/site.c
edge_sources = $(edge_fast_sources) $(edge_small_sources)

# Of the shared library alone. bind.c and its like bind host modules to entries of their own,
# by slots that a static program does not have. paths.c and execs.c call libc's functions by
# the names that they replace, which only ld.so can tell apart.
shared_sources = lib/edge/bind.c lib/edge/execs.c lib/edge/export.c lib/edge/export_table.c \
	lib/edge/host.c lib/edge/libc.c lib/edge/loader.c lib/edge/paths.c lib/edge/string.c

# Initial-exec: thread-local storage needs no call into ld.so, which could allocate inside a
# program's mmap. The launcher's place is a variable of make's, which configure cannot know.
library_cflags = $(AM_CFLAGS) $(DENSE) -DVALIMIT_LAUNCHER='"$(launchdir)/launch"' \
	-fvisibility=hidden -ftls-model=initial-exec -ffunction-sections
fast_cflags = $(library_cflags) $(COVERAGE_CFLAGS)
small_cflags = $(fast_cflags) $(OPTIMIZE_SIZE)

include_HEADERS = include/valimit.h
lib_LTLIBRARIES = libvalimit.la
noinst_LTLIBRARIES = libvalcore.la libvalcore_small.la \
	libvalkernel.la libvalkernel_small.la libvaledge_small.la

libvalcore_la_SOURCES = $(core_fast_sources)
libvalcore_la_CFLAGS = $(fast_cflags)
libvalcore_la_LIBADD = libvalcore_small.la
libvalcore_small_la_SOURCES = $(core_small_sources)
libvalcore_small_la_CFLAGS = $(small_cflags)

# Without sys.c: a test can bring a kernel of its own.
libvalkernel_la_SOURCES = $(modelled_fast_sources)
libvalkernel_la_CFLAGS = $(fast_cflags)
libvalkernel_la_LIBADD = libvalkernel_small.la
libvalkernel_small_la_SOURCES = $(rooms_small_sources)
libvalkernel_small_la_CFLAGS = $(small_cflags)

libvalimit_la_SOURCES = lib/sys/sys.c lib/core/memory.c $(edge_fast_sources) lib/edge/interpose.c
libvalimit_la_CFLAGS = $(fast_cflags) -DVALIMIT_SHARED
libvalimit_la_LIBADD = libvaledge_small.la libvalkernel.la libvalcore.la -ldl $(COVERAGE_LIBS)
libvaledge_small_la_SOURCES = $(edge_small_sources) $(shared_sources)
libvaledge_small_la_CFLAGS = $(small_cflags) -DVALIMIT_SHARED
# initfirst: the constructor, which raises the fence, runs before that of any other library,
# whose first mapping would otherwise escape. ld.so serves only one library that asks for it.
# defs: an undefined symbol is found now and not inside a program's mmap.
libvalimit_la_LDFLAGS = -version-info 0:0:0 \
	-Wl,--version-script=$(top_srcdir)/lib/libvalimit.map -Wl,--gc-sections \
	-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,text \
	-Wl,-z,defs -Wl,-z,initfirst -Wl,-Bsymbolic-functions -Wl,-z,nodelete -Wc,-nostartfiles
EXTRA_libvalimit_la_DEPENDENCIES = lib/libvalimit.map

# For programs that link statically: the library without libc's names, and these names apart.
# Each archive is one object, in which the library's own names are local, so that they cannot
# clash with a program's.
lib_LIBRARIES = libvalimit.a libvalimit_interpose.a
libvalimit_a_SOURCES =
libvalimit_a_LIBADD = lib/whole.o
libvalimit_interpose_a_SOURCES =
libvalimit_interpose_a_LIBADD = lib/names.o

# Archives of separate objects, of which a test replaces one.
EXTRA_LIBRARIES = libvalparts.a libvalnames.a
libvalparts_a_SOURCES = lib/sys/sys.c $(core_sources) $(rooms_sources) $(edge_sources) \
	lib/edge/bind_none.c
libvalparts_a_CFLAGS = $(fast_cflags)
libvalnames_a_SOURCES = lib/edge/interpose.c
libvalnames_a_CFLAGS = $(fast_cflags)

# Joins objects to one of machine code, also objects that are to be optimized at link time.
join = $(CC) $(library_cflags) $(CFLAGS) $(JOIN) -o $@
lib/whole_open.o: $(libvalparts_a_OBJECTS) Makefile
	$(AM_V_CCLD)$(join) $(libvalparts_a_OBJECTS)
lib/names_open.o: $(libvalnames_a_OBJECTS) Makefile
	$(AM_V_CCLD)$(join) $(libvalnames_a_OBJECTS)

# The names of libvalimit.map stay; names that one archive has for the other get a prefix.
# GNU's objcopy looks for the new name among those to keep, and LLVM's for the old one.
lib/inner.txt: lib/whole_open.o lib/names_open.o $(top_srcdir)/lib/libvalimit.map
	$(AM_V_GEN)$(NM) -g lib/whole_open.o lib/names_open.o | \
		$(AWK) -f $(top_srcdir)/lib/inner.awk $(top_srcdir)/lib/libvalimit.map - >$@.tmp && \
		mv $@.tmp $@
lib/kept.txt: lib/inner.txt $(top_srcdir)/lib/libvalimit.map
	$(AM_V_GEN){ sed -n 's/^\t\([A-Za-z0-9_]*\);$$/\1/p' $(top_srcdir)/lib/libvalimit.map && \
		tr ' ' '\n' <lib/inner.txt && echo _.stapsdt.base; } >$@.tmp && mv $@.tmp $@
lib/whole.o: lib/whole_open.o lib/kept.txt
lib/names.o: lib/names_open.o lib/kept.txt
lib/whole.o lib/names.o:
	$(AM_V_GEN)$(OBJCOPY) --redefine-syms=lib/inner.txt --keep-global-symbols=lib/kept.txt \
		$(@:.o=_open.o) $@
CLEANFILES += $(EXTRA_LIBRARIES) lib/*.o lib/inner.txt lib/kept.txt

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = valimit.pc valimit-static.pc

EXTRA_DIST += lib/DECISIONS.md lib/README.md lib/inner.awk lib/libvalimit.map
