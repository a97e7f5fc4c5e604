#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# import.sh KDIR - takes the commits base..HEAD of a kernel work tree back: new
# files to their kernel paths in the repository, messages and edits of existing
# files to series/. A patch file keeps its name as long as its subject stays;
# those of other bases keep their place among the rest.
#
# Nothing is changed unless what is to be written gives the very tree of HEAD.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"

in_kernel()
{
	git -C "$kdir" "$@"
}

check_kernel_tree()
{
	[ "$(in_kernel rev-parse --show-toplevel 2>/dev/null)" = "$kdir" ] || die "$kdir is no git tree"
	in_kernel rev-parse --quiet --verify 'refs/tags/base^{commit}' >/dev/null ||
		die "$kdir has no tag base, where its commits begin"
	in_kernel merge-base --is-ancestor base HEAD || die "HEAD of $kdir does not stand on tag base"
	[ "$(in_kernel rev-parse 'base^{tree}')" = "$(kgit rev-parse 'base^{tree}')" ] ||
		die "tag base of $kdir is not the kernel that build/base has"
	[ -z "$(in_kernel status --porcelain)" ] || die "$kdir has uncommitted changes; commit them first"
	[ -z "$(in_kernel rev-list --merges base..HEAD)" ] || die "$kdir has a merge among its commits"
	[ -n "$(in_kernel rev-list base..HEAD)" ] || die "$kdir has no commit on top of tag base"
}

# changed_paths COMMIT FILTER: A for new files, a for all others
changed_paths()
{
	in_kernel diff --name-only --no-renames --diff-filter="$2" "$1^" "$1"
}

title()
{
	in_kernel log -1 --abbrev=12 --format="%h (\"%s\")" "$1"
}

# A new file lies where the repository keeps such, and lands whole in one commit
check_commit()
{
	local commit=$1 path

	while read -r path; do
		case " ${kernel_dirs[*]} " in
		*" ${path%%/*} "*) ;;
		*) die "$(title "$commit") adds $path; new files may lie in ${kernel_dirs[*]}" ;;
		esac
		[ "$(in_kernel ls-tree "$commit" -- "$path" | cut -c 1-3)" = 100 ] ||
			die "$(title "$commit") adds $path, which is no plain file"
		added_by[$path]=$commit
	done < <(changed_paths "$commit" A)
	while read -r path; do
		[ -z "${added_by[$path]:-}" ] || [ "${added_by[$path]}" = "$commit" ] ||
			die "$(title "$commit") changes $path, which $(title "${added_by[$path]}")" \
			    "adds; squash it into that one"
	done < <(changed_paths "$commit" a)
	! in_kernel log -1 --format=%b "$commit" | grep -x -e --- >/dev/null ||
		die "$(title "$commit") has a line of three dashes in its message"
}

# --- Names

# Subjects of the patch files there are, and whether this base has them
read_old_names()
{
	local name file

	mapfile -t old_names < <(all_names)
	for name in "${old_names[@]}"; do
		file=$(message_file "$name")
		[ -e "$file" ] || continue # another base's own
		old_name_of[$(patch_header "$file" Subject)]=$name
	done
	while read -r name; do
		in_base[$name]=1
	done < <(series_names)
}

# Puts a patch file of another base alone, or that this base does without, into
# the order before NAME, as it was
keep_others_before()
{
	local name

	while [ ${#old_names[@]} -gt 0 ]; do
		name=${old_names[0]}
		[ "$name" != "$1" ] || break
		old_names=("${old_names[@]:1}")
		[ -n "${in_base[$name]:-}" ] || order+=("$name -")
	done
}

# order: lines of "old name or -" and "commit or -"
put_in_order()
{
	local commit name old

	for commit in "${commits[@]}"; do
		name=${old_name_of[$(in_kernel log -1 --format=%s "$commit")]:-}
		if [ -n "$name" ] && [ -n "${in_base[$name]:-}" ]; then
			# Moved to the front of one that it followed: stays behind it
			for old in "${old_names[@]}"; do
				[ "$old" != "$name" ] || keep_others_before "$name"
			done
		else
			name=-
		fi
		order+=("$name $commit")
	done
	keep_others_before ''
}

# A name stays, unless one before it needs the place. What is a base's own may
# share a number with its neighbour.
new_name()
{
	local name=$1 commit=$2 number slug own='' LC_ALL=C

	if [ "$name" = - ]; then
		number=$((last_number + 1))
		slug=$(in_kernel log -1 --format=%f "$commit" | cut -c 1-52).patch
	else
		number=$((10#${name%%-*}))
		slug=${name#*-}
		[ -e "$top/series/$name" ] || own=1
		[ "$number" -gt "$last_number" ] ||
			[[ $own$last_own && $number -eq $last_number && $name > $new_name ]] ||
			number=$((last_number + 1))
	fi
	last_number=$number
	last_own=$own
	new_name=$(printf '%04d-%s' "$number" "$slug")
}

# --- Contents

# Does a diff, on top of COMMIT's parent, do what COMMIT does to existing files?
does_the_same()
{
	local commit=$1 diff=$2 index_tree

	export GIT_INDEX_FILE=$scratch/index
	in_kernel read-tree "$commit^"
	if [ -s "$diff" ]; then
		in_kernel apply --cached --whitespace=nowarn "$diff" 2>/dev/null ||
			{ unset GIT_INDEX_FILE; return 1; }
	fi
	index_tree=$(in_kernel write-tree)
	unset GIT_INDEX_FILE
	[ -z "$(in_kernel diff --name-only --no-renames --diff-filter=a "$index_tree" "$commit")" ]
}

write_message()
{
	local commit=$1

	in_kernel log -1 --format='From: %an <%ae>%nDate: %aD%nSubject: %s' "$commit"
	changed_paths "$commit" A | sed 's/^/Adds: /'
	echo
	in_kernel log -1 --format=%b "$commit" | git stripspace
	echo ---
}

write_diff()
{
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 \
		in_kernel diff --no-renames --abbrev=12 --diff-filter=a "$1^" "$1"
}

# Writes the patch file of COMMIT, which was OLD or is new (-), as NAME
write_patch()
{
	local commit=$1 old=$2 name=$3 file=$stage/series/$3 diff=$scratch/old.diff keep=

	: >"$diff"
	if [ "$old" != - ]; then
		patch_diff "$(diff_file "$old")" >"$diff"
		! does_the_same "$commit" "$diff" || keep=1
		[ -e "$top/series/$old" ] || file=$stage/series/$BASE/$name
	fi
	mkdir -p "$(dirname "$file")"

	if [ "$old" != - ] && [ "$BASE" != "$first_base" ] && [ -e "$top/series/$old" ]; then
		# The diff of the first base stays
		{ write_message "$commit"; patch_diff "$top/series/$old"; } >"$file"
		[ -z "$keep" ] || return 0
		mkdir -p "$stage/series/$BASE"
		{
			[ ! -e "$top/series/$BASE/$old" ] || sed '/^---$/,$d' "$top/series/$BASE/$old"
			echo ---
			write_diff "$commit"
		} >"$stage/series/$BASE/$name"
	elif [ -n "$keep" ]; then
		{ write_message "$commit"; cat "$diff"; } >"$file"
	else
		{ write_message "$commit"; write_diff "$commit"; } >"$file"
	fi
}

# What other bases say under the same name goes along with it
rename_others()
{
	local old=$1 name=$2 dir

	for dir in "$top/series" "$top"/series/*/; do
		[ -e "$dir/$old" ] || continue
		dir=$stage/${dir#"$top/"}
		mkdir -p "$dir"
		[ -e "$dir/$name" ] || cp "$top/${dir#"$stage/"}/$old" "$dir/$name"
	done
}

write_files()
{
	local path

	for path in "${!added_by[@]}"; do
		mkdir -p "$stage/$(dirname "$path")"
		in_kernel show "HEAD:$path" >"$stage/$path"
		[ "$(in_kernel ls-tree HEAD -- "$path" | cut -c 1-6)" != 100755 ] || chmod +x "$stage/$path"
	done
}

# --- The way into the repository

# Paths that series/ named and that no commit adds any more
dropped_paths()
{
	local name path

	for name in "${!in_base[@]}"; do
		patch_header "$(message_file "$name")" Adds
	done | while read -r path; do
		[ -n "${added_by[$path]:-}" ] || echo "$path"
	done
}

install_stage()
{
	local path

	dropped_paths >"$scratch/dropped"
	while read -r path; do
		echo "removed $path"
		rm -f "${top:?}/$path"
	done <"$scratch/dropped"
	(cd "$top" && find series -name '*.patch') | while read -r path; do
		[ -e "$stage/$path" ] || { echo "removed $path"; rm -f "${top:?}/$path"; }
	done
	(cd "$stage" && find . -type f -printf '%P\n') | LC_ALL=C sort | while read -r path; do
		if ! cmp -s "$stage/$path" "$top/$path"; then
			echo "wrote $path"
			mkdir -p "$top/$(dirname "$path")"
			cp "$stage/$path" "$top/$path"
		fi
	done
}

take_kernel_tree "${1:-}"
base_repo=$MINIDUMP_BUILD/base/linux-source-$BASE
"$(dirname "$0")/base.sh"
check_kernel_tree
scratch_dir
stage=$scratch/stage
mkdir -p "$stage/series"

declare -A added_by=() old_name_of=() in_base=()
order=()
last_number=0
last_own=
new_name=
mapfile -t commits < <(in_kernel rev-list --reverse base..HEAD)
for commit in "${commits[@]}"; do
	check_commit "$commit"
done
read_old_names
put_in_order
for entry in "${order[@]}"; do
	read -r old commit <<<"$entry"
	new_name "$old" "$commit"
	[ "$commit" = - ] || write_patch "$commit" "$old" "$new_name"
	[ "$old" = - ] || rename_others "$old" "$new_name"
done
write_files

tip=$(top=$stage; commit_series)
[ "$(kgit rev-parse "$tip^{tree}")" = "$(in_kernel rev-parse 'HEAD^{tree}')" ] ||
	die "what would be written does not give the tree of $kdir; nothing is changed"
install_stage
step "${#commits[@]} commits of $kdir are in series/"
