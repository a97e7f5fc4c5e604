#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# apply.sh [--reverse] KDIR - puts the series on a kernel tree, or takes it off.
#
# Everything is tried on copies first; the tree is touched only when all of it
# fits. In a git tree each commit of the series becomes a commit; in any other
# tree, and in one that is only part of a repository, files change in place.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"

in_kernel()
{
	git -C "$kdir" "$@"
}

# A repository that git does not take, as it is another user's, is no plain tree
is_git()
{
	if ! in_kernel rev-parse --show-toplevel >"$scratch/toplevel" 2>"$scratch/git.err"; then
		[ ! -e "$kdir/.git" ] ||
			die "git does not take KDIR=$kdir: $(head -n 1 "$scratch/git.err")"
		return 1
	fi
	[ "$(cat "$scratch/toplevel")" = "$kdir" ] &&
		in_kernel rev-parse --quiet --verify HEAD >/dev/null
}

edited_paths()
{
	patch_diff "$(diff_file "$1")" | sed -n 's,^+++ b/,,p'
}

added_paths()
{
	patch_header "$(message_file "$1")" Adds
}

find_paths()
{
	local name

	while read -r name; do
		edited_paths "$name"
		added_paths "$name"
	done < <(series_names) | LC_ALL=C sort -u
}

# Each file that any commit edits or adds
all_paths()
{
	[ -e "$scratch/paths" ] || find_paths >"$scratch/paths"
	cat "$scratch/paths"
}

# What the tree has of the files concerned
copy_out()
{
	local path
	local -a present=()

	mkdir "$before"
	while read -r path; do
		[ ! -L "$kdir/$path" ] || conflict "$path: a symbolic link"
		[ ! -e "$kdir/$path" ] || present+=("$path")
	done < <(all_paths)
	[ ${#present[@]} -eq 0 ] || (cd "$kdir" && cp -p --parents "${present[@]}" "$before")
	cp -a "$before" "$after"
}

conflict()
{
	printf '%s\n' "$*" >>"$scratch/conflicts"
}

# Does the tree have the series: all of its new files, just as they are here?
has_series()
{
	local name path

	while read -r name; do
		while read -r path; do
			cmp -s "$top/$path" "$before/$path" || return 1
		done < <(added_paths "$name")
	done < <(series_names)
	name=$(series_names | tail -n 1)
	patch_diff "$(diff_file "$name")" >"$scratch/last.diff"
	[ ! -s "$scratch/last.diff" ] ||
		patch --dry-run --directory="$before" --strip=1 --force --reverse --reject-file=- \
			<"$scratch/last.diff" >/dev/null 2>&1
}

# What patch said: fuzz is reported, a hunk that does not fit is a conflict
judge_hunks()
{
	local name=$1 path='' line

	while read -r line; do
		case $line in
		"patching file "*|"checking file "*) path=${line#* file } ;;
		*"with fuzz"*) echo "note: $path: ${line%%.*} (${name%.patch})" >&2 ;;
		"Hunk #"*" FAILED"*|*"hunk FAILED"*|*"hunks FAILED"*|*" ignored"*) ;;
		esac
		case $line in
		"Hunk #"*" FAILED at "*) conflict "$path: hunk ${line#Hunk } ($name)" ;;
		"can't find file to patch"*) conflict "a file that $name edits is not there" ;;
		esac
	done <"$scratch/patch.log"
}

edit_files()
{
	local name=$1 path absent=

	patch_diff "$(diff_file "$name")" >"$scratch/diff"
	[ -s "$scratch/diff" ] || return 0
	while read -r path; do
		[ -e "$after/$path" ] || { conflict "$path: not in this tree ($name)"; absent=1; }
	done < <(edited_paths "$name")
	[ -z "$absent" ] || return 0
	LC_ALL=C patch --directory="$after" --strip=1 --force $reverse --no-backup-if-mismatch \
		--reject-file=- <"$scratch/diff" >"$scratch/patch.log" 2>&1 ||
		[ $? -eq 1 ] || die "patch: $(tail -n 1 "$scratch/patch.log")"
	judge_hunks "$name"
}

add_files()
{
	local path
	local -a new=()

	while read -r path; do
		if [ -e "$after/$path" ]; then
			conflict "$path: there is a file of that name ($1)"
		else
			new+=("$path")
		fi
	done < <(added_paths "$1")
	[ ${#new[@]} -eq 0 ] || (cd "$top" && cp --parents "${new[@]}" "$after")
}

remove_files()
{
	local path

	while read -r path; do
		if ! cmp -s "$top/$path" "$after/$path"; then
			conflict "$path: not as the series has it ($1)"
		fi
		rm -f "$after/$path"
	done < <(added_paths "$1")
}

# --- git trees: commits without a check-out, then one fast-forward

stage_paths()
{
	local path mode blob

	while read -r path; do
		if [ ! -e "$after/$path" ]; then
			in_kernel update-index --force-remove "$path"
			continue
		fi
		mode=100644
		[ ! -x "$after/$path" ] || mode=100755
		blob=$(in_kernel hash-object -w --no-filters "$after/$path")
		in_kernel update-index --add --cacheinfo "$mode,$blob,$path"
	done
}

commit_one()
{
	local name=$1 file author email
	file=$(message_file "$name")
	author=$(patch_header "$file" From)
	email=${author#*<}

	{ edited_paths "$name"; added_paths "$name"; } | stage_paths
	new_head=$(GIT_AUTHOR_NAME=${author%% <*} GIT_AUTHOR_EMAIL=${email%>} \
		GIT_AUTHOR_DATE=$(patch_header "$file" Date) \
		in_kernel commit-tree -p "$new_head" -F <(patch_message "$file") \
		"$(in_kernel write-tree)")
}

commit_reversal()
{
	all_paths | stage_paths
	new_head=$(in_kernel commit-tree -p "$new_head" -m 'Take the minidump series off' \
		"$(in_kernel write-tree)")
}

check_git()
{
	local dirty
	local -a paths
	mapfile -t paths < <(all_paths)
	dirty=$(in_kernel status --porcelain -- "${paths[@]}")

	[ -z "$dirty" ] ||
		die "KDIR has changes of its own that are not committed:" \
		    "$(cut -c 4- <<<"$dirty" | paste -sd ' ')"
	in_kernel var GIT_COMMITTER_IDENT >/dev/null 2>&1 ||
		die "git does not know who commits; set user.name and user.email"
	new_head=$(in_kernel rev-parse HEAD)
	export GIT_INDEX_FILE=$scratch/index
	in_kernel read-tree HEAD
}

finish_git()
{
	unset GIT_INDEX_FILE
	in_kernel merge --quiet --ff-only "$new_head" >"$scratch/merge.log" 2>&1 ||
		die "git does not take the commits: $(head -n 1 "$scratch/merge.log")"
}

# --- other trees: what is to come and what was there is written into the tree
# first, so that whatever interrupts the rest can be undone

journal_name=.minidump-apply

# Are both the same file, or both not there?
same_file()
{
	if [ -e "$1" ] && [ -e "$2" ]; then
		cmp -s "$1" "$2"
	else
		[ ! -e "$1" ] && [ ! -e "$2" ]
	fi
}

# Files that are neither as they were before nor as they were to become
changed_since()
{
	local path

	while read -r path; do
		same_file "$kdir/$path" "$journal/before/$path" ||
			same_file "$kdir/$path" "$journal/after/$path" || echo "$path"
	done <"$journal/paths"
}

# The tree as it was before, from the journal in it
undo()
{
	local path

	while read -r path; do
		if [ ! -e "$journal/before/$path" ]; then
			remove_path "$path"
		elif ! same_file "$kdir/$path" "$journal/before/$path"; then
			make_folder "$(dirname "$path")"
			cp -p --remove-destination "$journal/before/$path" "$kdir/$path"
		fi
	done <"$journal/paths"
	rm -rf "$journal"
}

remove_path()
{
	rm -f "$kdir/$1" || return 1
	(cd "$kdir" && rmdir --parents "$(dirname "$1")" 2>/dev/null) || true
}

# Its owner stays a file's owner; what is new belongs to the tree's
take_owner()
{
	[ "$(id -u)" -ne 0 ] || chown --reference="$1" "$2"
}

make_folder()
{
	[ ! -d "$kdir/$1" ] || return 0
	make_folder "$(dirname "$1")" && mkdir "$kdir/$1" && take_owner "$kdir" "$kdir/$1"
}

replace_path()
{
	local path=$1 owner=$kdir

	[ ! -e "$kdir/$path" ] || owner=$kdir/$path
	make_folder "$(dirname "$path")" && cp --preserve=mode "$journal/after/$path" "$journal/next" &&
		take_owner "$owner" "$journal/next" && mv -f "$journal/next" "$kdir/$path"
}

change_all()
{
	local path

	while read -r path; do
		if [ ! -e "$after/$path" ]; then
			remove_path "$path" || return 1
		elif ! cmp -s "$after/$path" "$before/$path"; then
			replace_path "$path" || return 1
		fi
	done <"$journal/paths"
}

finish_plain()
{
	if ! mkdir "$journal" 2>"$scratch/write.err"; then
		die "cannot write into $kdir; nothing is changed"
	fi
	if ! { cp -a "$before" "$journal/before" && cp -r --preserve=mode "$after" "$journal/after" &&
	       all_paths >"$journal/paths" && : >"$journal/whole"; } 2>"$scratch/write.err"; then
		rm -rf "$journal"
		die "cannot write into $kdir ($(head -n 1 "$scratch/write.err")); nothing is changed"
	fi
	# It takes a moment, and whoever presses a key wants all or nothing
	trap '' INT TERM HUP
	if ! change_all 2>"$scratch/write.err"; then
		undo
		die "cannot write into $kdir ($(head -n 1 "$scratch/write.err")); nothing is changed"
	fi
	rm -rf "$journal"
}

# A run that was killed left its journal
recover()
{
	local changed

	if [ -e "$journal/whole" ]; then
		changed=$(changed_since)
		[ -z "$changed" ] ||
			die "an earlier run was interrupted, and $(head -n 1 <<<"$changed") was changed" \
			    "since; what was there is in $journal/before. Remove $journal to go on"
		undo
		echo "note: an earlier run was interrupted; what it had changed is undone" >&2
	elif [ -e "$journal" ]; then
		rm -rf "$journal"
	fi
}

# Files of the series that the tree has otherwise, or has not
other_files()
{
	local name path

	while read -r name; do
		while read -r path; do
			cmp -s "$top/$path" "$before/$path" || echo "$path"
		done < <(added_paths "$name")
	done < <(series_names)
}

# By a file that no other driver has; vendors' trees have a minidump.h of their own
has_another_series()
{
	[ -e "$before/drivers/soc/qcom/qcom_minidump_registry.c" ]
}

put_on()
{
	! has_series || die "KDIR=$kdir has the series already"
	! has_another_series ||
		die "KDIR=$kdir has another version of the series; take it off by the clone that it is from:" \
		    "$(other_files | wc -l) files differ, $(other_files | head -n 1) for one"
	while read -r name; do
		edit_files "$name"
		add_files "$name"
		[ -z "$git" ] || [ -s "$scratch/conflicts" ] || commit_one "$name"
	done < <(series_names)
}

take_off()
{
	has_series || ! has_another_series ||
		die "KDIR=$kdir has the series, but not as it is here:" \
		    "$(other_files | wc -l) of its files differ, $(other_files | head -n 1) for one"
	has_series || die "KDIR=$kdir does not have the series"
	while read -r name; do
		edit_files "$name"
		remove_files "$name"
	done < <(series_names | tac)
	[ -z "$git" ] || [ -s "$scratch/conflicts" ] || commit_reversal
}

reverse=
if [ "${1:-}" = --reverse ]; then
	reverse=--reverse
	shift
fi
take_kernel_tree "${1:-}"
need_packages apply
scratch_dir
check_adds
before=$scratch/before
after=$scratch/after
: >"$scratch/conflicts"

journal=$kdir/$journal_name
git=
if is_git; then
	git=1
fi
[ -w "$kdir" ] || die "KDIR=$kdir cannot be written to"
exec 8<"$kdir"
# What a killed run had called may still be ending
flock --wait 3 8 || die "another make apply is at work on KDIR=$kdir"
recover
copy_out
[ -z "$git" ] || check_git
if [ -z "$reverse" ]; then
	put_on
else
	take_off
fi
if [ -s "$scratch/conflicts" ]; then
	sed 's/^/conflict: /' "$scratch/conflicts" >&2
	die "the series does not fit KDIR=$kdir; nothing is changed"
fi
if [ -n "$git" ]; then
	finish_git
else
	finish_plain
fi
if [ -z "$reverse" ]; then
	step "$(series_names | wc -l) commits of the series are on $kdir (Linux $(kernel_version "$kdir"))"
else
	step "the series is off $kdir"
fi
