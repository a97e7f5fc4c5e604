#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Compares the series for the other kernel lines with that for the first one,
# commit by commit, by git range-diff: "=" are alike, "!" differ (and in what, be
# it just a line next to an edit), "<" and ">" have no counterpart.
#
# Each line has a repository of its own, so git reads the objects of both.

. "$(dirname "$0")/lib.sh"

# The series of the line as hashes, which mean the same in any repository
range()
{
	base_repo=$MINIDUMP_BUILD/base/linux-source-$1
	BASE=$1 "$top/scripts/series.sh" --branches >&2
	kgit rev-parse 'base^{commit}' minidump | paste -sd ' ' | sed 's/ /../'
}

first_range=$(range "$first_base")
export GIT_ALTERNATE_OBJECT_DIRECTORIES=$MINIDUMP_BUILD/base/linux-source-$first_base/.git/objects
for line in $(known_bases | tail -n +2); do
	other_range=$(range "$line")
	base_repo=$MINIDUMP_BUILD/base/linux-source-$line
	echo "Linux $first_base and $line:"
	kgit range-diff --no-color "$first_range" "$other_range"
done
