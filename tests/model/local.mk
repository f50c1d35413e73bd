# SPDX-License-Identifier: MIT
#
# The model, and the faults that it finds.

fault_tests = \
	%D%/test_faulty_dropped %D%/test_faulty_forgotten %D%/test_faulty_impatient \
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
tests_model_libmodel_la_SOURCES = \
	%D%/act.c %D%/bed.c %D%/choice.c %D%/explore.c %D%/judge.c %D%/kernel.c %D%/plan.c %D%/record.c \
	%D%/script.c %D%/script_reserve.c
model_ldadd = tests/model/libmodel.la tests/model/liblibrary.la $(unit_ldadd)
tests_model_test_model_CPPFLAGS = $(model_cppflags)
tests_model_test_model_LDADD = $(model_ldadd)

# Faults, put into a copy of one source each: the model finds them. A copy that does
# not differ from its source is no fault, and no test.
faulty_cppflags = $(model_cppflags) -iquote $(top_srcdir)/lib/sys -iquote $(top_srcdir)/lib/table \
	-iquote $(top_srcdir)/lib/fence -iquote $(top_srcdir)/lib/place -iquote $(top_srcdir)/lib/edge
put_fault = $(MKDIR_P) $(@D) && sed -e "$$fault" -e "$$more" $< >$@.tmp && \
	! cmp -s $< $@.tmp && mv $@.tmp $@
tests/model/test_faulty_%: tests/model/faulty/%.c tests/model/test_faulty.c \
		tests/model/libmodel.la tests/model/liblibrary.la tests/unit/libunit.la libvalcore.la
	$(AM_V_CCLD)$(LIBTOOL) $(AM_V_lt) --tag=CC $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=link \
		$(CC) $(DEFS) $(DEFAULT_INCLUDES) $(faulty_cppflags) -DFAULTY=$* $(CPPFLAGS) \
		$(stepwise_cflags) $(CFLAGS) $(LDFLAGS) -o $@ \
		$(srcdir)/tests/model/test_faulty.c tests/model/faulty/$*.c $(model_ldadd) $(LIBS)
CLEANFILES += $(fault_tests) tests/model/faulty/*.c

# A verification drops what is fence to the kernel, also where another call has
# claimed it.
tests/model/faulty/dropped.c: lib/table/sync.c Makefile
	@fault='s/if (entry.info.owner || entry.info.kind == KIND_GUARD/if (entry.info.kind == KIND_GUARD/'; \
	more='/^void sync_verify/,/^}/s/start = found.span.end;/if (!space_is_fence(space, \&found)) &/'; \
		$(put_fault)

# A claim is not marked.
tests/model/faulty/unmarked.c: lib/table/claim.c Makefile
	@fault='s/claim->held = mark_set(/claim->held = true || mark_set(/'; $(put_fault)

# A call does not wait for the claims on what it names.
tests/model/faulty/impatient.c: lib/table/claim.c Makefile
	@fault='s/if (!mark_next(&space->table->tree, start, end, &entry))$$/if (true)/'; $(put_fault)

# A hole is filled with what replaces.
tests/model/faulty/replaced.c: lib/fence/fence_hold.c Makefile
	@fault='s/long result = sys_reserve(piece.start, .*);/long result = piece_make(piece_map(piece, MAP_FIXED));/'; $(put_fault)

# A child keeps the claims of threads that it does not have.
tests/model/faulty/orphaned.c: lib/table/holder.c Makefile
	@fault='s/return find(number) != NULL;/return number != 0;/'; $(put_fault)

# A mapping that a reading of the list has missed is not entered again.
tests/model/faulty/forgotten.c: lib/table/claim.c Makefile
	@fault='s/__atomic_load_n(&space->changes.epoch, __ATOMIC_ACQUIRE) == claim->epoch &&$$/true \&\&/'; $(put_fault)

# What is in flight beside a call that has entered its mapping is not asked for.
tests/model/faulty/uncounted.c: lib/table/claim.c Makefile
	@fault='s/__atomic_load_n(&space->changes.in_flight, __ATOMIC_ACQUIRE) <= 1/true/'; $(put_fault)

# What the kernel has placed where another call had opened the fence is unmapped
# without a claim.
tests/model/faulty/openly.c: lib/place/passthrough.c Makefile
	@fault='/^bool passthrough_give_back/,/^}/s/if (!claim_take(.*))$$/if (true)/'; $(put_fault)

# Room in a reservation that another call has claimed is taken for free.
tests/model/faulty/taken.c: lib/place/reserved.c Makefile
	@fault='s/return entry->info.kind == KIND_RESERVED \&\& entry->info.owner == 0;/return entry->info.kind == KIND_RESERVED;/'; $(put_fault)

# What changes limits and reservations does not wait for calls on their way.
tests/model/faulty/unawaited.c: lib/edge/gate.c Makefile
	@fault='/^static void await_empty/,/^}/s/turn < PATIENCE_TURNS/turn < 0/'; $(put_fault)

# In a reservation the kernel would have to arbitrate, which cannot: all of it is mapped.
tests/model/faulty/unheld.c: lib/table/claim.c Makefile
	@fault='/^bool claim_excludes/,/^}/s/return .*;/return space_fenced(space) \&\& !space_inside(space, start, end - start);/'; $(put_fault)

# What is kept back is not known as such while it goes, and goes where the table has
# nothing.
tests/model/faulty/unnamed.c: lib/place/passthrough.c Makefile
	@fault='s/start = __atomic_load_n(&table->edge, __ATOMIC_RELAXED)/start = __atomic_exchange_n(\&table->edge, 0, __ATOMIC_RELAXED)/'; \
	more='s/fence_open(space, start, table->edge_end)/fence_lower(space, (struct span){ start, table->edge_end })/'; \
	$(put_fault)

EXTRA_DIST += %D%/library.h %D%/steps.h %D%/test_faulty.c
