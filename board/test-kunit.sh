#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test-kunit.sh [KUNITCONFIG] - runs KUnit tests on arm64, by the kernel's kunit.py.
#
# For speed the kernel is the board's, with the tests' options on top: most of it
# has been built, or will be needed soon. The plain .kunitconfig does as well,
# with a kernel many times as large and the device trees of all boards:
#
#   tools/testing/kunit/kunit.py run --arch=arm64 \
#	--cross_compile=aarch64-linux-gnu- --kunitconfig=drivers/soc/qcom/tests
#
# That is what runs with MINIDUMP_PROVE=1.

. "$(dirname "$0")/lib.sh"

kunitconfig=${1:-drivers/soc/qcom/tests/.kunitconfig}
out=$kernels/kunit

kunit()
{
	local command=$1 build=$2
	shift 2

	(cd "$tree" && python3 tools/testing/kunit/kunit.py "$command" --arch=arm64 \
		--cross_compile="$CROSS_COMPILE" --build_dir="$build" --raw_output=kunit "$@")
}

run()
{
	if [ -n "${MINIDUMP_PROVE:-}" ]; then
		kunit run "$tree/out-kunit" --jobs="$(nproc)" --kunitconfig="${kunitconfig%/.kunitconfig}"
		return
	fi
	mkdir -p "$out/arch/arm64/boot"
	cp "$tree/$kunitconfig" "$out.config"
	# Where this is an option, allnoconfig leaves it out, and no test runs
	! grep -q '^config KUNIT_AUTORUN_ENABLED' "$tree/lib/kunit/Kconfig" ||
		echo CONFIG_KUNIT_AUTORUN_ENABLED=y >>"$out.config"
	"$board/build-kernel.sh" "$out.config"
	gzip --fast --stdout "$out/Image" >"$out/arch/arm64/boot/Image.gz"
	kunit exec "$out"
}

"$top/scripts/tree.sh"
need_packages build kunit
[ -e "$tree/$kunitconfig" ] || die "no $kunitconfig in $tree"
mkdir -p "$kernels"
step "KUnit"
run | tee "$kernels/kunit.ktap"
grep -qE '^ *ok [0-9]+ qcom_minidump' "$kernels/kunit.ktap" || die "no test ran: see $kernels/kunit.ktap"
# A test may pass and leave a trace of something else that went wrong
splat='(WARNING|BUG|KASAN|UBSAN): |Unable to handle|Internal error'
! grep -E "$splat" "$kernels/kunit.ktap" >/dev/null ||
	die "the kernel complained: see $kernels/kunit.ktap"
