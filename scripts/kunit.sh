#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kunit.sh [KUNITCONFIG] - runs KUnit tests on arm64, by the kernel's kunit.py.
#
# For speed the kernel is a tinyconfig with the tests' options on top; the plain
# .kunitconfig does as well, with a kernel many times as large:
#
#   tools/testing/kunit/kunit.py run --arch=arm64 \
#	--cross_compile=aarch64-linux-gnu- --kunitconfig=drivers/soc/qcom/tests

. "$(dirname "$0")/lib.sh"

kunitconfig=${1:-drivers/soc/qcom/tests/.kunitconfig}

configure()
{
	cat "$tree/kernel/configs/tiny-base.config" "$tree/kernel/configs/tiny.config" \
		"$top/scripts/kunit.config" "$tree/$kunitconfig" 2>/dev/null >"$out/wanted.config" || true
	kernel_make "$tree" "$out" KCONFIG_ALLCONFIG=wanted.config allnoconfig \
		>"$out/configure.log" 2>&1 || die "cannot configure; see $out/configure.log"
	# Every option is spelled out, so kunit.py adds no default of arm64's
	cp "$out/.config" "$out/small.config"
	kunit config --kunitconfig=out-kunit/small.config --make_options=CC="$(compiler)" \
		>"$out/configure.log" 2>&1 || die "kunit.py finds options missing; see $out/configure.log"
}

kunit()
{
	(cd "$tree" && python3 tools/testing/kunit/kunit.py "$@" --arch=arm64 \
		--cross_compile="$CROSS_COMPILE" --build_dir=out-kunit)
}

# kunit.py does this too, but does not show how far it is, and takes the device
# trees of all boards along
build()
{
	step "building a kernel for KUnit"
	kernel_make "$tree" "$out" -j"$(nproc)" Image.gz 2>"$out/build.err" |
		show_progress building 1300 ||
		{ tail -n 40 "$out/build.err" >&2; die "the kernel does not build; see $out/build.err"; }
}

"$(dirname "$0")/tree.sh"
need_packages build kunit
[ -e "$tree/$kunitconfig" ] || die "no $kunitconfig in $tree"
out=$tree/out-kunit
mkdir -p "$out"
configure
build
step "running KUnit"
kunit exec --raw_output=kunit | tee "$out/report.ktap"
# A test may pass and leave a trace of something else that went wrong
splat='(WARNING|BUG|KASAN|UBSAN): |Unable to handle|Internal error'
! grep -E "$splat" "$out/report.ktap" >/dev/null || die "the kernel complained: see $out/report.ktap"
