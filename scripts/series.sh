#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# series.sh [--branches] - makes commits of series/ and the new files: branch
# minidump in the base repository has all of them, minidump-PART those of a part
# and of the parts that it needs. And, unless it is told otherwise, mail in
# build/series/$BASE: for each part a folder with its cover letter and one file a
# commit, and PART.mbox, for git am. The same input gives the same bytes.
#
# SIGNOFF="Name <mail>" puts that name where the repository has its own, in mail
# that branches do not have.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"

letters=$top/series/letters

# "PATCH", for another line than the first "PATCH 6.1", and from the second version
# on, which the letter's header Version: tells, "PATCH v2"
subject_prefix()
{
	local version

	version=$(patch_header "$1" Version)
	[[ $version =~ ^([1-9][0-9]*)?$ ]] ||
		die "$(short "$1"): Version: wants one number, and has $version"
	[ "${version:-1}" -eq 1 ] && version= || version=" v$version"
	[ "$BASE" = "$first_base" ] && echo "PATCH$version" || echo "PATCH $BASE$version"
}

# A name as it may stand in mail
mail_address()
{
	local name=${1%% <*} rest=${1#* <}

	if [[ $name == *[^[:ascii:]]* ]]; then
		name="=?UTF-8?B?$(printf %s "$name" | base64 -w 0)?="
	elif [[ $name == *[^[:alnum:]\ -]* ]]; then
		name=\"$name\"
	fi
	echo "$name <$rest"
}

# What git would ask for in an editor stands in the letter
write_cover()
{
	local letter=$1 prefix=$2 range=$3 count key
	count=$(kgit rev-list --count "$range")

	echo "From $(printf '%040d' 0) Mon Sep 17 00:00:00 2001"
	for key in From Date Subject; do
		[ "$(patch_header "$letter" $key | wc -l)" -eq 1 ] ||
			die "$(short "$letter"): wants exactly one header $key:"
	done
	echo "From: $(mail_address "$(patch_header "$letter" From)")"
	echo "Date: $(patch_header "$letter" Date)"
	printf 'Subject: [%s %0*d/%d] %s\n' "$prefix" ${#count} 0 "$count" "$(patch_header "$letter" Subject)"
	printf '%s\n' 'MIME-Version: 1.0' 'Content-Type: text/plain; charset=UTF-8' \
		'Content-Transfer-Encoding: 8bit' ''
	sed '1,/^$/d' "$letter"
	echo
	kgit shortlog -w72,2,4 "$range"
	kgit diff --stat=76 --summary "${range%..*}" "${range#*..}"
}

write_part()
{
	local part=$1 out=$scratch/mail/$1 letter=$letters/$1 range=$refs/needs/$1..$refs/minidump-$1 prefix

	# Stable trees take commits as they are
	[ -e "$letter" ] || [ "$part" = backports ] || die "$(short "$letter"): no such letter"
	[ -e "$letter" ] || letter=/dev/null
	prefix=$(subject_prefix "$letter")
	kgit format-patch --quiet --numbered --no-signature --zero-commit --abbrev=12 \
		--subject-prefix="$prefix" --output-directory "$out" "$range"
	cat "$out"/*.patch >"$out.mbox"
	# Not in the mbox, for git am takes commits alone
	[ ! -s "$letter" ] || write_cover "$letter" "$prefix" "$range" >"$out/0000-cover-letter.patch"
}

write_mail()
{
	local part

	mkdir "$scratch/mail"
	for part in $(series_parts); do
		write_part "$part"
	done
	mkdir -p "$(dirname "$mail")"
	rm -rf "$mail"
	mv -T "$scratch/mail" "$mail"
}

make_branches()
{
	local part
	local -a names
	mapfile -t names < <(series_names)

	check_adds
	for part in $(series_parts); do
		read_part "$part"
		commit_names "${needed_names[@]}"
		kgit update-ref "$refs/needs/$part" "$tip"
		commit_names "${needed_names[@]}" "${part_names[@]}"
		kgit update-ref "$refs/minidump-$part" "$tip"
	done
	commit_names "${names[@]}"
	kgit update-ref "$refs/minidump" "$tip"
}

# A copy of the series in which SIGNOFF stands for the repository's own name
sign_off()
{
	local own wanted="^[[:alpha:]][[:alnum:] .'-]* <[A-Za-z0-9._+=-]+@[A-Za-z0-9.-]+>\$"
	own=$(sed -s -n '/^$/q; s/^From: //p' "$letters"/* | sort -u)

	[[ $SIGNOFF =~ $wanted ]] || die 'SIGNOFF wants one "Name <mail>"'
	[ "$(wc -l <<<"$own")" -eq 1 ] || die "the cover letters have more than one From:"
	mkdir "$scratch/signed"
	(cd "$top" && { kernel_files; find series -type f; } | xargs -d '\n' cp --parents -t "$scratch/signed")
	top=$scratch/signed
	letters=$top/series/letters
	# shellcheck disable=SC2001 # a class of characters
	own=$(sed 's,[][\.*^$/],\\&,g' <<<"$own")
	grep -rlZ -e "$own" "$top" | xargs -0r sed -i "s/$own/$SIGNOFF/g"
}

# All that branches are made of, and what they are, as one number
input()
{
	{
		kgit rev-parse base
		kgit for-each-ref refs/heads
		cd "$top"
		cat scripts/{lib,series-lib,series}.sh
		{ kernel_files; find series -type f | LC_ALL=C sort; } | xargs -d '\n' sha256sum
		kernel_files | xargs -d '\n' stat -c %A
	} | sha256sum
}

# One at a time, for each line
run()
{
	local note=$base_repo/.git/minidump-input

	refs=refs/heads
	if [ -n "${SIGNOFF:-}" ]; then
		refs=refs/signed
		sign_off
		make_branches
	elif [ "$(cat "$note" 2>/dev/null)" != "$(input)" ]; then
		make_branches
		input >"$note"
	fi
	[ "${1:-}" = --branches ] || write_mail
	step "$(kgit rev-list --count "base..$refs/minidump") commits in $(series_parts | wc -l) parts," \
	     "tree $(kgit rev-parse --short=12 "$refs/minidump^{tree}")"
}

"$(dirname "$0")/base.sh"
need_packages series
scratch_dir
[ -n "$(series_names)" ] || die "series/ has no commit for $BASE"
alone "series-$BASE" run "$@"
