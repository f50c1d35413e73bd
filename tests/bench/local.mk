# SPDX-License-Identifier: MIT
#
# Figures.

# Built and run by "make bench" only: make bench BENCH_FLAGS='--quick --json FILE'
bench_programs = tests/bench/bench tests/bench/limits tests/bench/verdict
bench_libraries = tests/bench/empty.la
EXTRA_PROGRAMS = $(bench_programs)
EXTRA_LTLIBRARIES = $(bench_libraries)
CLEANFILES += $(bench_programs) $(bench_libraries)
BENCH_FLAGS =

# How emulators place; tests/unit/test_peers.c tests them.
bench_peers = \
	tests/bench/peer.h \
	tests/bench/peer_box64.c \
	tests/bench/peer_fex.c \
	tests/bench/peer_qemu.c \
	tests/bench/peers.c \
	tests/bench/ranges.c tests/bench/ranges.h

# What a worker process can do.
bench_workloads = $(bench_peers) \
	tests/bench/area.c \
	tests/bench/bench.h \
	tests/bench/churn.c \
	tests/bench/commits.c \
	tests/bench/figure.c tests/bench/figure.h \
	tests/bench/files.c \
	tests/bench/growth.c \
	tests/bench/hints.c \
	tests/bench/obstacles.c \
	tests/bench/processes.c \
	tests/bench/remaps.c \
	tests/bench/scan.c \
	tests/bench/setting.c \
	tests/bench/worker.c tests/bench/worker.h \
	tests/bench/workload.h

tests_bench_bench_SOURCES = $(bench_workloads) \
	tests/bench/contest.c tests/bench/contest.h \
	tests/bench/main.c \
	tests/bench/memory.c tests/bench/memory.h \
	tests/bench/pair.c tests/bench/pair.h \
	tests/bench/run.c tests/bench/run.h

tests_bench_scale_SOURCES = $(bench_workloads) \
	tests/bench/chart.c tests/bench/chart.h \
	tests/bench/scale.c tests/bench/turns.h
tests_bench_scale_LDADD = $(LDADD) -lm

# With a place to be installed libtool makes it a shared library.
tests_bench_empty_la_SOURCES = tests/bench/empty.c
tests_bench_empty_la_LDFLAGS = -module -avoid-version -rpath $(libdir)

tests_bench_steps_SOURCES = tests/bench/steps.c
tests_bench_steps_LDADD =

tests_bench_limits_SOURCES = tests/bench/limits.c tests/bench/bench.h tests/bench/turns.h
tests_bench_limits_LDFLAGS = $(api_ldflags)
tests_bench_limits_LDADD = $(api_ldadd)

# The one function, without the library around it.
tests_bench_verdict_SOURCES = tests/bench/verdict.c tests/bench/bench.h tests/bench/turns.h \
	lib/edge/bind_none.c lib/edge/dynamic.c lib/edge/exe.c lib/edge/loaded.c \
	lib/edge/module.c lib/edge/owner.c lib/edge/roster.c lib/edge/site.c lib/sys/sys.c
tests_bench_verdict_LDADD = libvalkernel.la libvalcore.la $(LDADD)

bench: all $(bench_programs) $(bench_libraries)
	@$(AM_TESTS_ENVIRONMENT) tests/bench/bench $(BENCH_FLAGS)
	@tests/bench/limits && tests/bench/verdict

# Up to a million mappings, for some minutes: as root, since vm.max_map_count is raised
# for so long. make bench-scale SCALE_FLAGS='--svg man/growth.svg'
SCALE_FLAGS =
bench-scale: all tests/bench/scale
	@$(AM_TESTS_ENVIRONMENT) $(srcdir)/tests/bench/scale.sh tests/bench/scale $(SCALE_FLAGS)
.PHONY: bench bench-scale
