#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Whose a call is, for each way in which a module comes to mmap(): the programs of
# tests/guest/ways, as several compilers make them.

load helpers
load callers

bats_require_minimum_version 1.7.0

# The verdict of each way. A jump is a call at -O0, and by pointers that are not
# seen to be a host's own a call is a guest's: where that depends on the compiler,
# the verdict is "doubt" here, and either is right.
expected() {
	cat <<-'END'
		direct host
		relayed-tail doubt
		tail host
		alias host
		ifunc host
		static-pointer host
		global-pointer host
		parameter doubt
		lookup-default host
		lookup-next host
		lookup-libc host
		syscall host
		mremap host
		shmat host
		member host
		handler host
		thunk-direct guest
		thunk-tail guest
		thunk-chain guest
		thunk-syscall guest
		thunk-next guest
		thunk-mremap guest
		thunk-shmat guest
		thunk-calls-pointer guest
		thunk-jumps-to-pointer guest
		handed-on guest
		thunk-jumps-to-kept guest
		relayed guest
		thunk-calls-host doubt
		thunk-calls-hostlib host
		pointer-of-thunk doubt
		thunk-handler guest
		thunk-thread guest
		thunk-constructor guest
		hostlib-direct host
		hostlib-tail host
		hostlib-next host
		hostlib-constructor host
		loaded-direct guest
		loaded-tail guest
		loaded-chain guest
		loaded-calls-pointer guest
		loaded-jumps-to-pointer guest
		loaded-jumps-to-kept guest
		loaded-constructor guest
		own-constructor host
		own-direct host
		own-tail host
		own-next host
	END
}

# verdicts_are [WAY=VERDICT]...: of the lines in the file `verdicts`, but for those
# named as `expected` has them.
verdicts_are() {
	expected | awk -v changes="$*" '
		BEGIN {
			count = split(changes, list, " ")
			for (i = 1; i <= count; i++) {
				split(list[i], pair, "=")
				change[pair[1]] = pair[2]
			}
		}
		NR == FNR { verdict[$1] = $2; next }
		{
			want = $1 in change ? change[$1] : $2
			if (want == "none")
				next
			checked++
			right = want == "doubt" ? verdict[$1] ~ /^(host|guest)$/ : verdict[$1] == want
			if (!right) {
				print $1 ": " verdict[$1] ", expected " want
				wrong = 1
			}
		}
		END { exit wrong || checked < 40 }' verdicts -
}

# table CC CXX FLAGS LINKER-FLAGS [WAY=VERDICT]...: by either rule, with a fence and
# without, and bound lazily and at once.
table() {
	build "${@:1:4}"
	shift 4
	for fence in on off; do
		for rules in "${RULES_HOST[@]}" "${RULES_GUEST[@]}"; do
			for now in '' 1; do
				with $fence $WINDOW "$rules" LD_BIND_NOW=$now ./emu "$ways/libthunks2.so" \
					"$ways/libhostlib2.so" >verdicts
				verdicts_are "$@" || fail "fence $fence, $rules, LD_BIND_NOW=$now"
			done
		done
	done
}

@test "gcc -O0" {
	need gcc
	need g++
	table gcc g++ -O0 ''
}

@test "gcc -O2" {
	need gcc
	need g++
	table gcc g++ -O2 '' pointer-of-thunk=guest
}

@test "gcc -O3, bound at once" {
	need gcc
	need g++
	table gcc g++ -O3 -Wl,-z,now
}

@test "gcc -O2, bound lazily, with landing pads" {
	need gcc
	need g++
	case $(uname -m) in
	x86_64) pads=-fcf-protection=full ;;
	aarch64) pads=-mbranch-protection=standard ;;
	*) pads= ;;
	esac
	table gcc g++ "-O2 $pads" -Wl,-z,lazy
}

@test "gcc -O2 -flto" {
	need gcc
	need g++
	table gcc g++ "-O2 -flto" ''
}

# Through one slot go calls and pointers alike: of a call whose way is not seen it
# cannot be known which.
@test "gcc -O2 -fno-plt" {
	need gcc
	need g++
	table gcc g++ "-O2 -fno-plt" '' thunk-calls-hostlib=doubt own-tail=doubt
}

@test "gcc -O2 -no-pie" {
	need gcc
	need g++
	table gcc g++ "-O2 -no-pie -fno-pie" ''
}

@test "clang -O0" {
	need clang
	table clang clang++ -O0 ''
}

@test "clang -O2" {
	need clang
	table clang clang++ -O2 '' pointer-of-thunk=guest
}

@test "clang -O2 -fno-plt" {
	need clang
	table clang clang++ "-O2 -fno-plt" '' thunk-calls-hostlib=doubt own-tail=doubt
}

# cross ARCHITECTURE: the library and, with each set of flags, the programs, which
# an emulator of the processor runs. No fence: see build.bats.
cross() {
	local arch=$1 flags cc=$1-linux-gnu-gcc root=/usr/$1-linux-gnu library=$BATS_TEST_TMPDIR/libvalimit.so
	local -a sources

	shift
	need "$cc"
	need "qemu-$arch"
	[ -e "$root/include/stdio.h" ] || skip "no C library for $arch is installed"
	mapfile -t sources < <(ls "$SRCDIR"/lib/*/*.c | grep -v /bind_none.c)
	"$cc" -std=gnu11 -O2 -D_GNU_SOURCE -DPACKAGE_VERSION='"test"' -DVALIMIT_LAUNCHER='"none"' -DVALIMIT_SHARED \
		-I"$SRCDIR/lib" -I"$SRCDIR/include" \
		-Wall -Wextra -Werror -fvisibility=hidden -ftls-model=initial-exec -fPIC -shared -nostartfiles \
		-Wl,--version-script="$SRCDIR/lib/libvalimit.map" -Wl,-z,relro,-z,now,-z,defs,-z,initfirst \
		"${sources[@]}" -o "$library" -ldl
	for flags in -O0 -O2 -O3 "-O2 -fno-plt" "-O2 -no-pie -fno-pie"; do
		build "$cc" '' "$flags"
		for rules in "${RULES_HOST[@]}" "${RULES_GUEST[@]}"; do
			timeout 60 "qemu-$arch" -L "$root" -E LD_PRELOAD="$library" -E VA_LIMIT=$WINDOW \
				-E VA_LIMIT_FENCE=off -E "$rules" ./emu "$ways/libthunks2.so" \
				"$ways/libhostlib2.so" >verdicts
			case $flags in
			*-fno-plt) verdicts_are member=none thunk-calls-hostlib=doubt own-tail=doubt "$@" ;;
			*) verdicts_are member=none "$@" ;;
			esac || fail "$flags, $rules"
		done
	done
}

@test "AArch64: gcc -O0, -O2, -O3, -fno-plt, -no-pie" {
	cross aarch64
}

# Its modules do not call __gmon_start__.
@test "riscv64: gcc -O0, -O2, -O3, -fno-plt, -no-pie" {
	cross riscv64 own-constructor=guest
}
