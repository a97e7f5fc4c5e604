#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Brings build/tree/$BASE, a kernel work tree, to the tip of the series. Only
# files that change are touched, so that objects in its out-* folders stay good.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"

# Work that series/ does not have must not be lost
bring_tree()
{
	local folder previous
	folder=$(short "$tree")

	if [ -e "$tree" ]; then
		# Where this script left the tree
		previous=$(kgit rev-parse --quiet --verify refs/minidump/tree || true)
		[ -z "$(kgit -C "$tree" status --porcelain)" ] ||
			die "$folder has uncommitted changes; commit them and run" \
			    "make import KDIR=$folder, or throw them away"
		[ "$(kgit -C "$tree" rev-parse HEAD)" = "$previous" ] ||
		[ "$(kgit -C "$tree" rev-parse 'HEAD^{tree}')" = "$(kgit rev-parse 'minidump^{tree}')" ] ||
			die "$folder has commits that series/ does not have; run" \
			    "make import KDIR=$folder, or remove the folder"
		kgit -C "$tree" checkout --quiet --detach minidump
	else
		add_worktree "$tree" minidump
	fi
	kgit update-ref refs/minidump/tree minidump
}

"$(dirname "$0")/series.sh" --branches
alone "worktree-$BASE" bring_tree
