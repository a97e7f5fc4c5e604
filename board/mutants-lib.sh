# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Modules that are built beside a kernel of the board, and drivers that are broken
# on purpose among them. To be sourced after lib.sh.

# shellcheck disable=SC2154 # board, kernels: lib.sh's

# build_modules FOLDER [OUT]: for the kernel that was built in OUT
build_modules()
{
	kernel_make "$KDIR" "${2:-$KDIR/out-board}" M="$1" modules >"$1.log" 2>&1 ||
		{ tail -n 20 "$1.log" >&2; die "the modules in $1 do not build"; }
}

# lay_kernel NAME VARIANT MODULE...: as variant NAME that of VARIANT, with these modules
# in place of its own
lay_kernel()
{
	local kernel=$kernels/$1

	rm -rf "$kernel"
	mkdir -p "$kernel/modules"
	ln -s "$kernels/$2/Image" "$kernel/"
	cp "$kernels/$2/modules"/*.ko "$kernel/modules/"
	cp "${@:3}" "$kernel/modules/"
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

# The driver's files, to be built as modules in FOLDER
copy_driver()
{
	local sources=$KDIR/drivers/soc/qcom

	mkdir -p "$1"
	cp "$sources"/qcom_minidump*.[ch] "$1/"
	grep minidump "$sources/Makefile" | grep -v tests/ >"$1/Kbuild"
}

# edit_driver FOLDER FILE EDIT: of the copy there, by sed -E
edit_driver()
{
	local file=$1/qcom_minidump_$2.c before

	before=$(cat "$file")
	sed -E -i "$3" "$file"
	[ "$before" != "$(cat "$file")" ] || die "$3 changes nothing in ${file##*/}"
}

# build_mutant FOLDER FILE EDIT [OUT]: the driver's modules with that edit
build_mutant()
{
	copy_driver "$1"
	edit_driver "$1" "$2" "$3"
	build_modules "$1" "${4:-}"
}
