#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# htmldocs.sh [TREE [OUT]] - makes HTML of the guide, of the kernel-doc comments
# of the series' new files and of what is said of its user interfaces, as the
# kernel's "make htmldocs" would.
#
# That target takes a folder of documents at least, and minutes. So the kernel's
# configuration and extensions run on a book of three pages. Warnings go to
# OUT/warnings, and to standard error.

. "$(dirname "$0")/lib.sh"

guide=admin-guide/qcom-minidump

# New files that have kernel-doc comments
comments_page()
{
	local path

	printf '%s\n' 'Comments' '========' ''
	changed_files A 'drivers/*.[ch]' 'fs/*.[ch]' 'include/*.[ch]' | while read -r path; do
		! grep -q '^/\*\*$' "$docs_tree/$path" ||
			printf '%s\n' "$path" "${path//?/-}" '' ".. kernel-doc:: $path" ''
	done
}

# The kernel's own page of this kind, for the series' files alone
abi_page()
{
	changed_files A Documentation/ABI | (cd "$docs_tree" && xargs cp -t "$docs_out/abi")
	printf '%s\n' 'Interfaces' '==========' ''
	(cd "$docs_tree" && docs_tool get_abi --dir "$docs_out/abi" rest)
}

need_packages docs
[ $# -gt 0 ] || "$(dirname "$0")/tree.sh"
docs_tree=$(cd "${1:-$tree}" && pwd)
docs_out=$(realpath -m "${2:-$MINIDUMP_BUILD/htmldocs/$BASE}")

# An extension of the kernel's looks for MAINTAINERS beside Documentation
book=$docs_out/book/Documentation
rm -rf "$docs_out"
mkdir -p "$docs_out/abi" "$book/${guide%/*}"
cp "$docs_tree/MAINTAINERS" "$docs_out/book/"
cp "$docs_tree/Documentation/$guide.rst" "$book/$guide.rst"
printf '%s\n' Minidump ======== '' '.. toctree::' '' "   $guide" '   comments' '   abi' >"$book/index.rst"
comments_page >"$book/comments.rst"
abi_page >"$book/abi.rst" 2>"$docs_out/warnings"

(cd "$docs_tree/Documentation" && srctree=$docs_tree BUILDDIR=$docs_out/html \
	PYTHONDONTWRITEBYTECODE=1 PATH=/usr/bin:$PATH \
	sphinx-build -b html -q -c . -d "$docs_out/doctrees" -D master_doc=index \
	"$book" "$docs_out/html") >"$docs_out/log" 2>&1 ||
	{ cat "$docs_out/log"; die "sphinx-build fails"; }
# Without graphviz it regrets that, and there is no figure to draw with it; it reads
# all of ABI/; and the comments describe again what the guide does
sed -e "s,$docs_out/book/,,g" -e "s,$docs_tree/,,g" "$docs_out/log" |
	grep -E '(WARNING|ERROR|SEVERE|CRITICAL|warning|error):' |
	grep -vE '^WARNING: (dot\(1\) not found|/.* is defined [0-9]+ times: )|: Duplicate C declaration' \
		>>"$docs_out/warnings" || true
cat "$docs_out/warnings" >&2
step "the guide is in $(realpath --relative-base="$PWD" "$docs_out/html/$guide.html")"
[ ! -s "$docs_out/warnings" ]
