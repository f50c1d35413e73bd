/* SPDX-License-Identifier: MIT */
/*
 * Probes for perf, bpftrace, SystemTap and gdb, named in valimit(7): each is one no-operation
 * instruction, and a note that describes its arguments. No argument is computed for a probe
 * alone, so that probes need no semaphore, and an unused one costs nothing measurable. Each
 * name has one place only, since perf cannot tell several apart. Without <sys/sdt.h> there are
 * no probes.
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
