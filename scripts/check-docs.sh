# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Gates of make check for documents. To be sourced by check.sh.

# shellcheck disable=SC2154 # top, work, scratch: check.sh's and lib.sh's

# The kernel's tools for documents have moved: docs_tool NAME ARGUMENT...
docs_tool()
{
	local tool

	for tool in tools/docs/"$1"{,.py} scripts/"$1"{,.pl}; do
		[ ! -x "$tool" ] || { PYTHONDONTWRITEBYTECODE=1 PATH=/usr/bin:$PATH "$tool" "${@:2}"; return; }
	done
	echo "there is no $1"
}

kernel_doc_finds_nothing_new()
{
	local said
	local -a new
	mapfile -t new < <(sources A)

	switch_to minidump
	said=$(cd "$work" && docs_tool kernel-doc -none "${new[@]}" 2>&1)
	[ -z "$said" ] || wrong "$said"
	printf '%s\n' '/**' ' * mistake() - Make one' ' */' 'int mistake(int y);' >"$work/mistake.h"
	[ -n "$(cd "$work" && docs_tool kernel-doc -none mistake.h 2>&1)" ] || wrong "kernel-doc has not run"
	nothing_new docs_tool kernel-doc -none
}

# Everything in the folder that sphinx is given is the series', so no warning is
# another's
sphinx_warns_of_nothing()
{
	local page

	switch_to minidump
	"$top/scripts/htmldocs.sh" "$work" "$scratch/htmldocs"
	for page in admin-guide/qcom-minidump.html comments.html; do
		grep -F 'qcom_minidump_region_register' "$scratch/htmldocs/html/$page" >/dev/null ||
			wrong "$page does not describe qcom_minidump_region_register()"
	done
}

# It says what is wrong, and exits as if nothing were. A file without a single entry
# passes, and so would one that is not read.
abi_is_valid()
{
	local abi=$scratch/abi said
	abi=$(changed_files A Documentation/ABI)

	[ -n "$abi" ] || wrong "the series has no document in ABI/"
	switch_to minidump
	said=$(cd "$work" && docs_tool get_abi --dir Documentation/ABI validate 2>&1) || wrong "$said"
	said=$(grep -F "${abi##*/}" <<<"$said" || true)
	[ -z "$said" ] || wrong "$said"
	(cd "$work" && docs_tool get_abi --dir Documentation/ABI rest 2>/dev/null) |
		grep "^Defined on file .*${abi##*/}" >/dev/null || wrong "get_abi finds no entry in $abi"
}

# A page that no table of contents has is one that nobody finds
guide_is_in_the_index()
{
	kgit show minidump:Documentation/admin-guide/index.rst | grep -xE '   *qcom-minidump' ||
		wrong "admin-guide/index.rst does not name qcom-minidump"
}

references()
{
	switch_to "$1"
	(cd "$work" && docs_tool documentation-file-ref-check --warn 2>&1)
}

references_lead_to_files()
{
	switch_to minidump
	echo Documentation/absent.rst >>"$work/README"
	(cd "$work" && docs_tool documentation-file-ref-check --warn 2>&1) | grep -F absent.rst >/dev/null ||
		wrong "documentation-file-ref-check has not run"
	no_more_than "$(references base)" "$(references minidump)"
}

name_docs_tests()
{
	it "kernel-doc: nothing new" kernel_doc_finds_nothing_new
	level test || return 0
	it "htmldocs: no warning of the guide and the comments" timed htmldocs sphinx_warns_of_nothing
	it "the guide is in the index" guide_is_in_the_index
	it "the ABI document is valid" abi_is_valid
	it "references to documents lead to files: nothing new" \
		timed "references to documents" references_lead_to_files
}
