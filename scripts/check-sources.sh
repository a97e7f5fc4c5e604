# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Gates of make check that read sources and documents, by the kernel's own scripts.
# To be sourced by check.sh.

# shellcheck disable=SC2154 # top, work, scratch, jobs: check.sh's and lib.sh's

# Kernel sources that spatch reads, modules of the series' own tests as well: A or M.
# What it knows of, such as min(), user space does not have.
cocci_sources()
{
	changed_files "$1" 'drivers/*.c' 'fs/*.c' 'tools/testing/selftests/*/test_modules/*.c'
}

# coccicheck COMMIT FILE...: what the kernel's coccicheck says of copies of the files
# and of the headers beside them; it takes a folder, and the tree's takes an hour. A
# mistake among them must be found, or that no other is would mean nothing.
coccicheck()
{
	local copies=$scratch/cocci

	switch_to "$1"
	rm -rf "$copies" "$scratch/cocci.err"
	mkdir "$copies"
	(cd "$work" && cp --parents "${@:2}" "$copies" && dirname "${@:2}" | sort -u |
		xargs -I '{}' find '{}' -maxdepth 1 -name '*.h' -exec cp --parents '{}' "$copies" \;)
	echo 'void mistake(void *p) { if (p) kfree(p); }' >"$copies/mistake.c"
	# Written in OCaml, in part, for which coccinelle wants a compiler
	rm -f "$work"/scripts/coccinelle/{null/badzero,api/check_bq27xxx_data}.cocci
	(cd "$work" && srctree=. srcroot=$copies KBUILD_EXTMOD=$copies MODE=report SPATCH=spatch J=$jobs \
		LINUXINCLUDE='-Iarch/arm64/include -Iinclude' SPFLAGS=--use-coccigrep \
		DEBUG_FILE=$scratch/cocci.err bash scripts/coccicheck) >"$scratch/cocci.log" 2>&1 ||
		wrong "$(tail -n 40 "$scratch/cocci.log" "$scratch/cocci.err")"
	grep -F 'mistake.c:' "$scratch/cocci.log" >/dev/null ||
		wrong "wanted a finding in mistake.c: $(cat "$scratch/cocci.log")"
	sed -nE "s,^$copies/,,; T; /^mistake/d; s/:[0-9]+:[0-9]+-[0-9]+:/:/p" "$scratch/cocci.log"
}

coccicheck_finds_nothing_new()
{
	local before='' after
	local -a new edited
	mapfile -t new < <(cocci_sources A)
	mapfile -t edited < <(cocci_sources M)

	after=$(coccicheck minidump "${new[@]}" "${edited[@]}")
	[ -z "$after" ] || before=$(coccicheck base "${edited[@]}")
	no_more_than "$before" "$after"
}

# A function that spatch cannot parse is one that no semantic patch sees
spatch_reads_everything()
{
	local said
	local -a files
	mapfile -t files < <(cocci_sources A)

	switch_to minidump
	said=$(cd "$work" && spatch --parse-c "${files[@]}" 2>&1) || wrong "$said"
	grep -F "NB total files = ${#files[@]}; perfect = ${#files[@]};" <<<"$said" ||
		wrong "$(grep -E '^(NB|nb) |^bad' <<<"$said")"
}

symbols_are_defined()
{
	switch_to minidump
	# It resets the tree, which is here for that
	(cd "$work" && /usr/bin/python3 scripts/checkkconfigsymbols.py --force --no-color \
		--diff "$(kgit rev-parse base)..$(kgit rev-parse minidump)") >"$scratch/symbols" 2>&1 ||
		wrong "$(cat "$scratch/symbols")"
	same "" "$(cat "$scratch/symbols")" "symbols that no Kconfig defines"
}

# --- Documents

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
	cd "$work" || return
	said=$(docs_tool kernel-doc -none "${new[@]}" 2>&1)
	[ -z "$said" ] || wrong "$said"
	printf '%s\n' '/**' ' * mistake() - Make one' ' */' 'int mistake(int y);' >mistake.h
	[ -n "$(docs_tool kernel-doc -none mistake.h 2>&1)" ] || wrong "kernel-doc has not run"
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
	# A page that no table of contents has is one that nobody finds
	grep -xE '   *qcom-minidump' "$work/Documentation/admin-guide/index.rst" ||
		wrong "admin-guide/index.rst does not name qcom-minidump"
}

# It says what is wrong, and exits as if nothing were. A file without a single entry
# passes, and so would one that is not read.
abi_is_valid()
{
	local abi said
	abi=$(changed_files A Documentation/ABI)

	switch_to minidump
	cd "$work" || return
	said=$(docs_tool get_abi --dir Documentation/ABI validate 2>&1) || wrong "$said"
	same "" "$(grep -F "${abi##*/}" <<<"$said" || true)" "what get_abi says"
	docs_tool get_abi --dir Documentation/ABI rest 2>/dev/null |
		grep "^Defined on file .*${abi##*/}" >/dev/null || wrong "get_abi finds no entry in $abi"
}

references()
{
	switch_to "$1"
	echo Documentation/absent.rst >>"$work/README"
	(cd "$work" && docs_tool documentation-file-ref-check --warn 2>&1)
}

references_lead_to_files()
{
	local after
	after=$(references minidump)

	grep -F absent.rst <<<"$after" >/dev/null || wrong "documentation-file-ref-check has not run"
	no_more_than "$(references base)" "$after"
}

name_source_tests()
{
	it "kernel-doc: nothing new" kernel_doc_finds_nothing_new
	level test || return 0
	it "htmldocs: no warning of the guide and the comments" sphinx_warns_of_nothing
	it "the ABI document is valid" abi_is_valid
	it "references to documents lead to files: nothing new" references_lead_to_files
	it "shellcheck: the project's scripts" scripts_are_clean
	it "MAINTAINERS covers each new file" maintained
	it "coccicheck: spatch reads each new file" spatch_reads_everything
	it "coccicheck: nothing new" coccicheck_finds_nothing_new
	it "includecheck: nothing new" nothing_new perl -w scripts/checkincludes.pl
	it "versioncheck: nothing new" nothing_new perl -w scripts/checkversion.pl
	it "each Kconfig symbol is defined" symbols_are_defined
}
