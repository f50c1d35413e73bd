# SPDX-License-Identifier: MIT
#
# The unit tests.

# Of the core, and what else is computed without a system call: run once more with the
# sanitizers. Constants have nothing to sanitize, and the lock's model has steps of its own.
pure_tests = \
	tests/unit/test_call tests/unit/test_call_text tests/unit/test_fmt tests/unit/test_gap \
	tests/unit/test_glob tests/unit/test_launch_elf tests/unit/test_launch_layout \
	tests/unit/test_launch_script tests/unit/test_limits tests/unit/test_maps \
	tests/unit/test_options tests/unit/test_options_error tests/unit/test_piece \
	tests/unit/test_policy tests/unit/test_policy_random tests/unit/test_privilege \
	tests/unit/test_procmaps tests/unit/test_seccomp tests/unit/test_summary \
	tests/unit/test_tree tests/unit/test_tree_check tests/unit/test_tree_random \
	tests/unit/test_user tests/unit/test_window tests/unit/test_window_text $(vactl_tests)
# Of what vactl knows of a process, and draws.
vactl_tests = \
	tests/unit/test_cells tests/unit/test_core tests/unit/test_picture tests/unit/test_reader \
	tests/unit/test_totals tests/unit/test_vma_type
sanitized_tests = $(pure_tests:=_san)

other_tests = tests/unit/test_aslimit tests/unit/test_lock_model tests/unit/test_peers \
	tests/unit/test_salvage tests/unit/test_scan tests/unit/test_table

# What a unit test links with: the core, and of the other rooms and the launcher the parts that
# ask the kernel, since each test brings a kernel of its own.
unit_ldadd = tests/unit/libunit.la libvalcore.la $(CMOCKA_LIBS) $(COVERAGE_LIBS)
unit_programs = $(pure_tests) $(other_tests)
$(unit_programs): tests/unit/libunit.la libvalcore.la
$(unit_programs): LDADD = $(unit_ldadd)
$(vactl_tests): libvactl.la
$(vactl_tests): LDADD = libvactl.la $(unit_ldadd) $(ELFUTILS_LIBS)

tests_unit_libunit_la_SOURCES = tests/unit/naive.c lib/fence/fence_piece.c lib/sys/aslimit.c \
	lib/sys/feel.c lib/sys/maps.c lib/sys/privilege.c lib/sys/sysinfo.c lib/sys/usercopy.c \
	tools/launch/layout.c
tests_unit_libunit_la_CFLAGS = $(AM_CFLAGS) $(COVERAGE_CFLAGS)

# The pure tests once more, from a build of its own with the sanitizers, in sanitized/. It is
# configured as this one is, again whenever this one is, and measures no coverage.
$(sanitized_tests): sanitized
	@cd $(@D) && $(LN_S) -f ../../sanitized/$(@:_san=) $(@F)
sanitized: sanitized/config.status
	@cd sanitized && $(MAKE) $(AM_MAKEFLAGS) COVERAGE_CFLAGS= COVERAGE_LIBS= $(pure_tests)
sanitized/config.status: config.status
	@$(MKDIR_P) sanitized && cd sanitized && eval "'$(abs_srcdir)/configure'" -q \
		"$$(../config.status --config)" "--srcdir='$(abs_srcdir)'" --enable-sanitizers >/dev/null
clean-local:
	rm -rf sanitized
.PHONY: sanitized
CLEANFILES += $(sanitized_tests)

tests_unit_test_core_CFLAGS = $(AM_CFLAGS) $(ELFUTILS_CFLAGS)

# The lock's own code, step by step.
tests_unit_test_lock_model_SOURCES = tests/unit/test_lock_model.c tests/unit/model.c \
	lib/table/mutex.c
tests_unit_test_lock_model_CFLAGS = $(AM_CFLAGS) -include tests/unit/lock_steps.h

# What the bench compares with.
tests_unit_test_peers_SOURCES = tests/unit/test_peers.c $(bench_peers)

tests_unit_test_scan_SOURCES = tests/unit/test_scan.c lib/sys/sys.c
tests_unit_test_scan_LDADD = libvalkernel.la $(unit_ldadd)

EXTRA_DIST += tests/unit/dice.h tests/unit/lock_steps.h tests/unit/policy_bed.h tests/unit/unit.h
