#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Which modules are host and which guest, by VA_LIMIT_HOST and VA_LIMIT_GUEST.

load helpers
load api

# Copies of one library, whose soname all of them have; names of one length, so
# that ld.so puts one where it had another.
setup() {
	HOST=$BATS_TEST_TMPDIR/host-1.so
	GUEST1=$BATS_TEST_TMPDIR/guest1.so
	cp "$GUEST/.libs/libthunk.so" "$HOST"
	cp "$GUEST/.libs/libthunk.so" "$GUEST1"
}

# verdicts EXPECTED NAME=VALUE... ARGUMENT...: in all ways with a linked library.
verdicts() {
	local expected=$1 way

	shift
	for way in linked both; do
		run way "$way" "$@"
		[ "$status" -eq 0 ] || fail "$way: $output"
		[ "$(echo $output)" = "$expected" ] || fail "$way: $*: $output"
	done
}

@test "all are guests where nothing else is said" {
	verdicts 'guest guest' api_module "$HOST" "$GUEST1"
	verdicts guest api_module -s
}

@test "VA_LIMIT_HOST by path" {
	verdicts 'host guest' VA_LIMIT_HOST="$HOST" api_module "$HOST" "$GUEST1"
	verdicts 'host guest' VA_LIMIT_HOST='*/host-?.so' api_module "$HOST" "$GUEST1"
}

@test "VA_LIMIT_HOST by the file's name" {
	verdicts 'host guest' VA_LIMIT_HOST=host-1.so api_module "$HOST" "$GUEST1"
	verdicts 'host guest' VA_LIMIT_HOST='[!g]*-[0-9].so' api_module "$HOST" "$GUEST1"
}

@test "VA_LIMIT_HOST by the soname" {
	verdicts 'host host' VA_LIMIT_HOST='libthunk.so*' api_module "$HOST" "$GUEST1"
}

@test "VA_LIMIT_HOST of the program itself, which ld.so knows by no name" {
	verdicts host VA_LIMIT_HOST=api_module api_module -s
	verdicts host VA_LIMIT_HOST='*/guest/api_module' api_module -s
	verdicts guest VA_LIMIT_HOST=api_module api_module "$HOST"
}

@test "several globs, empty ones among them" {
	verdicts 'host guest' VA_LIMIT_HOST=nothing::host-1.so: api_module "$HOST" "$GUEST1"
}

@test "VA_LIMIT_GUEST makes all others hosts" {
	verdicts 'host guest' VA_LIMIT_GUEST='guest*' api_module "$HOST" "$GUEST1"
	verdicts host VA_LIMIT_GUEST='guest*' api_module -s
}

@test "VA_LIMIT_HOST beats VA_LIMIT_GUEST" {
	verdicts 'host guest' VA_LIMIT_GUEST='*.so' VA_LIMIT_HOST='host*' api_module "$HOST" "$GUEST1"
}

@test "globs that match nothing" {
	verdicts 'guest guest' VA_LIMIT_HOST='none*' api_module "$HOST" "$GUEST1"
	verdicts 'host host' VA_LIMIT_GUEST='none*' api_module "$HOST" "$GUEST1"
}

@test "an empty value is as good as none" {
	verdicts 'guest guest' VA_LIMIT_HOST= VA_LIMIT_GUEST= api_module "$HOST" "$GUEST1"
}

@test "a library that comes where another was has its own verdict" {
	verdicts 'host guest host guest host host guest guest' VA_LIMIT_HOST='host*' api_module \
		"$HOST" "$GUEST1" "$HOST" "$GUEST1" "$HOST" "$HOST" "$GUEST1" "$GUEST1"
}

@test "verdicts are right while threads load and unload" {
	verdicts 'every verdict was right' VA_LIMIT_HOST='host*' api_module -t "$HOST" "$GUEST1"
}

@test "a name longer than the cache keeps is judged all the same" {
	local folder=$BATS_TEST_TMPDIR/$(printf '%0200d' 0)

	mkdir -p "$folder"
	cp "$HOST" "$folder/host-1.so"
	cp "$HOST" "$folder/guest1.so"
	verdicts 'host guest host' VA_LIMIT_HOST='host*' api_module "$folder/host-1.so" \
		"$folder/guest1.so" "$folder/host-1.so"
}

@test "a value of 1023 bytes is taken, a longer one ends the program with 125" {
	local long

	long=host*:$(printf '%01017d' 0)
	[ "${#long}" -eq 1023 ]
	verdicts 'host guest' VA_LIMIT_HOST="$long" api_module "$HOST" "$GUEST1"
	for name in VA_LIMIT_HOST VA_LIMIT_GUEST; do
		run way linked "$name=${long}0" api_module -s
		[ "$status" -eq 125 ]
		[[ $output == "valimit: "*"longer than 1023 bytes"* ]] || fail "$output"
	done
}

@test "the window of the environment and the globs work together, preloaded" {
	run with on $WINDOW VA_LIMIT_HOST=calls calls 'a=mmap 0 64K -> !inside' 'raw.mmap 0 64K -> inside' \
		'munmap a 64K -> 0' 'fenced a 64K -> yes'
	[ "$status" -eq 0 ] || fail "$output"
	run with off $WINDOW VA_LIMIT_HOST=calls calls 'a=mmap 0 64K -> !inside' 'munmap a 64K -> 0'
	[ "$status" -eq 0 ] || fail "$output"
}

# A call from code of no module, as a runtime compiles it, and where it leads.
@test "code of no module is a host's where only some are guests, and else a guest's" {
	need cc
	case $(uname -m) in x86_64 | aarch64) ;; *) skip "no code for $(uname -m) here" ;; esac
	cat >"$BATS_TEST_TMPDIR/jit.c" <<-'END'
		#include <stdint.h>
		#include <stdio.h>
		#include <string.h>
		#include <sys/mman.h>
		#if defined(__x86_64__)
		static const uint32_t code[] = { 0x08ec8348, 0xb848 };  /* sub $8, %rsp; mov $f, %rax */
		static const uint8_t end[] = { 0xff, 0xd0, 0x48, 0x83, 0xc4, 8, 0xc3 };
		#define ADDRESS 6 /* call *%rax; add $8, %rsp; ret */
		#define END 14
		#else
		static const uint32_t code[] = { /* stp x29, x30; ldr x16; blr x16; ldp x29, x30; ret */
			0xa9bf7bfd, 0x58000090, 0xd63f0200, 0xa8c17bfd, 0xd65f03c0 };
		static const uint8_t end[] = { 0 };
		#define ADDRESS 20
		#define END 28
		#endif
		int main(void)
		{
			char *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			void *(*compiled)(void *, size_t, int, int, int, long) = (void *)at;
			void *(*wanted)(void *, size_t, int, int, int, off_t) = mmap;

			memcpy(at, code, sizeof(code));
			memcpy(at + END, end, sizeof(end));
			memcpy(at + ADDRESS, &wanted, sizeof(wanted));
			__builtin___clear_cache(at, at + 64);
			for (int i = 0; i < 2; i++) {
				uintptr_t made = (uintptr_t)compiled(NULL, 65536, PROT_READ,
								     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

				puts(made >> 30 == 8 ? "guest" : "host");
			}
			return 0;
		}
	END
	"${CC:-cc}" -D_GNU_SOURCE -o "$BATS_TEST_TMPDIR/jit" "$BATS_TEST_TMPDIR/jit.c"
	for fence in on off; do
		[ "$(echo $(with $fence $WINDOW VA_LIMIT_HOST=libc.so.6 "$BATS_TEST_TMPDIR/jit"))" = "guest guest" ]
		[ "$(echo $(with $fence $WINDOW VA_LIMIT_HOST=jit "$BATS_TEST_TMPDIR/jit"))" = "guest guest" ]
		[ "$(echo $(with $fence $WINDOW VA_LIMIT_GUEST=jit "$BATS_TEST_TMPDIR/jit"))" = "host host" ]
	done
}

@test "a library in a hole of the program, whose far segment lies above, has its own verdict" {
	cd "$BATS_TEST_TMPDIR"
	gcc -O2 -D_GNU_SOURCE -fPIC -shared -o libhost.so -xc - <<-'END'
		#include <dlfcn.h>
		#include <sys/mman.h>
		void *host_map(void)
		{
			void *(*map)(void *, size_t, int, int, int, off_t) =
				(__typeof__(map))dlsym(RTLD_DEFAULT, "mmap");
			void *volatile at = map(0, 65536, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

			return at;
		}
	END
	gcc -O2 -D_GNU_SOURCE -no-pie -Wl,--section-start=.far=0x200000000 -o far -xc - -ldl <<-'END'
		#include <dlfcn.h>
		#include <stdint.h>
		__attribute__((section(".far"), used)) int far_data[1024] = { 1 };
		int main(int argc, char **argv)
		{
			void *library = dlopen(argv[argc - 1], RTLD_NOW);
			void *(*map)(void) = (__typeof__(map))dlsym(library, "host_map");

			return (uintptr_t)map < 0x200000000 && (uintptr_t)map() >> 32 ? 0 : 1;
		}
	END
	VA_LIMIT_HOST='*/libhost.so' fenced 32bit ./far "$PWD/libhost.so"
}
