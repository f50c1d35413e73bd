# SPDX-License-Identifier: MIT
#
# The programs that scenarios run, and the other folders of tests.

# Small programs that the scenarios run, one action each.
guest_programs = %D%/guest/calls %D%/guest/dlopens %D%/guest/driver %D%/guest/dumbbuffer \
	%D%/guest/ends %D%/guest/execs %D%/guest/faketable %D%/guest/fillwindow %D%/guest/filtered \
	%D%/guest/fivefiles %D%/guest/forks %D%/guest/hugeholes %D%/guest/iosetup \
	%D%/guest/iouring %D%/guest/latefail %D%/guest/latemove %D%/guest/leaderless \
	%D%/guest/lines %D%/guest/locked %D%/guest/mallocs %D%/guest/maxmaps %D%/guest/outside \
	%D%/guest/ownexe %D%/guest/race %D%/guest/rawfill %D%/guest/replace %D%/guest/sighandler \
	%D%/guest/sixgig %D%/guest/stackgrow %D%/guest/stackguard %D%/guest/sysfn \
	%D%/guest/threads %D%/guest/uncopied %D%/guest/watchmaps %D%/guest/where

# Programs that call the library.
api_programs = %D%/guest/api_change %D%/guest/api_fence %D%/guest/api_first %D%/guest/api_handler \
	%D%/guest/api_module %D%/guest/api_place %D%/guest/api_ranges %D%/guest/api_reserve \
	%D%/guest/api_reserved %D%/guest/api_sandbox %D%/guest/api_scope %D%/guest/api_unseen \
	%D%/guest/api_walk %D%/guest/emulator %D%/guest/example %D%/guest/hostthreads \
	%D%/guest/limits_api %D%/guest/smallguest

# All that scenarios run. In faults the library's system calls fail.
scenario_programs = $(guest_programs) $(api_programs) %D%/interrupt/interrupt %D%/keep/keep \
	%D%/stress/lives %D%/faults/faults %D%/oracle/oracle tests/bench/scale tests/bench/steps

tests_guest_watchmaps_SOURCES = %D%/guest/watchmaps.c %D%/guest/watched.c

# Makes tables, good and bad, with the core.
tests_guest_faketable_LDADD = libvalcore.la $(COVERAGE_LIBS)

# It finds the functions of the preloaded library, which it does not link with.
tests_guest_filtered_LDFLAGS = -Wl,-z,dynamic-undefined-weak

# Programs that link with the library.
api_users = $(api_programs) tests/interrupt/interrupt tests/keep/keep tests/bench/limits
$(api_users): libvalimit.la
$(api_users): LDADD = libvalimit.la

tests_interrupt_interrupt_SOURCES = %D%/interrupt/act.c %D%/interrupt/block.c %D%/interrupt/life.c \
	%D%/interrupt/main.c %D%/interrupt/site.c %D%/interrupt/step.c
tests_keep_keep_SOURCES = %D%/keep/change.c %D%/keep/child.c %D%/keep/hold.c %D%/keep/keeper.c \
	%D%/keep/main.c %D%/keep/make.c %D%/keep/site.c %D%/keep/tick.c

# Brings a kernel of its own, so that the archive's sys.o stays out.
tests_faults_faults_SOURCES = %D%/beside/hosts.c %D%/faults/bed.c %D%/faults/canary.c \
	%D%/faults/fault.c %D%/faults/main.c %D%/faults/picture.c %D%/faults/promise.c \
	%D%/faults/scenes_fixed.c %D%/faults/scenes_free.c %D%/faults/scenes_limit.c \
	%D%/faults/scenes_map.c %D%/faults/scenes_move.c %D%/faults/scenes_reserve.c \
	%D%/faults/scenes_segment.c %D%/faults/stage.c %D%/faults/start.c
tests_faults_faults_LDADD = libvalparts.a $(COVERAGE_LIBS)

tests_oracle_oracle_SOURCES = %D%/beside/hosts.c %D%/oracle/act.c %D%/oracle/aim.c \
	%D%/oracle/beside.c %D%/oracle/call.c %D%/oracle/config.c %D%/oracle/demand.c \
	%D%/oracle/excuse.c %D%/oracle/fill.c %D%/oracle/look.c %D%/oracle/main.c \
	%D%/oracle/make.c %D%/oracle/op.c %D%/oracle/pair.c %D%/oracle/poke.c %D%/oracle/range.c \
	%D%/oracle/remap.c %D%/oracle/report.c %D%/oracle/shrink.c %D%/oracle/site.c \
	%D%/oracle/supply.c %D%/oracle/vmas.c %D%/oracle/worker.c

# Libraries that are loaded at run time: a thunk's, one with a defect a number for the oracle
# to find, and an empty one. libtool makes them shared, since they have a place to be installed.
loaded_ldflags = -module -avoid-version -rpath $(libdir)
tests_guest_libthunk_la_SOURCES = %D%/guest/thunk.c
tests_guest_libthunk_la_LDFLAGS = $(loaded_ldflags)
tests_oracle_wrong_la_LDFLAGS = $(loaded_ldflags)
tests_bench_empty_la_LDFLAGS = $(loaded_ldflags)

# Not sys.c: the detector's instrumentation would spoil the registers of a system call.
libvalimit_tsan_la_SOURCES = $(core_sources) $(rooms_sources) $(edge_sources) lib/edge/bind_none.c
libvalimit_tsan_la_CFLAGS = $(library_cflags) $(THREAD_SANITIZE_FLAGS)
libvalimit_plain_la_SOURCES = lib/sys/sys.c
libvalimit_plain_la_CFLAGS = $(library_cflags)
tests_stress_racing_tsan_SOURCES = %D%/stress/racing.c
tests_stress_racing_tsan_CFLAGS = $(AM_CFLAGS) $(THREAD_SANITIZE_FLAGS)
tests_stress_racing_tsan_LDADD = libvalimit_tsan.la libvalimit_plain.la

EXTRA_DIST += %D%/CONTRACT.md %D%/arm64/apt.bash %D%/arm64/boot.bash %D%/arm64/check \
	%D%/arm64/cross.bash %D%/arm64/init %D%/arm64/inside %D%/arm64/parts.bash %D%/arm64/run \
	%D%/arm64/scenario %D%/coverage/counters.c %D%/coverage/counters.ld %D%/coverage/report.py \
	%D%/coverage/run %D%/coverage/unreachable.txt %D%/editorconfig.py %D%/emulators/addresses.c \
	%D%/emulators/box64 %D%/emulators/box64.bash %D%/emulators/client.bash \
	%D%/emulators/display %D%/emulators/frames %D%/emulators/parts.bash \
	%D%/emulators/root.bash %D%/emulators/run %D%/guest/below.py %D%/guest/demo.py \
	%D%/guest/demo_compare.py %D%/guest/ways/chain.c %D%/guest/ways/emu.c \
	%D%/guest/ways/hostlib.c %D%/guest/ways/member.cc %D%/guest/ways/own.c \
	%D%/guest/ways/thunks.c %D%/keep/soak %D%/matrix/islands.bash %D%/matrix/programs.bash \
	%D%/matrix/table.txt %D%/packages/run %D%/rooms.py %D%/run-tap %D%/run-totals \
	%D%/stress/soak %D%/systems/flags %D%/systems/flags.bash %D%/systems/root.bash \
	%D%/systems/run
