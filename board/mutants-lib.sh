# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Modules that are built beside a kernel of the board, and drivers that are broken
# on purpose among them. To be sourced after lib.sh.

# shellcheck disable=SC2154 # board: lib.sh's

# build_modules FOLDER [OUT]: for the kernel that was built in OUT
build_modules()
{
	kernel_make "$KDIR" "${2:-$KDIR/out-board}" M="$1" modules >"$1.log" 2>&1 ||
		{ tail -n 20 "$1.log" >&2; die "the modules in $1 do not build"; }
}

# mutant NAME file|edit: from proof/mutants
mutant()
{
	awk -v name="$1" -v what="$2" '
		BEGIN { RS = ""; FS = "\n" }
		$1 == name && what == "file" { print $2 }
		$1 == name && what == "edit" { for (i = 3; i <= NF; i++) print $i }' \
		"$board/proof/mutants"
}

# build_mutant FOLDER FILE EDIT [OUT]: the driver's modules with that edit for sed -E
build_mutant()
{
	local sources=$KDIR/drivers/soc/qcom file=qcom_minidump_$2.c

	mkdir -p "$1"
	cp "$sources"/qcom_minidump*.[ch] "$1/"
	grep minidump "$sources/Makefile" | grep -v tests/ >"$1/Kbuild"
	sed -E -i "$3" "$1/$file"
	! cmp -s "$1/$file" "$sources/$file" || die "$3 changes nothing in $file"
	build_modules "$1" "${4:-}"
}
