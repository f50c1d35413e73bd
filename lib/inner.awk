# SPDX-License-Identifier: MIT
#
# Reads the version script, and then what nm -g prints of both static libraries. Prints each
# name that one has for the other, and which it is to have: a program may define its own.

FILENAME != "-" { if ($1 ~ /^[A-Za-z0-9_]+;$/) exported[substr($1, 1, length($1) - 1)]; next }
NF == 2 && $1 == "U" { wanted[$2] }
NF == 3 { defined[$3] }
END {
	for (name in wanted)
		if (name in defined && !(name in exported))
			print name, "_valimit_" name
}
