# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Reads series/, and makes commits of it. To be sourced after lib.sh, and with a
# scratch_dir.
#
# series/NNNN-subject.patch is a commit: the headers From, Date, Subject, Part and
# one Adds for each whole new file, an empty line, the message, a line of three
# dashes, and a diff of existing kernel files. The new files themselves lie in
# the repository at their kernel paths, in their last state: where the diff of a
# later commit edits one, what it does is taken back for the commit that adds it.
#
# A part is what one tree can take by itself. series/letters/PART is its cover letter: the
# headers From, Date, Subject, Version (from the second on) and Needs, which names parts
# that this one stands on, an empty line, and the text. The parts' order is that of their
# first commits. Part "backports" is a line's alone, comes first, and belongs to all others.
#
# series/$BASE/NNNN-subject.patch of the same name, for a base that differs,
# says either "Without: reason" in its first line, and the base does without the
# commit, or gives another diff after three dashes (what stands before them is
# the reason), which may edit the files that the commit adds. Without a namesake
# in series/ it is a commit of that base alone.

# Where new files may lie, in the repository as in the kernel
kernel_dirs=(arch Documentation drivers fs include tools)

# Names of the commits that concern BASE, in the order of their parts
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
	local name head

	find "$top/series" -name '[0-9][0-9][0-9][0-9]-*.patch' -printf '%f\n' | LC_ALL=C sort -u |
	while read -r name; do
		[ -e "$(message_file "$name")" ] || continue
		read -r head <"$(diff_file "$name")" || true
		[[ $head == Without:* ]] ||
			printf '%s\t%s\n' "$(patch_header "$(message_file "$name")" Part)" "$name"
	done | awk -F '\t' '
		!($1 in place) { place[$1] = $1 == "backports" ? 0 : NR }
		{ print place[$1] "\t" $0 }' | sort -n -s -k 1,1 | cut -f 2-
}

series_parts()
{
	series_plan | cut -f 1 | uniq
}

# needed_parts PART: that it needs, and that these need, in their order, with the
# line's back-ports
needed_parts()
{
	local letter=$top/series/letters/$1 part needs=backports

	for part in $([ ! -e "$letter" ] || patch_header "$letter" Needs); do
		series_parts | sed "/^$1\$/,\$d" | grep -xF "$part" >/dev/null ||
			die "$(short "$letter"): Needs: $part, which is no part before it"
		needs+=$'\n'$part$'\n'$(needed_parts "$part")
	done
	series_parts | grep -vxF "$1" | grep -xF "$needs" || true
}

# names_of PART...: of the commits in them
names_of()
{
	series_plan | grep -E "^($(IFS='|'; echo "$*"))"$'\t' | cut -f 2 || true
}

# The file that holds headers and message, and the one that holds the diff
message_file()
{
	local file=$top/series/$1

	[ -e "$file" ] || file=$top/series/$BASE/$1
	echo "$file"
}

diff_file()
{
	local file=$top/series/$BASE/$1

	[ -e "$file" ] || file=$top/series/$1
	echo "$file"
}

# Values of a header: patch_header FILE KEY. Some hundred are asked for in each run.
patch_header()
{
	local line

	while { IFS= read -r line || [ -n "$line" ]; } && [ -n "$line" ] && [ "$line" != --- ]; do
		[[ $line != "$2: "* ]] || printf '%s\n' "${line#"$2: "}"
	done <"$1"
}

# Subject and body, as git has a message
patch_message()
{
	patch_header "$1" Subject
	sed -n '/^---$/q; /^$/,$p' "$1" | git stripspace | sed '1s/^/\n/'
}

# The path below the repository, which is what people know
short()
{
	echo "${1#"$top"/}"
}

# The repository's files that belong into the kernel. Where there is git, not what
# editors and builds leave there.
kernel_files()
{
	if [ -e "$top/.git" ]; then
		git -C "$top" ls-files --cached --others --exclude-standard -- "${kernel_dirs[@]}" |
			{ cd "$top" || return; xargs -d '\n' ls -d 2>/dev/null || true; }
	else
		{ cd "$top" || return; find "${kernel_dirs[@]}" -type f 2>/dev/null || true; }
	fi | LC_ALL=C sort
}

# copy_series DIR: series/ and the new files
copy_series()
{
	mkdir -p "$1"
	(cd "$top" && { kernel_files; find series -type f; } | xargs -d '\n' cp -p --parents -t "$1")
}

# git apply in a folder, whatever repository that may be in
apply_in()
{
	(cd "$1" && GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_CEILING_DIRECTORIES=${1%/*} \
		git apply --whitespace=nowarn "${@:2}")
}

# diff_in DIR OPTION... A B: what leads from one of its folders to the other, whoever's
# settings git has
diff_in()
(
	cd "$1" || return
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git diff --no-index --no-renames --binary "${@:2}" ||
		[ $? -eq 1 ]
)

# What leads from $scratch/before to $scratch/after, for apply_in DIR -p2
before_to_after()
{
	diff_in "$scratch" before after
}

# check_headers FILE KEY...: they are there
check_headers()
{
	local key values

	for key in "${@:2}"; do
		mapfile -t values < <(patch_header "$1" "$key")
		[ ${#values[@]} -eq 1 ] ||
			die "$(short "$1"): wants exactly one header $key:"
	done
}

# Headers are complete, and each new file lands in exactly one commit, whatever the base
check_series()
{
	local name file path list=$scratch/adds

	for name in $(series_names); do
		file=$(message_file "$name")
		check_headers "$file" From Date Subject Part
		[[ $(patch_header "$file" From) =~ ^[^\<\>]+\ \<[^\<\>\ ]+\>$ ]] ||
			die "$(short "$file"): From: wants a name and <address>"
		grep -qx -e --- "$file" || die "$(short "$file"): no line of three dashes after the message"
		! grep -q '^new file mode' "$(diff_file "$name")" ||
			die "$(short "$file"): its diff makes a new file; new files go whole, by Adds:"
	done

	find "$top/series" -name '[0-9]*.patch' -exec sed -s -n '/^$/,$d; s/^Adds: //p' {} + |
		LC_ALL=C sort >"$list"
	path=$(uniq -d "$list" | paste -sd ' ')
	[ -z "$path" ] || die "two Adds: lines in series/ name $path"
	path=$(kernel_files | LC_ALL=C comm -13 - "$list" | sed -n 1p)
	[ -z "$path" ] ||
		die "$(short "$(grep -rlx "Adds: $path" "$top/series")"): Adds: $path, which is not there"
	path=$(kernel_files | LC_ALL=C comm -23 - "$list" | paste -sd ' ')
	[ -z "$path" ] || die "no Adds: line in series/ names $path"
}

# Brings the new files into their first state, below $scratch/first: later commits edit some
make_first_states()
{
	local patch
	local -a edited

	[ ! -e "$scratch/first" ] || return 0
	copy_series "$scratch/first"
	mapfile -t edited < <(cat "$top"/series/*.patch | sed -n 's,^--- a/,,p' | LC_ALL=C sort -u |
		LC_ALL=C comm -12 - <(sed -n 's/^Adds: //p' "$top"/series/*.patch | LC_ALL=C sort))
	[ ${#edited[@]} -gt 0 ] || return 0
	printf '%s\n' "$top"/series/*.patch | LC_ALL=C sort -r | while read -r patch; do
		grep -qxF "${edited[@]/#/-e--- a/}" "$patch" || continue
		apply_in "$scratch/first" --reverse "${edited[@]/#/--include=}" "$patch" 2>"$scratch/apply.err" ||
			die "$(short "$patch") does not do what the files it edits are like:" \
			    "$(sed -n 's/^error: //p' "$scratch/apply.err" | paste -sd ';')"
	done
}

# The new files whose paths are on standard input, as a diff. Its prefixes are the names of
# the folders, b/ on both sides, which git apply takes off as it does a/ and b/.
new_files_diff()
{
	make_first_states
	rm -rf "$scratch/new"
	mkdir -p "$scratch/new/a" "$scratch/new/b"
	(cd "$scratch/first" && xargs -d '\n' -r cp -p --parents -t ../new/b)
	diff_in "$scratch/new" --no-prefix a b
}

# commit_diff NAME [FILE]: all that a commit does, with its new files whole; FILE
# has another diff of existing files than BASE's
commit_diff()
{
	patch_header "$(message_file "$1")" Adds | new_files_diff
	sed '0,/^---$/d' "${2:-$(diff_file "$1")}"
}

# make_commit NAME PARENT: prints the commit. The index is at PARENT, and then at it.
make_commit()
{
	local name=$1 parent=$2 file author index_tree diff=$scratch/diff-$1
	file=$(message_file "$name")

	[ -e "$diff" ] || commit_diff "$name" >"$diff"
	[ ! -s "$diff" ] || kgit apply --cached --whitespace=nowarn "$diff" 2>"$scratch/apply.err" ||
		die "$(short "$(diff_file "$name")") does not fit $BASE:" \
		    "$(sed -n 's/^error: //p' "$scratch/apply.err" | paste -sd ';')"
	index_tree=$(kgit write-tree)
	[ "$index_tree" != "$(kgit rev-parse "$parent^{tree}")" ] || die "$(short "$file") changes nothing"
	author=$(patch_header "$file" From)
	local -x GIT_AUTHOR_NAME=${author%% <*} GIT_AUTHOR_EMAIL=${author##*<} GIT_AUTHOR_DATE
	GIT_AUTHOR_EMAIL=${GIT_AUTHOR_EMAIL%>}
	GIT_AUTHOR_DATE=$(patch_header "$file" Date)
	local -x GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
	local -x GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
	kgit commit-tree -p "$parent" -F <(patch_message "$file") "$index_tree"
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
			at=$(make_commit "$name" "$tip")
			commit_of[$tip:$name]=$at
		fi
		tip=${commit_of[$tip:$name]}
	done
	unset GIT_INDEX_FILE
}
