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
	tests/bench/peer_box64.c tests/bench/peer_fex.c tests/bench/peer_qemu.c \
	tests/bench/peers.c tests/bench/ranges.c

# What a worker process can do.
bench_workloads = \
	tests/bench/area.c tests/bench/churn.c tests/bench/commits.c tests/bench/figure.c \
	tests/bench/files.c tests/bench/growth.c tests/bench/hints.c tests/bench/obstacles.c \
	tests/bench/processes.c tests/bench/remaps.c tests/bench/scan.c tests/bench/setting.c \
	tests/bench/worker.c $(bench_peers)

tests_bench_bench_SOURCES = \
	tests/bench/contest.c tests/bench/main.c tests/bench/memory.c tests/bench/pair.c \
	tests/bench/run.c $(bench_workloads)

tests_bench_scale_SOURCES = tests/bench/chart.c tests/bench/scale.c $(bench_workloads)
tests_bench_scale_LDADD = -lm

# The one function, without the library around it.
tests_bench_verdict_SOURCES = \
	lib/edge/bind_none.c lib/edge/dynamic.c lib/edge/exe.c lib/edge/loaded.c lib/edge/module.c \
	lib/edge/owner.c lib/edge/roster.c lib/edge/site.c lib/sys/sys.c tests/bench/verdict.c
tests_bench_verdict_LDADD = libvalkernel.la libvalcore.la

bench: all $(bench_programs) $(bench_libraries)
	@$(AM_TESTS_ENVIRONMENT) tests/bench/bench $(BENCH_FLAGS)
	@tests/bench/limits && tests/bench/verdict

# Up to a million mappings, for some minutes: as root, since vm.max_map_count is raised
# for so long. make bench-scale SCALE_FLAGS='--svg man/growth.svg'
SCALE_FLAGS =
bench-scale: all tests/bench/scale
	@$(AM_TESTS_ENVIRONMENT) $(srcdir)/tests/bench/scale.sh tests/bench/scale $(SCALE_FLAGS)
.PHONY: bench bench-scale

EXTRA_DIST += \
	tests/bench/bench.h tests/bench/calls.c tests/bench/calls.sh tests/bench/instructions.c \
	tests/bench/instructions.sh tests/bench/instructions.txt tests/bench/peer.h \
	tests/bench/scale.sh tests/bench/turns.h tests/bench/workload.h
