#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# import.sh KDIR - takes the commits base..HEAD of a kernel work tree back: new
# files to their kernel paths in the repository, messages and edits of existing
# files to series/. A patch file keeps its name and part as long as its subject
# stays; a new one comes into the part of the commit before it.
#
# On another line than the first, whole files stay as they are: what the tree has
# otherwise becomes an edit of that line's own.
#
# Nothing is changed unless what is to be written gives the very tree of HEAD.

# shellcheck disable=SC2030,SC2031 # top is another in subshells, for a moment
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"

check_kernel_tree()
{
	[ "$(kgit rev-parse --show-toplevel 2>/dev/null)" = "$kdir" ] || die "$kdir is no git tree"
	kgit rev-parse --quiet --verify 'refs/tags/base^{commit}' >/dev/null ||
		die "$kdir has no tag base, where its commits begin"
	kgit merge-base --is-ancestor base HEAD || die "HEAD of $kdir does not stand on tag base"
	[ "$(kgit rev-parse 'base^{tree}')" = "$base_tree" ] ||
		die "tag base of $kdir is not the kernel that build/base has"
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

# The name that a commit has in series/: by its subject, or a new one. A number
# rises if the one before it in the part needs the place; other lines' files go
# along.
choose_name()
{
	local commit=$1 number slug file last_part=$part LC_ALL=C
	old=${name_of[$(kgit log -1 --format=%s "$commit")]:-}

	if [ -n "$old" ]; then
		part=$(patch_header "$(message_file "$old")" Part)
		[ "$part" = "$last_part" ] || name=0000
	fi
	# shellcheck disable=SC2071 # names are what is sorted
	if [ -n "$old" ] && [[ $old > $name ]]; then
		name=$old
	else
		number=$((10#${name%%-*} + 1))
		slug=$(kgit log -1 --format=%f "$commit" | cut -c 1-52).patch
		name=$(printf '%04d-%s' "$number" "${old:+${old#*-}}")
		[ -n "$old" ] || name+=$slug
	fi
	[ -n "$old" ] || return 0
	unset "gone[$old]"
	for file in "$top/series/$old" "$top"/series/*/"$old"; do
		[ ! -e "$file" ] || cp "$file" "$stage/$(dirname "${file#"$top"/}")/$name"
	done
}

# Files go to the repository as they are in the end; what stands in this line's
# diffs is what differs from them. So another line's commit has the first line's
# files to start with. before: the commit's parent, with the files that it adds.
stage_parent()
{
	local path

	kgit read-tree "$1^"
	added_paths "$1" | while read -r path; do
		mkdir -p "$stage/$(dirname "$path")"
		if [ "$BASE" != "$first_base" ] && [ -e "$top/$path" ]; then
			cp -p "$top/$path" "$stage/$path"
			stage_files "$path"
			continue
		fi
		kgit ls-tree "$1" -- "$path" | kgit update-index --add --index-info
		kgit show "HEAD:$path" >"$stage/$path"
		[[ $(kgit ls-tree HEAD -- "$path") != 100755* ]] || chmod +x "$stage/$path"
	done
	before=$(kgit write-tree)
}

# A diff that does what the commit does stays as it is
write_patch()
{
	local commit=$1 file=$stage/series/$name own=$stage/series/$BASE/$name before

	[ -z "$old" ] || [ -e "$top/series/$old" ] || file=$own
	[ -n "$old" ] || [ "$BASE" = "$first_base" ] || file=$own
	stage_parent "$commit"
	: >"$scratch/diff"
	[ -z "$old" ] || patch_diff "$(diff_file "$old")" >"$scratch/diff"
	[ ! -s "$scratch/diff" ] || kgit apply --cached --whitespace=nowarn "$scratch/diff" 2>/dev/null || true
	[ "$(kgit write-tree)" = "$(kgit rev-parse "$commit^{tree}")" ] ||
		kgit diff --no-renames --abbrev=12 "$before" "$commit" >"$scratch/diff"
	if [ "$file" != "$own" ] && [ "$BASE" != "$first_base" ] && [ -n "$old" ]; then
		# The first line's diff stays where it is
		if [ -e "$own" ] || ! cmp -s "$scratch/diff" <(patch_diff "$file"); then
			{ [ ! -e "$own" ] || sed '/^---$/,$d' "$own"; echo ---; cat "$scratch/diff"; } >"$scratch/own"
			mv "$scratch/own" "$own"
		fi
		patch_diff "$file" >"$scratch/diff"
	fi
	{
		kgit log -1 --format="From: %an <%ae>%nDate: %aD%nSubject: %s%nPart: $part" "$commit"
		added_paths "$commit" | sed 's/^/Adds: /'
		echo
		kgit log -1 --format=%b "$commit" | git stripspace
		echo ---
		cat "$scratch/diff"
	} >"$file"
}

# What series/ has of this line, to find what it has no more
read_series()
{
	local name path

	cp -r "$top/series" "$scratch/others"
	while read -r name; do
		gone[$name]=1
		name_of[$(patch_header "$(message_file "$name")" Subject)]=$name
		rm -f "$scratch/others/$name" "$scratch"/others/*/"$name"
		while read -r path; do
			gone_files[$path]=1
		done < <(patch_header "$(message_file "$name")" Adds)
	done < <(series_names)
}

install_stage()
{
	local path

	(cd "$top" && find series -name '*.patch'; printf '%s\n' "${!gone_files[@]}") | while read -r path; do
		[ -e "$stage/$path" ] || [ ! -e "$top/$path" ] || { echo "removed $path"; rm -f "${top:?}/$path"; }
	done
	(cd "$stage" && find . -type f -printf '%P\n' | LC_ALL=C sort) | while read -r path; do
		cmp -s "$stage/$path" "$top/$path" ||
			{ echo "wrote $path"; (cd "$stage" && cp -p --parents "$path" "$top"); }
	done
}

take_kernel_tree "${1:-}"
[ "${version%.*}" = "$BASE" ] || die "KDIR=$1 is Linux $version; the series is for $(known_bases | paste -sd ' ')"
base_repo=$MINIDUMP_BUILD/base/linux-source-$BASE
"$(dirname "$0")/base.sh"
base_tree=$(kgit rev-parse 'base^{tree}')
base_repo=$kdir
check_kernel_tree
scratch_dir
stage=$scratch/stage
known_bases | sed 's,^,series/,' | (mkdir -p "$stage" && cd "$stage" && xargs mkdir -p)

declare -A name_of=() gone=() gone_files=()
name=0000
part=$(series_parts | sed '/^backports$/d; q')
part=${part:-new}
mapfile -t commits < <(kgit rev-list --reverse base..HEAD)
for commit in "${commits[@]}"; do
	check_commit "$commit"
done
read_series
export GIT_INDEX_FILE=$scratch/index
for commit in "${commits[@]}"; do
	choose_name "$commit"
	write_patch "$commit"
done
[ "$BASE" = "$first_base" ] || [ ${#gone[@]} -eq 0 ] ||
	die "no commit is ${!gone[*]}; to do without it, write \"Without: reason\" into series/$BASE/"
cp -rn "$scratch/others/." "$stage/series"

(
	top=$stage
	rm -rf "$scratch/first" "$scratch"/plan-*
	mapfile -t names < <(series_names)
	commit_names "${names[@]}"
	[ "$(kgit rev-parse "$tip^{tree}")" = "$(kgit rev-parse 'HEAD^{tree}')" ]
) || die "what would be written does not give the tree of $kdir; nothing is changed"
install_stage
step "${#commits[@]} commits of $kdir are in series/"
