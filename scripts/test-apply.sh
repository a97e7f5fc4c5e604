# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Tests of make apply and make unapply. To be sourced by test-series.sh.

# What the series makes of that line's kernel, in $scratch/wanted
fresh_with_wanted()
{
	fresh "$1"
	run series.sh --branches
	rm -rf "$scratch/wanted"
	mkdir "$scratch/wanted"
	kgit archive minidump | tar -x --touch -C "$scratch/wanted"
}

# Whatever the path is like, and inside of a repository, too
applies_to_a_plain_tree_and_comes_off()
{
	local before odd="it's a \$(touch PWNED) tree"

	fresh_with_wanted "$1"
	own_kernel plain "$1"
	git -C "$scratch/own" init --quiet --template=
	mv "$kernel" "$scratch/own/$odd"
	kernel=$scratch/own/$odd
	before=$(fingerprint "$kernel")
	make -s -C "$project" apply KDIR="${kernel//\$/\$\$}" 2>"$scratch/said"
	diff -r "$scratch/wanted" "$kernel"
	grep -q "those for Linux $1, are on" "$scratch/said" || wrong "$(cat "$scratch/said")"
	refuses 'has the series already' -- apply.sh "$kernel"
	diff -r "$scratch/wanted" "$kernel"
	run apply.sh --reverse "$kernel"
	same "$before" "$(fingerprint "$kernel")" "the tree afterwards"
	refuses 'does not have the series' -- apply.sh --reverse "$kernel"
	same '' "$(find "$project" "$scratch/own" -name PWNED)" "what the path had the shell do"
}

applies_to_a_git_tree_and_comes_off()
{
	local before

	fresh_with_wanted "$first"
	own_kernel git "$first"
	before=$(git -C "$kernel" rev-parse 'HEAD^{tree}')
	run apply.sh "$kernel"
	same "$(kgit rev-parse 'minidump^{tree}')" "$(git -C "$kernel" rev-parse 'HEAD^{tree}')" "tree"
	same "$(kgit log --format='%an %ad%n%B' base..minidump)" \
		"$(git -C "$kernel" log --format='%an %ad%n%B' base..HEAD)" "commits"
	same Tester "$(git -C "$kernel" log -1 --format=%cn)" "committer"
	echo own >>"$kernel/README"
	git -C "$kernel" commit --quiet --all --message own
	run apply.sh --reverse "$kernel"
	same README "$(git -C "$kernel" diff --name-only "$before" HEAD)" "what is left"
	same '' "$(git -C "$kernel" status --porcelain)" "status"
}

# A line between two: where the first line's menu is not yet, the next one's diff fits
takes_another_lines_diff()
{
	local path=drivers/soc/qcom/Kconfig

	fresh
	own_kernel plain "$first"
	cp "$scratch/small/$second/$path" "$kernel/$path"
	run apply.sh "$kernel" 2>"$scratch/said" || wrong "$(cat "$scratch/said")"
	grep -q "^note: by series/$second/" "$scratch/said" || wrong "$(cat "$scratch/said")"
	same endmenu "$(tail -n 1 "$kernel/$path")" "the end of $path"
	run apply.sh --reverse "$kernel" 2>/dev/null
	cmp "$scratch/small/$second/$path" "$kernel/$path"
}

# fuzzy PATH: changes the line two before the first change that the series makes
fuzzy()
{
	local line

	line=$({ diff -U 0 "$kernel/$1" "$scratch/wanted/$1" || true; } | sed -n 's/^@@ -\([0-9]*\).*/\1/p' | head -n 1)
	sed -i "$((line - 2))s/\$/ other/" "$kernel/$1"
}

# Conflicts are fuzz in a Kconfig file, a hunk, a missing file, a file in the way, a link
fuzz_and_conflicts_are_named()
{
	local before conflict

	fresh_with_wanted "$first"
	own_kernel plain "$first"
	fuzzy fs/pstore/ram.c
	run apply.sh "$kernel" 2>"$scratch/said" || wrong "$(cat "$scratch/said")"
	grep -q "^note: fs/pstore/ram.c: fits with fuzz only, at line" "$scratch/said" ||
		wrong "wanted a note on fuzz; got: $(cat "$scratch/said")"

	own_kernel git "$first"
	fuzzy drivers/soc/qcom/Kconfig
	sed -i 's/$/ other/' "$kernel/drivers/soc/qcom/smem.c"
	rm "$kernel/fs/pstore/ram.c"
	mkdir -p "$kernel/include/soc/qcom"
	echo vendor >"$kernel/include/soc/qcom/minidump.h"
	mv "$kernel/MAINTAINERS" "$kernel/elsewhere"
	ln -s elsewhere "$kernel/MAINTAINERS"
	git -C "$kernel" add --all
	git -C "$kernel" commit --quiet --message other
	before=$(fingerprint "$kernel")
	refuses "for Linux $first does not fit" 'nothing is changed' -- apply.sh "$kernel"
	while read -r conflict; do
		grep -q "^conflict: $conflict" "$scratch/said" || wrong "wanted $conflict; got: $(cat "$scratch/said")"
	done <<-'END'
	drivers/soc/qcom/Kconfig: fits with fuzz only
	drivers/soc/qcom/smem.c:[0-9]
	fs/pstore/ram.c: No such
	include/soc/qcom/minidump.h: already
	MAINTAINERS: wrong type
	END
	same "$before" "$(fingerprint "$kernel")" "the tree"
}

other_trees_are_refused()
{
	local before script

	fresh
	for script in apply.sh import.sh; do
		refuses 'KDIR=path' -- $script
		refuses 'no such folder' -- $script "$scratch/nowhere"
		refuses 'no kernel tree' -- $script "$scratch"
	done
	own_kernel git "$first"
	GIT_TEST_ASSUME_DIFFERENT_OWNER=1 refuses 'git does not take' ownership -- apply.sh "$kernel"
	echo >>"$kernel/MAINTAINERS"
	refuses 'not committed' MAINTAINERS -- apply.sh "$kernel"
	own_kernel plain "$first"
	run apply.sh "$kernel"
	echo own >>"$kernel/include/soc/qcom/minidump.h"
	before=$(fingerprint "$kernel")
	refuses 'not as it is here' include/soc/qcom/minidump.h -- apply.sh "$kernel"
	refuses 'not as it is here' include/soc/qcom/minidump.h -- apply.sh --reverse "$kernel"
	same "$before" "$(fingerprint "$kernel")" "the tree"
	sed -i 's/^PATCHLEVEL = .*/PATCHLEVEL = 99/' "$kernel/Makefile"
	refuses "${first%%.*}.99" "the series is for $last-$first" -- apply.sh "$kernel"
}

for line in "${lines[@]}"; do
	it "apply and unapply on a plain tree of $line" applies_to_a_plain_tree_and_comes_off "$line"
done
it "apply and unapply on a git tree" applies_to_a_git_tree_and_comes_off
[ -z "$second" ] || it "apply takes another line's diff where its own does not fit" takes_another_lines_diff
it "apply names fuzz, and conflicts, on which it touches nothing" fuzz_and_conflicts_are_named
it "apply and import refuse other trees, dirty ones and those with another series" other_trees_are_refused
