#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# apply.sh [--reverse] KDIR - puts the series on a kernel tree, or takes it off: a git tree
# by git am, any other tree, and one that is only part of a repository, by one git apply.
#
# It is the series for the nearest line, by another line's diffs where its own do
# not fit. What fits is found out on copies of the files, so it is all or nothing.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"

# The diffs that there are for a commit: the nearest line's, and those of others
diffs_of()
{
	local BASE

	for BASE in $(nearest_bases "$version"); do
		! [ -e "$(diff_file "$1")" ] || grep -q -m 1 '^Without: ' "$(diff_file "$1")" || diff_file "$1"
	done | awk '!seen[$0]++'
}

# fit NAME: does what a commit does to the copies, and keeps the mail of it, with
# the first diff that fits. In a Kconfig file the line next to it may be another
# menu's, so leaving out context is a conflict there.
fit()
{
	local name=$1 message file conflicts=
	message=$(message_file "$name")

	while read -r file; do
		commit_diff "$name" "$file" >"$scratch/diff"
		if apply_in "$scratch/after" $reverse -C1 --check --verbose <"$scratch/diff" 2>"$scratch/said" &&
			awk '/^Checking patch / { path = substr($3, 1, length($3) - 3) }
			     /^Context reduced/ { print path ": fits with fuzz only, at line " $NF }' \
				"$scratch/said" >"$scratch/fuzz" && ! grep Kconfig: "$scratch/fuzz" >"$scratch/said"
		then
			apply_in "$scratch/after" $reverse -C1 <"$scratch/diff" 2>/dev/null
			# Of a file that a diff edits and removes, git leaves what it edited
			[ -z "$reverse" ] || patch_header "$message" Adds |
				(cd "$scratch/after" && xargs -d '\n' -r rm -f)
			[ "$file" = "$(diff_file "$name")" ] || echo "by $(short "$file")" >>"$scratch/fuzz"
			sed "s/^/note: /; s/$/ (${name%.patch})/" "$scratch/fuzz" >>"$scratch/notes"
			{
				echo "From $(printf '%040d' 0) Mon Sep 17 00:00:00 2001"
				sed -n '/^From: /p; /^Date: /p; /^$/q' "$message"
				echo "Subject: $(patch_message "$message")"
				echo ---
				cat "$scratch/diff"
			} >"$scratch/mail/$name"
			return
		fi
		: "${conflicts:=$(sed -nE '/(does not apply|searching for:)$/d
			s/^error: (patch failed: )?//p; /Kconfig:/p' "$scratch/said")}"
	done < <(diffs_of "$name")
	sed "s/^/conflict: /; s/$/ (${name%.patch})/" <<<"$conflicts" >>"$scratch/conflicts"
	# What the next commits find then
	commit_diff "$name" | apply_in "$scratch/after" $reverse -C1 --reject >/dev/null 2>&1 || true
}

# On the copies, for the lines from the nearest one on, until one fits. If none
# does, it is the nearest one's conflicts that count.
try_lines()
{
	local name line

	for line in $(nearest_bases "$version"); do
		BASE=$line
		rm -rf "$scratch/after" "$scratch/mail"
		mkdir "$scratch/mail"
		cp -r "$scratch/before" "$scratch/after"
		: >"$scratch/conflicts"
		: >"$scratch/notes"
		mapfile -t names < <(series_names | if [ -n "$reverse" ]; then tac; else cat; fi)
		for name in "${names[@]}"; do
			fit "$name"
		done
		[ -s "$scratch/conflicts" ] || return 0
		[ -e "$scratch/nearest" ] || cp "$scratch/conflicts" "$scratch/nearest"
	done
	mv "$scratch/nearest" "$scratch/conflicts"
}

# The first words of git, and out
cannot()
{
	die "cannot change $kdir: $(grep -m 1 . "$scratch/said")"
}

finish()
{
	if [ -n "$is_git" ] && [ -z "$reverse" ]; then
		git -C "$kdir" am --quiet --whitespace=nowarn -C1 "${names[@]/#/$scratch/mail/}" \
			>"$scratch/said" 2>&1 || { git -C "$kdir" am --abort || true; cannot; }
		return
	fi
	before_to_after | apply_in "$kdir" -p2 ${is_git:+--index} 2>"$scratch/said" || cannot
	[ -z "$is_git" ] ||
		git -C "$kdir" commit --quiet --message 'Take the minidump series off' 2>"$scratch/said" || cannot
}

reverse=
if [ "${1:-}" = --reverse ]; then
	reverse=--reverse
	shift
fi
take_kernel_tree "${1:-}"
need_packages series
scratch_dir
check_series
mapfile -t paths < <(sed -n 's,^+++ b/,,p; s/^Adds: //p' "$top"/series/{,*/}*.patch | LC_ALL=C sort -u)
[ -w "$kdir" ] || die "KDIR=$kdir cannot be written to"
is_git=
if top_level=$(git -C "$kdir" rev-parse --show-toplevel 2>"$scratch/said"); then
	[ "$top_level" != "$kdir" ] || is_git=1
elif [ -e "$kdir/.git" ]; then
	die "git does not take KDIR=$kdir: $(head -n 1 "$scratch/said")"
fi
if [ -n "$is_git" ]; then
	dirty=$(git -C "$kdir" status --porcelain -- "${paths[@]}" | cut -c 4- | paste -sd ' ')
	[ -z "$dirty" ] || die "KDIR has changes of its own that are not committed: $dirty"
	git -C "$kdir" var GIT_COMMITTER_IDENT >/dev/null 2>&1 ||
		die "git does not know who commits; set user.name and user.email"
fi

mkdir "$scratch/before"
(cd "$kdir" && cp -P --parents -t "$scratch/before" -- "${paths[@]}" 2>/dev/null) || true

# By a file that no other driver has; vendors' trees have a minidump.h of their own
if [ -e "$kdir/drivers/soc/qcom/qcom_minidump_registry.c" ]; then
	wanted=$reverse
	reverse=--reverse
	try_lines
	[ ! -s "$scratch/conflicts" ] ||
		die "KDIR=$kdir has the series, but not as it is here; take it off by the clone that it is" \
		    "from: $(head -n 1 "$scratch/conflicts")"
	[ -n "$wanted" ] || die "KDIR=$kdir has the series already"
else
	[ -z "$reverse" ] || die "KDIR=$kdir does not have the series"
	try_lines
fi
if [ -s "$scratch/conflicts" ]; then
	cat "$scratch/conflicts" >&2
	die "the series for Linux $(nearest_bases "$version" | head -n 1) does not fit KDIR=$kdir," \
	    "nor does that for another; nothing is changed"
fi
cat "$scratch/notes" >&2
finish
[ -z "$reverse" ] || { step "the series is off $kdir"; exit; }
step "${#names[@]} commits, those for Linux $BASE, are on $kdir (Linux $version)"
