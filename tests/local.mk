# SPDX-License-Identifier: MIT
#
# The programs that scenarios run, and what the other folders of tests have.

# Small programs that the scenarios run, one action each.
guest_programs = \
	tests/guest/calls tests/guest/dlopens tests/guest/driver tests/guest/dumbbuffer \
	tests/guest/ends tests/guest/execs tests/guest/faketable tests/guest/fillwindow \
	tests/guest/filtered tests/guest/fivefiles tests/guest/forks tests/guest/hugeholes \
	tests/guest/iosetup tests/guest/iouring tests/guest/latefail tests/guest/latemove \
	tests/guest/leaderless tests/guest/lines tests/guest/locked tests/guest/mallocs \
	tests/guest/maxmaps tests/guest/outside tests/guest/ownexe tests/guest/race \
	tests/guest/rawfill tests/guest/replace tests/guest/sighandler tests/guest/sixgig \
	tests/guest/stackgrow tests/guest/stackguard tests/guest/sysfn tests/guest/threads \
	tests/guest/uncopied tests/guest/watchmaps tests/guest/where

stress_programs = tests/interrupt/interrupt tests/keep/keep tests/stress/lives

# Programs in which the library's system calls fail.
fault_programs = tests/faults/faults

# Programs that use the library, and one that they load.
api_programs = \
	tests/guest/api_change tests/guest/api_fence tests/guest/api_first tests/guest/api_handler \
	tests/guest/api_module tests/guest/api_place tests/guest/api_ranges \
	tests/guest/api_reserve tests/guest/api_reserved tests/guest/api_sandbox \
	tests/guest/api_scope tests/guest/api_unseen tests/guest/api_walk tests/guest/emulator \
	tests/guest/example tests/guest/hostthreads tests/guest/limits_api tests/guest/smallguest

features = \
	tests/scenarios/api tests/scenarios/arch tests/scenarios/badinput tests/scenarios/bench \
	tests/scenarios/bootstrap tests/scenarios/build tests/scenarios/callers \
	tests/scenarios/callers_table tests/scenarios/children tests/scenarios/contract \
	tests/scenarios/emulator tests/scenarios/exe tests/scenarios/exec \
	tests/scenarios/exec_errors tests/scenarios/exec_programs tests/scenarios/exec_tools \
	tests/scenarios/faults tests/scenarios/fence tests/scenarios/fixed tests/scenarios/format \
	tests/scenarios/growing tests/scenarios/hostguest tests/scenarios/inspect \
	tests/scenarios/instructions tests/scenarios/interrupts tests/scenarios/kernel \
	tests/scenarios/launch tests/scenarios/launch_itself tests/scenarios/launch_library \
	tests/scenarios/launch_places tests/scenarios/launch_rights tests/scenarios/launch_tools \
	tests/scenarios/limits tests/scenarios/man_examples tests/scenarios/matrix \
	tests/scenarios/memory tests/scenarios/mremap tests/scenarios/munmap \
	tests/scenarios/oracle tests/scenarios/origin tests/scenarios/packages \
	tests/scenarios/pages tests/scenarios/pkgconfig tests/scenarios/placement \
	tests/scenarios/places tests/scenarios/probes tests/scenarios/process \
	tests/scenarios/programs tests/scenarios/ranges tests/scenarios/report \
	tests/scenarios/reserve tests/scenarios/rooms tests/scenarios/sandbox tests/scenarios/shm \
	tests/scenarios/start tests/scenarios/static tests/scenarios/stress \
	tests/scenarios/systems tests/scenarios/threads tests/scenarios/trace \
	tests/scenarios/vactl tests/scenarios/vactl_check tests/scenarios/vactl_completion \
	tests/scenarios/vactl_core tests/scenarios/vactl_explain tests/scenarios/vactl_hostile \
	tests/scenarios/vactl_json tests/scenarios/vactl_library tests/scenarios/vactl_maps \
	tests/scenarios/vactl_plot tests/scenarios/vactl_run tests/scenarios/vactl_stat \
	tests/scenarios/vactl_watch tests/scenarios/walk
scenarios = $(features:=.bats)

tests_guest_watchmaps_SOURCES = tests/guest/watchmaps.c tests/guest/watched.c

# Makes tables, good and bad, with the core.
tests_guest_faketable_LDADD = libvalcore.la $(COVERAGE_LIBS)

# What the preloaded library has is found in it.
tests_guest_filtered_LDFLAGS = -Wl,-z,dynamic-undefined-weak

# What links with the library.
api_users = $(api_programs) tests/interrupt/interrupt tests/keep/keep tests/bench/limits
$(api_users): libvalimit.la
$(api_users): LDADD = libvalimit.la

tests_interrupt_interrupt_SOURCES = \
	tests/interrupt/act.c tests/interrupt/block.c tests/interrupt/life.c \
	tests/interrupt/main.c tests/interrupt/site.c tests/interrupt/step.c
tests_keep_keep_SOURCES = \
	tests/keep/change.c tests/keep/child.c tests/keep/hold.c tests/keep/keeper.c \
	tests/keep/main.c tests/keep/make.c tests/keep/site.c tests/keep/tick.c

# Brings a kernel of its own, so that the archive's sys.o stays out.
tests_faults_faults_SOURCES = \
	tests/beside/hosts.c tests/faults/bed.c tests/faults/canary.c tests/faults/fault.c \
	tests/faults/main.c tests/faults/picture.c tests/faults/promise.c \
	tests/faults/scenes_fixed.c tests/faults/scenes_free.c tests/faults/scenes_limit.c \
	tests/faults/scenes_map.c tests/faults/scenes_move.c tests/faults/scenes_reserve.c \
	tests/faults/scenes_segment.c tests/faults/stage.c tests/faults/start.c
tests_faults_faults_LDADD = libvalimit.a $(COVERAGE_LIBS)

tests_oracle_oracle_SOURCES = \
	tests/beside/hosts.c tests/oracle/act.c tests/oracle/aim.c tests/oracle/beside.c \
	tests/oracle/call.c tests/oracle/config.c tests/oracle/demand.c tests/oracle/excuse.c \
	tests/oracle/fill.c tests/oracle/look.c tests/oracle/main.c tests/oracle/make.c \
	tests/oracle/op.c tests/oracle/pair.c tests/oracle/poke.c tests/oracle/range.c \
	tests/oracle/remap.c tests/oracle/report.c tests/oracle/shrink.c tests/oracle/site.c \
	tests/oracle/supply.c tests/oracle/vmas.c tests/oracle/worker.c

# Loaded at run time: what thunks are for, a defect a number for the oracle to find, and
# nothing. With a place to be installed libtool makes them shared libraries.
loaded_ldflags = -module -avoid-version -rpath $(libdir)
tests_guest_libthunk_la_SOURCES = tests/guest/thunk.c
tests_guest_libthunk_la_LDFLAGS = $(loaded_ldflags)
tests_oracle_wrong_la_LDFLAGS = $(loaded_ldflags)
tests_bench_empty_la_LDFLAGS = $(loaded_ldflags)

# Not sys.c: what the detector puts between them would spoil the registers of a
# system call.
libvalimit_tsan_la_SOURCES = $(core_sources) $(rooms_sources) $(edge_sources) \
	lib/edge/bind_none.c
libvalimit_tsan_la_CFLAGS = $(library_cflags) $(THREAD_SANITIZE_FLAGS)
libvalimit_plain_la_SOURCES = lib/sys/sys.c
libvalimit_plain_la_CFLAGS = $(library_cflags)
tests_stress_racing_tsan_SOURCES = tests/stress/racing.c
tests_stress_racing_tsan_CFLAGS = $(AM_CFLAGS) $(THREAD_SANITIZE_FLAGS)
tests_stress_racing_tsan_LDADD = libvalimit_tsan.la libvalimit_plain.la

EXTRA_DIST += \
	tests/CONTRACT.md tests/arm64/apt.bash tests/arm64/boot.bash tests/arm64/check \
	tests/arm64/cross.bash tests/arm64/init tests/arm64/inside tests/arm64/parts.bash \
	tests/arm64/run tests/arm64/scenario tests/coverage/counters.c tests/coverage/counters.ld \
	tests/coverage/report.py tests/coverage/run tests/coverage/unreachable.txt \
	tests/emulators/addresses.c tests/emulators/box64 tests/emulators/box64.bash \
	tests/emulators/client.bash tests/emulators/display tests/emulators/frames \
	tests/emulators/parts.bash tests/emulators/root.bash tests/emulators/run tests/guest/api.h \
	tests/guest/below.py tests/guest/demo.py tests/guest/demo_compare.py tests/guest/filter.h \
	tests/guest/guest.h tests/guest/reserve.h tests/guest/route.h tests/guest/scope.h \
	tests/guest/verdict.h tests/guest/ways/chain.c tests/guest/ways/emu.c \
	tests/guest/ways/hostlib.c tests/guest/ways/member.cc tests/guest/ways/own.c \
	tests/guest/ways/thunks.c tests/guest/ways/ways.h tests/guest/words.h tests/keep/keep.h \
	tests/keep/soak tests/matrix/islands.bash tests/matrix/programs.bash \
	tests/matrix/table.txt tests/oracle/shared.h tests/packages/run tests/rooms.py \
	tests/run-tap tests/run-totals tests/scenarios/api.bash tests/scenarios/callers.bash \
	tests/scenarios/exec.bash tests/scenarios/helpers.bash tests/scenarios/launch.bash \
	tests/scenarios/vactl.bash tests/stress/soak tests/systems/flags tests/systems/flags.bash \
	tests/systems/root.bash tests/systems/run $(scenarios)
