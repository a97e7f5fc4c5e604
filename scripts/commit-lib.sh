# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Makes commits of what series-lib.sh reads. To be sourced by it.

# shellcheck disable=SC2154 # top, scratch: lib.sh's

# Puts a commit's changes into the index that GIT_INDEX_FILE names: what it adds,
# and then its diff
stage_patch()
{
	local name=$1 message present
	local -a paths
	message=$(message_file "$name")
	mapfile -t paths < <(patch_header "$message" Adds)

	if [ ${#paths[@]} -gt 0 ]; then
		present=$(kgit ls-files --cached -- "${paths[@]}")
		[ -z "$present" ] ||
			die "$(short "$message"): Adds: $(head -n 1 <<<"$present"), which the kernel has already"
		stage_files "${paths[@]}"
	fi
	patch_diff "$(diff_file "$name")" >"$scratch/diff"
	[ ! -s "$scratch/diff" ] ||
	kgit apply --cached --whitespace=nowarn "$scratch/diff" 2>"$scratch/apply.err" ||
		die "$(short "$(diff_file "$name")") does not fit $BASE:" \
		    "$(sed -n 's/^error: //p' "$scratch/apply.err" | paste -sd ';')"
}

# Brings each new file that a later commit edits into its first state, below
# $scratch/first
make_first_states()
{
	local first=$scratch/first path patch
	local -a edited

	[ ! -e "$first" ] || return 0
	mkdir "$first"
	mapfile -t edited < <(cat "$top"/series/*.patch | sed -n 's,^--- a/,,p' | LC_ALL=C sort -u |
		LC_ALL=C comm -12 - <(sed -n 's/^Adds: //p' "$top"/series/*.patch | LC_ALL=C sort))
	for path in "${edited[@]}"; do
		mkdir -p "$first/$(dirname "$path")"
		cp -p "$top/$path" "$first/$path"
	done
	[ ${#edited[@]} -gt 0 ] || return 0
	while read -r patch; do
		patch_diff "$patch" >"$scratch/diff"
		grep -qxF "${edited[@]/#/-e--- a/}" "$scratch/diff" || continue
		(cd "$first" && GIT_CEILING_DIRECTORIES=$scratch git apply --reverse \
			"${edited[@]/#/--include=}" "$scratch/diff" 2>"$scratch/apply.err") ||
			die "$(short "$patch") does not do what the files it edits are like:" \
			    "$(sed -n 's/^error: //p' "$scratch/apply.err" | paste -sd ';')"
	done < <(printf '%s\n' "$top"/series/*.patch | LC_ALL=C sort -r)
}

# All at once, for git is slow to start
stage_files()
{
	local path mode
	local -a sources

	make_first_states
	for path; do
		[ -e "$scratch/first/$path" ] && sources+=("$scratch/first/$path") || sources+=("$top/$path")
	done

	for path; do
		mode=100644
		[ ! -x "$top/$path" ] || mode=100755
		printf '%s\t%s\n' "$mode" "$path"
	done >"$scratch/modes"
	printf '%s\n' "${sources[@]}" | kgit hash-object -w --no-filters --stdin-paths >"$scratch/blobs"
	paste "$scratch/blobs" "$scratch/modes" |
		awk -F '\t' '{ print $2 " " $1 "\t" $3 }' | kgit update-index --add --index-info
}

# Commits the staged changes of a patch on top of PARENT, prints the commit
commit_patch()
{
	local name=$1 parent=$2 file line author email date index_tree
	file=$(message_file "$name")

	while read -r line && [ -n "$line" ]; do
		case $line in
		From:*)	author=${line#From: } ;;
		Date:*)	date=${line#Date: } ;;
		esac
	done <"$file"
	email=${author#*<}
	email=${email%>}
	author=${author%% <*}
	index_tree=$(kgit write-tree)

	[ "$index_tree" != "$(kgit rev-parse "$parent^{tree}")" ] ||
		die "$(short "$file") changes nothing"
	local -x GIT_AUTHOR_NAME=$author GIT_AUTHOR_EMAIL=$email GIT_AUTHOR_DATE=$date
	# On a tree of their own, users commit
	[ -n "${as_user:-}" ] ||
		local -x GIT_COMMITTER_NAME=$author GIT_COMMITTER_EMAIL=$email GIT_COMMITTER_DATE=$date
	kgit commit-tree -p "$parent" -F <(patch_message "$file" | git stripspace) "$index_tree"
}

# A patch on top of a commit is made once: commit_of[PARENT:NAME]
declare -A commit_of=() checked=()

# commit_names NAME...: makes commits of them on top of base; tip is the last one
commit_names()
{
	local name at=

	tip=$(kgit rev-parse 'base^{commit}')
	export GIT_INDEX_FILE=$scratch/index
	for name; do
		if [ -z "${commit_of[$tip:$name]:-}" ]; then
			[ "$at" = "$tip" ] || kgit read-tree "$tip"
			[ -n "${checked[$name]:-}" ] || check_headers "$(message_file "$name")"
			checked[$name]=1
			stage_patch "$name"
			at=$(commit_patch "$name" "$tip")
			commit_of[$tip:$name]=$at
		fi
		tip=${commit_of[$tip:$name]}
	done
	unset GIT_INDEX_FILE
}
