# SPDX-License-Identifier: MIT
#
# apt-get with state of its own in the cache: no added architecture, no
# installed package, no root. Mirrors, keys and proxies are the machine's.

apt_dir='' apt_options=()

# apt_use SUITE: from here on its packages, for this machine and for arm64;
# with this Debian's own suite its updates and security fixes too.
apt_use() {
	local suite=$1 uri release signed='' ring=/usr/share/keyrings/debian-archive-keyring.gpg

	apt_dir=$cache/apt-$suite
	mkdir -p "$apt_dir/lists/partial" "$apt_dir/none"
	: >"$apt_dir/no-packages"
	apt_options=(
		-qq -o "Dir::State::Lists=$apt_dir/lists" -o "Dir::Cache=$apt_dir"
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
		-o "Dir::Etc::SourceList=$apt_dir/sources.list"
		-o "Dir::Etc::SourceParts=$apt_dir/none"
		-o Dir::Etc::Preferences=/dev/null -o "Dir::Etc::PreferencesParts=$apt_dir/none"
		-o Debug::NoLocking=true -o APT::Install-Recommends=false
		-o APT::Get::Assume-Yes=true -o APT::Sandbox::User= -o Acquire::Retries=3
		-o Acquire::Languages=none -o APT::Keep-Downloaded-Packages=true
		-o "APT::Architectures::=$machine" -o APT::Architectures::=arm64
	)
	[ -z "$(find "$apt_dir/updated" -mmin -720 2>/dev/null)" ] || return 0
	[ ! -e "$ring" ] || signed="[signed-by=$ring] "
	apt-get indextargets --no-release-info --format '$(REPO_URI)|$(RELEASE)' \
		'Identifier: Packages' 'Component: main' | sort -u |
	while IFS='|' read -r uri release; do
		case $suite:$release in
		"$codename:$codename" | "$codename:$codename-updates" | "$codename:$codename-security")
			printf 'deb %s%s %s main\n' "$signed" "$uri" "$release" ;;
		*":$codename")
			printf 'deb %s%s %s main\n' "$signed" "$uri" "$suite" ;;
		esac
	done >"$apt_dir/sources.list"
	[ -s "$apt_dir/sources.list" ] || unable "apt has no source for Debian's $codename here"
	say "apt-get update ($suite)"
	apt-get "${apt_options[@]}" update >&2 || unable "apt-get update failed for $suite"
	: >"$apt_dir/updated"
}

# apt_fetch INTO ARCHITECTURE STATUS PACKAGE...: downloads into the folder INTO
# the packages and those they need, less what the dpkg status file STATUS has.
apt_fetch() {
	local into=$1
	local -a options=("${apt_options[@]}" -o "Dir::Cache::Archives=$1"
		-o "APT::Architecture=$2" -o "Dir::State::status=$3")

	shift 3
	mkdir -p "$into/partial"
	apt-get "${options[@]}" --download-only install "$@" >&2 ||
		unable "packages cannot be downloaded: $*"
}

# apt_unpack ROOT DEB...: with the merged /usr layout, so that either kind of
# package fits.
apt_unpack() {
	local root=$1 deb

	shift
	mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib"
	ln -sfn usr/bin "$root/bin"
	ln -sfn usr/sbin "$root/sbin"
	ln -sfn usr/lib "$root/lib"
	for deb; do
		[ -e "$deb" ] || continue
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x --keep-directory-symlink --no-same-owner -C "$root"
	done
	rm -rf "$root"/usr/share/{doc,man,info,locale,lintian,bug}
}
