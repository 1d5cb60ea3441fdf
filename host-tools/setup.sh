#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# setup.sh: install what building, running and testing Beryl needs on Debian 12 and is missing.
# Nothing missing: silent, at once.
# This is the only part of Beryl that installs anything.
set -eu

packages="
	gcc libc6-dev make pkgconf
	gcc-powerpc-linux-gnu binutils-powerpc-linux-gnu
	clang libclang-rt-14-dev clang-format
	libevent-dev libserialport-dev libfdt-dev zlib1g-dev libcmocka-dev
	libzstd-dev libseccomp-dev mandoc
	libcyaml-dev libyaml-dev libjansson-dev
	device-tree-compiler u-boot-tools
	linux-source-6.1 xz-utils bzip2 ca-certificates
	qemu-system-ppc ipxe-qemu u-boot-qemu
	gdb-multiarch socat netcat-openbsd inetutils-telnet tio"

fail()
{
	echo "setup.sh: $*" >&2
	exit 1
}

command -v dpkg-query >/dev/null ||
	fail "this is not Debian; on this system install by hand what these packages contain:" $packages

# shellcheck disable=SC2086 # a list of words
missing=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $packages 2>/dev/null |
	awk -v all="$(echo $packages)" '
		$1 == "installed" { have[$2] = 1 }
		END { n = split(all, p); for (i = 1; i <= n; i++) if (!(p[i] in have)) printf " %s", p[i] }')
[ -n "$missing" ] || exit 0

echo "Packages missing:$missing"
install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" -eq 0 ]; then
	as_root="env DEBIAN_FRONTEND=noninteractive"
elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
	as_root="sudo env DEBIAN_FRONTEND=noninteractive"
else
	fail "they can only be installed by root. Run this, then try again:
    su -c 'apt-get update && $install'"
fi

# Package lists older than a day name files that the mirrors may no longer have.
if [ -z "$(find /var/lib/apt/lists -name '*_Packages*' -mtime -1 2>/dev/null)" ]; then
	$as_root apt-get update -q || fail "apt-get update failed; is the network all right?"
fi
$as_root $install || {
	. /etc/os-release
	fail "apt-get could not install them (Beryl is made for Debian 12; this is ${PRETTY_NAME:-unknown})"
}
