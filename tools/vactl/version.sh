#!/bin/sh
# SPDX-License-Identifier: MIT
#
# version.sh FOLDER VERSION HEADER: writes what vactl --version prints as a header,
# unless the header has it already. That is the version; in a checkout of another
# commit than the one that is tagged with it, or with changes, what git calls it too.
set -eu

folder=$1
version=$2
header=$3
text=$version
if [ -e "$folder/.git" ]; then
	commit=$(git --no-optional-locks -C "$folder" describe --always --dirty --match '[0-9]*' \
		2>/dev/null) || commit=
	# git answers the owner of a checkout only, and not root in "make install": what
	# was built for the owner stays.
	[ -n "$commit" ] || ! grep -qs "\"$version[\",]" "$header" || exit 0
	[ "${commit:-$version}" = "$version" ] || text="$version, git $commit"
fi
echo "#define VERSION_TEXT \"$text\"" >"$header.$$"
if cmp -s "$header.$$" "$header"; then
	rm "$header.$$"
else
	mv "$header.$$" "$header"
fi
