#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tests of the scripts that carry the series about. Result in KTAP.
#
# They work on copies of the project and on small kernels, which have just those
# files that the series edits.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"
. "$(dirname "$0")/ktap.sh"
. "$(dirname "$0")/test-lib.sh"

# sample_patch NUMBER HEADER...: a commit that makes drivers/soc/qcom/sample_NUMBER.c,
# in a part of its own
sample_patch()
{
	local number=$1

	mkdir -p "$project/drivers/soc/qcom"
	echo '/* sample */' >"$project/drivers/soc/qcom/sample_$number.c"
	cat >"$project/series/$number-sample.patch" <<-END
	From: Tester <tester@localhost>
	Date: Thu, 1 Jan 2026 00:00:00 +0000
	Subject: sample: Number $number
	Part: sample
	$(printf '%s\n' "${@:2}" "Adds: drivers/soc/qcom/sample_$number.c" | grep .)

	Why sample $number is there.
	---
	END
	sed 's/^Subject: .*/Subject: Samples/; /^Needs: /d' "$project/series/letters/core" >"$project/series/letters/sample"
}

# And the same of the same input, whatever the user's settings. That git am of it gives
# the tree, suite check looks at with whole kernels.
mail_is_complete()
{
	local part count

	fresh
	run series.sh
	for part in $(series_parts); do
		count=$(kgit rev-list --count "needs/$part..minidump-$part")
		grep -qE "^Subject: \[PATCH 0+/$count\] $(patch_header "$project/series/letters/$part" Subject | cut -c 1-40)" \
			"$mail/$part/0000-cover-letter.patch" || wrong "the letter of $part has another subject"
	done
	rm -rf "$scratch/first-mail"
	cp -r "$mail" "$scratch/first-mail"
	fresh
	mkdir -p "$scratch/home"
	printf '[format]\n\tsignature = x\n[diff]\n\tnoprefix = true\n[user]\n\tname = Other\n' \
		>"$scratch/home/.gitconfig"
	env -u GIT_CONFIG_GLOBAL HOME="$scratch/home" TZ=Asia/Tokyo LC_ALL=C.UTF-8 "$project/scripts/series.sh"
	diff -r "$scratch/first-mail" "$mail"
	sed -i '/^Subject:/a Version: 3' "$project/series/letters/core"
	run series.sh
	same '' "$(grep -h '^Subject:' "$mail"/core/*.patch | grep -v '^Subject: \[PATCH v3 [0-9]*/')" \
		"subjects without version 3"
	sed -i 's/^Version: .*/Version: new/' "$project/series/letters/core"
	refuses series/letters/core Version: -- series.sh
}

# Without it there is no such mail, and git am of it, by the order of the trees, gives
# the same files but for the name
signoff_is_everywhere()
{
	local own name branch

	fresh
	for name in Name '<a@b>' 'A <b@c> <d@e>' $'A\nB <a@b>' 'A; b <a@b>' '$(touch PWNED) <a@b>' 'a/b <a@b>' \
		$'\e[1m <a@b>' 'A <a b@c>' 'A <a@b>x' 'A "B" <a@b>' 'A \ B <a@b>' '& <a@b>'; do
		SIGNOFF=$name refuses 'SIGNOFF wants one "Name <mail>"' -- series.sh
		same 1 "$(wc -l <"$scratch/said")" "lines that are said of $name"
	done
	[ ! -e "$mail" ] || wrong "there is mail all the same"

	run tree.sh
	branch=$(kgit rev-parse minidump)
	name="Renée O'Neil-Doe <renee.oneil+kernel@example.org>"
	SIGNOFF=$name run series.sh
	same "$branch" "$(kgit rev-parse minidump)" "branch minidump"
	own=$(patch_header "$top/series/letters/core" From)
	same '' "$(grep -rlF -e "${own%% <*}" -e "${own#* }" "$mail")" "mail with the repository's own name"
	git -C "$tree" checkout --quiet --detach base
	for part in $(series_parts); do
		git -C "$tree" am --quiet "$mail/$part.mbox"
	done
	same "-M:	$own,+M:	$name" "$(git -C "$tree" diff -U0 minidump | grep '^[-+][^-+]' | paste -sd ,)" "changes"
	same "$name,$name" "$(git -C "$tree" log base.. \
		--format='%an <%ae>,%(trailers:key=Signed-off-by,valueonly,separator=%x2c)' | sort -u)" \
		"authors, and who has signed off"
}

# What is done to a good one by sed, and what is said of it
wrong_patches_are_refused()
{
	local edit said patch

	fresh
	patch=$project/series/9001-sample.patch
	while IFS='|' read -r edit said; do
		sample_patch 9001
		sed -i "$edit" "$patch"
		refuses "$said" -- series.sh
	done <<-'END'
	/^From:/d|9001-sample.patch: wants exactly one header From:
	/^Part:/d|9001-sample.patch: wants exactly one header Part:
	s/^From: .*/From: Tester/|9001-sample.patch: From: wants a name and <address>
	/^---$/d|9001-sample.patch: no line of three dashes
	$a new file mode 100644|9001-sample.patch: its diff makes a new file
	/^Adds:/a Adds: fs/absent.c|9001-sample.patch: Adds: fs/absent.c, which is not there
	/^Adds:/a Adds: include/soc/qcom/minidump.h|two Adds: lines in series/ name include/soc/qcom/minidump.h
	/^Adds:/a Adds: README|9001-sample.patch: Adds: README, which is not there
	/^Adds:/d|no Adds: line in series/ names drivers/soc/qcom/sample_9001.c
	END
	rm "$project/drivers/soc/qcom/sample_9001.c"
	refuses 9001-sample.patch 'changes nothing' -- series.sh
	rm "$patch"
	fake git '[[ " $* " != *" --no-index "* ]] || { echo "fatal: no diff" >&2; exit 128; }; exec /usr/bin/git "$@"'
	refuses 'fatal: no diff' -- series.sh
	rm "$scratch/bin/git"
	sed -i '/^---$/,$ s/^ \(.*[a-z]\)/ not \1/' "$project"/series/*-pstore-ram-followers.patch
	refuses pstore-ram-followers 'does not fit' -- series.sh
	[ ! -e "$mail" ] || wrong "there is mail all the same"
}

parts_stand_on_what_they_need()
{
	fresh
	sample_patch 9001
	run series.sh
	same "$(kgit rev-parse base)" "$(kgit rev-parse minidump-sample^)" "what the sample stands on"
	# Which needs another one
	sed -i '/^Subject:/a Needs: crash' "$project/series/letters/sample"
	run series.sh
	same "$(kgit rev-parse minidump-crash)" "$(kgit rev-parse minidump-sample^)" "what it stands on with Needs"
	same "$(kgit rev-parse minidump-core)" "$(kgit rev-parse needs/crash)" "what crash stands on"
	sed -i 's/^Needs: .*/Needs: later/' "$project/series/letters/sample"
	refuses series/letters/sample later 'no part before it' -- series.sh
	rm "$project/series/letters/sample"
	refuses series/letters/sample 'no such letter' -- series.sh
}

# And what a later commit does to a new file is not in the one that adds it
a_line_may_do_without_or_differ()
{
	local number

	fresh "$second"
	for number in 9001 9002 9003 9004 9005; do
		sample_patch $number
	done
	echo 'Without: it has that one' >"$project/series/$second/9001-sample.patch"
	cat >"$project/series/$second/9002-sample.patch" <<-END
	It wants a README too, and another sample.
	---
	--- a/README
	+++ b/README
	@@ -1,2 +1,3 @@
	 $(sed -n 1p "$base_repo/README")
	+sample
	 $(sed -n 2p "$base_repo/README")
	--- a/drivers/soc/qcom/sample_9002.c
	+++ b/drivers/soc/qcom/sample_9002.c
	@@ -1 +1 @@
	-/* sample */
	+/* other */
	END
	mv "$project/series/9003-sample.patch" "$project/series/$second/"
	sed -i 's/^Part: .*/Part: backports/' "$project/series/$second/9003-sample.patch"
	printf '%s\n' '/* sample */' '/* more */' >"$project/drivers/soc/qcom/sample_9004.c"
	printf '%s\n' '--- a/drivers/soc/qcom/sample_9004.c' '+++ b/drivers/soc/qcom/sample_9004.c' \
		'@@ -1 +1,2 @@' ' /* sample */' '+/* more */' >>"$project/series/9005-sample.patch"
	run series.sh
	same '' "$(grep -h '^Subject:' "$mail"/*/*.patch | grep -v "^Subject: \[PATCH $second [0-9]*/")" \
		"subjects without $second"
	same 'sample: Number 9002,sample: Number 9004,sample: Number 9005' \
		"$(kgit log --reverse --format=%s -3 minidump | paste -sd ,)" "last commits"
	same "sample: Number 9003" "$(kgit log --format=%s needs/core -1)" "the last of the back-ports, which come first"
	same sample "$(kgit show minidump:README | sed -n 2p)" "line 2 of README"
	same '/* other */' "$(kgit show minidump:drivers/soc/qcom/sample_9002.c)" "the sample"
	same '/* sample */' "$(kgit show minidump^:drivers/soc/qcom/sample_9004.c)" "the other at first"
	same '/* more */' "$(kgit show minidump:drivers/soc/qcom/sample_9004.c | tail -n 1)" "the other in the end"
}

tree_touches_only_what_changes()
{
	fresh
	run tree.sh
	touch -d 2001-01-01 "$tree/README" "$tree/Makefile"
	mkdir "$tree/out-test"
	sample_patch 9001
	run tree.sh
	[ -e "$tree/drivers/soc/qcom/sample_9001.c" ] || wrong "the tree lacks the new file"
	same "$(date -d 2001-01-01 +%s)" "$(stat -c %Y "$tree/README")" "time of README"
	[ -e "$tree/out-test" ] || wrong "objects are gone"
	echo work >>"$tree/README"
	refuses 'uncommitted changes' -- tree.sh
	git -C "$tree" commit --quiet --all --message work
	refuses 'series/ does not have' import -- tree.sh
	same work "$(tail -n 1 "$tree/README")" "the work"
}

mapfile -t lines < <(known_bases)
find_available "${lines[@]}"
lines=("${available[@]}")
first=${lines[0]}
second=${lines[1]:-}
last=$(known_bases | tail -n 1)
need_packages series
scratch_dir
for line in "${lines[@]}"; do
	small_kernel "$line"
done

it "each part has a letter and one file a commit, the same from the same input" mail_is_complete
it "SIGNOFF is everywhere, and in the mail alone, or refused" signoff_is_everywhere
it "a patch that is wrong is refused" wrong_patches_are_refused
it "parts stand on what they need" parts_stand_on_what_they_need
[ -z "$second" ] ||
	it "a line may do without a commit, differ, or have its own" a_line_may_do_without_or_differ
it "a tree's objects and its own work stay" tree_touches_only_what_changes
. "$(dirname "$0")/test-import.sh"
. "$(dirname "$0")/test-apply.sh"
. "$(dirname "$0")/test-base.sh"
run_tests
