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
		FNR == 1 { n++; part[n] = "none"; name[n] = FILENAME; sub(/.*\//, "", name[n]); header = 1 }
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

. "$top/scripts/commit-lib.sh"
