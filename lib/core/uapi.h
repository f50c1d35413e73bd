/* SPDX-License-Identifier: MIT */
/* Constants of the kernel that supported versions of libc lack; the numbers are the kernel's
 * on all architectures of the library. */
#ifndef VALIMIT_CORE_UAPI_H
#define VALIMIT_CORE_UAPI_H

#include <fcntl.h>
#include <linux/prctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef MAP_FIXED_NOREPLACE /* Linux 4.17 */
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MAP_SYNC /* Linux 4.15 */
#define MAP_SYNC 0x80000
#endif
#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT 26
#endif
#ifndef MAP_HUGE_MASK
#define MAP_HUGE_MASK 0x3f
#endif
#ifndef MAP_ABOVE4G /* x86, Linux 6.6: a mapping without a hint lies above 4 GiB */
#define MAP_ABOVE4G 0x80
#endif
#ifndef MREMAP_DONTUNMAP /* Linux 5.7 */
#define MREMAP_DONTUNMAP 4
#endif
#ifndef MADV_WIPEONFORK /* Linux 4.14 */
#define MADV_WIPEONFORK 18
#endif
#ifndef MADV_COLD /* Linux 5.4 */
#define MADV_COLD 20
#endif
#ifndef PR_SET_VMA /* Linux 5.17 */
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif
#ifndef AT_EXECVE_CHECK /* Linux 6.14 */
#define AT_EXECVE_CHECK 0x10000
#endif
#ifndef SYS_faccessat2 /* Linux 5.8 */
#define SYS_faccessat2 439
#endif
#ifndef SYS_mseal /* Linux 6.10 */
#define SYS_mseal 462
#endif

#endif
