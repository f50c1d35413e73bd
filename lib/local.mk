# SPDX-License-Identifier: MIT
#
# The library, of all rooms.

# Two sorts of sources: fast ones, where small code would cost calls some percent,
# and all others, which are small.

core_small_sources = \
	lib/core/call.c lib/core/call.h \
	lib/core/call_text.c lib/core/call_text.h \
	lib/core/elf.c lib/core/elf.h \
	lib/core/error.c lib/core/error.h \
	lib/core/fmt.c lib/core/fmt.h \
	lib/core/glob.c lib/core/glob.h \
	lib/core/options.c lib/core/options.h \
	lib/core/policy.c lib/core/policy.h \
	lib/core/salvage.c lib/core/salvage.h \
	lib/core/script.c lib/core/script.h \
	lib/core/seccomp.c lib/core/seccomp.h \
	lib/core/summary.c lib/core/summary.h \
	lib/core/tree_block.c lib/core/tree_block.h \
	lib/core/tree_change.c lib/core/tree_change.h \
	lib/core/tree_check.c \
	lib/core/utf8.c lib/core/utf8.h \
	lib/core/window.c lib/core/window.h
core_fast_sources = \
	lib/core/gap.c lib/core/gap.h \
	lib/core/launched.h \
	lib/core/mark.h \
	lib/core/procmaps.c lib/core/procmaps.h \
	lib/core/random.h \
	lib/core/rare.h \
	lib/core/table.h \
	lib/core/text.h \
	lib/core/tree.c lib/core/tree.h \
	lib/core/tree_journal.c lib/core/tree_journal.h \
	lib/core/tree_shape.c lib/core/tree_shape.h
core_sources = $(core_fast_sources) $(core_small_sources)

# All but the last of the rooms are those of the model too.
modelled_small_sources = \
	lib/fence/fence.c lib/fence/fence.h \
	lib/fence/fence_carve.c lib/fence/fence_carve.h \
	lib/fence/fence_hold.c lib/fence/fence_hold.h \
	lib/fence/fence_hole.c lib/fence/fence_hole.h \
	lib/fence/fence_piece.c lib/fence/fence_piece.h \
	lib/fence/stack.c lib/fence/stack.h \
	lib/fence/stack_guard.c lib/fence/stack_guard.h \
	lib/place/area.c lib/place/area.h \
	lib/place/fixed.c lib/place/fixed.h \
	lib/place/home.c lib/place/home.h \
	lib/place/op_mremap.c lib/place/op_mremap.h \
	lib/place/moving.c lib/place/moving.h \
	lib/place/op_mremap_fixed.c lib/place/op_mremap_fixed.h \
	lib/place/op_munmap.c lib/place/op_munmap.h \
	lib/place/op_reserve.c lib/place/op_reserve.h \
	lib/place/ordinary.c lib/place/ordinary.h lib/sys/device.h \
	lib/place/passthrough.c lib/place/passthrough.h \
	lib/place/place.c lib/place/place.h \
	lib/place/relimit.c lib/place/relimit.h \
	lib/place/replace.c lib/place/replace.h \
	lib/place/reserved.c lib/place/reserved.h \
	lib/place/scan.c lib/place/scan.h \
	lib/place/search.c lib/place/search.h \
	lib/place/want.h \
	lib/place/settle.c lib/place/settle.h \
	lib/sys/aslimit.c lib/sys/aslimit.h \
	lib/sys/feel.c lib/sys/feel.h \
	lib/sys/frame.c lib/sys/frame.h \
	lib/sys/maps.c lib/sys/maps.h \
	lib/sys/mask.c lib/sys/mask.h \
	lib/sys/patience.c lib/sys/patience.h \
	lib/sys/sysinfo.c lib/sys/sysinfo.h \
	lib/sys/usercopy.c lib/sys/usercopy.h \
	lib/sys/vma.c lib/sys/vma.h \
	lib/table/adopt.c lib/table/adopt.h \
	lib/table/claim.c lib/table/claim.h \
	lib/table/deferred.c lib/table/deferred.h \
	lib/table/event.c lib/table/event.h \
	lib/table/held.c lib/table/held.h \
	lib/table/holder.c lib/table/holder.h \
	lib/table/lookup.c lib/table/lookup.h \
	lib/table/mark.c lib/table/mark.h \
	lib/table/region.c lib/table/region.h \
	lib/table/sync.c lib/table/sync.h \
	lib/table/update.c lib/table/update.h
rooms_small_sources = $(modelled_small_sources) \
	lib/edge/aslr.c lib/edge/aslr.h \
	lib/place/heap.c lib/place/heap.h \
	lib/place/mapper.h \
	lib/place/op_affect.c lib/place/op_affect.h \
	lib/place/op_sysvshm.c lib/place/op_sysvshm.h \
	lib/sys/brk.c lib/sys/brk.h \
	lib/sys/pass.c \
	lib/sys/permit.c lib/sys/permit.h \
	lib/sys/privilege.c lib/sys/privilege.h \
	lib/table/usage.c lib/table/usage.h \
	lib/table/walk.c lib/table/walk.h
modelled_fast_sources = \
	lib/place/op_mmap.c lib/place/op_mmap.h \
	lib/place/request.c lib/place/request.h \
	lib/table/lock.c lib/table/lock.h \
	lib/table/mutex.c lib/table/mutex.h \
	lib/table/space.c lib/table/space.h
rooms_fast_sources = $(modelled_fast_sources) \
	lib/place/remap.h \
	lib/sys/arch.h \
	lib/sys/arch_aarch64.h \
	lib/sys/arch_riscv64.h \
	lib/sys/arch_x86_64.h \
	lib/sys/probe.h \
	lib/sys/sys.h
rooms_sources = $(rooms_fast_sources) $(rooms_small_sources)

edge_small_sources = \
	lib/edge/api.c \
	lib/edge/affected.c lib/edge/affected.h \
	lib/edge/alone.c lib/edge/alone.h \
	lib/edge/candidate.c lib/edge/candidate.h \
	lib/edge/drain.c lib/edge/drain.h \
	lib/edge/dynamic.c lib/edge/dynamic.h \
	lib/edge/export.h lib/edge/bind.h \
	lib/edge/exe.c lib/edge/exe.h \
	lib/edge/exec.c lib/edge/exec.h \
	lib/edge/inherit.c lib/edge/inherit.h \
	lib/edge/launcher.c lib/edge/launcher.h \
	lib/edge/libc.h \
	lib/edge/layout.c lib/edge/layout.h \
	lib/edge/limit.c lib/edge/limit.h \
	lib/edge/loaded.c lib/edge/loaded.h \
	lib/edge/message.c lib/edge/message.h \
	lib/edge/module.c lib/edge/module.h \
	lib/edge/outlet.c lib/edge/outlet.h \
	lib/edge/owner.c lib/edge/owner.h \
	lib/edge/reach.c lib/edge/reach.h \
	lib/edge/report.c lib/edge/report.h \
	lib/edge/request_call.c lib/edge/request_call.h \
	lib/edge/reservation.c lib/edge/reservation.h \
	lib/edge/rlimit.c lib/edge/rlimit.h \
	lib/edge/setup.c lib/edge/setup.h \
	lib/edge/trace.c lib/edge/trace.h \
	lib/edge/walk_call.c lib/edge/walk_call.h
edge_fast_sources = \
	lib/edge/calls.c lib/edge/calls.h \
	lib/edge/fast.c lib/edge/fast.h \
	lib/edge/gate.c lib/edge/gate.h \
	lib/edge/process.c lib/edge/process.h \
	lib/edge/roster.c lib/edge/roster.h \
	lib/edge/site.c lib/edge/site.h \
	lib/edge/site_aarch64.h \
	lib/edge/site_riscv64.h \
	lib/edge/site_x86_64.h
edge_sources = $(edge_fast_sources) $(edge_small_sources)

# libc's names. The static library leaves them to one of its own.
interpose_sources = lib/edge/interpose.c lib/edge/interpose.h

# What binds host modules to entries of their own: of the shared library, as there
# are no slots to bind in what is linked statically.
bind_sources = \
	lib/edge/bind.c \
	lib/edge/export.c \
	lib/edge/export_table.c \
	lib/edge/export_aarch64.h \
	lib/edge/export_riscv64.h \
	lib/edge/export_x86_64.h \
	lib/edge/host.c lib/edge/host.h \
	lib/edge/libc.c \
	lib/edge/loader.c

# Initial-exec: thread-local storage that needs no call into ld.so, which
# could allocate inside a program's mmap.
# The launcher's place is in a variable of make's, which configure cannot know.
library_cflags = $(AM_CFLAGS) $(DENSE) -DVALIMIT_LAUNCHER='"$(launchdir)/launch"' -fvisibility=hidden -ftls-model=initial-exec \
	-ffunction-sections

include_HEADERS = include/valimit.h
lib_LTLIBRARIES = libvalimit.la
noinst_LTLIBRARIES = libvalcore.la libvalcore_small.la libvalkernel.la libvalkernel_small.la libvaledge_small.la

libvalcore_la_SOURCES = $(core_fast_sources)
libvalcore_la_CFLAGS = $(library_cflags) $(COVERAGE_CFLAGS)
libvalcore_la_LIBADD = libvalcore_small.la
libvalcore_small_la_SOURCES = $(core_small_sources)
libvalcore_small_la_CFLAGS = $(library_cflags) $(OPTIMIZE_SIZE) $(COVERAGE_CFLAGS)

# Without sys.c: a test can bring a kernel of its own.
libvalkernel_la_SOURCES = $(rooms_fast_sources)
libvalkernel_la_CFLAGS = $(library_cflags) $(COVERAGE_CFLAGS)
libvalkernel_la_LIBADD = libvalkernel_small.la
libvalkernel_small_la_SOURCES = $(rooms_small_sources)
libvalkernel_small_la_CFLAGS = $(library_cflags) $(OPTIMIZE_SIZE) $(COVERAGE_CFLAGS)

# paths.c and execs.c call libc's own functions by the names that they replace,
# which only ld.so can tell apart.
libvalimit_la_SOURCES = lib/sys/sys.c lib/core/memory.c $(edge_fast_sources) $(interpose_sources)
libvalimit_la_CFLAGS = $(library_cflags) -DVALIMIT_SHARED $(COVERAGE_CFLAGS)
libvalimit_la_LIBADD = libvaledge_small.la libvalkernel.la libvalcore.la -ldl $(COVERAGE_LIBS)
libvaledge_small_la_SOURCES = $(edge_small_sources) $(bind_sources) lib/edge/execs.c \
	lib/edge/paths.c lib/edge/string.c
libvaledge_small_la_CFLAGS = $(library_cflags) -DVALIMIT_SHARED $(OPTIMIZE_SIZE) $(COVERAGE_CFLAGS)
# initfirst: the constructor, which raises the fence, runs before that of any
# other library, whose first mapping would otherwise escape. Of several
# libraries that ask for it only one is served.
# defs: an undefined symbol is found now and not inside a program's mmap.
libvalimit_la_LDFLAGS = -version-info 0:0:0 \
	-Wl,--version-script=$(top_srcdir)/lib/libvalimit.map -Wl,--gc-sections \
	-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,text \
	-Wl,-z,defs -Wl,-z,initfirst -Wl,-Bsymbolic-functions -Wl,-z,nodelete -Wc,-nostartfiles
EXTRA_libvalimit_la_DEPENDENCIES = lib/libvalimit.map

# For programs that link statically: without libc's names, and these apart. Each is one
# object, in which the library's own names are local: no program's can clash with them.
lib_LIBRARIES = libvalimit.a libvalimit_interpose.a
libvalimit_a_SOURCES =
libvalimit_a_LIBADD = lib/whole.o
libvalimit_interpose_a_SOURCES =
libvalimit_interpose_a_LIBADD = lib/names.o

# Of separate objects, of which a test replaces one.
EXTRA_LIBRARIES = libvalparts.a libvalnames.a
libvalparts_a_SOURCES = lib/sys/sys.c $(core_sources) $(rooms_sources) $(edge_sources) \
	lib/edge/bind_none.c
libvalparts_a_CFLAGS = $(library_cflags) $(COVERAGE_CFLAGS)
libvalnames_a_SOURCES = $(interpose_sources)
libvalnames_a_CFLAGS = $(library_cflags) $(COVERAGE_CFLAGS)

# Machine code, also of objects that are to be optimized at link time.
join = $(CC) $(library_cflags) $(CFLAGS) $(JOIN) -o $@
lib/whole_open.o: $(libvalparts_a_OBJECTS) Makefile
	$(AM_V_CCLD)$(join) $(libvalparts_a_OBJECTS)
lib/names_open.o: $(libvalnames_a_OBJECTS) Makefile
	$(AM_V_CCLD)$(join) $(libvalnames_a_OBJECTS)

# Those of libvalimit.map stay, and what one archive has for the other, with a prefix.
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
CLEANFILES += lib/*.o lib/inner.txt lib/kept.txt

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = valimit.pc valimit-static.pc
