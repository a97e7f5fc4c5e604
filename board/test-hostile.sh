#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test-hostile.sh [SEED...]
#
# Boots machines whose SMEM, G-ToC and tables of other processors are damaged,
# each seed differently (firmware/damage.c), in make prove under KASAN, UBSAN and
# lockdep, and crashes every processor. Linux must boot, and ramoops work; no splat, no hang,
# and no more than a line for what is wrong with a table. Prints KTAP.
#
# Seeds 1 to 20, or HOSTILE_MACHINES of them; those that have passed with the same
# kernel and firmware are not tried again with HOSTILE_RESUME=1. A machine that
# failed stays in build/test/BASE/hostile/SEED.

. "$(dirname "$0")/lib.sh"
# shellcheck source=../scripts/ktap.sh
. "$top/scripts/ktap.sh"

# KASAN makes each boot some times as long
if [ -n "${MINIDUMP_PROVE:-}" ]; then
	: "${HOSTILE_VARIANT:=kasan}"
else
	: "${HOSTILE_VARIANT:=rproc}"
fi
variant=$HOSTILE_VARIANT
# What tells where memory came from takes half of a boot under KASAN, and a seed that
# failed can be booted again with it
bookkeeping='kmemleak=off stack_depot_disable=on dma_debug=off'
driver=minidump_test_rproc
: "${HOSTILE_MACHINES:=20}"
# Machines that are one test
batch=20

machines=$MINIDUMP_BUILD/test/$BASE/hostile
# What no line of the console may have
splats='BUG|WARNING|KASAN|UBSAN|Oops|Call trace|Unable to handle|Internal error|suspicious RCU|possible .* detected|inconsistent lock|blocked for more|soft lockup|rcu: .*stall'

# A console whose owner was interrupted begins its message anew
without_repeats()
{
	awk 'NR > 1 && !/^\*\* replaying previous printk message/ { print last }
	     { last = $0 }
	     END { print last }' "$1"
}

# What qcom-smem itself warns of, with a trace, is an item that is too large
without_smem()
{
	without_repeats "$1" |
		awk '/WARNING: .*qcom_smem_get_private/ { skip = 1 }
		     !skip
		     /---\[ end trace/ { skip = 0 }'
}

# judge_machine DIR: says what is wrong with it
judge_machine()
{
	local address size zone

	same guest-shutdown "$(cat "$1/ended")" "the machine's end"
	same "" "$(without_smem "$1/console.log" | grep -E "$splats" | head -n 5)" "splats"
	same "" "$(tr -d '\r' <"$1/console.log" | grep -an '[^[:print:][:space:]]' | head -n 5)" \
		"lines with other than printable characters"
	same "" "$(grep -E '^(not ok|Bail out)' "$1/results.txt")" "what the guest says"
	same "" "$(without_smem "$1/console.log" | grep -v 'minidump[-_]test' |
		grep -oE '(remoteproc[0-9]+|qcom-minidump): .*minidump' | cut -d : -f 1 | sort | uniq -d)" \
		"devices with more than one message on their minidump"
	grep -q '^1\.\.' "$1/results.txt" ||
		wrong "the guest did not come to its end: $(tail -n 3 "$1/results.txt")"

	read -r address size < <(reserved_area "$1/board.dtb" ramoops)
	tail -c +$((address - BOARD_RAM_BASE + 1)) "$1/ram.img" | head -c $((size)) >"$1/ramoops"
	zone=$(grep -aoc 'board marker of a hostile machine' "$1/ramoops" || true)
	[ "$zone" -ge 2 ] || wrong "ramoops: seen $zone markers, wanted those of console and pmsg"
}

try_machine()
{
	local seed=$1 dir=$machines/$1 status=0
	local subsystems=(10 29 30)

	rm -rf "$dir"
	mkdir -p "$dir"
	printf x >"$dir/firmware"
	(
		set -e
		"$board/boot.sh" --out "$dir" --kernel "$variant" --scenario hostile --init rproc \
			--firmware --subsystems --firmware "${subsystems[seed % 3]}" --damage "$seed" \
			--add "dir /lib 755 0 0" --add "dir /lib/firmware 755 0 0" \
			--add "file /lib/firmware/$driver.fw $dir/firmware 644 0 0" \
			--add "file /$driver.ko $kernels/$variant/modules/$driver.ko 644 0 0" \
			--append "$bookkeeping -- found"
		judge_machine "$dir"
	) >"$dir.log" 2>&1 || status=$?
	if [ "$status" -eq 0 ] && [ -n "${HOSTILE_KEEP:-}" ]; then
		touch "$dir/kept"
	elif [ "$status" -eq 0 ]; then
		echo "$seed" >>"$machines/passed"
		rm -rf "$dir" "$dir.log"
	fi
	echo "$seed"
}

# Nothing for those that have passed
machines_pass()
{
	local seed failed=0

	for seed; do
		grep -qx "$seed" "$machines/passed" && continue
		failed=$((failed + 1))
		echo "seed $seed, in ${machines#"$top"/}/$seed:"
		head -n 8 "$machines/$seed.log"
	done
	[ "$failed" -eq 0 ] || wrong "$failed of $# machines failed"
}

# What must not pass: a machine that did, with one thing changed
spoiled_machine_fails()
{
	local dir=$machines/spoiled seed=${seeds[0]}

	HOSTILE_KEEP=1 try_machine "$seed" >"$scratch/tried"
	[ -e "$machines/$seed/kept" ] || wrong "$(head -n 8 "$machines/$seed.log")"
	rm -rf "$dir"
	mv "$machines/$seed" "$dir"
	rm -f "$machines/$seed.log"
	cp "$dir/console.log" "$scratch/console"
	cp "$dir/results.txt" "$scratch/results"

	(judge_machine "$dir") || wrong "the machine as it was does not pass"
	fails_with "BUG: sleeping function" console "BUG: sleeping function called"
	fails_with "remoteproc7" console \
		"remoteproc remoteproc7: minidump is odd"$'\n'"remoteproc remoteproc7: minidump is odd"
	{
		cat "$scratch/console"
		echo "remoteproc remoteproc7: minidump i"
		echo "** replaying previous printk message **"
		echo "remoteproc remoteproc7: minidump is odd"
	} >"$dir/console.log"
	(judge_machine "$dir") || wrong "a console that was interrupted does not pass"
	fails_with "printable" console "minidump of "$'\033'"[2J"
	fails_with "not ok 9" results "not ok 9 something"
	echo stopped >"$dir/ended"
	fails_with "machine's end" results ""
	echo guest-shutdown >"$dir/ended"
	: >"$dir/ram.img"
	fails_with "markers" results ""
	rm -rf "$dir"
}

# fails_with WHAT-IT-SAYS console|results LINE : in a machine with that line more
fails_with()
{
	local said

	printf '%s\n' "$3" | cat "$scratch/console" - >"$dir/console.log"
	[ "$2" = console ] || cp "$scratch/console" "$dir/console.log"
	cp "$scratch/results" "$dir/results.txt"
	[ "$2" = console ] || printf '%s\n' "$3" >>"$dir/results.txt"
	said=$( (judge_machine "$dir") 2>&1) && wrong "passes with \"$3\""
	[[ $said == *"$1"* ]] || wrong "seen \"$said\", wanted it to say \"$1\""
}

# Machines that have passed count as long as nothing has changed
keep_passed()
{
	local stamp

	stamp=$(cat "$kernels/$variant/Image" "$host/firmware" "$host/rproc" "$board/boot.sh" | sha256sum)
	mkdir -p "$machines"
	touch "$machines/passed"
	if [ -z "${HOSTILE_RESUME:-}" ] || [ "$stamp" != "$(cat "$machines/stamp" 2>/dev/null)" ]; then
		rm -rf "${machines:?}"/*
		: >"$machines/passed"
	fi
	echo "$stamp" >"$machines/stamp"
}

need_packages build board
build_host
"$board/build-kernel.sh" "$variant"

seeds=("$@")
[ $# -gt 0 ] || mapfile -t seeds < <(seq "$HOSTILE_MACHINES")
keep_passed
export -f try_machine judge_machine without_repeats without_smem same wrong reserved_area reserved_node die
export machines board kernels variant driver bookkeeping splats top BOARD_RAM_BASE
mapfile -t left < <(printf '%s\n' "${seeds[@]}" | grep -vxFf "$machines/passed")
printf '%s\n' "${left[@]}" |
	xargs -r -P "$(nproc)" -I {} bash -c 'try_machine {}' |
	awk '{ print NR; fflush() }' | show_progress "hostile machines" ${#left[@]}

scratch_dir
for ((i = 0; i < ${#seeds[@]}; i += batch)); do
	some=("${seeds[@]:i:batch}")
	it "hostile machines ${some[0]} to ${some[-1]} boot, and crash their processors" \
		machines_pass "${some[@]}"
done
it "a machine with a splat, a hang, too many words or a lost log does not pass" \
	spoiled_machine_fails
run_tests
