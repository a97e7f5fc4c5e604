# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of the scripts share: copies of the project, with small kernels
# that have just the files that the series edits. To be sourced after series-lib.sh
# and ktap.sh, with a scratch_dir.

export GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=Tester GIT_AUTHOR_EMAIL=tester@localhost
export GIT_COMMITTER_NAME=Tester GIT_COMMITTER_EMAIL=tester@localhost

# small_kernel LINE: in $scratch/small/LINE
small_kernel()
{
	local base_repo=$MINIDUMP_BUILD/base/linux-source-$1 paths
	mapfile -t paths < <(sed -n 's,^--- a/,,p' "$top"/series/{,*/}*.patch | sort -u)

	mkdir -p "$scratch/small/$1"
	kgit ls-tree -r --name-only base -- Makefile Kconfig README "${paths[@]}" |
		xargs git -C "$base_repo" archive base -- | tar -x --touch -C "$scratch/small/$1"
}

make_repository()
{
	git -C "$1" init --quiet --template= --initial-branch=linux
	mkdir -p "$1/.git/info"
	echo '/out-*' >"$1/.git/info/exclude"
	git -C "$1" add --all --force .
	git -C "$1" commit --quiet --message base
	git -C "$1" tag base
}

# small_base LINE: unpacked, where the scripts look for it
small_base()
{
	base_repo=$MINIDUMP_BUILD/base/linux-source-$1
	mkdir -p "${base_repo%/*}"
	cp -r "$scratch/small/$1" "$base_repo"
	make_repository "$base_repo"
}

# fresh [LINE]: every test starts from a copy of the project with a small base, and
# with the machine's own commands
fresh()
{
	project=$scratch/project
	rm -rf "$project" "${scratch:?}/bin"
	mkdir -p "$project" "$scratch/bin"
	(cd "$top" && { kernel_files; find scripts series Makefile -type f; } |
		xargs -d '\n' cp --parents -t "$project")
	export MINIDUMP_BUILD=$project/build BASE=${1:-$first}
	# shellcheck disable=SC2034 # for those who source this
	tree=$MINIDUMP_BUILD/tree/$BASE mail=$MINIDUMP_BUILD/series/$BASE
	small_base "$BASE"
}

# own_kernel plain|git LINE: a kernel of one's own
own_kernel()
{
	kernel=$scratch/own/linux
	rm -rf "$scratch/own"
	mkdir -p "$scratch/own"
	cp -r "$scratch/small/$2" "$kernel"
	[ "$1" = plain ] || make_repository "$kernel"
}

# fake NAME BODY: stands for a command of that name
fake()
{
	printf '#!/bin/bash\n%s\n' "$2" >"$scratch/bin/$1"
	chmod +x "$scratch/bin/$1"
}

run()
{
	PATH=$scratch/bin:$PATH "$project/scripts/$1" "${@:2}"
}

# says WORD...: the last line of what was said, progress aside, has all the words
says()
{
	local word

	for word; do
		grep -v '^== ' "$scratch/said" | tail -n 1 | grep -qF -e "$word" ||
			wrong "wanted '$word' in the last line; got: $(cat "$scratch/said")"
	done
}

# refuses WORD... -- SCRIPT...: it fails, and says so
refuses()
{
	local -a words=()
	local status=0

	while [ "$1" != -- ]; do
		words+=("$1")
		shift
	done
	run "${@:2}" >"$scratch/said" 2>&1 </dev/null || status=$?
	[ "$status" -ne 0 ] || wrong "wanted a refusal with: ${words[*]}; got none: $(cat "$scratch/said")"
	says "${words[@]}"
}

# One number for all files below DIR, .git aside
fingerprint()
{
	(cd "$1" && find . -path ./.git -prune -o \( -type f -printf '%m %p ' -exec sha256sum {} \; \) |
		sort | sha256sum)
}
