#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tests of the scripts that carry the series about. Result in KTAP.
#
# They work on copies of the project and on a small base of its own, which has
# just those kernel files that the series edits; only the round trip runs on the
# whole kernel.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"
. "$(dirname "$0")/ktap.sh"

# Most of what the scripts do is the same on each line. With SERIES_OWN_LINE=y only
# those tests run in which the line's own patches are put to use.
it_once()
{
	[ -n "${SERIES_OWN_LINE:-}" ] || it "$@"
}

# How many lines of the edits may differ between two lines of kernels
differing_lines_max=40

edited_paths()
{
	kgit diff --name-only --no-renames --diff-filter=M base minidump
}

make_small_kernel()
{
	local -a paths
	mapfile -t paths < <(edited_paths)

	mkdir -p "$1"
	kgit archive base -- Makefile Kconfig README "${paths[@]}" | tar -x -C "$1"
}

copy_project()
{
	local -a paths
	mapfile -t paths < <(kernel_files)

	mkdir -p "$1"
	(cd "$top" && cp -r --parents scripts series Makefile "${paths[@]}" "$1")
}

# Every test starts from a fresh project with a small base of its own
fresh()
{
	project=$scratch/project
	export MINIDUMP_BUILD=$project/build
	base_repo=$MINIDUMP_BUILD/base/linux-source-$BASE
	tree=$MINIDUMP_BUILD/tree/$BASE
	mail=$MINIDUMP_BUILD/series/$BASE
	rm -rf "$project"
	copy_project "$project"
	make_base "$base_repo"
}

make_base()
{
	mkdir -p "$(dirname "$1")"
	cp -r "$scratch/small" "$1"
	GIT_CONFIG_GLOBAL=/dev/null git -C "$1" init --quiet --template= --initial-branch=linux
	mkdir -p "$1/.git/info"
	echo '/out-*' >"$1/.git/info/exclude"
	git_as_tester "$1" add --all --force .
	git_as_tester "$1" commit --quiet --message base
	git_as_tester "$1" tag base
}

git_as_tester()
{
	GIT_CONFIG_GLOBAL=/dev/null git -C "$1" -c user.name=Tester -c user.email=tester@localhost "${@:2}"
}

run()
{
	"$project/scripts/$1" "${@:2}"
}

# A command must fail with one line that has all the words: refuses WORD... -- COMMAND...
refuses()
{
	local -a words=()
	local word status=0

	while [ "$1" != -- ]; do
		words+=("$1")
		shift
	done
	shift
	"$@" >"$scratch/said" 2>&1 || status=$?
	grep -v '^== ' "$scratch/said" >"$scratch/line" || true
	[ "$status" -ne 0 ] || wrong "wanted a refusal with: ${words[*]}; got none: $(cat "$scratch/said")"
	for word in "${words[@]}"; do
		tail -n 1 "$scratch/line" | grep -qF -e "$word" ||
			wrong "wanted the word '$word' in the last line; got: $(cat "$scratch/said")"
	done
}

# One number for all files below DIR, .git aside
fingerprint()
{
	(cd "$1" && find . -path ./.git -prune -o \( -type f -printf '%m %p ' -exec sha256sum {} \; \) |
		LC_ALL=C sort | sha256sum)
}

# A kernel of one's own, git or plain: own_kernel plain|git
own_kernel()
{
	kernel=$scratch/own/linux
	rm -rf "$scratch/own"
	mkdir -p "$scratch/own"
	if [ "$1" = git ]; then
		make_base "$kernel"
		git_as_tester "$kernel" config user.name Owner
		git_as_tester "$kernel" config user.email owner@localhost
	else
		cp -r "$scratch/small" "$kernel"
	fi
}

first_patch_with_diff()
{
	local name

	while read -r name; do
		if [ -n "$(patch_diff "$(diff_file "$name")")" ]; then
			echo "$name"
			break
		fi
	done < <(series_names)
}

add_sample_file()
{
	mkdir -p "$project/drivers/soc/qcom"
	echo '/* sample */' >"$project/drivers/soc/qcom/sample_$1.c"
}

# sample_patch NUMBER HEADER...: a commit that makes drivers/soc/qcom/sample_NUMBER.c
sample_patch()
{
	local number=$1
	shift

	add_sample_file "$number"
	{
		printf '%s\n' 'From: Tester <tester@localhost>' \
			'Date: Thu, 1 Jan 2026 00:00:00 +0000' \
			"Subject: sample: Number $number" "$@" \
			"Adds: drivers/soc/qcom/sample_$number.c"
		echo
		echo "Why sample $number is there."
		echo ---
	} >"$project/series/$number-sample.patch"
}

# --- series

same_input_gives_the_same_mail()
{
	fresh
	run series.sh
	cp -r "$mail" "$scratch/first-mail"
	fresh
	mkdir "$scratch/home"
	printf '[format]\n\tsignature = x\n[diff]\n\tnoprefix = true\n[user]\n\tname = Other\n' \
		>"$scratch/home/.gitconfig"
	HOME=$scratch/home TZ=Asia/Tokyo LC_ALL=C.UTF-8 run series.sh
	diff -r "$scratch/first-mail" "$mail"
}

mail_has_one_file_a_commit()
{
	fresh
	run series.sh
	same "$(kgit rev-list --count base..minidump)" \
		"$(find "$mail" -name '*.patch' ! -name '0000-*' | wc -l)" "patches"
	find "$mail" -name '*.patch' ! -name '0000-*' | sort | xargs cat | cmp - "$mail/minidump-$BASE.mbox"
}

prefix()
{
	[ "$BASE" = "$first_base" ] && echo PATCH || echo "PATCH $BASE"
}

subjects_tell_the_version()
{
	fresh
	sed -i '1a Version: 3' "$project/series/cover-letter"
	run series.sh
	same '' "$(grep -h '^Subject:' "$mail"/*.patch | grep -v "^Subject: \[$(prefix) v3 [0-9]*/")" \
		"subjects without version 3"
	sed -i 's/^Version: .*/Version: new/' "$project/series/cover-letter"
	refuses series/cover-letter Version: -- run series.sh
}

cover_letter_tells_of_each_commit()
{
	local cover count path

	fresh
	run series.sh
	cover=$mail/0000-cover-letter.patch
	count=$(kgit rev-list --count base..minidump)
	same "[$(prefix) 00/$count] $(patch_header "$project/series/cover-letter" Subject)" \
		"$(sed -n 's/^Subject: //p' "$cover")" "subject"
	same "$(kgit log --reverse --format='  %s' base..minidump)" \
		"$(sed -n '/^ *[^ ].* ('"$count"'):$/,/^$/p' "$cover" | sed '1d;$d')" "subjects of the commits"
	while read -r path; do
		grep -q " create mode 10[0-9]* $path\$" "$cover" || wrong "new file $path is not in it"
	done < <(kgit diff --name-only --diff-filter=A base minidump)
	sed -i '/^Date: /d' "$project/series/cover-letter"
	refuses series/cover-letter Date: -- run series.sh
}

# The commits are the same on both lines but for those in series/LINE/ alone, and so
# is what they do, but for lines next to something that differs
lines_hardly_differ()
{
	local said own

	"$top/scripts/range-diff.sh" >"$scratch/range-diff" 2>"$scratch/said" || wrong "$(cat "$scratch/said")"
	said=$(grep "^$first_base and $BASE: " "$scratch/range-diff")
	own=$(comm -13 <(cd "$top/series" && ls) <(cd "$top/series/$BASE" && ls) | wc -l)
	[[ $said =~ ,\ in\ ([0-9]+)\ lines.*,\ 0\ in\ $first_base\ only,\ ([0-9]+)\ in\ $BASE\ only$ ]] ||
		wrong "wanted a sum, with no commit in $first_base only; got: $said"
	same "$own" "${BASH_REMATCH[2]}" "commits in $BASE only"
	[ "${BASH_REMATCH[1]}" -le "$differing_lines_max" ] ||
		wrong "wanted at most $differing_lines_max lines that differ; got: $said"
}

mail_gives_the_same_tree()
{
	fresh
	run series.sh
	own_kernel git
	git_as_tester "$kernel" am --quiet "$mail/minidump-$BASE.mbox"
	same "$(kgit rev-parse 'minidump^{tree}')" "$(git -C "$kernel" rev-parse 'HEAD^{tree}')" "tree"
}

unnamed_file_is_refused()
{
	fresh
	add_sample_file 9001
	refuses 'no Adds: line' drivers/soc/qcom/sample_9001.c -- run series.sh
	[ ! -e "$mail" ] || wrong "there is mail all the same"
}

named_file_that_is_missing_is_refused()
{
	fresh
	sample_patch 9001 'Adds: drivers/soc/qcom/absent.c'
	refuses 9001-sample.patch drivers/soc/qcom/absent.c -- run series.sh
}

file_named_twice_is_refused()
{
	fresh
	sample_patch 9001
	sample_patch 9002 'Adds: drivers/soc/qcom/sample_9001.c'
	refuses 'two Adds: lines' drivers/soc/qcom/sample_9001.c -- run series.sh
}

added_kernel_file_is_refused()
{
	local path
	path=$(edited_paths | head -n 1)

	fresh
	sample_patch 9001 "Adds: $path"
	mkdir -p "$project/$(dirname "$path")"
	echo >"$project/$path"
	refuses 9001-sample.patch "$path" 'has already' -- run series.sh
}

hunk_that_does_not_fit_is_refused()
{
	local name
	name=$(first_patch_with_diff)

	fresh
	sed -i '/^---$/,$ s/^ \(.*[a-z]\)/ not \1/' "$project/series/$name"
	refuses "$name" 'does not fit' -- run series.sh
	[ ! -e "$mail" ] || wrong "there is mail all the same"
}

missing_header_is_refused()
{
	fresh
	sample_patch 9001
	sed -i '/^Subject:/d' "$project/series/9001-sample.patch"
	refuses 9001-sample.patch 'header Subject' -- run series.sh
}

new_file_in_a_diff_is_refused()
{
	fresh
	sample_patch 9001
	cat >>"$project/series/9001-sample.patch" <<-EOF
	diff --git a/fs/x.c b/fs/x.c
	new file mode 100644
	--- /dev/null
	+++ b/fs/x.c
	@@ -0,0 +1 @@
	+x
	EOF
	refuses 9001-sample.patch Adds -- run series.sh
}

commit_that_changes_nothing_is_refused()
{
	fresh
	sample_patch 9001
	sed -i '/^Adds:/d' "$project/series/9001-sample.patch"
	rm "$project/drivers/soc/qcom/sample_9001.c"
	refuses 9001-sample.patch 'changes nothing' -- run series.sh
}

base_may_do_without_or_differ()
{
	fresh
	sample_patch 9001
	sample_patch 9002
	sample_patch 9003
	mkdir -p "$project/series/$BASE"
	echo 'Without: it has that one' >"$project/series/$BASE/9001-sample.patch"
	printf '%s\n' 'It wants a README too.' --- 'diff --git a/README b/README' '--- a/README' \
		'+++ b/README' '@@ -1,1 +1,2 @@' "-$(head -n 1 "$scratch/small/README")" \
		"+$(head -n 1 "$scratch/small/README")" '+sample' |
		sed 's/^@@.*/@@ -1,2 +1,3 @@/' >"$project/series/$BASE/9002-sample.patch"
	printf ' %s\n' "$(sed -n 2p "$scratch/small/README")" >>"$project/series/$BASE/9002-sample.patch"
	mv "$project/series/9003-sample.patch" "$project/series/$BASE/"
	run series.sh
	same 'sample: Number 9002,sample: Number 9003' \
		"$(kgit log --reverse --format=%s -2 minidump | paste -sd ,)" "last commits"
	same sample "$(kgit show minidump:README | sed -n 2p)" "line 2 of README"
}

# --- tree

tree_touches_only_what_changes()
{
	local stamp

	fresh
	run tree.sh
	touch -d 2001-01-01 "$tree/README" "$tree/Makefile"
	mkdir "$tree/out-test"
	sample_patch 9001
	run tree.sh
	[ -e "$tree/drivers/soc/qcom/sample_9001.c" ] || wrong "the tree lacks the new file"
	stamp=$(stat -c %Y "$tree/README")
	same "$(date -d 2001-01-01 +%s)" "$stamp" "time of README"
	[ -e "$tree/out-test" ] || wrong "objects are gone"
}

tree_keeps_work_that_series_lacks()
{
	fresh
	run tree.sh
	echo work >>"$tree/README"
	refuses 'uncommitted changes' -- run tree.sh
	git_as_tester "$tree" commit --quiet --all --message work
	refuses 'series/ does not have' import -- run tree.sh
	same work "$(tail -n 1 "$tree/README")" "the work"
}

# --- import

import_changes_nothing_when_nothing_changed()
{
	local before

	fresh
	run tree.sh
	before=$(fingerprint "$project/series")
	run import.sh "$tree"
	diff -r "$top/series" "$project/series"
	same "$before" "$(fingerprint "$project/series")" "series/"
}

# From KDIR into a project that has nothing of the series
round_trip()
{
	(cd "$project" && rm -rf series "${kernel_dirs[@]}" && mkdir series)
	[ "$BASE" = "$first_base" ] || mkdir "$project/series/$BASE"
	run import.sh "$1"
	run series.sh
	same "$(git -C "$1" rev-parse 'HEAD^{tree}')" "$(kgit rev-parse 'minidump^{tree}')" "tree"
}

small_round_trip()
{
	fresh
	run tree.sh
	round_trip "$tree"
}

# With objects borrowed from the real base repository
whole_round_trip()
{
	local real_base=$base_repo real_tree=$tree

	fresh
	rm -rf "$base_repo"
	GIT_CONFIG_GLOBAL=/dev/null git clone --quiet --shared --no-checkout "$real_base" "$base_repo"
	round_trip "$real_tree"
}

import_takes_amended_commits()
{
	local wanted

	fresh
	sample_patch 9001
	run tree.sh
	echo '/* better */' >>"$tree/drivers/soc/qcom/sample_9001.c"
	echo better >>"$tree/README"
	git_as_tester "$tree" commit --quiet --all --amend --message 'sample: Better number 9001'
	wanted=$(git -C "$tree" rev-parse 'HEAD^{tree}')
	run import.sh "$tree"
	run tree.sh
	same "$wanted" "$(kgit rev-parse 'minidump^{tree}')" "tree"
	same '/* better */' "$(tail -n 1 "$project/drivers/soc/qcom/sample_9001.c")" "last line of the new file"
	[ ! -e "$project/series/9001-sample.patch" ] || wrong "the old patch is still there"
	same 'sample: Better number 9001' "$(kgit log -1 --format=%s minidump)" "subject"
}

import_makes_room_for_a_commit_in_between()
{
	fresh
	sample_patch 9001
	sample_patch 9002
	run tree.sh
	git_as_tester "$tree" checkout --quiet --detach HEAD^
	echo between >>"$tree/README"
	git_as_tester "$tree" commit --quiet --all --message 'sample: In between'
	git_as_tester "$tree" cherry-pick --allow-empty minidump >/dev/null
	run import.sh "$tree"
	same '9001-sample.patch 9002-sample-In-between.patch 9003-sample.patch' \
		"$(cd "$project/series" && echo 9*)" "names"
	run tree.sh
}

import_drops_what_a_commit_no_longer_adds()
{
	fresh
	sample_patch 9001
	run tree.sh
	git_as_tester "$tree" reset --quiet --hard HEAD^
	run import.sh "$tree"
	[ ! -e "$project/drivers/soc/qcom/sample_9001.c" ] || wrong "the file is still there"
	run series.sh
}

import_keeps_other_bases()
{
	fresh
	sample_patch 9001
	sample_patch 9002
	mkdir -p "$project/series/5.0"
	mv "$project/series/9001-sample.patch" "$project/series/5.0/"
	echo 'Without: reason' >"$project/series/5.0/9002-sample.patch"
	run tree.sh
	run import.sh "$tree"
	same '9001-sample.patch 9002-sample.patch' "$(cd "$project/series/5.0" && echo 9*)" "names for 5.0"
	[ -e "$project/series/9002-sample.patch" ] || wrong "9002-sample.patch is gone"
}

import_refuses_edits_of_added_files()
{
	local before

	fresh
	sample_patch 9001
	run tree.sh
	echo '/* later */' >>"$tree/drivers/soc/qcom/sample_9001.c"
	git_as_tester "$tree" commit --quiet --all --message 'sample: Later'
	before=$(fingerprint "$project/series")
	refuses 'sample: Later' drivers/soc/qcom/sample_9001.c squash -- run import.sh "$tree"
	same "$before" "$(fingerprint "$project/series")" "series/"
}

import_refuses_files_elsewhere()
{
	fresh
	run tree.sh
	mkdir -p "$tree/scripts"
	echo >"$tree/scripts/new.sh"
	git_as_tester "$tree" add --force scripts/new.sh
	git_as_tester "$tree" commit --quiet --message 'sample: Elsewhere'
	refuses scripts/new.sh 'may lie in' -- run import.sh "$tree"
}

import_refuses_other_trees()
{
	fresh
	run tree.sh
	refuses KDIR -- run import.sh
	refuses 'no such folder' -- run import.sh "$scratch/nowhere"
	refuses 'no kernel tree' -- run import.sh "$scratch"
	own_kernel plain
	refuses 'no git tree' -- run import.sh "$kernel"
	own_kernel git
	git_as_tester "$kernel" tag --delete base
	refuses 'no tag base' -- run import.sh "$kernel"
	git_as_tester "$kernel" tag base
	refuses 'no commit on top' -- run import.sh "$kernel"
	echo work >>"$tree/README"
	refuses 'uncommitted changes' -- run import.sh "$tree"
}

# --- apply

tree_with_series()
{
	run series.sh
	rm -rf "$scratch/wanted"
	mkdir "$scratch/wanted"
	kgit archive minidump | tar -x -C "$scratch/wanted"
}

applies_to_a_plain_tree_and_comes_off()
{
	local before

	fresh
	tree_with_series
	own_kernel plain
	before=$(fingerprint "$kernel")
	run apply.sh "$kernel"
	diff -r "$scratch/wanted" "$kernel"
	refuses 'has the series already' -- run apply.sh "$kernel"
	diff -r "$scratch/wanted" "$kernel"
	run apply.sh --reverse "$kernel"
	same "$before" "$(fingerprint "$kernel")" "the tree afterwards"
	refuses 'does not have the series' -- run apply.sh --reverse "$kernel"
}

applies_to_a_git_tree_and_comes_off()
{
	local before

	fresh
	tree_with_series
	own_kernel git
	before=$(git -C "$kernel" rev-parse 'HEAD^{tree}')
	run apply.sh "$kernel"
	same "$(kgit rev-parse 'minidump^{tree}')" "$(git -C "$kernel" rev-parse 'HEAD^{tree}')" "tree"
	same "$(kgit log --format=%s base..minidump)" "$(git -C "$kernel" log --format=%s base..HEAD)" "commits"
	same Owner "$(git -C "$kernel" log -1 --format=%cn)" "committer"
	same '' "$(git -C "$kernel" status --porcelain)" "status"
	refuses 'has the series already' -- run apply.sh "$kernel"
	echo own >>"$kernel/README"
	git_as_tester "$kernel" commit --quiet --all --message own
	run apply.sh --reverse "$kernel"
	same README "$(git -C "$kernel" diff --name-only "$before" HEAD)" "what is left"
	same '' "$(git -C "$kernel" status --porcelain)" "status"
}

applies_to_a_part_of_a_repository()
{
	fresh
	tree_with_series
	own_kernel plain
	GIT_CONFIG_GLOBAL=/dev/null git -C "$scratch/own" init --quiet --template=
	run apply.sh "$kernel"
	diff -r "$scratch/wanted" "$kernel"
}

fuzz_is_reported()
{
	local path name line
	name=$(first_patch_with_diff)
	path=$(patch_diff "$(diff_file "$name")" | sed -n 's,^+++ b/,,p' | head -n 1)
	# The outermost one that a hunk stands on; the diff in series/ may be for
	# another base, and its line numbers, too
	line=$(kgit diff base minidump -- "$path" | sed -n 's/^@@ -\([0-9]*\).*/\1/p' | head -n 1)

	fresh
	own_kernel plain
	sed -i "${line}s/^/changed /" "$kernel/$path"
	run apply.sh "$kernel" 2>"$scratch/said" || wrong "$(cat "$scratch/said")"
	grep -q "^note: $path: Hunk #1 .*with fuzz" "$scratch/said" ||
		wrong "wanted a note on fuzz in $path; got: $(cat "$scratch/said")"
}

conflicts_are_named_and_nothing_is_touched()
{
	local name path before kind
	name=$(first_patch_with_diff)
	path=$(patch_diff "$(diff_file "$name")" | sed -n 's,^+++ b/,,p' | head -n 1)

	fresh
	for kind in plain git; do
		own_kernel $kind
		sed -i 's/$/ \/\/ other/' "$kernel/$path"
		[ $kind = plain ] || git_as_tester "$kernel" commit --quiet --all --message other
		before=$(fingerprint "$kernel")
		refuses 'does not fit' 'nothing is changed' -- run apply.sh "$kernel"
		grep -q "^conflict: $path: hunk #1" "$scratch/said" ||
			wrong "wanted a conflict in $path; got: $(cat "$scratch/said")"
		same "$before" "$(fingerprint "$kernel")" "the $kind tree"
		same '' "$(find "$kernel" -name '*.rej' -o -name '*.orig' -o -name '*.minidump-new')" "left-overs"
	done
}

missing_and_present_files_are_conflicts()
{
	local path
	path=$(edited_paths | head -n 1)

	fresh
	sample_patch 9001
	own_kernel plain
	rm "$kernel/$path"
	mkdir -p "$kernel/drivers/soc/qcom"
	echo own >"$kernel/drivers/soc/qcom/sample_9001.c"
	refuses 'does not fit' -- run apply.sh "$kernel"
	grep -q "^conflict: $path: not in this tree" "$scratch/said" || wrong "$(cat "$scratch/said")"
	grep -q "^conflict: drivers/soc/qcom/sample_9001.c: there is" "$scratch/said" ||
		wrong "$(cat "$scratch/said")"
	same own "$(cat "$kernel/drivers/soc/qcom/sample_9001.c")" "the user's file"
}

apply_refuses_other_trees()
{
	fresh
	refuses 'KDIR=path' -- run apply.sh
	refuses 'no such folder' -- run apply.sh "$scratch/nowhere"
	refuses 'no kernel tree' -- run apply.sh "$scratch"
	own_kernel plain
	sed -i 's/^PATCHLEVEL = .*/PATCHLEVEL = 99/' "$kernel/Makefile"
	refuses "${BASE%%.*}.99" 'the series is for' "$BASE" -- run apply.sh "$kernel"
}

apply_refuses_uncommitted_changes()
{
	local path
	path=$(edited_paths | head -n 1)

	fresh
	own_kernel git
	echo >>"$kernel/$path"
	refuses 'not committed' "$path" -- run apply.sh "$kernel"
}

unapply_refuses_changed_files()
{
	local before

	fresh
	sample_patch 9001
	own_kernel plain
	run apply.sh "$kernel"
	echo own >>"$kernel/drivers/soc/qcom/sample_9001.c"
	before=$(fingerprint "$kernel")
	refuses 'not as it is here' -- run apply.sh --reverse "$kernel"
	same "$before" "$(fingerprint "$kernel")" "the tree"
}

# A command that, called for the Nth time, does WHAT instead: fake_nth COMMAND N WHAT
fake_nth()
{
	rm -rf "${scratch:?}/bin"
	echo 0 >"$scratch/calls"
	fake "$1" "calls=\$((\$(cat '$scratch/calls') + 1)); echo \$calls >'$scratch/calls'
		[ \$calls -ne $2 ] || { $3; }
		exec $(command -v "$1") \"\$@\""
}

with_fakes()
{
	PATH=$scratch/bin:$PATH run "$@"
}

killed_apply_is_undone_by_the_next_one()
{
	local before

	fresh
	tree_with_series
	own_kernel plain
	before=$(fingerprint "$kernel")
	# shellcheck disable=SC2016 # the fake expands it
	fake_nth mv 20 'kill -KILL $PPID; exit 1'
	! with_fakes apply.sh "$kernel" 2>/dev/null || wrong "apply was not killed"
	[ "$before" != "$(fingerprint "$kernel")" ] || wrong "apply had changed nothing when it was killed"
	run apply.sh "$kernel" 2>"$scratch/said"
	grep -q '^note: an earlier run was interrupted' "$scratch/said" || wrong "$(cat "$scratch/said")"
	diff -r "$scratch/wanted" "$kernel"

	before=$(fingerprint "$kernel")
	# shellcheck disable=SC2016 # the fake expands it
	fake_nth mv 3 'kill -KILL $PPID; exit 1'
	! with_fakes apply.sh --reverse "$kernel" 2>/dev/null || wrong "unapply was not killed"
	[ "$before" != "$(fingerprint "$kernel")" ] || wrong "unapply had changed nothing when it was killed"
	refuses 'has the series already' -- run apply.sh "$kernel"
	diff -r "$scratch/wanted" "$kernel"
}

work_after_a_killed_apply_is_kept()
{
	local path
	path=$(edited_paths | head -n 1)

	fresh
	own_kernel plain
	# shellcheck disable=SC2016 # the fake expands it
	fake_nth mv 20 'kill -KILL $PPID; exit 1'
	! with_fakes apply.sh "$kernel" 2>/dev/null || wrong "apply was not killed"
	echo own >>"$kernel/$path"
	refuses 'was interrupted' "$path" -- run apply.sh "$kernel"
	same own "$(tail -n 1 "$kernel/$path")" "the user's line"
	exec 6<"$kernel"
	flock 6
	refuses 'another make apply' -- run apply.sh "$kernel" 6<&-
	exec 6<&-
}

vendors_header_is_a_conflict()
{
	fresh
	own_kernel plain
	mkdir -p "$kernel/include/soc/qcom"
	echo vendor >"$kernel/include/soc/qcom/minidump.h"
	refuses 'does not fit' -- run apply.sh "$kernel"
	grep -q '^conflict: include/soc/qcom/minidump.h: there is' "$scratch/said" || wrong "$(cat "$scratch/said")"
}

file_that_cannot_be_written_leaves_all_as_it_was()
{
	local before

	fresh
	own_kernel plain
	before=$(fingerprint "$kernel")
	fake_nth mv 20 'echo "mv: no"; exit 1'
	refuses 'nothing is changed' -- with_fakes apply.sh "$kernel"
	same "$before" "$(fingerprint "$kernel")" "the tree"
	same '' "$(find "$kernel" -name '.minidump*' -o -type d -empty)" "left-overs"

	run apply.sh "$kernel"
	before=$(fingerprint "$kernel")
	fake_nth mv 3 'exit 1'
	refuses 'nothing is changed' -- with_fakes apply.sh --reverse "$kernel"
	same "$before" "$(fingerprint "$kernel")" "the tree with the series"
}

another_users_git_tree_is_refused()
{
	local before

	fresh
	own_kernel git
	before=$(fingerprint "$kernel")
	refuses 'git does not take' ownership -- \
		env GIT_TEST_ASSUME_DIFFERENT_OWNER=1 "$project/scripts/apply.sh" "$kernel"
	same "$before" "$(fingerprint "$kernel")" "the tree"
}

another_version_of_the_series_is_named()
{
	fresh
	own_kernel plain
	run apply.sh "$kernel"
	echo '/* newer */' >>"$project/include/soc/qcom/minidump.h"
	refuses 'another version' '1 files differ, include/soc/qcom/minidump.h' -- run apply.sh "$kernel"
	refuses 'not as it is here' include/soc/qcom/minidump.h -- run apply.sh --reverse "$kernel"
}

links_are_conflicts()
{
	local path
	path=$(edited_paths | head -n 1)

	fresh
	own_kernel plain
	mv "$kernel/$path" "$kernel/elsewhere"
	ln -s "$kernel/elsewhere" "$kernel/$path"
	refuses 'does not fit' -- run apply.sh "$kernel"
	grep -q "^conflict: $path: a symbolic link" "$scratch/said" || wrong "$(cat "$scratch/said")"
}

any_path_will_do_for_a_tree()
{
	local name

	fresh
	tree_with_series
	# shellcheck disable=SC2016 # that nothing expands it is the point
	for name in "two words" "it's" 'a$(touch PWNED)b' "';touch PWNED;'"; do
		own_kernel plain
		mv "$kernel" "$scratch/own/$name"
		make -s -C "$project" apply KDIR="$scratch/own/${name//\$/\$\$}"
		diff -r "$scratch/wanted" "$scratch/own/$name"
		same '' "$(find "$project" "$scratch/own" -name PWNED)" "what the path had the shell do"
		make -s -C "$project" unapply KDIR="$scratch/own/${name//\$/\$\$}"
	done
}

# --- base and packages

# A small tarball, like Debian's
make_tarball()
{
	mkdir -p "$scratch/source"
	rm -rf "$scratch/source/linux-source-$BASE"
	cp -r "$scratch/small" "$scratch/source/linux-source-$BASE"
	ln -s README "$scratch/source/linux-source-$BASE/link"
	mkdir -p "$scratch/source/linux-source-$BASE/out-of-tree"
	echo ignored >"$scratch/source/linux-source-$BASE/out-of-tree/x.o"
	chmod 755 "$scratch/source/linux-source-$BASE/README"
	tar -cJf "$scratch/linux.tar.xz" -C "$scratch/source" "linux-source-$BASE"
}

base_depends_on_the_source_alone()
{
	local first

	make_tarball
	fresh
	rm -rf "$base_repo"
	TARBALL=$scratch/linux.tar.xz run base.sh
	first=$(kgit rev-parse base)
	same "$(cd "$scratch/source/linux-source-$BASE" && find . ! -type d -printf '%P\n' | LC_ALL=C sort)" \
		"$(kgit ls-tree -r --name-only base | LC_ALL=C sort)" "files"
	rm -rf "$base_repo"
	find "$scratch/source" -exec touch -h -d 2001-01-01 {} +
	tar -cJf "$scratch/linux.tar.xz" -C "$scratch/source" "linux-source-$BASE"
	(umask 077; TARBALL=$scratch/linux.tar.xz TZ=Asia/Tokyo run base.sh)
	same "$first" "$(kgit rev-parse base)" "commit"
	same '' "$(kgit status --porcelain)" "status"
}

broken_tarball_leaves_nothing()
{
	make_tarball
	fresh
	rm -rf "$base_repo"
	truncate -s -100 "$scratch/linux.tar.xz"
	refuses linux.tar.xz -- env TARBALL="$scratch/linux.tar.xz" "$project/scripts/base.sh"
	[ ! -e "$base_repo" ] || wrong "there is a base all the same"
	same '' "$(ls -A "$MINIDUMP_BUILD/tmp")" "left-overs"
}

wrong_version_is_refused()
{
	make_tarball
	sed -i 's/^PATCHLEVEL = .*/PATCHLEVEL = 99/' "$scratch/source/linux-source-$BASE/Makefile"
	tar -cJf "$scratch/linux.tar.xz" -C "$scratch/source" "linux-source-$BASE"
	fresh
	rm -rf "$base_repo"
	refuses "${BASE%%.*}.99" "not $BASE" -- env TARBALL="$scratch/linux.tar.xz" "$project/scripts/base.sh"
	[ ! -e "$base_repo" ] || wrong "there is a base all the same"
}

unknown_base_is_refused()
{
	fresh
	refuses BASE=5.0 'the series is for' "$BASE" -- env BASE=5.0 "$project/scripts/series.sh"
}

# fake NAME BODY: a command of that name comes first in PATH
fake()
{
	mkdir -p "$scratch/bin"
	printf '#!/bin/bash\n%s\n' "$2" >"$scratch/bin/$1"
	chmod +x "$scratch/bin/$1"
}

# A machine on which git is not installed, as far as dpkg knows
without_git()
{
	fresh
	rm -rf "${scratch:?}/bin"
	# shellcheck disable=SC2016 # the fake expands it
	fake dpkg-query '[ "${*: -1}" != git ] || exit 1; exec /usr/bin/dpkg-query "$@"'
	fake apt-get "echo \"\$@\" >>'$scratch/apt-calls'; exit \${APT_STATUS:-0}"
	: >"$scratch/apt-calls"
}

missing_package_is_named_when_not_root()
{
	without_git
	fake id 'echo 1000'
	refuses 'sudo apt-get install git' -- env PATH="$scratch/bin:$PATH" "$project/scripts/series.sh"
	same '' "$(cat "$scratch/apt-calls")" "calls of apt-get"
}

missing_package_is_installed_by_root()
{
	without_git
	fake id 'echo 0'
	fake apt-cache 'exit 0'
	PATH=$scratch/bin:$PATH run series.sh
	same update "$(head -n 1 "$scratch/apt-calls")" "first call of apt-get"
	grep -q 'install.* git$' "$scratch/apt-calls" || wrong "$(cat "$scratch/apt-calls")"
}

no_network_gets_one_line()
{
	without_git
	fake id 'echo 0'
	fake apt-cache 'exit 0'
	refuses 'could not install git' network -- \
		env APT_STATUS=100 PATH="$scratch/bin:$PATH" "$project/scripts/series.sh"
	fake apt-cache 'exit 100'
	refuses 'have no git' -- env PATH="$scratch/bin:$PATH" "$project/scripts/series.sh"
}

no_space_gets_one_line()
{
	make_tarball
	fresh
	rm -rf "$base_repo" "${scratch:?}/bin"
	fake df 'echo Avail; echo 2048'
	refuses '2 MiB free' -- env PATH="$scratch/bin:$PATH" TARBALL="$scratch/linux.tar.xz" \
		"$project/scripts/base.sh"
	[ ! -e "$base_repo" ] || wrong "there is a base all the same"
}

# --- counting

# counts PASS FAIL SKIP PROBLEMS: what the report on standard input must give
counts()
{
	awk -f "$top/scripts/count-ktap.awk" >"$scratch/counted"
	same "$1 $2 $3" "$(head -n 1 "$scratch/counted")" "passed, failed, skipped"
	same "$4" "$(tail -n +2 "$scratch/counted" | wc -l)" "problems ($(tail -n +2 "$scratch/counted"))"
}

reports_are_counted()
{
	printf '%s\n' 'KTAP version 1' 1..3 'ok 1 a' 'not ok 2 b' 'ok 3 c # SKIP no device' | counts 1 1 1 0
	printf '%s\n' 1..3 'ok 1 a' 'ok 2 b' | counts 2 0 0 1
	printf '%s\n' 'ok 1 a' | counts 1 0 0 1
	counts 0 0 0 1 </dev/null
	printf '%s\n' 'KTAP version 1' 1..2 '    KTAP version 1' '    1..2' '    ok 1 a' '    not ok 2 b' \
		'not ok 1 s' '    1..1' '        ok 1 x' '        ok 2 y' '    ok 1 c' 'ok 2 t' | counts 3 1 0 0
	printf '%s\n' 1..1 '    1..3' '    ok 1 a' 'not ok 1 s' | counts 1 1 0 1
	printf '%s\n' 1..1 '    1..1' '    ok 1 a' 'not ok 1 s' | counts 1 1 0 0
	printf '%s\n' 1..1 '# ok 2 not a result' 'ok 1 a' | counts 1 0 0 0
}

fake_suite()
{
	printf '#!/bin/sh\n%s\n' "$1" >"$project/scripts/kunit.sh"
}

sum_is_the_last_line()
{
	fresh
	fake_suite 'printf "1..2\nok 1 a\nok 2 b # SKIP\n"'
	same '1 passed, 0 failed' "$(run test.sh kunit | tail -n 1)" "last line"
}

suites_run_on_each_line()
{
	local said

	fresh
	# shellcheck disable=SC2016 # for the suite's shell
	fake_suite 'printf "1..1\nok 1 on $BASE\n"'
	said=$(env -u BASE "$project/scripts/test.sh" kunit)
	same "$(known_bases | sed 's/^/ok 1 on /' | sort)" "$(grep '^ok' <<<"$said" | sort)" "what ran"
	same "$(known_bases | wc -l) passed, 0 failed" "$(tail -n 1 <<<"$said")" "last line"
	same "ok 1 on $BASE" "$(run test.sh kunit | grep '^ok')" "what ran with BASE=$BASE"
}

suite_that_crashes_has_failed()
{
	fresh
	fake_suite 'printf "1..3\nok 1 a\n"; exit 1'
	same '1 passed, 1 failed' "$(run test.sh kunit | tail -n 1)" "last line after a crash"
	! run test.sh kunit >/dev/null || wrong "make test succeeds after a crash"
	fake_suite 'printf "1..1\nok 1 a\n"; exit 1'
	same '1 passed, 1 failed' "$(run test.sh kunit | tail -n 1)" "last line after exit 1"
	fake_suite 'exit 0'
	same '0 passed, 1 failed' "$(run test.sh kunit | tail -n 1)" "last line after silence"
	refuses 'no suite typo' -- run test.sh typo
}

"$(dirname "$0")/tree.sh"
scratch_dir
make_small_kernel "$scratch/small"

it_once "the same input gives the same mail, whatever the user's settings" same_input_gives_the_same_mail
it "mail has one file a commit, and one mbox" mail_has_one_file_a_commit
it "the cover letter tells of each commit and file" cover_letter_tells_of_each_commit
[ "$BASE" = "$first_base" ] ||
	it "the series for $first_base and $BASE hardly differ" lines_hardly_differ
it "git am of the mail gives the same tree" mail_gives_the_same_tree
it_once "subjects tell the version" subjects_tell_the_version
it_once "a new file that no commit names is refused" unnamed_file_is_refused
it_once "a named file that is missing is refused" named_file_that_is_missing_is_refused
it_once "a file named twice is refused" file_named_twice_is_refused
it_once "adding a file that the kernel has is refused" added_kernel_file_is_refused
it_once "a hunk that does not fit the base is refused" hunk_that_does_not_fit_is_refused
it_once "a missing header is refused" missing_header_is_refused
it_once "a diff that makes a file is refused" new_file_in_a_diff_is_refused
it_once "a commit that changes nothing is refused" commit_that_changes_nothing_is_refused
it "a base may do without a commit, differ, or have its own" base_may_do_without_or_differ
it_once "the tree's unchanged files and objects stay" tree_touches_only_what_changes
it_once "the tree's own work is not thrown away" tree_keeps_work_that_series_lacks
it_once "import changes nothing when nothing changed" import_changes_nothing_when_nothing_changed
it_once "round trip from nothing gives the same tree" small_round_trip
it "round trip on the whole kernel gives the same tree" whole_round_trip
it_once "import takes amended commits" import_takes_amended_commits
it_once "import makes room for a commit in between" import_makes_room_for_a_commit_in_between
it_once "import drops what no commit adds any more" import_drops_what_a_commit_no_longer_adds
it "import keeps what other bases have" import_keeps_other_bases
it_once "import refuses a commit that edits an added file" import_refuses_edits_of_added_files
it_once "import refuses new files elsewhere" import_refuses_files_elsewhere
it_once "import refuses other trees" import_refuses_other_trees
it "apply and unapply on a plain tree" applies_to_a_plain_tree_and_comes_off
it "apply and unapply on a git tree" applies_to_a_git_tree_and_comes_off
it_once "apply on a folder inside a repository" applies_to_a_part_of_a_repository
it "apply reports fuzz" fuzz_is_reported
it "apply names conflicts and touches nothing" conflicts_are_named_and_nothing_is_touched
it_once "missing files and files in the way are conflicts" missing_and_present_files_are_conflicts
it_once "apply refuses other trees" apply_refuses_other_trees
it_once "apply refuses a tree with uncommitted changes" apply_refuses_uncommitted_changes
it_once "unapply refuses files that were changed" unapply_refuses_changed_files
it_once "apply that was killed is undone by the next one" killed_apply_is_undone_by_the_next_one
it_once "what was changed after a killed apply is kept" work_after_a_killed_apply_is_kept
it_once "a vendor's header of the same name is a conflict" vendors_header_is_a_conflict
it_once "a file that cannot be written leaves all as it was" file_that_cannot_be_written_leaves_all_as_it_was
it_once "another user's git tree is refused" another_users_git_tree_is_refused
it_once "another version of the series is named" another_version_of_the_series_is_named
it_once "symbolic links are conflicts" links_are_conflicts
it_once "any path will do for a tree" any_path_will_do_for_a_tree
it_once "the base depends on nothing but the source" base_depends_on_the_source_alone
it_once "a broken tarball leaves nothing behind" broken_tarball_leaves_nothing
it_once "a tarball of another kernel is refused" wrong_version_is_refused
it_once "a base that series/ does not serve is refused" unknown_base_is_refused
it_once "a missing package is named when not root" missing_package_is_named_when_not_root
it_once "a missing package is installed by root" missing_package_is_installed_by_root
it_once "no network gets one clear line" no_network_gets_one_line
it_once "no space gets one clear line" no_space_gets_one_line
it_once "reports are counted" reports_are_counted
it_once "the sum is the last line" sum_is_the_last_line
it_once "suites run on each line, or on the one that is chosen" suites_run_on_each_line
it_once "a suite that crashes has failed" suite_that_crashes_has_failed
run_tests
