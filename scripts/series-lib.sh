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

# The same, as lines "PART<tab>NAME". Read once, for it is asked for often.
series_plan()
{
	[ -e "$scratch/plan-$BASE" ] || make_plan >"$scratch/plan-$BASE"
	cat "$scratch/plan-$BASE"
}

make_plan()
{
	local name line own
	local -a files=()

	while read -r name; do
		own=$top/series/$BASE/$name
		line=
		[ ! -e "$own" ] || read -r line <"$own"
		if [ -e "$top/series/$name" ]; then
			[[ $line == Without:* ]] || files+=("$top/series/$name")
		elif [ -e "$own" ]; then
			files+=("$own")
		fi
	done < <(all_names)
	[ ${#files[@]} -eq 0 ] || awk -v OFS='\t' '
		FNR == 1 { n++; part[n] = ""; name[n] = FILENAME; sub(/.*\//, "", name[n]); header = 1 }
		/^$/ { header = 0 }
		header && /^Part: / { part[n] = $2 }
		END {
			for (i = 1; i <= n; i++)
				if (part[i] == "backports")
					print part[i], name[i]
			for (i = 1; i <= n; i++)
				if (part[i] != "backports" && !done[part[i]]++)
					for (j = i; j <= n; j++)
						if (part[j] == part[i])
							print part[j], name[j]
		}' "${files[@]}"
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
	awk '/^---$/ { exit }
	     body { print }
	     !body && sub(/^Subject: /, "") { print }
	     !body && /^$/ { body = 1; print }' "$1"
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
	local file=$1 problem

	problem=$(awk '
		/^---$/ { dashes = 1; exit }
		/^$/ { body = 1 }
		!body { key = $1; sub(/:$/, "", key); count[key]++; value[key] = substr($0, length($1) + 2) }
		END {
			for (i = split("From Date Subject Part", keys); i; i--)
				if (count[keys[i]] != 1)
					print "wants exactly one header " keys[i] ":"
			if (value["From"] !~ /^[^<>]* <[^<> ]*>$/)
				print "From: wants a name and <address>"
			if (value["Part"] !~ /^[a-z][a-z0-9-]*$/)
				print "Part: wants a word"
			if (!dashes)
				print "no line of three dashes after the message"
		}' "$file")
	[ -z "$problem" ] || die "$(short "$file"): ${problem%%$'\n'*}"
	! grep -q '^new file mode' "$(diff_file "${file##*/}")" ||
		die "$(short "$file"): its diff makes a new file; new files go whole, by Adds:"
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
	local file path list=$scratch/adds

	: >"$list"
	while IFS=$'\t' read -r file path; do
		[ -f "$top/$path" ] || die "$(short "$file"): Adds: $path, which is not there"
		echo "$path" >>"$list"
	done < <(find "$top/series" -name '[0-9]*.patch' -exec awk '
		FNR == 1 { header = 1 }
		/^$/ || /^---$/ { header = 0 }
		header && sub(/^Adds: /, "") { print FILENAME "\t" $0 }' {} +)

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
