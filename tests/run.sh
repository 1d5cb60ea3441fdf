#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh PROGRAM...: run test programs one after the other and count their tests.
#
# A program reports in TAP (cmocka does when asked): one line "ok ..." or "not ok ..." for each test. What a
# program prints is kept in PROGRAM.log and shown only when something failed. A program that crashes, hangs or
# reports no test at all counts as one failed test. The last line is "N passed, N failed".
set -u
CMOCKA_MESSAGE_OUTPUT=TAP
export CMOCKA_MESSAGE_OUTPUT
limit=300 # seconds for one program

passed=0
failed=0
for program; do
	log=$program.log
	[ "${program#tests/}" = "$program" ] || log=build/${program#tests/}.log
	begin=$(date +%s%N)
	timeout -k 10 "$limit" "$program" >"$log" 2>&1 </dev/null
	status=$?
	ms=$((($(date +%s%N) - begin) / 1000000))

	skips=$(grep -c '^ok .*# SKIP' "$log")
	good=$(($(grep -c '^ok ' "$log") - skips))
	bad=$(grep -c '^not ok ' "$log")
	reason=
	if [ "$status" -eq 124 ]; then
		reason="no end after $limit s"
	elif [ "$status" -gt 128 ]; then
		reason="killed by signal $((status - 128))"
	elif [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		reason="exit status $status"
	elif [ $((good + bad)) -eq 0 ]; then
		reason="ran no test"
	fi
	[ -z "$reason" ] || bad=$((bad + 1))
	passed=$((passed + good))
	failed=$((failed + bad))

	summary="$good passed"
	[ "$skips" -eq 0 ] || summary="$summary, $skips skipped"
	[ "$bad" -eq 0 ] || summary="$summary, $bad FAILED"
	[ -z "$reason" ] || summary="$summary ($reason)"
	printf '%-44s %3d.%02d s   %s\n' "${program#build/}" $((ms / 1000)) $((ms % 1000 / 10)) "$summary"
	[ "$bad" -eq 0 ] || sed 's/^/    /' "$log"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
