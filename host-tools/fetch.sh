#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fetch.sh DIR: put the two third-party libraries that the hypervisor is linked with into DIR, as source:
#
#     DIR/libfdt/   from scripts/dtc/libfdt of Debian's package linux-source-6.1
#     DIR/zlib/     from the upstream tarball of Debian's source package zlib
#
# Both are pinned by checksum. What is already there and right is left alone; what is new is put together
# beside it and renamed, so that an interrupted run leaves nothing half done.
set -eu
LC_ALL=C
export LC_ALL

linux_tar=/usr/src/linux-source-6.1.tar.xz
libfdt_sum=b0d040c86100e5b46ca0b485d53f427aa027008a06500b277292d67ed8b3ac28
zlib_file=zlib_1.2.13.dfsg.orig.tar.bz2
zlib_file_sum=71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1
zlib_sum=995aa9d148762776bd79b701b7f8922036ce6e497b839895863f7cc1cb67e2f8

fail()
{
	echo "fetch.sh: $*" >&2
	exit 1
}

# The checksum of a folder: that of the list of its files' checksums, sorted by name.
folder_sum()
{
	(cd "$1" && sha256sum -- * 2>/dev/null) | sha256sum | cut -d' ' -f1
}

# is_right FOLDER SUM
is_right()
{
	[ -d "$1" ] && [ "$(folder_sum "$1")" = "$2" ]
}

# install_folder NAME SUM ORIGIN: check $tmp/NAME and move it into place
install_folder()
{
	sum=$(folder_sum "$tmp/$1")
	[ "$sum" = "$2" ] || fail "$1 from $3 is not the one that Beryl was tested with.
    expected $2
    found    $sum
Read what changed in it; if it is good, write the new sum into host-tools/fetch.sh (${1}_sum) and run make test."
	rm -rf "${dir:?}/$1"
	mv "$tmp/$1" "$dir/$1"
}

fetch_libfdt()
{
	[ -r "$linux_tar" ] || fail "$linux_tar is missing: run host-tools/setup.sh (package linux-source-6.1)"
	echo "libfdt: unpacking from $linux_tar (about 10 s)"
	mkdir "$tmp/libfdt"
	xz -dc -T0 "$linux_tar" |
		tar -xf - -C "$tmp/libfdt" --strip-components=4 --wildcards '*/scripts/dtc/libfdt/*.[ch]' ||
		fail "$linux_tar cannot be unpacked; try: apt-get install --reinstall linux-source-6.1"
	install_folder libfdt "$libfdt_sum" \
		"linux-source-6.1 $(dpkg-query -W -f '${Version}' linux-source-6.1 2>/dev/null || true)"
}

# Where this machine's apt gets zlib from, up to and without "/pool/"; then Debian's own.
mirrors()
{
	apt-get download --print-uris zlib1g-dev 2>/dev/null | sed -n "s|^'\(.*\)/pool/.*|\1|p"
	echo http://deb.debian.org/debian
}

fetch_zlib()
{
	for mirror in $(mirrors); do
		uri=$mirror/pool/main/z/zlib/$zlib_file
		echo "zlib: downloading $uri"
		if /usr/lib/apt/apt-helper download-file "$uri" "$tmp/$zlib_file" \
			"SHA256:$zlib_file_sum" >"$tmp/log" 2>&1; then
			mkdir "$tmp/zlib"
			tar -xjf "$tmp/$zlib_file" -C "$tmp/zlib" --strip-components=1 --wildcards \
				--no-wildcards-match-slash 'zlib-*/*.[ch]' || fail "$zlib_file cannot be unpacked"
			install_folder zlib "$zlib_sum" "$uri"
			return
		fi
		sed -n 's/^E: /    /p' "$tmp/log" >&2
	done
	fail "no mirror has $zlib_file; is the network (or apt's proxy setting) all right?"
}

[ $# -eq 1 ] || fail "usage: host-tools/fetch.sh DIR"
dir=$1
mkdir -p "$dir"
tmp=$(mktemp -d "$dir/fetch.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
is_right "$dir/libfdt" "$libfdt_sum" || fetch_libfdt
is_right "$dir/zlib" "$zlib_sum" || fetch_zlib
