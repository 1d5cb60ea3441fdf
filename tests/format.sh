#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# One TAP test: every C file is as clang-format (version 14, Debian 12's) would write it.
cd "$(dirname "$0")/.." || exit 1
if find byte-chan host-tools hv mux-server protocol tests -name '*.[ch]' -print0 |
	xargs -0 clang-format --dry-run -Werror; then
	echo "ok 1 - format"
else
	echo "not ok 1 - format (make format puts it right)"
fi
