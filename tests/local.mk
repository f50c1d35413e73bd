# SPDX-License-Identifier: MIT
#
# The programs that scenarios run, and what the other folders of tests have.

# Small programs that the scenarios run, one action each.
guest_programs = \
	tests/guest/calls \
	tests/guest/dlopens \
	tests/guest/dumbbuffer \
	tests/guest/driver \
	tests/guest/ends \
	tests/guest/execs \
	tests/guest/faketable \
	tests/guest/fillwindow \
	tests/guest/filtered \
	tests/guest/fivefiles \
	tests/guest/forks \
	tests/guest/iosetup \
	tests/guest/iouring \
	tests/guest/lines \
	tests/guest/locked \
	tests/guest/mallocs \
	tests/guest/latefail \
	tests/guest/latemove \
	tests/guest/leaderless \
	tests/guest/maxmaps \
	tests/guest/outside \
	tests/guest/ownexe \
	tests/guest/race \
	tests/guest/rawfill \
	tests/guest/replace \
	tests/guest/sighandler \
	tests/guest/sixgig \
	tests/guest/stackgrow \
	tests/guest/stackguard \
	tests/guest/sysfn \
	tests/guest/threads \
	tests/guest/uncopied \
	tests/guest/watchmaps \
	tests/guest/where

stress_programs = \
	tests/interrupt/interrupt \
	tests/keep/keep \
	tests/stress/lives

# Programs in which the library's system calls fail.
fault_programs = tests/faults/faults

# Programs that use the library, and one that they load.
api_programs = \
	tests/guest/api_change \
	tests/guest/api_fence \
	tests/guest/api_first \
	tests/guest/api_handler \
	tests/guest/api_module \
	tests/guest/api_place \
	tests/guest/api_ranges \
	tests/guest/api_reserve \
	tests/guest/api_reserved \
	tests/guest/api_sandbox \
	tests/guest/api_scope \
	tests/guest/api_unseen \
	tests/guest/api_walk \
	tests/guest/emulator \
	tests/guest/example \
	tests/guest/hostthreads \
	tests/guest/smallguest \
	tests/guest/hugeholes \
	tests/guest/limits_api

scenarios = \
	tests/scenarios/api.bats \
	tests/scenarios/arch.bats \
	tests/scenarios/badinput.bats \
	tests/scenarios/bench.bats \
	tests/scenarios/bootstrap.bats \
	tests/scenarios/build.bats \
	tests/scenarios/callers.bats \
	tests/scenarios/callers_table.bats \
	tests/scenarios/children.bats \
	tests/scenarios/contract.bats \
	tests/scenarios/emulator.bats \
	tests/scenarios/exe.bats \
	tests/scenarios/exec.bats \
	tests/scenarios/exec_errors.bats \
	tests/scenarios/exec_programs.bats \
	tests/scenarios/exec_tools.bats \
	tests/scenarios/faults.bats \
	tests/scenarios/fence.bats \
	tests/scenarios/fixed.bats \
	tests/scenarios/growing.bats \
	tests/scenarios/hostguest.bats \
	tests/scenarios/inspect.bats \
	tests/scenarios/instructions.bats \
	tests/scenarios/interrupts.bats \
	tests/scenarios/kernel.bats \
	tests/scenarios/launch.bats \
	tests/scenarios/launch_itself.bats \
	tests/scenarios/launch_library.bats \
	tests/scenarios/launch_places.bats \
	tests/scenarios/launch_rights.bats \
	tests/scenarios/launch_tools.bats \
	tests/scenarios/limits.bats \
	tests/scenarios/matrix.bats \
	tests/scenarios/man_examples.bats \
	tests/scenarios/memory.bats \
	tests/scenarios/mremap.bats \
	tests/scenarios/munmap.bats \
	tests/scenarios/oracle.bats \
	tests/scenarios/origin.bats \
	tests/scenarios/packages.bats \
	tests/scenarios/pages.bats \
	tests/scenarios/pkgconfig.bats \
	tests/scenarios/placement.bats \
	tests/scenarios/places.bats \
	tests/scenarios/probes.bats \
	tests/scenarios/process.bats \
	tests/scenarios/programs.bats \
	tests/scenarios/ranges.bats \
	tests/scenarios/format.bats \
	tests/scenarios/rooms.bats \
	tests/scenarios/report.bats \
	tests/scenarios/reserve.bats \
	tests/scenarios/sandbox.bats \
	tests/scenarios/shm.bats \
	tests/scenarios/start.bats \
	tests/scenarios/static.bats \
	tests/scenarios/stress.bats \
	tests/scenarios/systems.bats \
	tests/scenarios/threads.bats \
	tests/scenarios/trace.bats \
	tests/scenarios/vactl.bats \
	tests/scenarios/vactl_check.bats \
	tests/scenarios/vactl_completion.bats \
	tests/scenarios/vactl_core.bats \
	tests/scenarios/vactl_explain.bats \
	tests/scenarios/vactl_hostile.bats \
	tests/scenarios/vactl_json.bats \
	tests/scenarios/vactl_library.bats \
	tests/scenarios/vactl_maps.bats \
	tests/scenarios/vactl_plot.bats \
	tests/scenarios/vactl_run.bats \
	tests/scenarios/vactl_stat.bats \
	tests/scenarios/vactl_watch.bats \
	tests/scenarios/walk.bats

# What the guest programs link with unless they say otherwise.
LDADD = -lpthread -ldl

tests_guest_calls_SOURCES = tests/guest/calls.c tests/guest/route.h tests/guest/verdict.h tests/guest/words.h

tests_guest_watchmaps_SOURCES = tests/guest/watchmaps.c tests/guest/watched.c tests/guest/watched.h

# Makes tables, good and bad, with the core.
tests_guest_faketable_LDADD = libvalcore.la $(LDADD) $(COVERAGE_LIBS)

# What the preloaded library has is found in it.
tests_guest_filtered_LDFLAGS = -Wl,-z,dynamic-undefined-weak

# Run where they are built: without libtool's wrapper, which sets variables.
api_ldflags = -no-install
api_ldadd = libvalimit.la $(LDADD)
tests_guest_api_change_LDFLAGS = $(api_ldflags)
tests_guest_api_change_LDADD = $(api_ldadd)
tests_guest_api_fence_LDFLAGS = $(api_ldflags)
tests_guest_api_fence_LDADD = $(api_ldadd)
tests_guest_api_first_LDFLAGS = $(api_ldflags)
tests_guest_api_first_LDADD = $(api_ldadd)
tests_guest_api_handler_LDFLAGS = $(api_ldflags)
tests_guest_api_handler_LDADD = $(api_ldadd)
tests_guest_api_module_LDFLAGS = $(api_ldflags)
tests_guest_api_module_LDADD = $(api_ldadd)
tests_guest_api_place_LDFLAGS = $(api_ldflags)
tests_guest_api_place_LDADD = $(api_ldadd)
tests_guest_api_ranges_LDFLAGS = $(api_ldflags)
tests_guest_api_ranges_LDADD = $(api_ldadd)
tests_guest_api_reserved_LDFLAGS = $(api_ldflags)
tests_guest_api_reserved_LDADD = $(api_ldadd)
tests_guest_api_reserve_LDFLAGS = $(api_ldflags)
tests_guest_api_reserve_LDADD = $(api_ldadd)
tests_guest_api_sandbox_LDFLAGS = $(api_ldflags)
tests_guest_api_sandbox_LDADD = $(api_ldadd)
tests_guest_api_scope_LDFLAGS = $(api_ldflags)
tests_guest_api_scope_LDADD = $(api_ldadd)
tests_guest_api_walk_LDFLAGS = $(api_ldflags)
tests_guest_api_walk_LDADD = $(api_ldadd)
tests_guest_api_unseen_LDFLAGS = $(api_ldflags)
tests_guest_api_unseen_LDADD = $(api_ldadd)
tests_guest_emulator_LDFLAGS = $(api_ldflags)
tests_guest_emulator_LDADD = $(api_ldadd)
tests_guest_example_LDFLAGS = $(api_ldflags)
tests_guest_example_LDADD = $(api_ldadd)
tests_guest_hostthreads_LDFLAGS = $(api_ldflags)
tests_guest_hostthreads_LDADD = $(api_ldadd)
tests_guest_smallguest_SOURCES = tests/guest/smallguest.c
tests_guest_smallguest_LDFLAGS = $(api_ldflags)
tests_guest_smallguest_LDADD = $(api_ldadd)
tests_guest_limits_api_LDFLAGS = $(api_ldflags)
tests_guest_limits_api_LDADD = $(api_ldadd)

tests_interrupt_interrupt_SOURCES = \
	tests/interrupt/act.c tests/interrupt/act.h \
	tests/interrupt/block.c tests/interrupt/block.h \
	tests/interrupt/life.c tests/interrupt/life.h \
	tests/interrupt/main.c \
	tests/guest/scope.h \
	tests/interrupt/site.c tests/interrupt/site.h \
	tests/interrupt/step.c tests/interrupt/step.h
tests_interrupt_interrupt_LDFLAGS = $(api_ldflags)
tests_interrupt_interrupt_LDADD = $(api_ldadd)
tests_keep_keep_SOURCES = \
	tests/keep/change.c \
	tests/keep/child.c tests/keep/child.h \
	tests/keep/hold.c tests/keep/hold.h \
	tests/keep/keep.h \
	tests/keep/keeper.c tests/keep/keeper.h \
	tests/keep/main.c \
	tests/keep/make.c \
	tests/guest/scope.h \
	tests/keep/site.c tests/keep/site.h \
	tests/keep/tick.c tests/keep/tick.h
tests_keep_keep_LDFLAGS = $(api_ldflags)
tests_keep_keep_LDADD = $(api_ldadd)

# Brings a kernel of its own, so that the archive's sys.o stays out.
tests_faults_faults_SOURCES = \
	tests/beside/hosts.c tests/beside/hosts.h \
	tests/faults/bed.c tests/faults/bed.h \
	tests/faults/canary.c tests/faults/canary.h \
	tests/faults/fault.c tests/faults/fault.h \
	tests/faults/main.c \
	tests/faults/picture.c tests/faults/picture.h \
	tests/faults/promise.c tests/faults/promise.h \
	tests/faults/scenes_fixed.c \
	tests/faults/scenes_free.c \
	tests/faults/scenes_limit.c \
	tests/faults/scenes_map.c \
	tests/faults/scenes_move.c \
	tests/faults/scenes_reserve.c \
	tests/faults/scenes_segment.c \
	tests/faults/stage.c tests/faults/stage.h \
	tests/faults/start.c
tests_faults_faults_LDADD = libvalparts.a -lpthread $(COVERAGE_LIBS)

# With a place to be installed libtool makes it a shared library.
tests_guest_libthunk_la_SOURCES = tests/guest/thunk.c tests/guest/thunk.h
tests_guest_libthunk_la_LDFLAGS = -module -avoid-version -rpath $(libdir)
tests_guest_libthunk_la_LIBADD = -lpthread

tests_oracle_oracle_SOURCES = \
	tests/beside/hosts.c tests/beside/hosts.h \
	tests/oracle/act.c tests/oracle/act.h \
	tests/oracle/aim.c tests/oracle/aim.h \
	tests/oracle/beside.c tests/oracle/beside.h \
	tests/oracle/call.c tests/oracle/call.h \
	tests/oracle/config.c tests/oracle/config.h \
	tests/oracle/demand.c tests/oracle/demand.h \
	tests/oracle/excuse.c tests/oracle/excuse.h \
	tests/oracle/fill.c tests/oracle/fill.h \
	tests/oracle/look.c tests/oracle/look.h \
	tests/oracle/main.c \
	tests/oracle/make.c tests/oracle/make.h \
	tests/oracle/op.c tests/oracle/op.h \
	tests/oracle/pair.c tests/oracle/pair.h \
	tests/oracle/poke.c tests/oracle/poke.h \
	tests/oracle/range.c tests/oracle/range.h \
	tests/oracle/remap.c tests/oracle/remap.h \
	tests/oracle/report.c tests/oracle/report.h \
	tests/oracle/shared.h \
	tests/oracle/shrink.c tests/oracle/shrink.h \
	tests/oracle/site.c tests/oracle/site.h \
	tests/oracle/supply.c tests/oracle/supply.h \
	tests/oracle/vmas.c tests/oracle/vmas.h \
	tests/oracle/worker.c tests/oracle/worker.h

# A defect a number, for the oracle to find.
tests_oracle_wrong_la_SOURCES = tests/oracle/wrong.c
tests_oracle_wrong_la_LDFLAGS = -module -avoid-version -rpath $(libdir)
tests_oracle_wrong_la_LIBADD = -ldl

# Not sys.c: what the detector puts between them would spoil the registers of a
# system call.
libvalimit_tsan_la_SOURCES = $(core_sources) $(rooms_sources) $(edge_sources) \
	lib/edge/bind_none.c
libvalimit_tsan_la_CFLAGS = $(library_cflags) $(THREAD_SANITIZE_FLAGS)
libvalimit_plain_la_SOURCES = lib/sys/sys.c
libvalimit_plain_la_CFLAGS = $(library_cflags)
tests_stress_racing_tsan_SOURCES = tests/stress/racing.c
tests_stress_racing_tsan_CFLAGS = $(AM_CFLAGS) $(THREAD_SANITIZE_FLAGS)
tests_stress_racing_tsan_LDADD = libvalimit_tsan.la libvalimit_plain.la $(LDADD)
