#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Brings build/tree/$BASE, a kernel work tree, to the tip of the series. Only
# files that change are touched, so that objects in its out-* folders stay good.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"

in_tree()
{
	kgit -C "$tree" "$@"
}

# Work that series/ does not have must not be lost
check_nothing_lost()
{
	[ -z "$(in_tree status --porcelain)" ] ||
		die "$(short "$tree") has uncommitted changes; commit them and run" \
		    "make import KDIR=$(short "$tree"), or throw them away"
	[ "$(in_tree rev-parse HEAD)" = "$previous" ] ||
	[ "$(in_tree rev-parse 'HEAD^{tree}')" = "$(kgit rev-parse 'minidump^{tree}')" ] ||
		die "$(short "$tree") has commits that series/ does not have; run" \
		    "make import KDIR=$(short "$tree"), or remove the folder"
}

bring_tree()
{
	if [ -e "$tree" ]; then
		# Where this script left the tree
		previous=$(kgit rev-parse --quiet --verify refs/minidump/tree || true)
		check_nothing_lost
		in_tree checkout --quiet --detach minidump
	else
		add_worktree "$tree" minidump
	fi
	kgit update-ref refs/minidump/tree minidump
}

"$(dirname "$0")/series.sh" --branches
alone "worktree-$BASE" bring_tree
