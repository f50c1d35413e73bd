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

tests_bench_bench_SOURCES = \
	tests/bench/bench.h \
	tests/bench/churn.c \
	tests/bench/commits.c \
	tests/bench/figure.c tests/bench/figure.h \
	tests/bench/files.c \
	tests/bench/growth.c \
	tests/bench/main.c \
	tests/bench/memory.c tests/bench/memory.h \
	tests/bench/obstacles.c \
	tests/bench/pair.c tests/bench/pair.h \
	tests/bench/processes.c \
	tests/bench/remaps.c \
	tests/bench/run.c tests/bench/run.h \
	tests/bench/scan.c \
	tests/bench/setting.c \
	tests/bench/worker.c tests/bench/worker.h \
	tests/bench/workload.h

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
.PHONY: bench
