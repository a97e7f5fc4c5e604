#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes commits of series/ and the new files: branch minidump in the base
# repository, and the mail in build/series/$BASE: one file a commit, and all of
# them in one mbox. The same input gives the same bytes.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"

write_mail()
{
	local out=$scratch/mail

	kgit format-patch --quiet --no-signature --zero-commit --abbrev=12 \
		--output-directory "$out" base..minidump
	cat "$out"/*.patch >"$out/minidump-$BASE.mbox"
	mkdir -p "$(dirname "$mail")"
	rm -rf "$mail"
	mv -T "$out" "$mail"
}

"$(dirname "$0")/base.sh"
need_packages series
scratch_dir
[ -n "$(series_names)" ] || die "series/ has no commit for $BASE"
check_adds
tip=$(commit_series)
kgit update-ref refs/heads/minidump "$tip"
write_mail
step "$(kgit rev-list --count base..minidump) commits in $(short "$mail")," \
     "tree $(kgit rev-parse --short=12 'minidump^{tree}')"
