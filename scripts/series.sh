#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes commits of series/ and the new files: branch minidump in the base
# repository, and the mail in build/series/$BASE: a cover letter, one file a
# commit, and all commits in one mbox. The same input gives the same bytes.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"

letter=$top/series/cover-letter

# "PATCH", for another line than the first "PATCH 6.1", and from the second version
# on, which the cover letter's header Version: tells, "PATCH v2"
subject_prefix()
{
	local version=

	[ ! -e "$letter" ] || version=$(patch_header "$letter" Version)
	[[ $version =~ ^([1-9][0-9]*)?$ ]] ||
		die "$(short "$letter"): Version: wants one number, and has $version"
	[ "${version:-1}" -eq 1 ] && version= || version=" v$version"
	[ "$BASE" = "$first_base" ] && echo "PATCH$version" || echo "PATCH $BASE$version"
}

# What git would ask for in an editor stands in series/cover-letter
write_cover()
{
	local count key
	count=$(kgit rev-list --count base..minidump)

	echo "From $(printf '%040d' 0) Mon Sep 17 00:00:00 2001"
	for key in From Date Subject; do
		[ "$(patch_header "$letter" $key | wc -l)" -eq 1 ] ||
			die "$(short "$letter"): wants exactly one header $key:"
	done
	echo "From: $(patch_header "$letter" From)"
	echo "Date: $(patch_header "$letter" Date)"
	printf 'Subject: [%s %0*d/%d] %s\n' "$prefix" ${#count} 0 "$count" "$(patch_header "$letter" Subject)"
	echo
	sed '1,/^$/d' "$letter"
	echo
	kgit shortlog -w72,2,4 base..minidump
	kgit diff --stat=76 --summary base minidump
}

write_mail()
{
	local out=$scratch/mail prefix
	prefix=$(subject_prefix)

	kgit format-patch --quiet --no-signature --zero-commit --abbrev=12 \
		--subject-prefix="$prefix" --output-directory "$out" base..minidump
	cat "$out"/*.patch >"$out/minidump-$BASE.mbox"
	# Not in the mbox, for git am takes commits alone
	[ ! -e "$letter" ] || write_cover >"$out/0000-cover-letter.patch"
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
# Two commands may run at the same time
alone "mail-$BASE" write_mail
step "$(kgit rev-list --count base..minidump) commits in $(short "$mail")," \
     "tree $(kgit rev-parse --short=12 'minidump^{tree}')"
