#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# build-kernel.sh VARIANT... - build the board's kernel
#
# A variant is tinyconfig, config/board.config, config/VARIANT.config, and what the
# kernel line has otherwise in config/line/; those of bench.sh have
# config/bench.config in place of board.config. Image, vmlinux, modules and
# .config go to build/board/BASE/VARIANT. Variants share one build directory, so
# that all but the first take little time; those with instrumentation have their
# own. In place of VARIANT may stand the path of another VARIANT.config: its kernel
# is for booting only, without vmlinux and the modules for tests.
#
# KDIR=path builds another tree than the series', in which nothing is written; all
# of its build is below build/board/own.

. "$(dirname "$0")/lib.sh"

# How many files the first variant compiles; only for the display
files_to_build=1160

# The tree's contents; of one that git does not know, when they were changed
sources()
{
	if [ -n "$own" ]; then
		find "$KDIR" -name .git -prune -o -type f -printf '%P %s %T@\n' | LC_ALL=C sort
		return
	fi
	git -C "$KDIR" rev-parse 'HEAD^{tree}'
	git -C "$KDIR" diff HEAD
	git -C "$KDIR" ls-files --others --exclude='/out-*' -z |
		(cd "$KDIR" && xargs -0r sha256sum)
}

# Everything the result depends on, in one line
fingerprint()
{
	{
		sources
		cat "$board/build-kernel.sh" "$@"
		declare -f configure_kernel options_took
		"${CROSS_COMPILE}gcc" --version
		[ -z "$LLVM" ] || "clang${LLVM#1}" --version
	} | sha256sum
}

# What the kernel line has otherwise. A tree of the user's own may be between two
# lines: whatever it asks for of what any of them has.
line_fragment()
{
	if [ -z "$own" ]; then
		echo "$board/config/line/$BASE.config"
		return
	fi
	mkdir -p "$kernels"
	find "$KDIR" -name 'Kconfig*' -exec awk '
		/^(menu)?config / { name = $2 }
		/^\t(bool|tristate|prompt) "/ { print "CONFIG_" name "=y" }' {} + |
		grep -xF -f <(cat "$board"/config/line/*.config | grep ^CONFIG_) |
		sort -u >"$kernels/line.config"
	echo "$kernels/line.config"
}

# The board's own modules and the selftest's, outside of the kernel tree
build_test_modules()
{
	local out=$1 result=$2 sources=tools/testing/selftests/minidump/test_modules

	# Another variant may have left modules that this one has not
	rm -rf "$out.test"
	mkdir -p "$out.test"
	cp "$KDIR/$sources"/*.[ch] "$board/modules"/* "$out.test/"
	kernel_make "$KDIR" "$out" M="$out.test" modules >"$out/test.log" 2>&1 ||
		{ tail -n 20 "$out/test.log" >&2; die "the test modules do not build"; }
	cp "$out.test"/*.ko "$result/modules/"
}

# The module that measures, likewise
build_bench_module()
{
	local out=$1 result=$2

	mkdir -p "$out.test"
	cp "$3" "$out.test/"
	echo "obj-m := minidump_bench.o" >"$out.test/Kbuild"
	kernel_make "$KDIR" "$out" M="$out.test" modules >"$out/test.log" 2>&1 ||
		{ tail -n 20 "$out/test.log" >&2; die "the measuring module does not build"; }
	cp "$out.test"/*.ko "$result/modules/"
}

# The kernel's objects, a line each: path, digest, size of .text with what is
# read-only, size of .data with .bss
list_objects()
{
	(cd "$1" && "${CROSS_COMPILE}ar" t vmlinux.a | sed "s,^$1/,," >objects &&
	 LC_ALL=C join <(xargs sha256sum <objects | awk '{ print $2, $1 }' | LC_ALL=C sort) \
		<(xargs "${CROSS_COMPILE}size" <objects |
		  awk '$1 != "text" { print $6, $1, $2 + $3 }' | LC_ALL=C sort))
}

# Kernels to compare with do without
wants_series()
{
	case $1 in
	bench-base|*.config) return 1 ;;
	esac
}

# Whether RESULT is what STAMP is of
is_built()
{
	[ -e "$1/stamp" ] && [ "$(cat "$1/stamp")" = "$2" ]
}

build_variant()
{
	local variant fragment=$board/config/$1.config result stamp fragments module=() flags=()
	local -x LLVM=${LLVM:-}

	[ "${1%.config}" = "$1" ] || fragment=$1
	variant=$(basename "$fragment" .config)
	result=$kernels/$variant
	fragments=("$(line_fragment)" "$board/config/board.config" "$fragment")
	[[ $variant != bench-* ]] || fragments[1]=$board/config/bench.config
	case $variant in
	bench-module|bench-driver) module=("$board/bench/minidump_bench.c") ;;
	esac
	[ -e "$fragment" ] || die "no such variant: $variant (there is no $fragment)"
	[ -e "$KDIR/include/soc/qcom/minidump.h" ] || ! wants_series "$1" ||
		die "$KDIR does not have the series; run: make apply KDIR=$KDIR"
	# gcc cannot tell x++ from a read and a write of x
	[ "$variant" != kcsan ] || LLVM=$(line_value "$BASE" clang) LLVM=${LLVM:-1}
	stamp=$(fingerprint "${fragments[@]}" "${module[@]}" "$board/modules"/*)
	! is_built "$result" "$stamp" || return 0

	case $variant in
	kasan)	out=$KDIR/out-kasan ;;
	# These show no more than a backtrace, which is quicker to build for
	pages*|tags)	out=$KDIR/out-$variant flags=(KCFLAGS=-g1) ;;
	# Only modules that are built beside it are watched
	kcsan)	out=$KDIR/out-kcsan flags=(KCFLAGS=-g1 KCSAN_SANITIZE=n) ;;
	bench-*) out=$KDIR/out-bench ;;
	*)	out=$KDIR/out-board ;;
	esac
	[ -z "$own" ] || out=$kernels/${out##*/}
	mkdir -p "$out" "$result"

	exec 9>"$out.lock"
	flock 9
	# Somebody else may have built it meanwhile, and read it now
	! is_built "$result" "$stamp" || { exec 9>&-; return 0; }
	rm -f "$result/stamp"
	configure_kernel "$KDIR" "$out" "${fragments[@]}"
	step "kernel $BASE, variant $variant"
	if ! kernel_make "$KDIR" "$out" "${flags[@]}" -j"$(nproc)" Image modules 2>"$out/build.err" |
	     tee "$out/build.log" | show_progress "kernel $BASE $variant" "$files_to_build"; then
		grep -v '^make' "$out/build.err" | tail -n 40 >&2
		die "kernel does not build; all it said is in $out/build.log and build.err"
	fi

	rm -rf "$result/modules"
	mkdir -p "$result/modules"
	cp "$out/arch/arm64/boot/Image" "$out/System.map" "$result/"
	[ "$fragment" = "$1" ] || cp "$out/vmlinux" "$result/"
	[ ! -e "$out/vmlinux.unstripped" ] || cp "$out/vmlinux.unstripped" "$result/"
	cp "$out/.config" "$result/config"
	find "$out/drivers" "$out/fs" "$out/lib" -name '*.ko' -exec cp {} "$result/modules/" \;
	case $1 in
	*.config) ;;
	bench-module|bench-driver) build_bench_module "$out" "$result" "${module[@]}" ;;
	bench-*)	list_objects "$out" >"$result/objects" ;;
	*)		build_test_modules "$out" "$result" ;;
	esac
	echo "$stamp" >"$result/stamp"
	exec 9>&-
}

[ $# -gt 0 ] || die "which variant? one of: $(cd "$board/config" && echo *.config)"
[ -e "$KDIR/Kconfig" ] || die "no kernel tree at $KDIR"
for variant; do
	build_variant "$variant"
done
