# SPDX-License-Identifier: MIT
#
# The scenarios of callers share the programs of tests/guest/ways.

RULES_HOST=(VA_LIMIT_HOST='emu:libhostlib*')
RULES_GUEST=(VA_LIMIT_GUEST='libthunks*:libchain*')

# build CC CXX FLAGS [LINKER-FLAGS]: the programs, in the folder $ways; CXX may be
# none.
build() {
	local cc=$1 cxx=$2 flags=$3 linker=${4-} source=$SRCDIR/tests/guest/ways
	local library="${flags//-no-pie/} -fPIC -shared"

	ways=$BATS_TEST_TMPDIR/ways
	mkdir -p "$ways"
	cd "$ways"
	# Words are wanted.
	$cc -D_GNU_SOURCE $library $linker -o libchain.so "$source/chain.c"
	$cc -D_GNU_SOURCE $library $linker -o libthunks.so "$source/thunks.c" -L. -lchain \
		-Wl,-rpath,'$ORIGIN' -lpthread -ldl
	$cc -D_GNU_SOURCE $library $linker -o libhostlib.so "$source/hostlib.c" -ldl
	cp libthunks.so libthunks2.so
	cp libhostlib.so libhostlib2.so
	if [ -n "$cxx" ]; then
		$cxx -D_GNU_SOURCE $flags -c -o member.o "$source/member.cc"
		$cc -D_GNU_SOURCE $flags $linker -o emu "$source/emu.c" member.o -L. -lthunks -lhostlib \
			-lchain -Wl,-rpath,'$ORIGIN' -lstdc++ -ldl -lpthread
	else
		$cc -D_GNU_SOURCE -DWITHOUT_MEMBER $flags $linker -o emu "$source/emu.c" -L. -lthunks \
			-lhostlib -lchain -Wl,-rpath,'$ORIGIN' -ldl -lpthread
	fi
}
