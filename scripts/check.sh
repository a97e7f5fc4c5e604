#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The gates a kernel patch series has to pass, on the series as it would be
# mailed. Result in KTAP. MINIDUMP_LEVEL says how many of them:
#
#   line    what differs on a line that is not the first
#   test    all but what follows; make test has these on the first line
#   check   other architectures and clang, coccicheck, the options off and as modules
#   prove   each commit boots, with each choice of options, not only a part's last
#
# New files must have no finding at all; an edited file must have none that it
# does not have in the base.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"
. "$(dirname "$0")/ktap.sh"
. "$(dirname "$0")/check-sources.sh"
. "$(dirname "$0")/check-build.sh"
. "$(dirname "$0")/check-arches.sh"
. "$(dirname "$0")/../board/lib.sh"

# A work tree of its own, in which commits come and go, and mail of its own, as
# that in build/series may be signed
work=$MINIDUMP_BUILD/check/$BASE
mail=$MINIDUMP_BUILD/check/mail-$BASE
jobs=$(nproc)
: "${MINIDUMP_LEVEL:=check}"

# checkpatch asks whether MAINTAINERS needs a line whenever a file is new. One
# of the tests below looks whether each new file has one instead. And the base has
# no history in which it could find a commit.
checkpatch_ignore=FILE_PATH_CHANGES,UNKNOWN_COMMIT_ID
# Names that are given: those of ELF's types and of libelf, C, zlib and libFuzzer.
checkpatch_names='CHECK: Avoid CamelCase: <('
checkpatch_names+='G?Elf(32|64)?(_[A-Z][A-Za-z]+)?|PRI[diux](8|16|32|64)|_Atomic|Dwarf_[A-Z][A-Za-z]+|Dwfl(_[A-Z][A-Za-z]+)?'
checkpatch_names+='|Bytef|inflateReset|(in|de)flateEnd|LLVMFuzzerTestOneInput)>$'

# Is this much asked for?
level()
{
	case $1:$MINIDUMP_LEVEL in
	test:line|check:line|check:test|prove:line|prove:test|prove:check) return 1 ;;
	esac
}

# Whatever an interrupted run left there goes
switch_to()
{
	rm -rf "$(kgit -C "$work" rev-parse --git-path rebase-apply)"
	kgit -C "$work" checkout --quiet --force --detach "$1"
	kgit -C "$work" clean -qfd
}

# Sources of the kernel
sources()
{
	changed_files "$1" 'drivers/*.[ch]' 'fs/*.[ch]' 'include/*.[ch]' 'arch/*.[ch]'
}

# nothing_new COMMAND...: what "COMMAND COMMIT FILE..." prints of new files and of
# edited ones, it prints of the edited ones in the base, too
nothing_new()
{
	local after more new edited
	mapfile -t new < <(sources A)
	mapfile -t edited < <(sources M)

	after=$("$@" minidump "${new[@]}" "${edited[@]}")
	[ -n "$after" ] || return 0
	more=$("$@" base "${edited[@]}" | LC_ALL=C sort | LC_ALL=C comm -13 - <(LC_ALL=C sort <<<"$after"))
	[ -z "$more" ] || wrong "$more"
}

# said_by "COMMAND ARGUMENT..." COMMIT FILE...: places in files aside
said_by()
{
	switch_to "$2"
	# shellcheck disable=SC2086 # its words
	(cd "$work" && $1 "${@:3}" 2>&1) | sed -E 's/:? ?[0-9]+(:[0-9]+)?(\.:)?/:/'
}

# --- The mail

# checkpatch in the kernel tree, as elsewhere it checks less
checkpatch()
{
	local status=0

	switch_to minidump
	cd "$work"
	# It runs these once for each file, which takes most of the time. One tells whether a
	# driver is obsolete, and none here is; what the other looks at is a test of its own.
	rm -f scripts/get_maintainer.pl scripts/spdxcheck.py
	perl scripts/checkpatch.pl --strict --quiet --terse --showfile \
		--no-summary --ignore "$checkpatch_ignore" "$1" >"$scratch/checkpatch.log" 2>&1 || status=$?
	[ $status -le 1 ] || wrong "$(cat "$scratch/checkpatch.log")"
	! grep -vE "$checkpatch_names" "$scratch/checkpatch.log"
}

# What a line has otherwise than the first; the new files are many, and the same
checkpatch_of_line()
{
	{
		sed '/^Part: /d; /^Adds: /d; /^---$/,$d' "$(message_file "$1")"
		sed -n '/^---$/,$p' "$(diff_file "$1")"
	} >"$scratch/own.patch"
	checkpatch "$scratch/own.patch"
}

# checkpatch has this as an option, which takes seconds for each patch
codespell_finds_nothing()
{
	echo recieve >"$scratch/spelling"
	# What the patches say and add; grep leaves out the lines around it
	cat "$mail"/*/*.patch | grep '^\([^ -]\|$\)' >>"$scratch/spelling"
	same "$scratch/spelling:1: recieve ==> receive" \
		"$(codespell "$scratch/spelling" 2>&1)" "what codespell finds"
}

# With the python that has git and ply
licences_are_known()
{
	local -a files
	mapfile -t files < <(changed_files A)

	[ ${#files[@]} -gt 0 ] || wrong "there is no new file"
	switch_to minidump
	cd "$work"
	echo '// SPDX-License-Identifier: GPL-9.0' >drivers/soc/qcom/mistake.c
	same "drivers/soc/qcom/mistake.c: 1:28 Invalid License ID: GPL-9.0" \
		"$(PATH=/usr/bin:$PATH scripts/spdxcheck.py drivers/soc/qcom/mistake.c "${files[@]}" 2>&1)" \
		"what spdxcheck finds"
}

# gives BRANCH PART...: git am of their mail on the base
gives()
{
	local branch=$1
	shift

	switch_to base
	GIT_COMMITTER_NAME=check GIT_COMMITTER_EMAIL=check@localhost kgit -C "$work" am --quiet "${@/%/.mbox}"
	same "$(kgit rev-parse "$branch^{tree}")" "$(kgit -C "$work" rev-parse 'HEAD^{tree}')" "tree after git am"
}

# The entry's patterns, as git has such
maintained()
{
	local -a patterns
	mapfile -t patterns < <(kgit show minidump:MAINTAINERS | sed -n '/^QUALCOMM MINIDUMP/,/^$/s/^F:\t//p')

	[ ${#patterns[@]} -gt 0 ] || wrong "MAINTAINERS has no entry with files"
	same "" "$(changed_files A "${patterns[@]/#/:(exclude,glob)}")" "new files that MAINTAINERS' entry does not cover"
}

# What is to be sourced by itself, and the others with what they source, which has
# variables of its own
scripts_are_clean()
{
	find "$top" -path "$top/build" -prune -o \( -name '*.sh' -o -path '*/.ci/run' \) -print0 >"$scratch/scripts"
	xargs -0 grep -LZ '^#!' <"$scratch/scripts" | xargs -0 shellcheck -e SC2154
	xargs -0 grep -lZ '^#!' <"$scratch/scripts" | xargs -0 shellcheck -a
}

# --- Compiler and sparse, file by file

# lint COMMIT FILE...: what W=1 and sparse say of the files, without line numbers. The
# mistake is one that sparse alone finds: if it does not, it has not run. kbuild goes on
# without a checker that does not please it; and of a file with an error, such as sparse
# 0.6.4 sees in what MODULE_LICENSE() asserts on 7.3, it says nothing else.
lint()
{
	local commit=$1 log=$scratch/lint out=$work/out-lint objects
	shift
	mapfile -t objects < <(printf '%s\n' "$@" | sed -n 's/\.c$/.o/p')

	switch_to "$commit"
	printf '%s\n' '#include <linux/module.h>' 'MODULE_LICENSE("GPL");' 'u32 mistake(__le32 value);' \
		'u32 mistake(__le32 value) { return value; }' >"$work/drivers/soc/qcom/mistake.c"
	configure out-lint "$commit" y
	kernel_make "$work" "$out" prepare >/dev/null 2>"$log" || wrong "$(cat "$log")"
	(cd "$out" && rm -f "${objects[@]}")
	kernel_make "$work" "$out" -j"$jobs" -k W=1 C=2 CF=-D__CHECK_ENDIAN__ \
		CHECK="$(line_value "$BASE" sparse)" drivers/soc/qcom/mistake.o "${objects[@]}" \
		>/dev/null 2>"$log" || wrong "$(cat "$log")"
	grep -q 'mistake\.c:.*restricted __le32' "$log" || wrong "sparse has not run: $(cat "$log")"

	{ grep -F "${@/#/-e}" "$log" || true; } | sed -E 's/:[0-9]+(:[0-9]+)?:/:/g' | sort -u
}

need_packages base series build check board docs
! level check || need_packages arches
"$(dirname "$0")/tree.sh"
MINIDUMP_MAIL=$mail "$(dirname "$0")/series.sh"
scratch_dir
alone "worktree-$BASE" add_worktree "$work" minidump
# A run takes the board's options as they are now, and goes on from there
rm -f "$work"/out-{build,lint}/.config
build_host

if level test; then
	it "licences are known" licences_are_known
	for path in "$mail"/*/[0-9]*.patch; do
		[ "${path##*/}" = 0000-cover-letter.patch ] ||
			it "checkpatch: ${path#"$mail"/}" checkpatch "$path"
	done
else
	for name in $(series_names); do
		[ ! -e "$top/series/$BASE/$name" ] ||
			it "checkpatch: series/$BASE/$name" checkpatch_of_line "$name"
	done
fi
! level test || it "codespell finds nothing" codespell_finds_nothing
for part in $(series_parts); do
	mapfile -t needed < <(needed_parts "$part")
	it "git am of $part on ${needed[*]:-plain Linux}" gives "minidump-$part" \
		"${needed[@]/#/$mail/}" "$mail/$part"
done
mapfile -t needed < <(series_parts)
it "git am of all parts gives the same tree" gives minidump "${needed[@]/#/$mail/}"
it "W=1 and sparse: nothing new" nothing_new lint
it "defconfig, minidump.config and the selftest's config take" configurations_take
name_source_tests
if level test; then
	name_build_tests
	if level check; then
		for variant in $(line_value "$BASE" variants); do
			it "objects, headers and folders build for $variant" builds_for "$variant"
		done
		it "each new header by itself with the options n" \
			eval 'prepare_variant arm64-clang n; headers_stand_alone'
	fi
fi
run_tests
