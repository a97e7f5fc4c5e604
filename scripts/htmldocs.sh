#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# htmldocs.sh [TREE [OUT]] - makes HTML of the guide, of the kernel-doc comments
# of the series' new files and of what is said of its user interfaces, as the
# kernel's "make htmldocs" would.
#
# That target takes a folder of documents at least, and minutes. So the kernel's
# configuration and extensions run on folders that hold one page each: three
# books, for the comments describe again what the guide does. Warnings go to
# OUT/warnings, and to standard error.

. "$(dirname "$0")/lib.sh"

guide=admin-guide/qcom-minidump

new_files()
{
	kgit diff --name-only --no-renames --diff-filter=A base minidump -- "$@"
}

# New files that have kernel-doc comments
commented_files()
{
	new_files 'drivers/*.[ch]' 'fs/*.[ch]' 'include/*.[ch]' |
		while read -r path; do
			! grep -q '^/\*\*$' "$docs_tree/$path" || echo "$path"
		done
}

comments_page()
{
	local path

	printf '%s\n' 'Comments' '========' ''
	while read -r path; do
		printf '%s\n' "$path" "$(printf '%*s' ${#path} '' | tr ' ' -)" '' \
			".. kernel-doc:: $path" ''
	done < <(commented_files)
}

# The kernel's own page of this kind, for the series' files alone
abi_page()
{
	local path

	while read -r path; do
		mkdir -p "$docs_out/abi.files/$(dirname "$path")"
		cp "$docs_tree/$path" "$docs_out/abi.files/$path"
	done < <(new_files Documentation/ABI)
	printf '%s\n' 'Interfaces' '==========' ''
	if [ -e "$docs_tree/tools/docs/get_abi.py" ]; then
		get_abi=(/usr/bin/python3 "$docs_tree/tools/docs/get_abi.py")
	else
		get_abi=(perl "$docs_tree/scripts/get_abi.pl")
	fi
	"${get_abi[@]}" --dir "$docs_out/abi.files/Documentation/ABI" rest 2>>"$docs_out/warnings"
}

# book NAME PAGE: what lies in OUT/NAME.rst becomes OUT/NAME. An extension of the
# kernel's looks for MAINTAINERS beside Documentation.
book()
{
	cp "$docs_tree/MAINTAINERS" "$docs_out/$1.rst/"
	(cd "$docs_tree/Documentation" && srctree=$docs_tree BUILDDIR=$docs_out/$1 \
		PYTHONDONTWRITEBYTECODE=1 PATH=/usr/bin:$PATH \
		sphinx-build -b html -q -c . -d "$docs_out/$1.doctrees" -D master_doc="$2" \
		-D kerneldoc_srctree="$docs_tree" \
		"${kernel_doc[@]}" \
		"$docs_out/$1.rst/Documentation" "$docs_out/$1") 2>&1 |
		sed -e "s,$docs_out/[a-z]*\.rst/,,g" -e "s,$docs_tree/,,g" \
			>"$docs_out/$1.log" ||
		{ cat "$docs_out/$1.log"; die "sphinx-build fails"; }
	# Without graphviz it regrets that, and there is no figure to draw with it; and it
	# reads all of ABI/, not only what is asked for
	grep -E '(WARNING|ERROR|SEVERE|CRITICAL|warning|error):' "$docs_out/$1.log" |
		grep -vE '^WARNING: (dot\(1\) not found|/.* is defined [0-9]+ times: )' >>"$docs_out/warnings" || true
}

need_packages docs
if [ $# -eq 0 ]; then
	"$(dirname "$0")/tree.sh"
fi
docs_tree=$(cd "${1:-$tree}" && pwd)
# Since it is in Python, sphinx has it as a library
kernel_doc=()
[ -e "$docs_tree/tools/docs/kernel-doc" ] ||
	kernel_doc=(-D kerneldoc_bin="$docs_tree/scripts/kernel-doc")
docs_out=${2:-$MINIDUMP_BUILD/htmldocs/$BASE}

rm -rf "$docs_out"
mkdir -p "$docs_out"/{guide,comments,abi}.rst/Documentation "$docs_out/guide.rst/Documentation/${guide%/*}"
docs_out=$(cd "$docs_out" && pwd)
cp "$docs_tree/Documentation/$guide.rst" "$docs_out/guide.rst/Documentation/$guide.rst"
printf '%s\n' Guide ===== '' '.. toctree::' '' "   $guide" >"$docs_out/guide.rst/Documentation/index.rst"
: >"$docs_out/warnings"
comments_page >"$docs_out/comments.rst/Documentation/comments.rst"
abi_page >"$docs_out/abi.rst/Documentation/abi.rst"
book guide index
book comments comments
book abi abi
cat "$docs_out/warnings" >&2
step "the guide is in $(realpath --relative-base="$PWD" "$docs_out/guide/$guide.html")"
[ ! -s "$docs_out/warnings" ]
