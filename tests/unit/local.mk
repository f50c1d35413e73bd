# SPDX-License-Identifier: MIT
#
# The unit tests. Those of the core and of other pure computations run once more with the
# sanitizers. Constants have nothing to sanitize, and the lock's model has steps of its own.

pure_tests = %D%/test_call %D%/test_call_text %D%/test_fmt %D%/test_gap %D%/test_glob \
	%D%/test_launch_elf %D%/test_launch_layout %D%/test_launch_script %D%/test_limits \
	%D%/test_maps %D%/test_options %D%/test_options_error %D%/test_piece %D%/test_policy \
	%D%/test_policy_random %D%/test_privilege %D%/test_procmaps %D%/test_seccomp \
	%D%/test_summary %D%/test_tree %D%/test_tree_check %D%/test_tree_random %D%/test_user \
	%D%/test_window %D%/test_window_text $(vactl_tests)
# Tests of libvactl.la.
vactl_tests = %D%/test_cells %D%/test_core %D%/test_picture %D%/test_reader %D%/test_totals \
	%D%/test_vma_type
sanitized_tests = $(pure_tests:=_san)

other_tests = %D%/test_aslimit %D%/test_lock_model %D%/test_peers %D%/test_salvage %D%/test_scan \
	%D%/test_table

unit_programs = $(pure_tests) $(other_tests)

# A unit test links with the core, and with the parts of the other rooms and the launcher that
# ask the kernel, since each test brings a kernel of its own.
unit_ldadd = tests/unit/libunit.la libvalcore.la $(CMOCKA_LIBS) $(COVERAGE_LIBS)
$(unit_programs): tests/unit/libunit.la libvalcore.la
$(unit_programs): LDADD = $(unit_ldadd)
$(vactl_tests): libvactl.la
$(vactl_tests): LDADD = libvactl.la $(unit_ldadd) $(ELFUTILS_LIBS)

tests_unit_libunit_la_SOURCES = \
	%D%/naive.c lib/fence/fence_piece.c lib/sys/aslimit.c lib/sys/feel.c lib/sys/maps.c \
	lib/sys/privilege.c lib/sys/sysinfo.c lib/sys/usercopy.c tools/launch/layout.c
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
tests_unit_test_lock_model_SOURCES = %D%/test_lock_model.c %D%/model.c lib/table/mutex.c
tests_unit_test_lock_model_CFLAGS = $(AM_CFLAGS) -include tests/unit/lock_steps.h

# The bench compares with these.
tests_unit_test_peers_SOURCES = %D%/test_peers.c $(bench_peers)

tests_unit_test_scan_SOURCES = %D%/test_scan.c lib/sys/sys.c
tests_unit_test_scan_LDADD = libvalkernel.la $(unit_ldadd)
