#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# apply.sh [--reverse] KDIR - puts the series on a kernel tree, or takes it off.
#
# It is that of the nearest line, by another line's diffs where its own do not fit,
# and all of it or nothing. A git tree
# gets its commits, made without a check-out; any other tree, and one that is only
# part of a repository, is changed by one "git apply".

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"

# In the tree's own repository, or in one that has just the files concerned
kgit()
{
	git -C "$repo" "$@"
}

conflict()
{
	printf '%s\n' "$1 (${2%.patch})" >>"$scratch/conflicts"
}

# All that the series may edit or add, for any line
all_paths()
{
	sed -n 's,^+++ b/,,p; s/^Adds: //p' "$top"/series/*.patch "$top"/series/*/*.patch | LC_ALL=C sort -u
}

# That name's diffs: the line's own, and those of the others, by how near they are
diffs_of()
{
	local BASE=$BASE

	for BASE in "$BASE" $(nearest_bases "$version"); do
		[ ! -e "$(diff_file "$1")" ] || grep -q -m 1 '^Without: ' "$(diff_file "$1")" || diff_file "$1"
	done | awk '!seen[$0]++'
}

# apply_diff FILE OPTION...: to the index. Says of context that it had to leave out.
# In a Kconfig file the line next to it may be another menu's: a conflict.
apply_diff()
{
	patch_diff "$1" >"$scratch/diff"
	: >"$scratch/fuzz"
	[ -s "$scratch/diff" ] || return 0
	kgit apply --cached -C1 --verbose --whitespace=nowarn "${@:2}" "$scratch/diff" 2>"$scratch/said" || return 1
	awk '/^Checking patch / { path = substr($3, 1, length($3) - 3) }
	     /^Context reduced/ { print path ": fits with fuzz only, at line " $NF }' \
		"$scratch/said" >"$scratch/fuzz"
}

# fit NAME [-R]: by the first diff that fits, or what fits of the line's own
fit()
{
	local name=$1 file path
	local -a reverse=("${@:2}") without=() failed

	cp "$GIT_INDEX_FILE" "$scratch/kept"
	while read -r file; do
		if apply_diff "$file" "${reverse[@]}" && ! grep -q Kconfig: "$scratch/fuzz"; then
			[ "$file" = "$(diff_file "$name")" ] || echo "by $(short "$file")" >>"$scratch/fuzz"
			sed "s/^/note: /; s/$/ (${name%.patch})/" "$scratch/fuzz" >>"$scratch/notes"
			return
		fi
		cp "$scratch/kept" "$GIT_INDEX_FILE"
	done < <(diffs_of "$name")

	until apply_diff "$(diff_file "$name")" "${reverse[@]}" "${without[@]}"; do
		mapfile -t failed < <(sed -nE \
			's/^error: (patch failed: )?([^ ]+): ?(does not exist|wrong type|already|[0-9]+).*/\2 \3/p' \
			"$scratch/said")
		[ ${#failed[@]} -gt 0 ] || die "git apply: $(tail -n 1 "$scratch/said")"
		for path in "${failed[@]}"; do
			conflict "${path/ /: }" "$name"
			without+=(--exclude="${path%% *}")
		done
	done
	while read -r path; do
		conflict "$path" "$name"
	done < <(grep Kconfig: "$scratch/fuzz")
}

put_on()
{
	local path
	local -a paths new=()
	mapfile -t paths < <(patch_header "$(message_file "$1")" Adds)

	for path in "${paths[@]}"; do
		if [ -n "$(kgit ls-files --cached -- "$path")" ]; then
			conflict "$path: there is a file of that name" "$1"
		else
			new+=("$path")
		fi
	done
	[ ${#new[@]} -eq 0 ] || stage_files "${new[@]}"
	fit "$1"
}

take_off()
{
	local path file

	make_first_states
	fit "$1" -R
	while read -r path; do
		file=$scratch/first/$path
		[ -e "$file" ] || file=$top/$path
		[ "$(kgit rev-parse --quiet --verify ":$path")" = "$(git hash-object --no-filters "$file")" ] ||
			conflict "$path: not as the series has it" "$1"
		kgit update-index --force-remove "$path"
	done < <(patch_header "$(message_file "$1")" Adds)
}

# on_line put_on|take_off: with the patches for BASE, on the index; sets tip
on_line()
{
	local name

	: >"$scratch/conflicts"
	: >"$scratch/notes"
	tip=$head
	kgit read-tree "$head"
	while read -r name; do
		"$1" "$name"
		[ "$1" = take_off ] || [ -s "$scratch/conflicts" ] || tip=$(commit_patch "$name" "$tip")
	done < <(if [ "$1" = put_on ]; then series_names; else series_names | tac; fi)
	[ ! -s "$scratch/conflicts" ] || return 0
	[ "$1" = put_on ] ||
		tip=$(kgit commit-tree -p "$head" -m 'Take the minidump series off' "$(kgit write-tree)")
}

# The same for the lines, from the nearest one on, until one fits. If none does,
# it is the nearest one's conflicts that count.
on_nearest()
{
	local line

	for line in $(nearest_bases "$version"); do
		BASE=$line
		on_line "$1"
		[ -s "$scratch/conflicts" ] || return 0
		[ -e "$scratch/nearest" ] || cp "$scratch/conflicts" "$scratch/nearest"
	done
	mv "$scratch/nearest" "$scratch/conflicts"
}

open_git()
{
	local dirty
	local -a paths
	mapfile -t paths < <(all_paths)

	repo=$kdir
	dirty=$(kgit status --porcelain -- "${paths[@]}")
	[ -z "$dirty" ] ||
		die "KDIR has changes of its own that are not committed: $(cut -c 4- <<<"$dirty" | paste -sd ' ')"
	kgit var GIT_COMMITTER_IDENT >/dev/null 2>&1 ||
		die "git does not know who commits; set user.name and user.email"
}

open_plain()
{
	local path

	repo=$scratch/repo
	GIT_CONFIG_GLOBAL=/dev/null git init --quiet --template= "$repo"
	kgit config user.name minidump
	kgit config user.email minidump@localhost
	kgit config core.autocrlf false
	all_paths | while read -r path; do
		[ ! -e "$kdir/$path" ] || (cd "$kdir" && cp -pP --parents "$path" "$repo")
	done
	kgit add --all --force .
	kgit commit --quiet --allow-empty --message before
}

finish_git()
{
	unset GIT_INDEX_FILE
	kgit merge --quiet --ff-only "$tip" >"$scratch/said" 2>&1 ||
		die "git does not take the commits: $(head -n 1 "$scratch/said")"
}

# All or nothing is git's affair. What is new belongs to the tree's owner.
finish_plain()
{
	local -a owner=()

	[ "$(id -u)" -ne 0 ] ||
		owner=(setpriv "--reuid=$(stat -c %u "$kdir")" "--regid=$(stat -c %g "$kdir")" --clear-groups)
	kgit diff --binary --no-renames "$head" "$tip" >"$scratch/diff"
	trap '' INT TERM HUP
	(cd "$kdir" && GIT_CEILING_DIRECTORIES=${kdir%/*} "${owner[@]}" git apply --whitespace=nowarn) \
		<"$scratch/diff" 2>"$scratch/said" || die "cannot change $kdir: $(head -n 1 "$scratch/said")"
}

action=put_on
if [ "${1:-}" = --reverse ]; then
	action=take_off
	shift
fi
as_user=1
take_kernel_tree "${1:-}"
need_packages apply
scratch_dir
check_adds
[ -w "$kdir" ] || die "KDIR=$kdir cannot be written to"

finish=finish_plain
if top_level=$(git -C "$kdir" rev-parse --show-toplevel 2>"$scratch/said"); then
	[ "$top_level" != "$kdir" ] || finish=finish_git
elif [ -e "$kdir/.git" ]; then
	die "git does not take KDIR=$kdir: $(head -n 1 "$scratch/said")"
fi
if [ $finish = finish_git ]; then open_git; else open_plain; fi
head=$(kgit rev-parse --verify HEAD)
export GIT_INDEX_FILE=$scratch/index

# By a file that no other driver has; vendors' trees have a minidump.h of their own
if [ -n "$(kgit ls-tree "$head" -- drivers/soc/qcom/qcom_minidump_registry.c)" ]; then
	on_nearest take_off
	[ -s "$scratch/conflicts" ] || [ $action = take_off ] || die "KDIR=$kdir has the series already"
	[ ! -s "$scratch/conflicts" ] ||
		die "KDIR=$kdir has the series, but not as it is here; take it off by the clone that it is" \
		    "from: $(head -n 1 "$scratch/conflicts")"
else
	[ $action = put_on ] || die "KDIR=$kdir does not have the series"
	on_nearest put_on
fi
if [ -s "$scratch/conflicts" ]; then
	sed 's/^/conflict: /' "$scratch/conflicts" >&2
	die "the series for Linux $(nearest_bases "$version" | head -n 1) does not fit KDIR=$kdir," \
	    "nor does that for another; nothing is changed"
fi
cat "$scratch/notes" >&2
$finish
[ $action = put_on ] || { step "the series is off $kdir"; exit; }
step "$(series_names | wc -l) commits, those for Linux $BASE, are on $kdir (Linux $version)"
