# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Gates of make check that read sources: coccicheck, includecheck, versioncheck,
# Kconfig symbols, references to documents. To be sourced by check.sh.
#
# The kernel's targets take a whole tree and minutes; here their scripts get the
# series' files alone. namespacecheck is not among them: neither base has it any
# more. checkstack neither: it reads a linked kernel, and the compiler warns of
# large frames (FRAME_WARN) in each build.

# shellcheck disable=SC2154 # top, work, scratch, jobs: check.sh's and lib.sh's

# Written in OCaml in part, for which coccinelle wants a compiler of OCaml's. One
# is about comparisons of pointers with 0, of which sparse warns; the other about
# tables of one driver.
cocci_left_out='/(null/badzero|api/check_bq27xxx_data)\.cocci$'

# Kernel sources that spatch reads, modules of the series' own tests as well: A or M.
# What it knows of, such as min(), user space does not have.
cocci_sources()
{
	kgit diff --name-only --no-renames --diff-filter="$1" base minidump -- \
		'drivers/*.c' 'fs/*.c' 'tools/testing/selftests/*/test_modules/*.c'
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

# run_coccicheck COMMIT LOG FILE...: on copies, for spatch takes a folder or one
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
	(cd "$copies" && find "$work/scripts/coccinelle" -name '*.cocci' |
		grep -vE "$cocci_left_out" | LC_ALL=C sort |
		xargs -P "$jobs" -I '{}' bash -c "run_semantic_patch '$work' {}") >"$log" || return 1
	grep -F 'mistake.c:' "$log" >/dev/null ||
		{ echo "wanted a finding in mistake.c: $(cat "$copies/mistake.c")"; return 1; }
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

coccicheck_both()
{
	local -a new edited
	mapfile -t new < <(cocci_sources A)
	mapfile -t edited < <(cocci_sources M)

	[ ${#edited[@]} -eq 0 ] || run_coccicheck base "$scratch/cocci.base" "${edited[@]}" ||
		{ cat "$scratch/cocci.base"; return 1; }
	run_coccicheck minidump "$scratch/cocci" "${new[@]}" "${edited[@]}" ||
		{ cat "$scratch/cocci"; return 1; }
	touch "$scratch/cocci.done"
}

# What a log of coccicheck says of FILE, without places
cocci_findings()
{
	grep -F "$1:" "$2" | sed -E 's/:[0-9]+:[0-9]+-[0-9]+:/:/g' || true
}

coccicheck_finds_nothing()
{
	[ -e "$scratch/cocci.done" ] || wrong "coccicheck did not run"
	! grep -F "$1:" "$scratch/cocci"
}

coccicheck_finds_nothing_new()
{
	[ -e "$scratch/cocci.done" ] || wrong "coccicheck did not run"
	no_more_than "$(cocci_findings "$1" "$scratch/cocci.base")" \
		"$(cocci_findings "$1" "$scratch/cocci")"
}

# no_more_in SCRIPT PATHSPEC...: what the kernel's script, given each new and
# edited file, says and does not say of the edited ones in the base
no_more_in()
{
	local script=$1 before after
	local -a new edited
	shift
	mapfile -t new < <(kgit diff --name-only --no-renames --diff-filter=A base minidump -- "$@")
	mapfile -t edited < <(kgit diff --name-only --no-renames --diff-filter=M base minidump -- "$@")

	switch_to base
	before=$(cd "$work" && $script "${edited[@]}" 2>&1 | sed -E 's/: [0-9]+(\.:)?/:/')
	switch_to minidump
	after=$(cd "$work" && $script "${new[@]}" "${edited[@]}" 2>&1 | sed -E 's/: [0-9]+(\.:)?/:/')
	no_more_than "$before" "$after"
}

references_lead_to_files()
{
	local before after

	switch_to base
	before=$(cd "$work" && perl scripts/documentation-file-ref-check --warn 2>&1)
	switch_to minidump
	after=$(cd "$work" && perl scripts/documentation-file-ref-check --warn 2>&1)
	no_more_than "$before" "$after"
}

name_source_tests()
{
	local path

	it "coccicheck: spatch reads each new file" spatch_reads_everything
	it "coccicheck runs" timed coccicheck coccicheck_both
	for path in $(cocci_sources A); do
		it "coccicheck: $path" coccicheck_finds_nothing "$path"
	done
	for path in $(cocci_sources M); do
		it "coccicheck: $path: nothing new" coccicheck_finds_nothing_new "$path"
	done
	it "includecheck: nothing new" \
		timed includecheck no_more_in "perl -w scripts/checkincludes.pl" '*.[chS]'
	it "versioncheck: nothing new" \
		timed versioncheck no_more_in "perl -w scripts/checkversion.pl" '*.[chS]'
	it "each Kconfig symbol is defined" \
		timed "Kconfig symbols" no_more_in "$top/scripts/undefined-symbols.py" .
	it "references to documents lead to files: nothing new" \
		timed "references to documents" references_lead_to_files
}
