#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs the kernel's own selftest of minidump on the board, with the driver built
# in, as modules, in make prove under KASAN and kmemleak, and where there is no minidump: it
# must skip then, and nowhere else. Likewise by the runner of kselftests: on the
# board, installed with the module that its own Makefile builds, and here, where
# it must skip, too. Prints KTAP. With arguments, runs only the variants of these
# names.

. "$(dirname "$0")/lib.sh"

test_module=minidump_test_regions
# A fault of the kernel, whoever finds it
trouble='WARNING: |BUG: |Oops|Call trace|Unable to handle|KASAN|possible recursive|inconsistent lock'

# run_guest VARIANT OPTION...
run_guest()
{
	local variant=$1 ko=$kernels/$1/modules/$test_module.ko added=()
	shift

	[ ! -e "$ko" ] || added=(--add "file /$test_module.ko $ko 644 0 0")
	"$board/boot.sh" --out "$machine" --kernel "$variant" --scenario run \
		--add "file /run $program 755 0 0" "${added[@]}" "$@"
}

# report STATUS NAME SAID: a result, and what was said if it is bad
report()
{
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2"
		head -n 60 <<<"$3" | sed 's/^/# /'
	fi
}

# What the kernel has found, by whatever watches it
faults()
{
	grep -E "$trouble" "$machine/console.log" || true
	grep -E '^(leak|trouble) ' "$machine/results.txt" || true
}

# judge NAME EXIT_STATUS PLAN WHAT: takes over what the selftest reported, which
# must end so, and looks at the kernel
judge()
{
	local said status

	# What is skipped here is missing in the configuration
	sed -n -E "s/^(ok|not ok) [0-9]* (# SKIP )?/\1 $1: \2/p; /^#/p; /^Bail/p" \
		"$machine/results.txt" | sed -E 's/^ok (.*)# SKIP /not ok \1skipped: /'
	said=$(grep -E '^(1\.\.|ended |fault )' "$machine/results.txt" || true)
	grep -qx "ended $2" <<<"$said" && grep -q "^1\.\.$3" <<<"$said" &&
		! grep -q ^fault <<<"$said" && status=0 || status=1
	report "$status" "$1: ends with $4" "$said"
	said=$(faults)
	[ -z "$said" ] && status=0 || status=1
	report "$status" "$1: the kernel finds no fault and no leak" "$said"
}

# Has the runner read the settings? That of 6.1 does not say so.
says_timeout()
{
	! grep -q 'timeout set to' "$installed/kselftest/runner.sh" ||
		grep -x "# timeout set to $timeout" >/dev/null
}

# By the runner: its report has the program's in comments
run_installed()
{
	local path added=() said status

	alone busybox fetch_busybox || { echo "ok runner: there is no busybox # SKIP"; return; }
	settle builtin
	rm -rf "$installed"
	make_selftests "$out" KDIR="$KDIR/out-board" ARCH=arm64 CROSS_COMPILE="$CROSS_COMPILE" \
		USERLDFLAGS=-static INSTALL_PATH="$installed" install >"$out.log"
	for path in kselftest minidump; do
		added+=(--add "dir /selftest/$path 755 0 0")
	done
	while read -r path; do
		added+=(--add "file /selftest/$path $installed/$path 755 0 0")
	done < <(cd "$installed" && find . -type f -printf '%P\n')
	"$board/boot.sh" --out "$machine" --kernel builtin --scenario none "${shell_files[@]}" \
		"${added[@]}" --add "file /selftest/run $board/guest/kselftest.sh 644 0 0" \
		--append rdinit=/shell-init
	said=$(cat "$machine/results.txt")
	grep -qx 'ok 1 selftests: minidump: minidump_test' <<<"$said" &&
		says_timeout <<<"$said" && ! grep -E '^# (not ok|.*# SKIP)' <<<"$said" >/dev/null && [ -z "$(faults)" ] &&
		status=0 || status=1
	report $status "runner: the installed selftest succeeds, module and all" "$(faults; echo "$said")"
}

# There is no minidump on the machine that builds: it skips, whoever asks
run_here()
{
	local said status

	said=$(make_selftests "$out-here" ARCH=x86 CROSS_COMPILE= run_tests)
	grep -qE '^ok 1 selftests: minidump: minidump_test # SKIP$' <<<"$said" && status=0 || status=1
	report $status "runner: run_tests skips where there is no minidump" "$said"
}

run_variant()
{
	case $1 in
	runner)		run_installed
			run_here ;;
	none)		run_guest none
			judge none 4 '0 # SKIP' "a skip: there is no driver" ;;
	no-device)	run_guest builtin --no-smem
			judge no-device 4 '0 # SKIP' "a skip: there is no device" ;;
	module)		run_guest module --load
			judge module 0 '[1-9]' "success" ;;
	*)		run_guest "$1"
			judge "$1" 0 '[1-9]' "success" ;;
	esac
}

build_program()
{
	build_selftest "$out"
	program=$machine.program
	cp "$out/kselftest/minidump/minidump_test" "$program"
}

variants=(none no-device builtin module runner)
# About whole files, which all lines share
[ -z "${MINIDUMP_PROVE:-}" ] || [ "$BASE" != "$first_base" ] || variants+=(kasan)
[ $# -eq 0 ] || variants=("$@")

need_packages build board
build_host
out=$MINIDUMP_BUILD/kselftest/$BASE
installed=$MINIDUMP_BUILD/kselftest/$BASE-installed
machine=$MINIDUMP_BUILD/test/$BASE/kselftest
rm -rf "$machine" "$out" "$out-here"
mkdir -p "$machine" "$out" "$out-here"
timeout=$(sed -n 's/^timeout=//p' "$KDIR/tools/testing/selftests/minidump/settings")
build_program
for variant in "${variants[@]/no-device/builtin}"; do
	[ "$variant" = runner ] || "$board/build-kernel.sh" "$variant"
done

results=$machine.results
: >"$results"
for variant in "${variants[@]}"; do
	run_variant "$variant" >>"$results"
done

echo "KTAP version 1"
echo "1..$(grep -cE '^(not )?ok ' "$results")"
awk '/^ok / { sub(/^ok /, "ok " ++n " ") } /^not ok / { sub(/^not ok /, "not ok " ++n " "); failed++ }
     { print } END { exit failed > 0 }' "$results"
