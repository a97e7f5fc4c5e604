# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Tests in KTAP. To be sourced after lib.sh and with a scratch_dir. Tests are
# named first, with the command that decides, and run afterwards, so that the
# plan is known before the first result: whatever ends a run early, shows.
#
# What a failing command printed follows its line. Exit status 4 is a skip, and
# the last line says why.

ktap_names=()
ktap_commands=()
ktap_failed=0

# it NAME COMMAND...: unless MINIDUMP_ONLY, a regular expression, leaves it out
it()
{
	[[ $1 =~ ${MINIDUMP_ONLY:-} ]] || return 0
	ktap_names+=("$1")
	shift
	ktap_commands+=("${*@Q}")
}

# Fails a test: says what is wrong, even where its output is captured
wrong()
{
	printf '%s\n' "$*" >&2
	exit 1
}

skip()
{
	printf '%s\n' "$*"
	exit 4
}

# Fails a test unless both are alike: same WANTED GOT WHAT
same()
{
	[ "$1" = "$2" ] || wrong "$3: wanted $1, got $2"
}

ktap_run_one()
{
	local number=$1 name=$2 command=$3 log=$scratch/ktap.log status=0 start=$EPOCHSECONDS

	# Not as a condition: bash then ignores set -e inside
	set +e
	(set -e; eval "$command") >"$log" 2>&1 </dev/null
	status=$?
	set -e
	[ $((EPOCHSECONDS - start)) -lt 20 ] || step "$name took $((EPOCHSECONDS - start)) s"
	case $status in
	0)	echo "ok $number $name" ;;
	4)	echo "ok $number $name # SKIP $(tail -n 1 "$log")" ;;
	*)	echo "not ok $number $name"
		ktap_failed=$((ktap_failed + 1))
		[ -s "$log" ] || echo "exit status $status, and no word" >"$log"
		head -n 60 "$log" | sed 's/^/# /' ;;
	esac
}

# Runs what was named, exits non-zero when something failed
run_tests()
{
	local i

	echo "KTAP version 1"
	echo "1..${#ktap_names[@]}"
	for i in "${!ktap_names[@]}"; do
		ktap_run_one $((i + 1)) "${ktap_names[i]}" "${ktap_commands[i]}"
	done
	[ "$ktap_failed" -eq 0 ]
}
