#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Measures what minidump costs, prints it as a table, and says of each target
# whether it is met. The table and all single values stay in build/bench/BASE.
#
# The unit is an executed instruction: QEMU's counter counts them. Everything is
# measured twice, and both times must give the same. Only the host tool is
# measured in time, against cp in the same run.

# The kernel is one that needs no second CPU
export BOARD_CPUS=1

. "$(dirname "$0")/lib.sh"

out=$MINIDUMP_BUILD/bench/$BASE
# How often the host tool and cp take their turns
tool_rounds=10
# Where nothing of minidump may be, but for the line in local_cpu_stop() by which a
# CPU that stops leaves its registers
hot_paths='arch/arm64/kernel/|drivers/irqchip/|kernel/(irq|locking|printk|rcu|sched|time)/'

# boot NAME VARIANT SCENARIO ENDED [OPTION...]: the values go to NAME/values
boot()
{
	local machine=$out/$1 variant=$2 scenario=$3 ended=$4
	shift 4

	step "booting kernel $variant to $scenario"
	mkdir -p "$machine"
	"$board/boot.sh" --out "$machine" --count --kernel "$variant" --init bench \
		--scenario "$scenario" "$@"
	if [ "$(cat "$machine/ended")" != "$ended" ] ||
	   grep 'minidump_bench: failed' "$machine/console.log" >&2; then
		die "the machine in $machine ended with $(cat "$machine/ended"), not $ended;" \
		    "its last words: $(tail -n 3 "$machine/console.log")"
	fi
	tr -d '\r' <"$machine/console.log" |
		sed -n 's/.*minidump_bench: \([a-z0-9_]* [0-9]*\)$/\1/p; s/^\[ *\([0-9]*\)\.\([0-9]*\)\] .*console \[ramoops-1\] enabled/console_us \1\2/p' |
		awk '{ print $1, $2 + 0 }' >"$machine/values"
}

boot_all()
{
	local name module modules=()

	for name in base off on; do
		boot "$1/$name" "bench-$name" boot guest-shutdown
	done
	for module in ${minidump_modules/qcom-minidump-toc/} minidump_bench; do
		modules+=(--add "file /$module.ko $kernels/bench-module/modules/$module.ko 644 0 0")
	done
	boot "$1/large" bench-module large guest-reset "${modules[@]}"
	boot "$1/measure" bench-module measure guest-reset "${modules[@]}"
	modules=()
	for module in qcom-minidump minidump_bench; do
		modules+=(--add "file /$module.ko $kernels/bench-driver/modules/$module.ko 644 0 0")
	done
	boot "$1/driver" bench-driver driver guest-shutdown "${modules[@]}"
}

# value MACHINE NAME: what is missing is 0, and noted
value()
{
	awk -v name="$2" '$1 == name { print $2; found = 1 } END { exit !found }' \
		"$out/first/$1/values" ||
		{ echo 0; echo "$1/$2" >>"$out/missing"; }
}

section()
{
	printf '\n%s\n' "$*"
}

# row WHAT NUMBER [REMARK]
row()
{
	printf '  %-50s %10s  %s\n' "$1" "$2" "${3:-}"
}

# target NUMBER LIMIT [LIMIT]: a row's remark. Targets are for the first line. Another
# limit is for lines whose allocators take more, and holds what is reached there.
target()
{
	if [ $# -eq 3 ] && [ "$BASE" != "$first_base" ]; then
		target "$1" "$3"
	elif [ "$1" -le "$2" ]; then
		echo "at most $2: met"
	else
		echo "at most $2: MISSED"
	fi
}

# The largest of the values whose names match
most()
{
	awk -v names="$2" '$1 ~ names && $2 > most { most = $2 } END { print most }' \
		"$out/first/$1/values"
}

show_calls()
{
	local call others where single full own

	section "Calls, the most of 64 each; instructions"
	own=$(value measure own)
	for call in register unregister; do
		for others in own 50 100 199; do
			for where in first middle last; do
				row "$call beside ${others/own/$own} others, $where" \
					"$(value measure "${call}_${others}_$where")"
			done
		done
	done
	full=$(most measure '^register_')
	single=$(value measure kmalloc)
	row "register, the most at any fill" "$full"
	row "  of which kmalloc" "$single"
	row "  and the driver" $((full - single)) "$(target $((full - single)) 700)"
	single=$(most measure '^register_own_')
	full=$(most measure '^register_199_')
	row "register the 200th, against the first of a client" "$(ratio "$full" "$single")" \
		"$(target "$full" $((single * 12 / 10)) | sed 's/[0-9]\+/1.2 times/')"
	row "unregister one of 200, the most" "$(most measure '^unregister_199_')" \
		"$(target "$(most measure '^unregister_199_')" 3000)"
	row "churn around 100, average of 4000 calls" "$(value measure churn_average)" \
		"$(target "$(value measure churn_average)" 1500)"
	row "churn around 100, the most" "$(value measure churn_most)"
	awk '/^grow_/ { sub("grow_", "", $1); print }' "$out/first/measure/values" |
		while read -r others single; do
			row "register region $others, for which the banks grow" "$single" \
				"nearly all of it waiting for RCU"
		done
	for others in own 20; do
		single=$(value driver "probe_$others")
		full=$(value driver "alloc_$others")
		row "probe of the driver alone, regions: ${others/own/$(value driver own)}" "$single"
		row "  of which dma_alloc_coherent" "$full"
		row "  and the driver" $((single - full)) "$(target $((single - full)) 7000 7900)"
	done
	row "probe with its $own regions: log, modules, stacks" "$(value measure probe_own)"
	row "the panic client, in an oops" \
		$(($(value measure notifiers_die) - $(value driver notifiers_none)))
	row "the panic client, in a panic" \
		$(($(value measure notifiers_panic) - $(value driver notifiers_none)))
}

# ratio A B: A / B with two digits
ratio()
{
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

show_memory()
{
	local regions bytes

	section "Memory; bytes"
	for regions in own 20 32 200; do
		bytes=$(value measure "banks_$regions")
		row "tables and headers for ${regions/own/$(value measure own)} regions, both banks" "$bytes" \
			"$([ "$regions" != 20 ] || target "$bytes" 24576)"
	done
	row "for each region besides" "$(value measure handle)"
}

# Digest and sizes of each object that the build left: list_objects NAME
objects()
{
	cat "$kernels/bench-$1/objects"
}

show_objects()
{
	local path text data base_text base_data

	section "Objects of the kernel, built in; bytes of .text with read-only data, .data with .bss"
	while read -r path _ text data _ base_text base_data; do
		if [ -n "$base_text" ]; then
			row "$path" "$text + $data" "without the series $base_text + $base_data"
		else
			row "$path" "$text + $data"
		fi
	done <"$out/differing"
	row "all that is added" "$(awk '{ text += $3 - $6; data += $4 - $7 }
		END { print text " + " data }' "$out/differing")"
}

# PATH DIGEST TEXT DATA, and the last three of base, for objects that differ
differing_objects()
{
	join -a 1 <(objects "$1") <(objects base) | awk '$2 != $5'
}

show_hot_paths()
{
	local touched

	touched=$(awk '{ print $1 }' "$out/differing" "$out/differing-off" |
		grep -E "^($hot_paths)" | grep -vx arch/arm64/kernel/smp.o | sort -u | paste -sd ' ' || true)
	row "objects of scheduler, printk and interrupts changed" \
		"$(wc -w <<<"$touched")" "$([ -n "$touched" ] && echo "$touched: MISSED" || echo "none: met")"
	row "objects that differ with the series, all off" "$(wc -l <"$out/differing-off")" \
		"$(awk '{ print $1 }' "$out/differing-off" | paste -sd ' ')"
}

show_boot()
{
	local name base base_console later

	base=$(value base boot)
	base_console=$(value base console_us)
	section "From power-on to user space; instructions"
	row "without the series" "$base"
	for name in off on; do
		row "with it, minidump $name: added" $(($(value $name boot) - base)) \
			"$(target $(($(value $name boot) - base)) 60000)"
	done
	row "  of which probe, with log, modules and stacks" "$(value measure probe_own)"
	row "  and any platform device with its driver" "$(value driver core)"
	section "ramoops' console is up; microseconds, 1000 instructions each"
	row "without the series" "$base_console"
	for name in off on; do
		later=$(($(value $name console_us) - base_console))
		row "with it, minidump $name: later by" "$later" "$(target "${later#-}" 1)"
	done
}

show_dump()
{
	local bytes

	section "Dump of the machine that was measured; KiB"
	"$board/collect.sh" "$out/first/measure" >"$out/regions.txt"
	bytes=$(stat -c %s "$out/first/measure/dump/minidump.elf")
	row "$(grep -c VALI "$out/regions.txt") regions" $((bytes >> 10)) \
		"RAM $((BOARD_RAM_MIB << 10)): one part in $(((BOARD_RAM_MIB << 20) / bytes))"
}

# letter_says WHAT NUMBER: notes if the cover letter has another number for that
letter_says()
{
	local said
	said=$(sed -n -E "s/^  $1 {2,}(at most )?([0-9.]+).*/\2/p" "$top/series/letters/core")
	[ "$said" = "$2" ] ||
		echo "note: series/letters/core has ${said:-nothing} for \"$1\", measured is $2" >&2
}

compare_with_letter()
{
	[ "$BASE" = "$first_base" ] || return 0
	letter_says "register a region, at any fill" "$(most measure '^register_')"
	letter_says "unregister one of 200" "$(most measure '^unregister_199_')"
	letter_says "either, on average, around 100 regions" "$(value measure churn_average)"
	letter_says "probe" "$(value driver probe_own)"
	letter_says "probe with 20 regions waiting" "$(value driver probe_20)"
}

# Time of the CPU, in microseconds, that a command takes
cpu_time()
{
	local TIMEFORMAT='%U %S' user system

	{ time "$@" >"$out/tool.log" 2>&1; } 2>"$out/time"
	read -r user system <"$out/time"
	awk -v user="$user" -v sys="$system" 'BEGIN { print int((user + sys) * 1000000) }'
}

show_tool()
{
	local image=$out/large.img core=$out/large.elf tool=0 copy=0 i

	section "tools/minidump elf against cp of the same image"
	"$board/collect.sh" "$out/first/large" >"$out/tool.log"
	"$host/rawdump" "$out/first/large/dump" "$image"
	alone minidump make_tool >"$out/tool.log" 2>&1 ||
		die "tools/minidump does not build; see $out/tool.log"
	for ((i = 0; i < tool_rounds; i++)); do
		rm -f "$core" "$image.copy"
		copy=$((copy + $(cpu_time cp --reflink=never "$image" "$image.copy")))
		tool=$((tool + $(cpu_time "$MINIDUMP_BUILD/minidump/minidump" elf -o "$core" "$image")))
	done
	cmp "$core" "$out/first/large/dump/minidump.elf" ||
		die "tools/minidump made another core than the dump's"
	row "image of $(($(stat -c %s "$image") >> 20)) MiB, CPU time" "$(ratio "$tool" "$copy")" \
		"times that of cp, $tool_rounds rounds of each"
	rm -f "$core" "$image" "$image.copy"
}

need_packages base build board tools
check_out_base
build_host
"$board/build-kernel.sh" bench-module bench-driver bench-off bench-on
KDIR=$base_tree "$board/build-kernel.sh" bench-base

rm -rf "$out"
mkdir -p "$out"
boot_all first
boot_all second
for machine in base off on driver measure large; do
	diff "$out/first/$machine/values" "$out/second/$machine/values" >&2 ||
		die "two runs differ, see $out/first/$machine and second"
done
differing_objects on >"$out/differing"
differing_objects off >"$out/differing-off"

{
	printf 'Minidump on Linux %s, one CPU, %d MiB of RAM, tinyconfig -Os\n' \
		"$(kernel_version "$KDIR")" "$BOARD_RAM_MIB"
	show_calls
	show_memory
	show_objects
	show_hot_paths
	show_boot
	show_dump
	show_tool
	printf '\nTwo runs gave the same counts. Single values: %s\n' \
		"${out#"$top"/}/*/*/values"
} | tee "$out/results.txt"
rm -f "$out"/*/*/ram.img
compare_with_letter
[ ! -e "$out/missing" ] ||
	die "not measured: $(paste -sd ' ' "$out/missing"); see console.log of these machines in $out/first"
! grep -q ': MISSED$' "$out/results.txt" ||
	die "$(grep -c ': MISSED$' "$out/results.txt") targets were missed"
