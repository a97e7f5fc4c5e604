# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the host tool takes for one bug. To be sourced by test.sh.

# shellcheck disable=SC2154 # board, machine, kernels: lib.sh's and test-lib.sh's

# Ways of minidump_test_crash; and sysrq's, which needs no module
crash_kinds="null panic interrupt overflow sysrq"
crashes_of_a_kind=4

# Prints the signature by places, and that by names
signatures()
{
	local tool=$MINIDUMP_BUILD/minidump/minidump

	"$tool" info "$machine/dump" >"$machine/info.txt"
	"$tool" info --vmlinux "$1" "$machine/dump" >>"$machine/info.txt"
	sed -n 's/^signature: *\([^ ]*\) .*/\1/p' "$machine/info.txt" | paste -sd ' '
}

# crashes_fall_into_groups KERNEL [OPTION...]: by either signature, on machines of
# several sizes, each at its own random addresses
crashes_fall_into_groups()
{
	local kind i number kernel=$1
	local -a options

	alone minidump make_tool >"$machine/tool.log" 2>&1 ||
		wrong "the host tool does not build: $(tail -n 1 "$machine/tool.log")"
	for ((i = 0; i < crashes_of_a_kind; i++)); do
		for kind in $crash_kinds; do
			options=()
			[ "$kind" = sysrq ] || options=(--crash "$kind" --append oops=panic)
			BOARD_CPUS=$((2 + i)) BOARD_RAM_MIB=$((256 + 32 * i)) \
				boot guest-reset --scenario crash --kernel "$@" "${options[@]}"
			collect
			echo "$kind $(signatures "$kernels/$kernel/vmlinux")" >>"$machine/signatures"
		done
	done
	for number in 2 3; do
		cut -d ' ' -f "1,$number" "$machine/signatures" | sort -u >"$machine/groups"
		same "$(tr ' ' '\n' <<<"$crash_kinds" | sort)" "$(cut -d ' ' -f 1 "$machine/groups")" \
			"kinds of crashes, once for each signature, of $(cat "$machine/groups")"
		same "" "$(cut -d ' ' -f 2 "$machine/groups" | sort | uniq -d)" "signatures of two kinds"
	done
}
