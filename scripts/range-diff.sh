#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Compares the series for the other kernel lines with that for the first one,
# commit by commit, by git range-diff: "=" are alike, "!" differ, "<" and ">" lack a counterpart.

. "$(dirname "$0")/lib.sh"

for BASE in $(known_bases); do
	base_repo=$MINIDUMP_BUILD/base/linux-source-$BASE
	"$top/scripts/series.sh" --branches >&2
	range=$(kgit rev-parse 'base^{commit}')..$(kgit rev-parse minidump)
	if [ "$BASE" = "$first_base" ]; then
		first=$range
		# Each line has a repository of its own, so git reads the objects of both
		export GIT_ALTERNATE_OBJECT_DIRECTORIES=$base_repo/.git/objects
		continue
	fi
	echo "Linux $first_base and $BASE:"
	kgit range-diff --no-color "$first" "$range"
done
