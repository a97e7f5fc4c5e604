# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Reads series/. To be sourced after lib.sh, and with a scratch_dir.
#
# series/NNNN-subject.patch is a commit: the headers From, Date, Subject, Part and
# one Adds for each whole new file, an empty line, the message, a line of three
# dashes, and a diff of existing kernel files. The new files themselves lie in
# the repository at their kernel paths, in their last state: where the diff of a
# later commit edits one, what it does is taken back for the commit that adds it.
#
# A part is what one tree can take by itself. series/letters/PART is its cover
# letter: the headers From, Date, Subject, Version (from the second on) and Needs,
# which names the parts that this one stands on, an empty line, and the text. The
# parts' order is that of their first commits. Part "backports" is a line's alone,
# comes first, and belongs to all others.
#
# series/$BASE/NNNN-subject.patch of the same name, for a base that differs,
# says either "Without: reason" in its first line, and the base does without the
# commit, or gives another diff after three dashes (what stands before them is
# the reason), which may edit the files that the commit adds. Without a namesake
# in series/ it is a commit of that base alone.

# Where new files may lie, in the repository as in the kernel
# shellcheck disable=SC2154 # top, scratch: lib.sh's
kernel_dirs=(arch Documentation drivers fs include tools)

# Names of all patch files below series/, or of those that concern BASE
all_names()
{
	find "$top/series" -name '[0-9][0-9][0-9][0-9]-*.patch' -printf '%f\n' |
		LC_ALL=C sort -u
}

# Names of those that concern BASE, in the order of their parts
series_names()
{
	series_plan | cut -f 2
}

# The same, as lines "PART<tab>NAME"
series_plan()
{
	local name

	while read -r name; do
		if [ -e "$top/series/$BASE/$name" ]; then
			! grep -q -m 1 '^Without: ' "$top/series/$BASE/$name" || continue
		elif [ ! -e "$top/series/$name" ]; then
			continue
		fi
		printf '%s\t%s\n' "$(patch_header "$(message_file "$name")" Part)" "$name"
	done < <(all_names) | awk -F '\t' '
		!($1 in commits) && $1 != "backports" { order[++n] = $1 }
		{ commits[$1] = commits[$1] $0 "\n" }
		END { printf "%s", commits["backports"]; for (i = 1; i <= n; i++) printf "%s", commits[order[i]] }'
}

series_parts()
{
	series_plan | cut -f 1 | uniq
}

# Parts that PART needs, and what they need; it comes after them all
needed_parts()
{
	local part

	[ -e "$top/series/letters/$1" ] || return 0
	for part in $(patch_header "$top/series/letters/$1" Needs); do
		series_parts | sed "/^$1\$/q" | grep -xF "$part" >/dev/null ||
			die "series/letters/$1: Needs: $part, which is no part before it"
		needed_parts "$part"
		echo "$part"
	done
}

# Names of the commits of PART, and of those that it needs: part_names, needed_names
read_part()
{
	local part name needed

	needed=" backports $(needed_parts "$1" | paste -sd ' ') "
	part_names=()
	needed_names=()
	while IFS=$'\t' read -r part name; do
		if [ "$part" = "$1" ]; then
			part_names+=("$name")
		elif [[ $needed == *" $part "* ]]; then
			needed_names+=("$name")
		fi
	done < <(series_plan)
}

# The file that holds headers and message, and the one that holds the diff
message_file()
{
	if [ -e "$top/series/$1" ]; then
		echo "$top/series/$1"
	else
		echo "$top/series/$BASE/$1"
	fi
}

diff_file()
{
	if [ -e "$top/series/$BASE/$1" ]; then
		echo "$top/series/$BASE/$1"
	else
		echo "$top/series/$1"
	fi
}

# Values of a header: patch_header FILE KEY
patch_header()
{
	sed -n "/^\$/q; /^---\$/q; s/^$2: //p" "$1"
}

patch_message()
{
	patch_header "$1" Subject
	awk '/^---$/ { exit } body { print } /^$/ && !body { body = 1; print }' "$1"
}

patch_diff()
{
	awk 'body { print } /^---$/ { body = 1 }' "$1"
}

# The path below the repository, which is what people know
short()
{
	echo "${1#"$top"/}"
}

check_headers()
{
	local file=$1 key

	for key in From Date Subject Part; do
		[ "$(patch_header "$file" $key | wc -l)" -eq 1 ] ||
			die "$(short "$file"): wants exactly one header $key:"
	done
	[[ $(patch_header "$file" Part) =~ ^[a-z][a-z0-9-]*$ ]] ||
		die "$(short "$file"): Part: wants a word"
	patch_header "$file" From | grep '^[^<>]* <[^<> ]*>$' >/dev/null ||
		die "$(short "$file"): From: wants a name and <address>"
	grep -q '^---$' "$file" || die "$(short "$file"): no line of three dashes after the message"
	if patch_diff "$(diff_file "${file##*/}")" | grep '^new file mode' >/dev/null; then
		die "$(short "$file"): its diff makes a new file; new files go whole, by Adds:"
	fi
}

# The repository's files that belong into the kernel
kernel_files()
{
	local path

	if [ -e "$top/.git" ]; then
		git -C "$top" ls-files --cached --others --exclude-standard -- "${kernel_dirs[@]}"
	else
		(cd "$top" && find . -type f -printf '%P\n') |
			grep -E "^($(IFS='|'; echo "${kernel_dirs[*]}"))/" || true
	fi | while read -r path; do
		[ ! -e "$top/$path" ] || echo "$path"
	done | LC_ALL=C sort
}

# Every new file lands in exactly one commit, whatever the base
check_adds()
{
	local name file path list=$scratch/adds

	: >"$list"
	while read -r name; do
		for file in "$top/series/$name" "$top"/series/*/"$name"; do
			[ -e "$file" ] || continue
			while read -r path; do
				[ -f "$top/$path" ] ||
					die "$(short "$file"): Adds: $path, which is not there"
				echo "$path" >>"$list"
			done < <(patch_header "$file" Adds)
		done
	done < <(all_names)

	LC_ALL=C sort "$list" | uniq -d >"$scratch/twice"
	[ ! -s "$scratch/twice" ] ||
		die "two Adds: lines in series/ name $(paste -sd ' ' "$scratch/twice")"
	kernel_files | LC_ALL=C comm -23 - <(LC_ALL=C sort "$list") >"$scratch/unnamed"
	[ ! -s "$scratch/unnamed" ] ||
		die "no Adds: line in series/ names $(paste -sd ' ' "$scratch/unnamed")"
}

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
	local name=$1 parent=$2 file author email date index_tree
	file=$(message_file "$name")
	author=$(patch_header "$file" From)
	email=${author#*<}
	email=${email%>}
	author=${author%% <*}
	date=$(patch_header "$file" Date)
	index_tree=$(kgit write-tree)

	[ "$index_tree" != "$(kgit rev-parse "$parent^{tree}")" ] ||
		die "$(short "$file") changes nothing"
	GIT_AUTHOR_NAME=$author GIT_AUTHOR_EMAIL=$email GIT_AUTHOR_DATE=$date \
	GIT_COMMITTER_NAME=$author GIT_COMMITTER_EMAIL=$email GIT_COMMITTER_DATE=$date \
		kgit commit-tree -p "$parent" -F <(patch_message "$file" | git stripspace) "$index_tree"
}

# A patch on top of a commit is made once: commit_of[PARENT:NAME]
declare -A commit_of=()

# commit_names NAME...: makes commits of them on top of base; tip is the last one
commit_names()
{
	local name at=

	tip=$(kgit rev-parse 'base^{commit}')
	export GIT_INDEX_FILE=$scratch/index
	for name; do
		if [ -z "${commit_of[$tip:$name]:-}" ]; then
			[ "$at" = "$tip" ] || kgit read-tree "$tip"
			check_headers "$(message_file "$name")"
			stage_patch "$name"
			at=$(commit_patch "$name" "$tip")
			commit_of[$tip:$name]=$at
		fi
		tip=${commit_of[$tip:$name]}
	done
	unset GIT_INDEX_FILE
}
