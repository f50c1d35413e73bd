#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Programs that take rights away from themselves.

bats_require_minimum_version 1.7.0

load helpers
load api

setup_file() {
	api_build api_sandbox
}

# In every way, with a fence and without.
in_a_sandbox() {
	every_way api_sandbox "$@"
	every_way VA_LIMIT_FENCE=off api_sandbox "$@"
}

@test "46: without a free descriptor all calls are as before" {
	in_a_sandbox without_descriptors
}

@test "46: where /proc is out of reach (chroot) all calls are as before" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	in_a_sandbox without_proc
}

@test "46: where no file may be read (Landlock) all calls are as before" {
	"$GUEST/api_sandbox" landlock_is_there || skip "needs Landlock"
	in_a_sandbox under_landlock
}

@test "46: a filter that the kernel does not take changes nothing" {
	in_a_sandbox a_filter_that_the_kernel_does_not_take_changes_nothing
}

@test "46: a filter that looks at arguments is understood" {
	in_a_sandbox a_filter_may_look_at_arguments
}

@test "46: under more filters than the library keeps all calls are as before" {
	in_a_sandbox many_filters_are_one
}

# The calls in the table of valimit(7), made after the start.
table_calls() {
	sed -n '/^\.Sh SYSTEM CALLS/,/^\.El/s/^\.It Li \([a-z0-9_]*\)$/\1/p' "$SRCDIR/man/valimit.7"
}

# The calls of the start, in a paragraph that begins with the words.
start_calls() { # WORDS
	sed -n "/^\.Sh SYSTEM CALLS/,/^\.El/{/^$1/,/^\.Pp/s/^\.Li //p}" "$SRCDIR/man/valimit.7" | tr -d ' .\n'
}

# one_list: lines, to names between commas.
one_list() {
	paste -sd,
}

# The calls of ld.so, libc and the guest's own start.
LOADER=execve,access,openat,read,pread64,close,fstat,newfstatat,arch_prctl,set_tid_address
LOADER+=,set_robust_list,rseq,prlimit64,shmget,shmctl,memfd_create,ftruncate

# filtered REACH PLACE MODE NAMES: the guest in a window of 4 GiB.
filtered() {
	run timeout -k 5 120 env GUEST_WINDOW=0x10000-0x100000000 "$VACTL" run --window 32bit \
		--reach "$1" --place "$2" -- "$GUEST/filtered" "$3" "$4"
	[ "$status" -eq 0 ] || fail "reach $1, $2: $3 $4: status $status" "$output"
}

# In each reach, with each policy.
filtered_everywhere() {
	local reach place

	run -0 "$GUEST/filtered" "$@"
	for reach in calls process whole; do
		for place in $PLACES; do
			filtered $reach $place "$@"
		done
	done
}

x86() {
	[ "$(uname -m)" = x86_64 ] || skip "the list of calls is that of x86-64's libc"
}

@test "46: under a filter that kills at all but the program's own calls, each works" {
	filtered_everywhere only ''
}

@test "46: under a filter that answers EPERM to all but the program's own calls, each works" {
	filtered_everywhere errno ''
}

@test "46: the library makes no call that the table of valimit(7) does not name" {
	[ "$(table_calls | wc -l)" -gt 10 ]
	filtered_everywhere silent "$(table_calls | one_list)"
}

@test "46: without any one call that the table of valimit(7) names, each call works" {
	local name place

	for name in $(table_calls); do
		for place in topdown bottomup; do
			filtered calls $place without "$name"
			filtered process $place without "$name"
			filtered whole $place without "$name"
		done
	done
}

@test "46: a filter that is there at the start needs to allow no more than valimit(7) says" {
	local start whole

	x86
	start=$(start_calls 'Its start needs') whole=$(start_calls 'In reach')
	[[ $start == *,prctl,* && $whole == *,fgetxattr,* ]]
	run -0 "$GUEST/filtered" after "$LOADER,write,prctl"
	for place in topdown bottomup; do
		filtered calls $place after "$LOADER,$start"
		filtered process $place after "$LOADER,$start"
		filtered whole $place after "$LOADER,$start,$whole"
	done
}

@test "46: a filter that forbids mremap ends no call but the program's own mremap" {
	local reach place

	for reach in calls process whole; do
		for place in topdown bottomup; do
			run timeout -k 5 120 env GUEST_WINDOW=0x10000-0x100000000 "$VACTL" run \
				--window 32bit --reach $reach --place $place -- "$GUEST/filtered" without mremap
			# Two of the calls grow their mappings.
			run ! grep -vE '^(remap_|map_as_host|allocate)' <<<"$output"
		done
	done
}

# Calls of the guest's that filters in wide use allow: the monitor's child of OpenSSH, renderers
# of Chromium and content processes of Firefox.
OPENSSH=close,exit,futex,getpid,madvise,nanosleep,read,rt_sigprocmask,write,writev
CHROMIUM=clone,close,exit,fcntl,fstat,futex,getegid,geteuid,getgid,getpid,gettid,getuid,madvise,mincore
CHROMIUM+=,nanosleep,read,rt_sigaction,rt_sigprocmask,rt_sigreturn,rt_sigtimedwait,sched_yield
CHROMIUM+=,set_robust_list,sigaltstack,uname,write,writev
FIREFOX=$CHROMIUM,ftruncate,ioctl,memfd_create,prctl,prlimit64,wait4

@test "46: under OpenSSH's, Chromium's and Firefox's filters each call works" {
	filtered_everywhere only "$OPENSSH"
	filtered_everywhere only "$CHROMIUM"
	filtered_everywhere only "$FIREFOX"
}

# Calls that systemd's @system-service allows, which kills at all others; and calls that Docker
# and Flatpak deny, which answer EPERM.
SYSTEMD=$LOADER,clock_gettime,$FIREFOX,execveat,faccessat,faccessat2,fgetxattr,fstatfs,getcwd,munlock,openat
SYSTEMD+=,personality,process_vm_readv,process_vm_writev,readlinkat

@test "46: programs that systemd, Docker and Flatpak start under a filter work" {
	x86
	filtered_everywhere after "$SYSTEMD"
	filtered_everywhere denied process_vm_readv,process_vm_writev
	filtered_everywhere denied personality,mincore
}
