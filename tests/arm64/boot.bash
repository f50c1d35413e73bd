# SPDX-License-Identifier: MIT
#
# Packs the build, boots, shows the command's output, and ends with its status.

# The guest finds these files beside the root, at the same paths as here.
run_pack() { # COMMAND [ARGUMENT...]
	local new=$scratch/run

	mkdir -p "$new$source" "$new$build"
	cp "$source/tests/arm64/init" "$new/init"
	chmod 755 "$new/init"
	cp -r "$kernel/modules" "$new/modules"
	echo "mark=$mark verbose=$verbose" >"$new/boot-mark"
	(cd "$source" && cp -a --parents COPYING bootstrap include lib man tests tools "$new$source")
	(cd "$build" && find . \( -name '*.o' -o -name '*.lo' -o -name '*.la' -o -name '.deps' \
		-o -path '*/.libs/*.a' \) -prune -o ! -type d -print0 |
		cpio --null --pass-through --make-directories --quiet "$new$build")
	{
		echo "export VACTL='$build/vactl' VALIMIT_LIB='$build/.libs/libvalimit.so'"
		echo "export GUEST='$build/tests/guest' SRCDIR='$source' BUILDDIR='$build'"
		echo "cd '$build'"
		if [ $# -eq 1 ]; then
			printf '%s\n' "$1"
		else
			printf "'%s' " "${@//\'/\'\\\'\'}"
		fi
	} >"$new/boot-command"
	pack "$new"
}

# Prints a line of the console; the mark of the end is kept.
show() { # LINE [NEWLINE]
	local line=${1%$'\r'}

	case $line in
	*"$mark "*)
		status=${line##*"$mark "}
		line=${line%%"$mark "*}
		[ -z "$line" ] || printf '%s\n' "$line" ;;
	*)
		[ -n "$status" ] && [ -z "$verbose" ] || printf '%s%s' "$line" "${2-}" ;;
	esac
}

# Until the guest ends; false where its time runs out before.
follow() {
	local end=$((SECONDS + limit)) part result

	while [ $SECONDS -lt "$end" ]; do
		result=0
		IFS= read -r -t $((end - SECONDS)) part || result=$?
		if [ $result -eq 0 ]; then
			show "$part" $'\n'
			continue
		fi
		[ -z "$part" ] || show "$part"
		[ $result -gt 128 ] || return 0
	done
	return 1
}

boot() { # COMMAND [ARGUMENT...]
	local mark="boot-status-$$-$RANDOM$RANDOM" status='' level='quiet loglevel=3'

	run_pack "$@" | cat "$root_packed" - >"$scratch/initrd"
	say "packed after $SECONDS s"
	[ -z "$verbose" ] || level=loglevel=6
	mkfifo "$scratch/console"
	qemu-system-aarch64 -M virt -accel tcg -cpu "$cpu" -smp "$processors" -m 2G \
		-nodefaults -no-reboot -display none -monitor none -serial stdio \
		-kernel "$kernel/vmlinuz" -initrd "$scratch/initrd" \
		-append "console=ttyAMA0 panic=-1 mitigations=off $level $append" \
		</dev/null >"$scratch/console" &
	guest=$!
	if ! follow <"$scratch/console" && [ -z "$status" ]; then
		echo "arm64: the guest's $limit s ran out" >&2
		exit 124
	fi
	wait "$guest" || :
	guest=''
	say "the guest ended after $SECONDS s"
	case $status in
	'' | *[!0-9]*) die "the guest ended without a status" ;;
	esac
	exit "$status"
}
