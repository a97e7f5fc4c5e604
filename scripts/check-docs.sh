# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Gates of make check for documents. To be sourced by check.sh.

# shellcheck disable=SC2154 # top, work, scratch: check.sh's and lib.sh's

# Everything in the folder that sphinx is given is the series', so no warning is
# another's
sphinx_warns_of_nothing()
{
	local page

	switch_to minidump
	"$top/scripts/htmldocs.sh" "$work" "$scratch/htmldocs"
	for page in guide/admin-guide/qcom-minidump.html comments/comments.html; do
		grep -F 'qcom_minidump_region_register' "$scratch/htmldocs/$page" >/dev/null ||
			wrong "$page does not describe qcom_minidump_region_register()"
	done
}

abi_is_valid()
{
	local said

	switch_to minidump
	# It says what is wrong, and exits as if nothing were
	said=$(cd "$work" && perl scripts/get_abi.pl validate --dir Documentation/ABI 2>&1) ||
		wrong "$said"
	said=$(grep -F "${1#Documentation/}" <<<"$said" || true)
	[ -z "$said" ] || wrong "$said"
	# A file without a single entry passes validation
	(cd "$work" && perl scripts/get_abi.pl rest --dir Documentation/ABI 2>/dev/null) |
		grep "^Defined on file .*${1##*/}" >/dev/null || wrong "get_abi.pl finds no entry in it"
}

# A page that no table of contents has is one that nobody finds
guide_is_in_the_index()
{
	switch_to minidump
	grep -xE '   *qcom-minidump' "$work/Documentation/admin-guide/index.rst" ||
		wrong "admin-guide/index.rst does not name qcom-minidump"
}

name_docs_tests()
{
	local path

	it "htmldocs: no warning of the guide and the comments" \
		timed htmldocs sphinx_warns_of_nothing
	it "the guide is in the index" guide_is_in_the_index
	for path in $(kgit diff --name-only --diff-filter=A base minidump -- Documentation/ABI); do
		it "get_abi.pl validates $path" abi_is_valid "$path"
	done
}
