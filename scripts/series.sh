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

# What git would ask for in an editor, the cover letter has
write_part()
{
	local part=$1 out=$scratch/mail/$1 letter=$letters/$1 branch=$refs/minidump-$1
	local prefix=PATCH version context from cover=()

	# Stable trees take commits as they are
	if [ "$part" != backports ]; then
		[ -e "$letter" ] || die "$(short "$letter"): no such letter"
		check_headers "$letter" From Date Subject
		cover=(--cover-letter --cover-from-description=subject)
	else
		letter=/dev/null
	fi
	version=$(patch_header "$letter" Version)
	[[ $version =~ ^([1-9][0-9]*)?$ ]] || die "$(short "$letter"): Version: wants one number, and has $version"
	[ "$BASE" = "$first_base" ] || prefix+=" $BASE"
	[ "${version:-1}" -eq 1 ] || prefix+=" v$version"
	from=$(patch_header "$letter" From)
	# With less context, if the mail does not fit where all parts before it are in, too:
	# what stands next to a change may then be another part's
	GIT_INDEX_FILE=$scratch/index kgit read-tree "$refs/before/$part"
	for context in 3 2 1; do
		rm -rf "$out"
		GIT_COMMITTER_NAME=${from%% <*} GIT_COMMITTER_EMAIL=$(sed 's/.*<//; s/>//' <<<"$from") \
		GIT_COMMITTER_DATE=$(patch_header "$letter" Date) \
			kgit -c branch."${branch#refs/heads/}".description="$(patch_message "$letter")" \
			format-patch "${cover[@]}" --quiet --numbered --no-signature --zero-commit --abbrev=12 \
			-U$context --subject-prefix="$prefix" --output-directory "$out" \
			"$refs/needs/$part..$branch"
		# git am takes commits alone
		find "$out" -name '*.patch' ! -name '0000-*' | LC_ALL=C sort | xargs cat >"$out.mbox"
		! GIT_INDEX_FILE=$scratch/index kgit apply --cached --check "$out.mbox" 2>/dev/null || break
	done
}

# Of each part: what stands before it, what it needs, and its tip
make_branches()
{
	local part needs
	local -a all=() needed own

	check_series
	for part in $(series_parts); do
		mapfile -t own < <(names_of "$part")
		needs=$(needed_parts "$part")
		# shellcheck disable=SC2086 # parts
		mapfile -t needed < <(names_of $needs)
		commit_names "${all[@]}"
		kgit update-ref "$refs/before/$part" "$tip"
		commit_names "${needed[@]}"
		kgit update-ref "$refs/needs/$part" "$tip"
		commit_names "${needed[@]}" "${own[@]}"
		kgit update-ref "$refs/minidump-$part" "$tip"
		all+=("${own[@]}")
	done
	commit_names "${all[@]}"
	kgit update-ref "$refs/minidump" "$tip"
}

# A copy of the series in which SIGNOFF stands for the repository's own name
sign_off()
{
	local own wanted="^[[:alpha:]][[:alnum:] .'-]*[[:alnum:]] <[A-Za-z0-9._+=-]+@[A-Za-z0-9.-]+>\$"
	own=$(sed -s -n '/^$/q; s/^From: //p' "$letters"/* | sort -u)

	[[ $SIGNOFF =~ $wanted ]] || die 'SIGNOFF wants one "Name <mail>"'
	[ "$(wc -l <<<"$own")" -eq 1 ] || die "the cover letters have more than one From:"
	copy_series "$scratch/signed"
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
		kgit for-each-ref refs/heads | grep -v /signed/
		cd "$top"
		{ kernel_files; find series scripts/series* -type f | LC_ALL=C sort; } |
			tar -c --mtime=@0 --owner=0 --group=0 -T -
	} | sha256sum
}

# One at a time, for each line
run()
{
	local note=$base_repo/.git/minidump-input part

	refs=refs/heads
	if [ -n "${SIGNOFF:-}" ]; then
		refs=refs/heads/signed
		sign_off
		make_branches
	elif [ "$(cat "$note" 2>/dev/null)" != "$(input)" ]; then
		make_branches
		input >"$note"
	fi
	if [ "${1:-}" != --branches ]; then
		mkdir "$scratch/mail"
		for part in $(series_parts); do
			write_part "$part"
		done
		mkdir -p "$(dirname "$mail")"
		rm -rf "$mail"
		mv -T "$scratch/mail" "$mail"
	fi
	step "$(kgit rev-list --count "base..$refs/minidump") commits in $(series_parts | wc -l) parts," \
	     "tree $(kgit rev-parse --short=12 "$refs/minidump^{tree}")"
}

"$(dirname "$0")/base.sh"
need_packages series
scratch_dir
[ -n "$(series_names)" ] || die "series/ has no commit for $BASE"
alone "series-$BASE" run "$@"
