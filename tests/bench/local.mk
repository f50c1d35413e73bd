# SPDX-License-Identifier: MIT
#
# Figures.

# Built and run by "make bench" only: make bench BENCH_FLAGS='--quick --json FILE'
bench_programs = %D%/bench %D%/limits %D%/verdict
bench_libraries = %D%/empty.la
EXTRA_PROGRAMS = $(bench_programs)
EXTRA_LTLIBRARIES = $(bench_libraries)
CLEANFILES += $(bench_programs) $(bench_libraries)
BENCH_FLAGS =

# The allocators of emulators; tests/unit/test_peers.c tests them.
bench_peers = %D%/peer_box64.c %D%/peer_fex.c %D%/peer_qemu.c %D%/peers.c %D%/ranges.c

# The work of a worker process.
bench_workloads = %D%/area.c %D%/churn.c %D%/commits.c %D%/figure.c %D%/files.c %D%/growth.c \
	%D%/hints.c %D%/obstacles.c %D%/processes.c %D%/remaps.c %D%/scan.c %D%/setting.c \
	%D%/worker.c $(bench_peers)

tests_bench_bench_SOURCES = \
	%D%/contest.c %D%/main.c %D%/memory.c %D%/pair.c %D%/run.c $(bench_workloads)

tests_bench_scale_SOURCES = %D%/chart.c %D%/scale.c $(bench_workloads)
tests_bench_scale_LDADD = -lm

# It measures one function, without the library around it.
tests_bench_verdict_SOURCES = \
	lib/edge/bind_none.c lib/edge/dynamic.c lib/edge/exe.c lib/edge/loaded.c lib/edge/module.c \
	lib/edge/owner.c lib/edge/roster.c lib/edge/site.c lib/sys/sys.c %D%/verdict.c
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

EXTRA_DIST += %D%/calls.c %D%/calls.py %D%/calls.sh %D%/instructions.c \
	%D%/instructions.sh %D%/instructions.txt %D%/scale.sh
