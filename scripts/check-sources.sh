# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Gates of make check that read sources and documents, by the kernel's own scripts.
# To be sourced by check.sh.

# coccicheck COMMIT FILE...: what the kernel's coccicheck says of copies of the sources,
# of the selftest's module, and of the headers beside them; it takes a folder, and the
# tree's takes an hour. A mistake among them must be found, or that no other is would
# mean nothing. What it knows of, such as min(), user space does not have.
coccicheck()
{
	local copies=$scratch/cocci files
	mapfile -t files < <(printf '%s\n' "${@:2}" | grep '^[df].*\.c$'
		[ "$1" = base ] || changed_files A 'tools/testing/selftests/*/test_modules/*.c')

	switch_to "$1"
	rm -rf "$copies" "$scratch/cocci.err"
	mkdir "$copies"
	(cd "$work" && cp --parents "${files[@]}" "$copies" && dirname "${files[@]}" | sort -u |
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

# A function that spatch cannot parse is one that no semantic patch sees. What it
# cannot is to be just the mistake.
spatch_parses_new_files()
{
	local files
	mapfile -t files < <(sources A; changed_files A 'tools/testing/selftests/*/test_modules/*.[ch]')

	switch_to minidump
	echo 'int mistake( {' >"$scratch/mistake.c"
	(cd "$work" && spatch --parse-c "${files[@]}" "$scratch/mistake.c") >"$scratch/parsed" 2>&1 ||
		wrong "$(tail -n 40 "$scratch/parsed")"
	same 'BAD:!!!!! int mistake( {' "$(grep ^BAD "$scratch/parsed")" "what spatch cannot parse"
}

symbols_are_defined()
{
	switch_to minidump
	# It resets the tree, which is here for that
	same "" "$(cd "$work" && /usr/bin/python3 scripts/checkkconfigsymbols.py --force --no-color \
		--diff "$(kgit rev-parse base)..$(kgit rev-parse minidump)" 2>&1)" "symbols that no Kconfig defines"
}

# --- Documents

kernel_doc_finds_nothing_new()
{
	switch_to minidump
	printf '%s\n' '/**' ' * mistake() - Make one' ' */' 'int mistake(int y);' >"$scratch/mistake.h"
	said_by "docs_tool kernel-doc -none" minidump "$scratch/mistake.h" | grep -F mistake.h ||
		wrong "kernel-doc finds no mistake"
	nothing_new said_by "docs_tool kernel-doc -none"
}

# Everything in the folder that sphinx is given is the series', so no warning is another's
sphinx_warns_of_nothing()
{
	local page word

	switch_to minidump
	"$top/scripts/htmldocs.sh" "$work" "$scratch/htmldocs"
	while read -r page word; do
		grep -F "$word" "$scratch/htmldocs/html/$page.html" >/dev/null ||
			wrong "$page.html does not have $word"
	done <<-'END'
	admin-guide/qcom-minidump id="c.qcom_minidump_region_register"
	comments id="c.qcom_minidump_region_register"
	abi qcom_minidump/regions
	END
	# A page that no table of contents has is one that nobody finds
	grep -xE '   *qcom-minidump' "$work/Documentation/admin-guide/index.rst" ||
		wrong "admin-guide/index.rst does not name qcom-minidump"
}

# In comments, Kconfig and documents, whatever a patch adds
references_lead_to_files()
{
	switch_to minidump
	cd "$work" || return
	kgit diff base minidump | grep '^+[^+]' | grep -oE '\bDocumentation/[[:alnum:]_./-]*[[:alnum:]]' | sort -u |
		xargs ls -d >"$scratch/references" 2>&1 || wrong "$(cat "$scratch/references")"
	grep -x 'Documentation/admin-guide/qcom-minidump\.rst' "$scratch/references" || wrong "nothing refers to the guide"
}

name_source_tests()
{
	it "kernel-doc: nothing new" kernel_doc_finds_nothing_new
	level test || return 0
	it "htmldocs: no warning of the guide and the comments" sphinx_warns_of_nothing
	it "references to documents lead to files" references_lead_to_files
	it "shellcheck: the project's scripts" scripts_are_clean
	it "MAINTAINERS covers each new file" maintained
	it "spatch parses each new file" spatch_parses_new_files
	it "includecheck: nothing new" nothing_new said_by 'perl -w scripts/checkincludes.pl'
	it "versioncheck: nothing new" nothing_new said_by 'perl -w scripts/checkversion.pl'
	it "each Kconfig symbol is defined" symbols_are_defined
	level check || return 0
	it "coccicheck: nothing new" nothing_new coccicheck
}
