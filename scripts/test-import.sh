# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Tests of make import. To be sourced by test-series.sh.

# And on another line than the first, whole files stay, and an edit is that line's
import_changes_what_is_changed()
{
	local path=include/soc/qcom/minidump.h wanted adds

	fresh "$1"
	run tree.sh
	run import.sh "$tree"
	diff -r "$top/series" "$project/series"
	(cd "$top" && kernel_files | xargs -d '\n' sha256sum) | (cd "$project" && sha256sum --check --quiet)
	[ "$1" = "$last" ] && [ "$1" != "$first" ] || return 0

	adds=$(git -C "$tree" log --format=%H --diff-filter=A base..minidump -- $path)
	git -C "$tree" checkout --quiet --detach "$adds"
	echo '/* of this line */' >>"$tree/$path"
	git -C "$tree" commit --quiet --all --amend --no-edit
	git -C "$tree" cherry-pick "$adds..minidump" >/dev/null
	wanted=$(git -C "$tree" rev-parse 'HEAD^{tree}')
	run import.sh "$tree"
	cmp "$top/$path" "$project/$path"
	run series.sh --branches
	same "$wanted" "$(kgit rev-parse 'minidump^{tree}')" "tree"
}

import_takes_amended_and_new_commits()
{
	local wanted

	fresh
	sample_patch 9001
	sample_patch 9002
	sample_patch 9003
	mkdir -p "$project/series/$last"
	echo 'Without: reason' >"$project/series/$last/9003-sample.patch"
	run tree.sh
	git -C "$tree" checkout --quiet --detach HEAD^^
	echo '/* better */' >>"$tree/drivers/soc/qcom/sample_9001.c"
	echo better >>"$tree/README"
	git -C "$tree" commit --quiet --all --amend --message 'sample: Better number 9001'
	echo between >>"$tree/README"
	git -C "$tree" commit --quiet --all --message 'sample: In between'
	git -C "$tree" cherry-pick minidump >/dev/null
	wanted=$(git -C "$tree" rev-parse 'HEAD^{tree}')
	run import.sh "$tree"
	same '9003-sample.patch' "$(cd "$project/series" && echo 900[3-9]*)" "names that were there"
	same '/* better */' "$(tail -n 1 "$project/drivers/soc/qcom/sample_9001.c")" "last line of the new file"
	[ ! -e "$project/drivers/soc/qcom/sample_9002.c" ] || wrong "a file that no commit adds is still there"
	same 'Without: reason' "$(cat "$project/series/$last/9003-sample.patch")" "the patch of another line"
	run series.sh
	same "$wanted" "$(kgit rev-parse 'minidump^{tree}')" "tree"
	same 'sample: Better number 9001,sample: In between,sample: Number 9003' \
		"$(kgit log --reverse --format=%s -3 minidump | paste -sd ,)" "subjects"
}

import_refuses_what_series_cannot_have()
{
	fresh
	run tree.sh
	own_kernel plain "$first"
	refuses 'no git tree' -- import.sh "$kernel"
	make_repository "$kernel"
	refuses 'no commit on top' -- import.sh "$kernel"
	echo work >>"$tree/README"
	refuses 'uncommitted changes' -- import.sh "$tree"
	mkdir -p "$tree/scripts"
	echo >"$tree/scripts/new.sh"
	git -C "$tree" add --all --force
	git -C "$tree" commit --quiet --message 'sample: Elsewhere'
	refuses scripts/new.sh 'may lie in' -- import.sh "$tree"
	diff -r "$top/series" "$project/series"
}

for line in "${lines[@]}"; do
	it "import changes what is changed and nothing else, on $line" import_changes_what_is_changed "$line"
done
it "import takes amended and new commits, and drops others" import_takes_amended_and_new_commits
it "import refuses what series/ cannot have" import_refuses_what_series_cannot_have
