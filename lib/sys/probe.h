/* SPDX-License-Identifier: MIT */
/*
 * Probes for perf, bpftrace, SystemTap and gdb, by the names in valimit(7): a
 * place of one no-operation instruction each, and a note that says where the
 * arguments are. Nothing is computed for a probe alone, so they need no
 * semaphore, and one without a listener costs nothing that can be measured.
 * Each name stands at one place only: perf cannot tell several apart. Without
 * <sys/sdt.h> there are none.
 */
#ifndef VALIMIT_SYS_PROBE_H
#define VALIMIT_SYS_PROBE_H

#ifdef HAVE_SYS_SDT_H
#include <sys/sdt.h>
#define PROBE1(name, a) DTRACE_PROBE1(valimit, name, a)
#define PROBE2(name, a, b) DTRACE_PROBE2(valimit, name, a, b)
#define PROBE3(name, a, b, c) DTRACE_PROBE3(valimit, name, a, b, c)
#define PROBE4(name, a, b, c, d) DTRACE_PROBE4(valimit, name, a, b, c, d)
#else
#define PROBE1(name, a) ((void)(a))
#define PROBE2(name, a, b) ((void)(a), (void)(b))
#define PROBE3(name, a, b, c) ((void)(a), (void)(b), (void)(c))
#define PROBE4(name, a, b, c, d) ((void)(a), (void)(b), (void)(c), (void)(d))
#endif

#endif
