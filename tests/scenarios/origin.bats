#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Programs under the launcher that find libraries beside themselves, by $ORIGIN.
# ld.so asks /proc/self/exe for it, which for users without privileges names the
# launcher.

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
	export FOLDER=$(mktemp -d /tmp/valimit.XXXXXX)
	chmod 755 "$FOLDER"
	install "$VACTL" "$(dirname "$VACTL")/tools/launch/launch" "$FOLDER"
	install -m 644 "$(realpath "$VALIMIT_LIB")" "$FOLDER/libvalimit.so"
}

teardown_file() {
	rm -rf "$FOLDER"
}

setup() {
	need gcc
	[ -x "$FOLDER/launch" ] || skip "no launcher for this processor"
	unset LD_LIBRARY_PATH
	mkdir -p "$FOLDER/a/lib" "$FOLDER/a/bin"
	cd "$FOLDER/a"
	gcc -shared -fPIC -o lib/libbeside.so -Wl,-soname,libbeside.so -xc - <<<'int beside(void) { return 42; }'
}

# prog FLAG...: a program that needs the library, as bin/prog.
prog() {
	gcc -o bin/prog -xc - -xnone "$@" lib/libbeside.so <<<'int beside(void); int printf(const char *, ...);
		int main(void) { printf("%d\n", beside()); }'
}

# As a user without privileges, from another folder.
launched() {
	local -a who=()

	[ "$(id -u)" -ne 0 ] || who=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	(cd / && VACTL_LAUNCHER=$FOLDER/launch VACTL_LIBRARY=$FOLDER/libvalimit.so \
		timeout -k 5 60 "${who[@]}" "$FOLDER/vactl" run --window 32bit "$@")
}

works() {
	[ "$(bin/prog)" = 42 ]
	run launched "$FOLDER/a/bin/prog"
	[ "$status" -eq 0 ] && [ "$output" = 42 ] || fail "$output"
}

@test "a run path with \$ORIGIN" {
	prog -Wl,--enable-new-dtags,-rpath,'$ORIGIN/../lib'
	works
}

@test "the older kind of run path" {
	prog -Wl,--disable-new-dtags,-rpath,'/nowhere:$ORIGIN:${ORIGIN}/../lib'
	works
}

@test "a program at a fixed address" {
	prog -no-pie -Wl,-rpath,'${ORIGIN}/../lib:/nowhere'
	works
}

@test "by a link the folder is that of the file" {
	prog -Wl,-rpath,'$ORIGIN/../lib'
	ln -sf a/bin/prog "$FOLDER/link"
	run launched "$FOLDER/link"
	[ "$output" = 42 ] || fail "$output"
}

@test "a script's interpreter" {
	prog -Wl,-rpath,'$ORIGIN/../lib'
	printf '#!%s\n' "$FOLDER/a/bin/prog" >"$FOLDER/script"
	chmod 755 "$FOLDER/script"
	run launched "$FOLDER/script"
	[ "$output" = 42 ] || fail "$output"
}

@test "what else a run path names is found as ever, and what is not there is not" {
	prog -Wl,-rpath,"$FOLDER/a/lib"
	works
	prog -Wl,-rpath,'$ORIGIN/elsewhere'
	run -127 launched "$FOLDER/a/bin/prog"
	[[ $output == *libbeside.so* ]] || fail "$output"
}

@test "a folder whose name would end the run path is left to the dynamic linker" {
	prog -Wl,-rpath,'$ORIGIN/../lib'
	cp -r "$FOLDER/a" "$FOLDER/b:c"
	run -127 launched "$FOLDER/b:c/bin/prog"
	[[ $output == *libbeside.so* ]] || fail "$output"
}

@test "a run path as long as can be" {
	long=/$(printf 'x%.0s' {1..200})
	prog -Wl,-rpath,"$(for i in {1..15}; do printf %s: "$long"; done)\$ORIGIN/../lib"
	works
}

@test "java finds its own libraries" {
	need java
	run launched java -Xmx64m --version
	[ "$status" -eq 0 ] || fail "$output"
}
