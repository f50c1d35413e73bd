# SPDX-License-Identifier: MIT

# Where the image of a program that is linked to fixed addresses lies.
fixed_image() {
	local file

	file=$(realpath "$(command -v "$1")")
	readelf -hlW "$file" 2>/dev/null | awk -v page="$PAGE" '
		/^ *Type:.*EXEC/ { fixed = 1 }
		fixed && $1 == "LOAD" { print $3, $6 }' | {
		low= high=0
		while read -r start size; do
			: "${low:=$((start / PAGE * PAGE))}"
			high=$(((start + size + PAGE - 1) / PAGE * PAGE))
		done
		[ -z "$low" ] || printf '0x%x-0x%x\n' "$low" "$high"
	}
}
