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
	[ -e "$docs_out/abi.files" ] || return 0
	printf '%s\n' 'Interfaces' '==========' ''
	perl "$docs_tree/scripts/get_abi.pl" rest --dir "$docs_out/abi.files/Documentation/ABI" \
		2>>"$docs_out/warnings"
}

# book NAME PAGE: what lies in OUT/NAME.rst becomes OUT/NAME
book()
{
	(cd "$docs_tree/Documentation" && srctree=$docs_tree BUILDDIR=$docs_out/$1 \
		PYTHONDONTWRITEBYTECODE=1 PATH=/usr/bin:$PATH \
		sphinx-build -b html -q -c . -d "$docs_out/$1.doctrees" -D master_doc="$2" \
		-D kerneldoc_srctree="$docs_tree" \
		-D kerneldoc_bin="$docs_tree/scripts/kernel-doc" \
		"$docs_out/$1.rst" "$docs_out/$1") 2>&1 |
		sed -e "s,$docs_out/[a-z]*\.rst/,Documentation/,g" -e "s,$docs_tree/,,g" \
			>"$docs_out/$1.log" ||
		{ cat "$docs_out/$1.log"; die "sphinx-build fails"; }
	# Without graphviz it regrets that, and there is no figure to draw with it
	grep -E '(WARNING|ERROR|SEVERE|CRITICAL|warning|error):' "$docs_out/$1.log" |
		grep -v '^WARNING: dot(1) not found' >>"$docs_out/warnings" || true
}

need_packages docs
if [ $# -eq 0 ]; then
	"$(dirname "$0")/tree.sh"
fi
docs_tree=$(cd "${1:-$tree}" && pwd)
docs_out=${2:-$MINIDUMP_BUILD/htmldocs/$BASE}

rm -rf "$docs_out"
mkdir -p "$docs_out/guide.rst/${guide%/*}" "$docs_out/comments.rst" "$docs_out/abi.rst"
docs_out=$(cd "$docs_out" && pwd)
cp "$docs_tree/Documentation/$guide.rst" "$docs_out/guide.rst/$guide.rst"
: >"$docs_out/warnings"
comments_page >"$docs_out/comments.rst/comments.rst"
abi_page >"$docs_out/abi.rst/abi.rst"
book guide "$guide"
book comments comments
[ ! -s "$docs_out/abi.rst/abi.rst" ] || book abi abi
cat "$docs_out/warnings" >&2
step "the guide is in $(realpath --relative-base="$PWD" "$docs_out/guide/$guide.html")"
[ ! -s "$docs_out/warnings" ]
