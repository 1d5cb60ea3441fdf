#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fetch-rivals.sh DIR: unpack the servers that the bench compares with into DIR, from Debian's packages.
#
# Those packages start daemons when they are installed, so they are not installed. Their versions are pinned, and apt
# checks what it downloads. Libraries that they need and this machine has not are unpacked beside them. What cannot be
# had is named in DIR/missing, and the bench goes on without it.
set -eu

rivals="conserver-server=8.2.7-2+b1 conman=0.2.7-1.1 ser2net=4.3.11-1
	conserver-client=8.2.7-2+b1"
libraries="libgensio4 libsctp1 libipmiconsole2 libfreeipmi17 libwrap0 libnsl2 libtirpc3 libavahi-client3
	libavahi-common3 libdbus-1-3 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libkeyutils1"

[ $# -eq 1 ] || { echo "usage: tests/bench/fetch-rivals.sh DIR" >&2; exit 2; }
mkdir -p "$(dirname "$1")"
dir=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
tmp=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkdir "$tmp/debs" "$tmp/root"
chmod 755 "$tmp" # apt may download as a user of its own
[ "$(id -u)" -ne 0 ] || ! id _apt >/dev/null 2>&1 || chown _apt "$tmp/debs"

is_installed()
{
	dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# fetch PACKAGE[=VERSION]
fetch()
{
	if (cd "$tmp/debs" && apt-get -q download "$1") >"$tmp/log" 2>&1; then
		dpkg-deb -x "$tmp/debs/${1%%=*}"_*.deb "$tmp/root"
		dpkg-deb -W --showformat='${Package} ${Version}\n' "$tmp/debs/${1%%=*}"_*.deb >>"$tmp/root/versions"
	else
		echo "$1: $(sed -n 's/^E: //p' "$tmp/log" | head -n 1)" | tee -a "$tmp/root/missing" >&2
	fi
}

for package in $rivals; do
	fetch "$package"
done
for package in $libraries; do
	is_installed "$package" || fetch "$package"
done
# Only programs and libraries are of use.
rm -rf "$tmp/root/etc" "$tmp/root/var" "$tmp/root/usr/share"
rm -rf "$dir"
mv "$tmp/root" "$dir"
