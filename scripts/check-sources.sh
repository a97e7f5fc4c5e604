# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Gates of make check that read sources: coccicheck, includecheck, versioncheck,
# Kconfig symbols. To be sourced by check.sh.
#
# The kernel's targets take a whole tree and minutes; here their scripts get the
# series' files alone. namespacecheck is not among them: no line has it any more.
# checkstack neither: it reads a linked kernel, and the compiler warns of large
# frames (FRAME_WARN) in each build.

# shellcheck disable=SC2154 # top, work, scratch, jobs: check.sh's and lib.sh's

# Written in OCaml in part, for which coccinelle wants a compiler of OCaml's. One
# is about comparisons of pointers with 0, of which sparse warns; the other about
# tables of one driver.
cocci_left_out='/(null/badzero|api/check_bq27xxx_data)\.cocci$'

# Kernel sources that spatch reads, modules of the series' own tests as well: A or M.
# What it knows of, such as min(), user space does not have.
cocci_sources()
{
	changed_files "$1" 'drivers/*.c' 'fs/*.c' 'tools/testing/selftests/*/test_modules/*.c'
}

# run_semantic_patch KERNEL PATCH: on what is in this folder, as coccicheck does
# with M=. What spatch says of itself matters only when it fails.
run_semantic_patch()
{
	local kernel=$1 patch=$2 options said

	options=$(sed -n 's,^// *Options:,,p' "$patch")
	# shellcheck disable=SC2086 # options are words
	said=$(timeout 120 spatch -D report --no-show-diff --very-quiet --cocci-file "$patch" \
		$options -I "$kernel/arch/arm64/include" -I "$kernel/include" \
		--include "$kernel/include/linux/compiler-version.h" \
		--include "$kernel/include/linux/kconfig.h" \
		--use-coccigrep --dir . 2>"../${patch##*/}.err") ||
		{ echo "$patch: spatch fails with $?"; cat "../${patch##*/}.err"; return 1; }
	[ -z "$said" ] || printf '%s\n' "$said"
}
export -f run_semantic_patch

# run_coccicheck COMMIT LOG FILE...: all semantic patches that report, on copies, for spatch takes a folder or one
# file, and does not read all of a list. A mistake among them must be found, or
# that no other is would mean nothing.
run_coccicheck()
{
	local commit=$1 log=$2 copies=$2.files/tree
	shift 2

	switch_to "$commit"
	mkdir -p "$copies"
	(cd "$work" && cp --parents "$@" "$copies" &&
		for folder in $(dirname "$@" | sort -u); do
			find "$folder" -maxdepth 1 -name '*.h' -exec cp --parents {} "$copies" \;
		done)
	echo 'void mistake(void *p) { if (p) kfree(p); }' >"$copies/mistake.c"
	(cd "$copies" && grep -rlw '^virtual.*report' "$work/scripts/coccinelle" |
		grep -vE "$cocci_left_out" | LC_ALL=C sort |
		xargs -P "$jobs" -I '{}' bash -c "run_semantic_patch '$work' {}") >"$log" || wrong "$(cat "$log")"
	grep -F 'mistake.c:' "$log" >/dev/null ||
		wrong "wanted a finding in mistake.c: $(cat "$copies/mistake.c")"
}

# What a log of coccicheck says, without places
cocci_findings()
{
	grep -vF mistake.c: "$1" | sed -E 's/:[0-9]+:[0-9]+-[0-9]+:/:/g' || true
}

coccicheck_finds_nothing_new()
{
	local -a new edited
	mapfile -t new < <(cocci_sources A)
	mapfile -t edited < <(cocci_sources M)

	: >"$scratch/cocci.base"
	[ ${#edited[@]} -eq 0 ] || run_coccicheck base "$scratch/cocci.base" "${edited[@]}"
	run_coccicheck minidump "$scratch/cocci" "${new[@]}" "${edited[@]}"
	no_more_than "$(cocci_findings "$scratch/cocci.base")" "$(cocci_findings "$scratch/cocci")"
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

name_source_tests()
{
	it "coccicheck: spatch reads each new file" spatch_reads_everything
	it "coccicheck: nothing new" timed coccicheck coccicheck_finds_nothing_new
	it "includecheck: nothing new" nothing_new perl -w scripts/checkincludes.pl
	it "versioncheck: nothing new" nothing_new perl -w scripts/checkversion.pl
	it "each Kconfig symbol is defined" timed "Kconfig symbols" symbols_are_defined
}
