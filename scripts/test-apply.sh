# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Tests of make apply and make unapply. To be sourced by test-series.sh.

# shellcheck disable=SC2154 # scratch and the like: lib.sh's and test-lib.sh's

# A kernel of one's own: own_kernel plain|git LINE
own_kernel()
{
	kernel=$scratch/own/linux
	rm -rf "$scratch/own"
	mkdir -p "$scratch/own"
	cp -r "$scratch/small/$2" "$kernel"
	[ "$1" = plain ] || {
		make_repository "$kernel"
		git -C "$kernel" config user.name Owner
		git -C "$kernel" config user.email owner@localhost
	}
}

# What the series makes of that line's kernel, in $scratch/wanted
make_wanted()
{
	on_line "$1"
	[ -e "$base_repo" ] || { cp -r "$scratch/small/$1" "$base_repo"; make_repository "$base_repo"; }
	run series.sh --branches
	rm -rf "$scratch/wanted"
	mkdir "$scratch/wanted"
	kgit archive minidump | tar -x --touch -C "$scratch/wanted"
}

applies_to_a_plain_tree_and_comes_off()
{
	local before

	fresh
	make_wanted "$1"
	own_kernel plain "$1"
	before=$(fingerprint "$kernel")
	run apply.sh "$kernel" 2>"$scratch/said"
	diff -r "$scratch/wanted" "$kernel"
	grep -q "those for Linux $1, are on" "$scratch/said" || wrong "$(cat "$scratch/said")"
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
	make_wanted "$first"
	own_kernel git "$first"
	before=$(git -C "$kernel" rev-parse 'HEAD^{tree}')
	run apply.sh "$kernel"
	same "$(kgit rev-parse 'minidump^{tree}')" "$(git -C "$kernel" rev-parse 'HEAD^{tree}')" "tree"
	same "$(kgit log --format=%s base..minidump)" "$(git -C "$kernel" log --format=%s base..HEAD)" "commits"
	same Owner "$(git -C "$kernel" log -1 --format=%cn)" "committer"
	same '' "$(git -C "$kernel" status --porcelain)" "status"
	echo own >>"$kernel/README"
	git_as_tester "$kernel" commit --quiet --all --message own
	run apply.sh --reverse "$kernel"
	same README "$(git -C "$kernel" diff --name-only "$before" HEAD)" "what is left"
	same '' "$(git -C "$kernel" status --porcelain)" "status"
}

applies_to_a_part_of_a_repository()
{
	fresh
	make_wanted "$first"
	own_kernel plain "$first"
	git -C "$scratch/own" init --quiet --template=
	run apply.sh "$kernel"
	diff -r "$scratch/wanted" "$kernel"
}

# A line between two: where the first line's menu is not yet, the next one's diff
# fits
takes_another_lines_diff()
{
	local path=drivers/soc/qcom/Kconfig

	fresh
	own_kernel plain "$first"
	cp "$scratch/small/$second/$path" "$kernel/$path"
	cp "$kernel/$path" "$scratch/menu"
	run apply.sh "$kernel" 2>"$scratch/said" || wrong "$(cat "$scratch/said")"
	grep -q "^note: by series/$second/" "$scratch/said" || wrong "$(cat "$scratch/said")"
	same "" "$(diff "$scratch/menu" "$kernel/$path" | grep '^<')" "lost lines of $path"
	same endmenu "$(tail -n 1 "$kernel/$path")" "the end of $path"
	run apply.sh --reverse "$kernel" 2>/dev/null
	cmp "$scratch/menu" "$kernel/$path"
}

# fuzzy PATH: changes the line two before the first change that the series makes
fuzzy()
{
	local line

	make_wanted "$first"
	own_kernel plain "$first"
	line=$({ diff -U 0 "$kernel/$1" "$scratch/wanted/$1" || true; } | sed -n 's/^@@ -\([0-9]*\).*/\1/p' | head -n 1)
	sed -i "$((line - 2))s/\$/ other/" "$kernel/$1"
}

fuzz_is_reported()
{
	fresh
	fuzzy fs/pstore/ram.c
	run apply.sh "$kernel" 2>"$scratch/said" || wrong "$(cat "$scratch/said")"
	grep -q "^note: fs/pstore/ram.c: fits with fuzz only, at line" "$scratch/said" ||
		wrong "wanted a note on fuzz; got: $(cat "$scratch/said")"
}

fuzz_in_kconfig_is_a_conflict()
{
	local before

	fresh
	fuzzy drivers/soc/qcom/Kconfig
	before=$(fingerprint "$kernel")
	refuses 'does not fit' 'nothing is changed' -- run apply.sh "$kernel"
	grep -q "^conflict: drivers/soc/qcom/Kconfig: fits with fuzz only" "$scratch/said" ||
		wrong "$(cat "$scratch/said")"
	same "$before" "$(fingerprint "$kernel")" "the tree"
}

# All of them are named: a hunk, a missing file, a file in the way, a link
conflicts_are_named_and_nothing_is_touched()
{
	local before kind

	fresh
	for kind in plain git; do
		own_kernel $kind "$first"
		sed -i 's/$/ other/' "$kernel/drivers/soc/qcom/smem.c"
		rm "$kernel/fs/pstore/ram.c"
		mkdir -p "$kernel/include/soc/qcom"
		echo vendor >"$kernel/include/soc/qcom/minidump.h"
		mv "$kernel/MAINTAINERS" "$kernel/elsewhere"
		ln -s elsewhere "$kernel/MAINTAINERS"
		[ $kind = plain ] || {
			git_as_tester "$kernel" add --all
			git_as_tester "$kernel" commit --quiet --message other
		}
		before=$(fingerprint "$kernel")
		refuses "for Linux $first does not fit" 'nothing is changed' -- run apply.sh "$kernel"
		for path in drivers/soc/qcom/smem.c:.[0-9] fs/pstore/ram.c:.does.not.exist \
			include/soc/qcom/minidump.h:.there.is MAINTAINERS:.wrong.type; do
			grep -q "^conflict: $path" "$scratch/said" || wrong "wanted $path; got: $(cat "$scratch/said")"
		done
		same "$before" "$(fingerprint "$kernel")" "the $kind tree"
	done
}

apply_refuses_other_trees()
{
	fresh
	refuses 'KDIR=path' -- run apply.sh
	refuses 'no such folder' -- run apply.sh "$scratch/nowhere"
	refuses 'no kernel tree' -- run apply.sh "$scratch"
	own_kernel git "$first"
	refuses 'git does not take' ownership -- \
		env GIT_TEST_ASSUME_DIFFERENT_OWNER=1 "$project/scripts/apply.sh" "$kernel"
	echo >>"$kernel/MAINTAINERS"
	refuses 'not committed' MAINTAINERS -- run apply.sh "$kernel"
	own_kernel plain "$first"
	sed -i 's/^PATCHLEVEL = .*/PATCHLEVEL = 99/' "$kernel/Makefile"
	refuses "${first%%.*}.99" "the series is for $last-$first" -- run apply.sh "$kernel"
}

another_version_of_the_series_is_named()
{
	local before

	fresh
	own_kernel plain "$first"
	run apply.sh "$kernel"
	echo own >>"$kernel/include/soc/qcom/minidump.h"
	before=$(fingerprint "$kernel")
	refuses 'not as it is here' include/soc/qcom/minidump.h -- run apply.sh "$kernel"
	refuses 'not as it is here' include/soc/qcom/minidump.h -- run apply.sh --reverse "$kernel"
	same "$before" "$(fingerprint "$kernel")" "the tree"
}

any_path_will_do_for_a_tree()
{
	local name

	fresh
	make_wanted "$first"
	# shellcheck disable=SC2016 # that nothing expands it is the point
	for name in "two words" "it's" 'a$(touch PWNED)b' "';touch PWNED;'"; do
		own_kernel plain "$first"
		mv "$kernel" "$scratch/own/$name"
		make -s -C "$project" apply KDIR="$scratch/own/${name//\$/\$\$}"
		diff -r "$scratch/wanted" "$scratch/own/$name"
		same '' "$(find "$project" "$scratch/own" -name PWNED)" "what the path had the shell do"
	done
}

name_apply_tests()
{
	local line

	for line in "${lines[@]}"; do
		it "apply and unapply on a plain tree of $line" applies_to_a_plain_tree_and_comes_off "$line"
	done
	it "apply and unapply on a git tree" applies_to_a_git_tree_and_comes_off
	it "apply on a folder inside a repository" applies_to_a_part_of_a_repository
	[ -z "$second" ] || it "apply takes another line's diff where its own does not fit" takes_another_lines_diff
	it "apply reports fuzz" fuzz_is_reported
	it "fuzz in a Kconfig file is a conflict" fuzz_in_kconfig_is_a_conflict
	it "apply names conflicts and touches nothing" conflicts_are_named_and_nothing_is_touched
	it "apply refuses other trees, dirty ones, and those that are not the user's" apply_refuses_other_trees
	it "another version of the series is named" another_version_of_the_series_is_named
	it "any path will do for a tree" any_path_will_do_for_a_tree
}
