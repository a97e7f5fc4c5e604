# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the board's scripts share. Addresses are not here: board.dtso is the one
# place for them. To be sourced.

# shellcheck source=../scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

# shellcheck disable=SC2034 # all of these are for those who source this
{
# The modules of minidump, in an order in which they can be loaded
minidump_modules="qcom-minidump-toc qcom-minidump qcom-minidump-ramoops"

# kaslr_offset CORE: by how much the kernel was moved, in hexadecimal digits
kaslr_offset()
{
	grep -a -m 1 '^KERNELOFFSET=' "$1" | cut -d = -f 2
}

# gdb on a dump: backtrace CORE VMLINUX [MODULE TEXT [SECTION ADDRESS]]. It cannot
# know where KASLR put the kernel, nor where a module's sections were.
gdb_commands=(-ex backtrace)
backtrace()
{
	local offset module=()
	offset=$(kaslr_offset "$1")
	[ $# -eq 2 ] || module=(-ex "add-symbol-file $3 $4${5:+ -s $5 $6}")

	gdb-multiarch --batch --nx -ex "exec-file $2" \
		-ex "symbol-file -o 0x$offset $2" "${module[@]}" \
		-ex "core-file $1" "${gdb_commands[@]}" 2>&1
}

# The same of each CPU
all_backtraces()
{
	local gdb_commands=(-ex "info threads" -ex "thread apply all -ascending backtrace")

	backtrace "$@"
}

# The file that drgn of Debian 12 takes for the kernel in FOLDER: since Linux 6.18
# vmlinux lacks what it looks for
drgn_vmlinux()
{
	if [ -e "$1/vmlinux.unstripped" ]; then
		echo "$1/vmlinux.unstripped"
	else
		echo "$1/vmlinux"
	fi
}

# The same kernel without the series
base_tree=$tree-base

# The kernel tree to build: the series', that without it, or one of the user's own
: "${KDIR:=$tree}"
own=
case $KDIR in
"$tree"|"$base_tree") ;;
*)	take_kernel_tree "$KDIR"
	KDIR=$kdir
	own=own$kdir/ ;;
esac

# The machine
: "${BOARD_CPUS:=2}"
: "${BOARD_RAM_MIB:=256}"
BOARD_RAM_BASE=0x40000000

# A guest that has not ended by then never will; nothing waits for this to pass
: "${BOARD_TIMEOUT_SECONDS:=300}"

board=$top/board
kernels=$MINIDUMP_BUILD/board/$own$BASE
host=$MINIDUMP_BUILD/board/host
}
export BASE KDIR BOARD_CPUS BOARD_RAM_MIB BOARD_TIMEOUT_SECONDS

# Brings the kernel without the series, to be built beside the one with it
check_out_base()
{
	"$top/scripts/base.sh"
	alone "worktree-$BASE" add_worktree "$base_tree" base
}

# reserved_node DTB NAME: the path of a reserved area
reserved_node()
{
	local node
	node=$(fdtget -l "$1" /reserved-memory | grep "^$2@") || die "$1 has no $2"
	echo "/reserved-memory/$node"
}

# reserved_area DTB NAME: its address and size
reserved_area()
{
	local node high size_high address size
	node=$(reserved_node "$1" "$2")
	read -r high address size_high size < <(fdtget -t x "$1" "$node" reg)
	printf '%#x %#x\n' $((0x$high << 32 | 0x$address)) $((0x$size_high << 32 | 0x$size))
}

# configure_kernel TREE OUT FRAGMENT...: on top of tinyconfig; a later fragment
# overrides an earlier one.
configure_kernel()
{
	local tree=$1 out=$2
	shift 2

	mkdir -p "$out"
	cat "$tree/kernel/configs/tiny-base.config" "$tree/kernel/configs/tiny.config" "$@" \
		>"$out/wanted.config" 2>/dev/null || true
	kernel_make "$tree" "$out" KCONFIG_ALLCONFIG=wanted.config allnoconfig >"$out/configure.log" 2>&1 ||
		{ tail -n 20 "$out/configure.log" >&2; die "cannot configure $tree"; }
	options_took "$out" "$@"
}

# reconfigure_kernel TREE OUT FRAGMENT: goes on from the last configuration, in half the
# time. The fragment says all that the tree offers more or less than then.
reconfigure_kernel()
{
	cat "$3" >>"$2/.config"
	kernel_make "$1" "$2" syncconfig >"$2/configure.log" 2>&1 </dev/null ||
		{ tail -n 20 "$2/configure.log" >&2; die "cannot configure $1"; }
	options_took "$2" "$3"
}

# options_took OUT FRAGMENT...: an option whose dependencies are missing vanishes
# silently; this says so instead.
options_took()
{
	local out=$1 lost
	shift

	# "# CONFIG_X is not set" is nothing at all where X is not offered
	lost=$(cat "$@" | awk -v config="$out/.config" '
		!/^(# )?CONFIG_/ { next }
		{ name = $0; gsub(/^# |=.*| is not set/, "", name); want[name] = $0 }
		END {
			while ((getline line < config) > 0) {
				got = line
				gsub(/^# |=.*| is not set/, "", got)
				has[got] = line
			}
			for (name in want)
				if (has[name] != want[name] && (want[name] !~ /^#/ || has[name] ~ /^C/))
					printf "wanted: %s; got: %s\n", want[name], has[name]
		}')
	[ -z "$lost" ] || { echo "$lost" >&2; die "options did not take in $out/.config"; }
}

# make_selftests OUT ARGUMENT...: the kernel's selftests, of which there is this one
make_selftests()
{
	make -s -C "$KDIR/tools/testing/selftests" TARGETS=minidump FORCE_TARGETS=1 \
		O="$1" USERCFLAGS=-Werror "${@:2}" 2>"$1.err" ||
		{ cat "$1.err" >&2; die "make ${*:2} does not work in tools/testing/selftests"; }
}

# build_selftest OUT: for the board, without the module that it loads there
build_selftest()
{
	make_selftests "$1" KDIR=/nonexistent ARCH=arm64 CROSS_COMPILE="$CROSS_COMPILE" \
		USERLDFLAGS=-static >"$1.log"
}

# The board's programs for the host, and before them the tree, as one of them is of
# that. Tests and demo alike run them with checks for reads out of bounds and
# undefined behaviour built in.
build_host()
{
	[ "$KDIR" != "$tree" ] || "$top/scripts/tree.sh"
	step "building the board's programs"
	alone host make_host
}

make_host()
{
	mkdir -p "$host"
	make -s -C "$board" OUT="$host" CROSS_COMPILE="$CROSS_COMPILE" SANITIZE=1 ||
		die "the board's programs do not build"
	if [ ! "$host/gen_init_cpio" -nt "$KDIR/usr/gen_init_cpio.c" ]; then
		# At once, for another kernel line may be booting
		gcc -O2 -w "$KDIR/usr/gen_init_cpio.c" -o "$host/gen_init_cpio.new" ||
			die "gen_init_cpio does not build"
		mv "$host/gen_init_cpio.new" "$host/gen_init_cpio"
	fi
}

# A shell for the guest
fetch_busybox()
{
	local dir=$MINIDUMP_BUILD/busybox

	[ ! -e "$dir/bin/busybox" ] || return 0
	fetch_package "$dir" busybox-static '' arm64 && dpkg-deb -x "$dir"/busybox-static_*.deb "$dir"
}

# Options for boot.sh: a guest with a shell, which runs /selftest/run
# shellcheck disable=SC2034 # for those who source this
shell_files=(
	--add "file /busybox $MINIDUMP_BUILD/busybox/bin/busybox 755 0 0"
	--add "file /shell-init $board/guest/shell-init.sh 755 0 0"
	--add "dir /selftest 755 0 0"
)

# settle VARIANT: has the folder that variants share be that one's
settle()
{
	cmp -s "$KDIR/out-board/.config" "$kernels/$1/config" || rm -f "$kernels/$1/stamp"
	"$board/build-kernel.sh" "$1"
}
