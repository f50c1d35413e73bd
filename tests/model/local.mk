# SPDX-License-Identifier: MIT
#
# The model, and the faults that it finds.

fault_tests = %D%/test_faulty_dropped %D%/test_faulty_forgotten %D%/test_faulty_impatient \
	%D%/test_faulty_openly %D%/test_faulty_orphaned %D%/test_faulty_replaced \
	%D%/test_faulty_taken %D%/test_faulty_unawaited %D%/test_faulty_uncounted \
	%D%/test_faulty_unheld %D%/test_faulty_unmarked %D%/test_faulty_unnamed
model_tests = %D%/test_model $(fault_tests)

# The model: the library's own code over a small kernel, step by step.
model_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit -I$(top_srcdir)/tests/model
stepwise_cflags = $(AM_CFLAGS) -include tests/model/steps.h
tests_model_liblibrary_la_SOURCES = \
	%D%/calls.c lib/edge/gate.c $(modelled_fast_sources) $(modelled_small_sources)
tests_model_liblibrary_la_CFLAGS = $(stepwise_cflags)
tests_model_libmodel_la_SOURCES = %D%/act.c %D%/bed.c %D%/choice.c %D%/explore.c %D%/judge.c \
	%D%/kernel.c %D%/plan.c %D%/record.c %D%/script.c %D%/script_reserve.c
model_ldadd = tests/model/libmodel.la tests/model/liblibrary.la $(unit_ldadd)
tests_model_test_model_CPPFLAGS = $(model_cppflags)
tests_model_test_model_LDADD = $(model_ldadd)

# Faults, put into a copy of one source each: the model finds them. A copy that does
# not differ from its source is no fault, and no test.
faulty_cppflags = $(model_cppflags) -iquote $(top_srcdir)/lib/sys -iquote $(top_srcdir)/lib/table \
	-iquote $(top_srcdir)/lib/fence -iquote $(top_srcdir)/lib/place -iquote $(top_srcdir)/lib/edge
tests/model/test_faulty_%: tests/model/faulty/%.c tests/model/test_faulty.c \
		tests/model/libmodel.la tests/model/liblibrary.la tests/unit/libunit.la libvalcore.la
	$(AM_V_CCLD)$(LIBTOOL) $(AM_V_lt) --tag=CC $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=link \
		$(CC) $(DEFS) $(DEFAULT_INCLUDES) $(faulty_cppflags) -DFAULTY=$* $(CPPFLAGS) \
		$(stepwise_cflags) $(CFLAGS) $(LDFLAGS) -o $@ \
		$(srcdir)/tests/model/test_faulty.c tests/model/faulty/$*.c $(model_ldadd) $(LIBS)
tests/model/faulty/%.c: tests/model/faults.txt $(modelled_fast_sources) $(modelled_small_sources) \
		lib/edge/gate.c
	@$(MKDIR_P) $(@D) && source=$(srcdir)/`sed -n 's/^$* //p' $<` && \
		sed '1,/^$* /d; /^$$/,$$d' $< | sed -f - $$source >$@.tmp && \
		! cmp -s $$source $@.tmp && mv $@.tmp $@
CLEANFILES += $(fault_tests) tests/model/faulty/*.c

EXTRA_DIST += %D%/faults.txt %D%/test_faulty.c
