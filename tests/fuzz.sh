#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fuzz.sh SECONDS PROGRAM   let a fuzz target look for inputs that break it; what it learns stays in build/fuzz/corpus
# fuzz.sh                   one TAP test for each target: its seeds and a fixed number of inputs made from them
set -u
cd "$(dirname "$0")/.." || exit 1

# What the code under test prints is of no interest (3), what libFuzzer and the sanitizers say is.
run()
{
	target=$1
	shift
	dict=tests/fuzz/$target.dict
	[ ! -f "$dict" ] || set -- "-dict=$dict" "$@"
	build/fuzz/"$target" -close_fd_mask=3 -timeout=10 -rss_limit_mb=1024 "-artifact_prefix=build/fuzz/$target-" "$@" \
		"tests/fuzz/corpus/$target"
}

if [ $# -eq 2 ]; then
	name=$(basename "$2")
	mkdir -p "build/fuzz/corpus/$name"
	echo "== $name: $1 s"
	run "$name" "-max_total_time=$1" -print_final_stats=1 "build/fuzz/corpus/$name"
	exit
fi

status=0
count=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
for corpus in tests/fuzz/corpus/*; do
	name=$(basename "$corpus")
	count=$((count + 1))
	mkdir "$scratch/$name"
	if run "$name" -seed=1 -runs=2000 -verbosity=0 "$scratch/$name"; then
		echo "ok $count - fuzz $name"
	else
		echo "not ok $count - fuzz $name"
		status=1
	fi
done
exit $status
