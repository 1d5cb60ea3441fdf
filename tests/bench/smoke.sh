#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# One TAP test: every row of the bench runs, as short as it can be and without rivals, and gets every byte.
cd "$(dirname "$0")/../.." || exit 1
if BENCH_QUICK=1 BENCH_RUNS=1 BENCH='' build/bench/mux_bench; then
	echo "ok 1 - bench"
else
	echo "not ok 1 - bench"
fi
