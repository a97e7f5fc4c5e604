#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# import.sh KDIR - takes the commits base..HEAD of a kernel work tree back: new
# files to their kernel paths in the repository, messages and edits of existing
# files to series/. A patch file keeps its name and part as long as its subject
# stays; a new one comes into the part of the commit before it, and behind it.
#
# On another line than the first, whole files stay as they are: what the tree has
# otherwise becomes an edit of that line's own.
#
# Nothing is changed unless what is to be written gives the very tree of HEAD.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"

check_kernel_tree()
{
	[ "$(kgit rev-parse --show-toplevel 2>/dev/null)" = "$kdir" ] || die "$kdir is no git tree"
	[ "$(kgit rev-parse --quiet --verify 'refs/tags/base^{tree}')" = "$base_tree" ] ||
		die "$kdir has no tag base that is the kernel of build/base"
	kgit merge-base --is-ancestor base HEAD || die "HEAD of $kdir does not stand on tag base"
	[ -z "$(kgit status --porcelain)" ] || die "$kdir has uncommitted changes; commit them first"
	[ -z "$(kgit rev-list --merges base..HEAD)" ] || die "$kdir has a merge among its commits"
	[ -n "$(kgit rev-list base..HEAD)" ] || die "$kdir has no commit on top of tag base"
}

added_paths()
{
	kgit diff --name-only --no-renames --diff-filter=A "$1^" "$1"
}

# A new file lies where the repository keeps such
check_commit()
{
	local commit=$1 path title
	title=$(kgit log -1 --abbrev=12 --format='%h ("%s")' "$commit")

	while read -r path; do
		[[ " ${kernel_dirs[*]} " == *" ${path%%/*} "* ]] ||
			die "$title adds $path; new files may lie in ${kernel_dirs[*]}"
		[[ $(kgit ls-tree "$commit" -- "$path") == 100* ]] ||
			die "$title adds $path, which is no plain file"
	done < <(added_paths "$commit")
	! kgit log -1 --format=%b "$commit" | grep -x -e --- >/dev/null ||
		die "$title has a line of three dashes in its message"
}

# Sets name and part. A commit that series/ knows by its subject keeps both, if the
# order of names allows that; a new one gets the next number.
choose_name()
{
	local subject old last=$name last_part=$part LC_ALL=C file
	subject=$(kgit log -1 --format=%s "$1")
	old=${name_of[$subject]:-}

	[ -z "$old" ] || part=$(patch_header "$(message_file "$old")" Part)
	[ "$part" = "$last_part" ] || last=0000
	# shellcheck disable=SC2071 # names are what is sorted
	if [[ $old > $last ]]; then
		name=$old
	else
		name=${old#*-}
		: "${name:=$(kgit log -1 --format=%f "$1" | cut -c 1-52).patch}"
		name=$(printf '%04d-%s' $((10#${last%%-*} + 1)) "$name")
	fi
	[ -z "$old" ] || unset "gone[$old]"
	# All lines' files go along
	for file in "$scratch/before/series/"{,*/}"${old:-none}"; do
		[ ! -e "$file" ] || cp "$file" "$after/$(dirname "${file#"$scratch/before/"}")/$name"
	done
}

# stage_parent COMMIT: its parent and the files that it adds, as a tree: before. On
# the first line, these go to the repository as they are in the end; what another
# line has otherwise stands in its diffs.
stage_parent()
{
	local path

	kgit read-tree "$1^"
	added_paths "$1" | while read -r path; do
		if [ "$BASE" != "$first_base" ] && [ -e "$top/$path" ]; then
			echo "$path"
			continue
		fi
		mkdir -p "$after/$(dirname "$path")"
		kgit ls-tree "$1" -- "$path" | kgit update-index --add --index-info
		kgit show "HEAD:$path" >"$after/$path"
		[[ $(kgit ls-tree HEAD -- "$path") != 100755* ]] || chmod +x "$after/$path"
	done | new_files_diff | kgit apply --cached --allow-empty --whitespace=nowarn
	before=$(kgit write-tree)
}

# A diff that does what the commit does stays as it is. Another line's difference
# to a commit of the first stands in a file of its own.
write_patch()
{
	local commit=$1 file=$after/series/$name own=$after/series/$BASE/$name diffs

	[ "$BASE" != "$first_base" ] || own=$file
	[ -e "$file" ] || file=$own
	diffs=$file
	[ ! -e "$own" ] || diffs=$own
	stage_parent "$commit"
	sed '0,/^---$/d' "$diffs" 2>/dev/null |
		kgit apply --cached --allow-empty --whitespace=nowarn 2>/dev/null || true
	if [ "$(kgit write-tree)" != "$(kgit rev-parse "$commit^{tree}")" ]; then
		{
			sed '/^---$/,$d' "$own" 2>/dev/null || true
			echo ---
			kgit diff --no-renames --abbrev=12 "$before" "$commit"
		} >"$scratch/patch"
		mv "$scratch/patch" "$own"
	fi
	{
		kgit log -1 --format="From: %an <%ae>%nDate: %aD%nSubject: %s%nPart: $part" "$commit"
		added_paths "$commit" | sed 's/^/Adds: /'
		echo
		kgit log -1 --format=%b "$commit" | git stripspace
		sed -n '/^---$/,$p' "$file" 2>/dev/null || echo ---
	} >"$scratch/patch"
	mv "$scratch/patch" "$file"
}

# What series/ has of this line is gone until a commit is found to be it. Whole
# files are the first line's.
take_out()
{
	local name

	copy_series "$scratch/before"
	cp -r "$scratch/before" "$after"
	(cd "$after/series" && known_bases | xargs mkdir -p)
	while read -r name; do
		gone[$name]=1
		name_of[$(patch_header "$(message_file "$name")" Subject)]=$name
		rm -f "$after/series/"{,*/}"$name"
		[ "$BASE" != "$first_base" ] ||
			patch_header "$(message_file "$name")" Adds | (cd "$after" && xargs -d '\n' -r rm -f)
	done < <(series_names)
}

take_kernel_tree "${1:-}"
[ "${version%.*}" = "$BASE" ] || die "KDIR=$1 is Linux $version; the series is for $(known_bases | paste -sd ' ')"
base_repo=$MINIDUMP_BUILD/base/linux-source-$BASE
"$(dirname "$0")/base.sh"
base_tree=$(kgit rev-parse 'base^{tree}')
base_repo=$kdir
check_kernel_tree
scratch_dir
after=$scratch/after

declare -A name_of=() gone=()
name=0000
part=$(series_parts | sed '/^backports$/d; q')
part=${part:-new}
mapfile -t commits < <(kgit rev-list --reverse base..HEAD)
for commit in "${commits[@]}"; do
	check_commit "$commit"
done
take_out
export GIT_INDEX_FILE=$scratch/index
for commit in "${commits[@]}"; do
	choose_name "$commit"
	write_patch "$commit"
done
[ "$BASE" = "$first_base" ] || [ ${#gone[@]} -eq 0 ] ||
	die "no commit is ${!gone[*]}; to do without it, write \"Without: reason\" into series/$BASE/"

(
	# shellcheck disable=SC2030 # in here alone
	top=$after
	rm -rf "$scratch/first" "$scratch"/plan-*
	mapfile -t names < <(series_names)
	commit_names "${names[@]}"
	[ "$(kgit rev-parse "$tip^{tree}")" = "$(kgit rev-parse 'HEAD^{tree}')" ]
) || die "what would be written does not give the tree of $kdir; nothing is changed"
# shellcheck disable=SC2031 # it was another one's
before_to_after | apply_in "$top" -p2 --allow-empty --apply --numstat
step "${#commits[@]} commits of $kdir are in series/"
