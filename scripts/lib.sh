# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the project's scripts share: where things are, how they speak, what they
# need from the machine. To be sourced.

set -eu -o pipefail
shopt -s inherit_errexit

# Neither the user's language, nor what the make or the git that called this was
# given, is meant for those that are called from here
export LC_ALL=C.UTF-8
unset CDPATH GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
unset MAKEFLAGS MFLAGS GNUMAKEFLAGS MAKEOVERRIDES MAKELEVEL

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# line_value LINE KEY: from scripts/lines
line_value()
{
	awk -F '\t' -v line="$1" -v key="$2" '
		/^#/ { next }
		!column { for (i = 1; i <= NF; i++) if ($i == key) column = i; next }
		$1 == line { print $column == "-" ? "" : $column }' "$top/scripts/lines"
}

# The kernel lines that series/ serves, the first one first
known_bases()
{
	awk -F '\t' '/^[0-9]/ { print $1 }' "$top/scripts/lines"
}

read -r first_base < <(known_bases)

# The kernel line, and where everything generated goes
: "${BASE:=$first_base}"
: "${MINIDUMP_BUILD:=$top/build}"
: "${CROSS_COMPILE:=aarch64-linux-gnu-}"
: "${MINIDUMP_START:=$EPOCHSECONDS}"
export BASE MINIDUMP_BUILD CROSS_COMPILE MINIDUMP_START

base_repo=$MINIDUMP_BUILD/base/linux-source-$BASE
# shellcheck disable=SC2034 # for those who source this
tree=$MINIDUMP_BUILD/tree/$BASE mail=${MINIDUMP_MAIL:-$MINIDUMP_BUILD/series/$BASE}

# What is said about progress goes past whoever collects errors
exec 3>&2

# One clear line, and out
die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Says what happens now, and how long it has been since the command started
step()
{
	local elapsed=$((EPOCHSECONDS - MINIDUMP_START))

	printf '== %d:%02d %s%s\n' $((elapsed / 60)) $((elapsed % 60)) "${MINIDUMP_TAG:-}" "$*" >&3
}

# Shows how far a step is, in fifths. Of its input, a number says how much is done;
# a line of kbuild's ("  CC      file") counts one; the rest is passed over.
show_progress()
{
	awk -v what="${MINIDUMP_TAG:-}$1" -v total="$2" '
		/^[0-9]+$/ { done = $1 }
		/^  [A-Z]/ { done++ }
		{ fifths = int(5 * done / total) }
		fifths > shown && fifths < 5 {
			printf "   %s: %d%%\n", what, 20 * fifths
			fflush()
			shown = fifths
		}' >&3
}

# alone NAME COMMAND...: runs it while nobody else runs one of that name
alone()
{
	mkdir -p "$MINIDUMP_BUILD"
	(
		flock 7
		"${@:2}" 7>&-
	) 7>"$MINIDUMP_BUILD/$1.lock"
}

# Scratch space that goes when the script ends, however it ends
scratch_dir()
{
	mkdir -p "$MINIDUMP_BUILD/tmp"
	scratch=$(mktemp -d "$MINIDUMP_BUILD/tmp/${0##*/}.XXXXXX")
	trap 'rm -rf "$scratch"' EXIT
	trap 'exit 130' INT TERM
}

need_space()
{
	local dir=$1 gib=$2 free_kib

	free_kib=$(df --output=avail -k "$dir" | tail -n 1)
	[ "$free_kib" -ge $((gib * 1024 * 1024)) ] ||
		die "$dir has $((free_kib / 1024)) MiB free; this needs $gib GiB"
}

. "$top/scripts/packages-lib.sh"

# What a kernel tree says it is, like 6.12.117; nothing for another tree
kernel_version()
{
	[ -e "$1/Makefile" ] && [ -e "$1/Kconfig" ] || return 0
	awk '$1 == "VERSION" { v = $3 } $1 == "PATCHLEVEL" { p = $3 }
	     $1 == "SUBLEVEL" { print v "." p "." $3; exit }' "$1/Makefile"
}

# Lines by how near they are to a kernel version, for what fits best; none when it
# is older or newer than all of them. After 5.19 came 6.0, and after 6.19 7.0.
nearest_bases()
{
	known_bases | awk -F . -v version="$1" '
		function count(text) { split(text, n, "."); return n[1] * 20 + n[2] }
		{
			at = count($0)
			low = NR == 1 || at < low ? at : low
			high = at > high ? at : high
			away = at - count(version)
			print (away < 0 ? -away : away) "\t" $0
		}
		END { exit count(version) < low || count(version) > high }' | sort -n -s | cut -f 2
}

# Takes KDIR from the user: sets kdir, version, and BASE to the nearest line
take_kernel_tree()
{
	local bases

	[ -n "$1" ] || die "which kernel tree? Say KDIR=path"
	kdir=$(cd "$1" 2>/dev/null && pwd -P) || die "KDIR=$1: no such folder"
	version=$(kernel_version "$kdir")
	[ -n "$version" ] || die "KDIR=$1: no kernel tree, its Makefile names no version"
	bases=$(nearest_bases "$version") ||
		die "KDIR=$1 is Linux $version; the series is for $(known_bases | sort -V | sed -n '1p;$p' | paste -sd -)"
	BASE=${bases%%$'\n'*}
}

# git on the base repository, the same whatever the user's own settings are. What is
# in it can be made again, so nothing waits for the disk.
kgit()
{
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 \
		git -c core.fsync=none -C "$base_repo" "$@"
}

# changed_files A|M [PATHSPEC...]: new or edited by the series
changed_files()
{
	kgit diff --name-only --no-renames --diff-filter="$1" base minidump -- "${@:2}"
}

# The kernel's tools for documents have moved: docs_tool NAME ARGUMENT..., in a tree
docs_tool()
{
	local tool

	for tool in tools/docs/"$1"{,.py} scripts/"$1"{,.pl}; do
		[ ! -x "$tool" ] || { PYTHONDONTWRITEBYTECODE=1 PATH=/usr/bin:$PATH "$tool" "${@:2}"; return; }
	done
	echo "there is no $1" >&2
	return 1
}

# add_worktree TREE COMMIT: checks it out from the base repository, whole or not at all
add_worktree()
{
	local worktree=$1 commit=$2

	[ ! -e "$worktree" ] || return 0
	step "checking out ${worktree#"$top"/}"
	need_space "$MINIDUMP_BUILD" 2
	mkdir -p "$(dirname "$worktree")"
	rm -rf "$worktree.new"
	kgit worktree prune
	kgit worktree add --quiet --detach "$worktree.new" "$commit"
	kgit worktree move "$worktree.new" "$worktree"
}

# make_tool TARGET...: of the host tool, which is one for all lines
make_tool()
{
	make --silent --no-print-directory -C "$top/tools/minidump" \
		CROSS_COMPILE= O="$MINIDUMP_BUILD/minidump" "$@"
}

# make on a kernel tree, so that objects depend on nothing of this machine:
# kernel_make TREE OUT ARGUMENT... It is for arm64, unless kernel_arch says
# another, and LLVM=1 in the environment builds with clang.
kernel_make()
{
	local compiler=${CROSS_COMPILE}gcc

	[ -z "${LLVM:-}" ] || compiler=clang${LLVM#1}
	make -C "$1" O="$2" ARCH="${kernel_arch:-arm64}" CROSS_COMPILE="$CROSS_COMPILE" CC="$compiler" \
		LOCALVERSION= KBUILD_BUILD_TIMESTAMP='1970-01-01 00:00:00 UTC' \
		KBUILD_BUILD_USER=minidump KBUILD_BUILD_HOST=minidump "${@:3}"
}
