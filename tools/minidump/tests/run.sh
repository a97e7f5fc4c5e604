#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The tests of minidump, in KTAP.
#
#   run.sh FOLDER [TEST...]	FOLDER has the programs: minidump, testdump, ...
#
# With MINIDUMP_DUMP=FOLDER a real dump is used as well: md_*.BIN files, and
# perhaps minidump.elf, rawdump.img and vmlinux, or MINIDUMP_VMLINUX=FILE.
# shellcheck disable=SC2034 # the cases use what is set here
set -eu

here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$1" && pwd)
shift

minidump=$programs/minidump
plain=$programs/../minidump
faulty=$programs/minidump-faults
testdump=$programs/testdump
unit=$programs/unit
tool=$here/..

# So that no finding of theirs is taken for a status of ours
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99
export LC_ALL=C

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
	printf '%s\n' "$@" | sed 's/^/# /'
	exit 1
}

skip() {
	echo "# SKIP $*"
	exit 4
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# expect STATUS COMMAND...: its output is left in the files out and err
expect() {
	local wanted=$1 status=0
	shift
	"$@" >out 2>err || status=$?
	[ "$status" = "$wanted" ] ||
		fail "$*" "status $status, want $wanted" "$(cat err)"
}

# Their arguments are the words of one line
expect_err() {
	grep -qF -- "$*" err || fail "want on stderr: $*" "saw: $(cat err)"
}

expect_out() {
	grep -qF -- "$*" out || fail "want on stdout: $*" "saw: $(cat out)"
}

expect_same() {
	cmp "$1" "$2" >/dev/null 2>&1 ||
		fail "$1 and $2 differ: $(cmp "$1" "$2" 2>&1)"
}

# expect_text FILE: the file is what stands on standard input
expect_text() {
	local difference
	difference=$(diff - "$1") || fail "$1 differs from what is wanted (<):" \
		"$difference"
}

# check CORE [REFERENCE]: the core is right; what is in it goes into "found"
check() {
	"$testdump" ${2:+-c "$2"} check "$1" >found 2>err ||
		fail "$1: $(cat err)"
}

# A folder of each style, and what the core made of it must contain
styles='current vendor newer'
mkdir "$scratch/dumps"
for style in $styles; do
	mkdir "$scratch/dumps/$style"
	"$testdump" "$style" "$scratch/dumps/$style"
done
dumps=$scratch/dumps

# poke FILE OFFSET SIZE VALUE
poke() {
	"$testdump" poke "$@"
}

# Offset of a field of program header INDEX in the current and newer style
phdr() {
	local field
	case $2 in
	type) field=0 ;;
	flags) field=4 ;;
	offset) field=8 ;;
	vaddr) field=16 ;;
	paddr) field=24 ;;
	filesz) field=32 ;;
	memsz) field=40 ;;
	*) fail "no field $2" ;;
	esac
	echo $((64 + 56 * $1 + field))
}

for file in "$here"/cases-*.sh; do
	# shellcheck source=/dev/null
	. "$file"
done

if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046
	set -- $(sed -n 's/^\(test_[a-z0-9_]*\)() {$/\1/p' "$here"/cases-*.sh)
fi

# Runs a function in a shell of its own, which may change folder; its status
# goes into "status". Not to be called where "set -e" does not hold, like in
# "if" or before "||": it would not hold in the function either.
run() {
	mkdir "$scratch/$1"
	set +e
	(
		set -e
		trap - EXIT
		cd "$scratch/$1"
		"$1"
	) >"$scratch/log" 2>&1
	status=$?
	set -e
	rm -rf "${scratch:?}/$1"
}

fail_in_a_pipe() {
	echo bytes | expect_text /dev/null
	true
}

run fail_in_a_pipe
if [ "$status" = 0 ]; then
	echo "Bail out! A failed check would not be noticed"
	exit 1
fi

echo "KTAP version 1"
echo "1..$#"
number=0
failures=0
for name; do
	number=$((number + 1))
	run "$name"
	case $status in
	0) echo "ok $number ${name#test_}" ;;
	4) echo "ok $number ${name#test_} $(grep '^# SKIP' "$scratch/log")" ;;
	*)
		sed '/^# /!s/^/# /' "$scratch/log"
		echo "not ok $number ${name#test_}"
		failures=$((failures + 1))
		;;
	esac
done

echo "# $((number - failures)) passed, $failures failed"
[ "$failures" = 0 ]
