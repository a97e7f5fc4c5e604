# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of the scripts share: copies of the project, with small kernels
# that have just the files that the series edits. To be sourced after series-lib.sh
# and ktap.sh, with a scratch_dir.

# shellcheck disable=SC2154 # top, scratch: lib.sh's
export GIT_CONFIG_GLOBAL=/dev/null

# Files of the kernel that the series edits, for any line
edited_paths()
{
	sed -n 's,^--- a/,,p' "$top"/series/*.patch "$top"/series/*/*.patch | sort -u |
		comm -23 - <(sed -n 's/^Adds: //p' "$top"/series/*.patch | sort)
}

# small_kernel LINE: in $scratch/small/LINE
small_kernel()
{
	local base_repo=$MINIDUMP_BUILD/base/linux-source-$1
	local -a paths
	mapfile -t paths < <({ edited_paths; printf '%s\n' Makefile Kconfig README; } |
		grep -xF -f <(kgit ls-tree -r --name-only base))

	mkdir -p "$scratch/small/$1"
	kgit archive base -- "${paths[@]}" | tar -x --touch -C "$scratch/small/$1"
}

git_as_tester()
{
	git -C "$1" -c user.name=Tester -c user.email=tester@localhost "${@:2}"
}

make_repository()
{
	git -C "$1" init --quiet --template= --initial-branch=linux
	mkdir -p "$1/.git/info"
	echo '/out-*' >"$1/.git/info/exclude"
	git_as_tester "$1" add --all --force .
	git_as_tester "$1" commit --quiet --message base
	git_as_tester "$1" tag base
}

# Every test starts from a fresh project with a small base of its own
fresh()
{
	local -a paths
	mapfile -t paths < <(kernel_files)

	project=$scratch/project
	rm -rf "$project"
	mkdir -p "$project/build/base"
	(cd "$top" && cp -r --parents scripts series Makefile "${paths[@]}" "$project")
	export MINIDUMP_BUILD=$project/build
	on_line "$first"
	cp -r "$scratch/small/$BASE" "$base_repo"
	make_repository "$base_repo"
}

# on_line LINE: what lib.sh has of it
# shellcheck disable=SC2034 # for those who source this
on_line()
{
	export BASE=$1
	base_repo=$project/build/base/linux-source-$BASE
	tree=$project/build/tree/$BASE
	mail=$project/build/series/$BASE
}

run()
{
	"$project/scripts/$1" "${@:2}"
}

# A command must fail with one line that has all the words: refuses WORD... -- COMMAND...
refuses()
{
	local -a words=()
	local word status=0

	while [ "$1" != -- ]; do
		words+=("$1")
		shift
	done
	shift
	"$@" >"$scratch/said" 2>&1 || status=$?
	[ "$status" -ne 0 ] || wrong "wanted a refusal with: ${words[*]}; got none: $(cat "$scratch/said")"
	for word in "${words[@]}"; do
		grep -v '^== ' "$scratch/said" | tail -n 1 | grep -qF -e "$word" ||
			wrong "wanted '$word' in the last line; got: $(cat "$scratch/said")"
	done
}

# One number for all files below DIR, .git aside
fingerprint()
{
	(cd "$1" && find . -path ./.git -prune -o \( -type f -printf '%m %p ' -exec sha256sum {} \; \) |
		sort | sha256sum)
}

# fake NAME BODY: a command of that name comes first in PATH
fake()
{
	mkdir -p "$scratch/bin"
	printf '#!/bin/bash\n%s\n' "$2" >"$scratch/bin/$1"
	chmod +x "$scratch/bin/$1"
}

with_fakes()
{
	PATH=$scratch/bin:$PATH run "$@"
}
