#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Compares the series for the other kernel lines with that for the first one,
# commit by commit, as git range-diff does: "=" are alike, "!" differ (and in
# what, be it just a line next to an edit), "<" and ">" have no counterpart. The
# last line is the sum.
#
# Each line has a repository of its own, so git reads the objects of both.

. "$(dirname "$0")/lib.sh"

# The series of the line as hashes, which mean the same in any repository
range()
{
	base_repo=$MINIDUMP_BUILD/base/linux-source-$1
	BASE=$1 "$top/scripts/series.sh" >&2
	kgit rev-parse 'base^{commit}' minidump | paste -sd ' ' | sed 's/ /../'
}

compare()
{
	local other=$1 first_range other_range

	first_range=$(range "$first_base")
	other_range=$(range "$other")
	base_repo=$MINIDUMP_BUILD/base/linux-source-$other
	export GIT_ALTERNATE_OBJECT_DIRECTORIES=$MINIDUMP_BUILD/base/linux-source-$first_base/.git/objects
	kgit range-diff --no-color "$first_range" "$other_range" |
		awk -v first="$first_base" -v other="$other" '
			/^ *([0-9]+|-): +[0-9a-f-]+ [=!<>] / { count[$3]++ }
			/^    [-+][-+]/ { lines++ }
			{ print }
			END {
				printf "%s and %s: %d commits equal, %d differ, in %d lines of their edits, ",
				       first, other, count["="], count["!"], lines
				printf "%d in %s only, %d in %s only\n",
				       count["<"], first, count[">"], other
			}'
	unset GIT_ALTERNATE_OBJECT_DIRECTORIES
}

while read -r line; do
	[ "$line" = "$first_base" ] || compare "$line"
done < <(known_bases)
