#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Does what README and guide say, and looks whether it is so. Prints KTAP.
#
# Every command in them that begins with "$ " is run, in the order of the text, on
# the demo's dump; what is shown below it must be what it prints, but for numbers
# and what "..." stands for. Only commands of blocks that are marked as needing a
# device or the like are not, see docs.awk, and those that another suite runs.
#
# MINIDUMP_PROVE=1 also builds and boots the tree that README has the user make.

. "$(dirname "$0")/lib.sh"
# shellcheck source=../scripts/ktap.sh
. "$top/scripts/ktap.sh"
. "$board/test-docs-words.sh"

guide=Documentation/admin-guide/qcom-minidump.rst
abi=Documentation/ABI/testing/debugfs-qcom-minidump
demo=${MINIDUMP_DEMO:-$MINIDUMP_BUILD/demo}
# What a block may be marked with
marks='needs a device|needs crash for arm64|needs makedumpfile for arm64|needs a crash in a module|takes an hour'
# Who runs what is not run here
declare -A elsewhere=(
	['make demo']="this suite, before its tests"
	['make test']="this is part of it"
	['make tree']="suite series"
	['make series']="suite series"
	['make series SIGNOFF="Jane Doe <jane@example.org>"']="suite series"
	["make import KDIR=build/tree/$BASE"]="suite series"
	['make -C tools/minidump test']="suite tools"
	['./tools/testing/kunit/kunit.py run --arch=arm64 --cross_compile=aarch64-linux-gnu- --kunitconfig=drivers/soc/qcom/tests']="suite kunit of make prove"
)

# README is written for the first line of kernels, whose source is fetched
sources=/usr/src
[ -z "$(line_value "$BASE" suite)" ] || sources=build/source

blocks()
{
	awk -f "$board/docs.awk" "$top/$1" | sed "s/${first_base//./\\.}/$BASE/g; s,build/source,$sources,g"
}

# --- comparing

# Numbers differ from dump to dump, and blanks do not matter
normalize()
{
	sed -E 's/[0-9a-f]{32,}|0x[0-9a-f]+|[0-9]+/N/g; s/[[:blank:]]+/ /g; s/^ //; s/ $//' "$@"
}

as_glob()
{
	sed -E 's/[][*?\\]/\\&/g; s/\.\.\./*/g'
}

# shows SHOWN GOT [REST]: GOT's lines must be SHOWN's, where a line "..." stands for
# any number of lines; REST is a glob for what may follow in each line
shows()
{
	local rest=${3:-} any=0 at=0 line
	local -a shown seen
	mapfile -t shown < <(normalize "$1" | as_glob)
	mapfile -t seen < <(normalize "$2")

	for line in "${shown[@]}"; do
		if [ "$line" = '*' ]; then
			any=1
			continue
		fi
		# shellcheck disable=SC2053 # it is a pattern
		until [[ ${seen[at]:-} == $line$rest ]]; do
			if [ $any -eq 0 ] || [ $at -ge ${#seen[@]} ]; then
				wrong "wanted: $line; seen there: ${seen[at]:-the end}; all of it:" \
				      $'\n'"$(tail -n 40 "$2")"
			fi
			at=$((at + 1))
		done
		at=$((at + 1))
		any=0
	done
	[ $any -eq 1 ] || [ $at -eq ${#seen[@]} ] || wrong "more than is shown: ${seen[at]}"
}

# --- running

# A folder like the one that the kernel was built in, with what a device gave
make_build_folder()
{
	local entry

	mkdir -p "$1/tools" "$1/ramdump"
	for entry in "$tree"/* "$tree"/tools/*; do
		case ${entry#"$tree"/} in
		out-*|tools|tools/minidump) ;;
		*) ln -s "$entry" "$1/${entry#"$tree"/}" ;;
		esac
	done
	cp -r "$top/tools/minidump" "$1/tools/"
	cp "$demo/machine/dump"/md_*.BIN "$1/ramdump/"
	cp "$demo/rawdump.img" "$demo"/vmlinux* "$1/"
}

make_repository()
{
	mkdir -p "$1"
	(cd "$top" && tar -c --exclude=./build --exclude=./.git .) | tar -x -C "$1"
	ln -s "$MINIDUMP_BUILD" "$1/build"
}

# Runs a text's commands, all in one shell; what the one at line N printed goes to
# OUT/N, and its exit status to OUT/N.status
run_commands()
{
	local text=$1 folder=$2 out=$3 number kind line

	mkdir -p "$out"
	while IFS=$'\t' read -r number kind line; do
		[ "$kind" = command ] || continue
		[ -z "${elsewhere[$line]:-}" ] || continue
		[ "${line#make demo KDIR=}" = "$line" ] || continue
		echo "{ $line"
		echo "} >$out/$number 2>&1 </dev/null"
		echo "echo \$? >$out/$number.status"
	done < <(blocks "$text") >"$out/script"
	(cd "$folder" && env -u CROSS_COMPILE -u KDIR -u BASE HOME="$folder/home" \
		PATH="$folder/home/.local/bin:$PATH" bash "$out/script")
}

# What is shown below the line N of a text
shown_below()
{
	blocks "$1" | awk -F '\t' -v number="$2" '
		$2 == "command" || $2 == "marked" || $2 == "text" { on = $1 == number; next }
		on && $2 == "output" { sub(/^[^\t]*\t[^\t]*\t/, ""); print }'
}

command_does_as_shown()
{
	local text=$1 number=$2 out=$3

	[ -e "$out/$number.status" ] || wrong "it was not run"
	same 0 "$(cat "$out/$number.status")" "exit status ($(tail -n 20 "$out/$number"))"
	shown_below "$text" "$number" >"$scratch/shown"
	[ ! -s "$scratch/shown" ] || shows "$scratch/shown" "$out/$number"
}

# The board shows these files, too, and says what is in them before it crashes
debugfs_is_as_shown()
{
	sed -n "s/^debugfs $3 //p" "$demo/machine/results.txt" >"$scratch/debugfs"
	shown_below "$1" "$2" >"$scratch/shown"
	[ ! -s "$scratch/shown" ] || shows "$scratch/shown" "$scratch/debugfs"
	[ -s "$scratch/debugfs" ] || wrong "the board has no such file"
}

# README has the user make the tree that the board's kernel was built from: the same
# files make the same kernel
own_tree_is_the_series()
{
	local kernel=$scratch/readme/linux-source-$BASE

	export GIT_INDEX_FILE=$scratch/own.index
	kgit --work-tree="$kernel" read-tree minidump
	kgit --work-tree="$kernel" add --all --force .
	kgit diff --cached --stat minidump -- ':!.config' ':!.config.old' ':!include/config' \
		':!include/generated' ':!arch/arm64/include/generated' ':!scripts' >"$scratch/diff"
	unset GIT_INDEX_FILE
	same "" "$(tail -n 20 "$scratch/diff")" "differences from the series' tree"
	[ -n "${MINIDUMP_PROVE:-}" ] || return 0
	make -s -C "$kernel" ARCH=arm64 mrproper
	env -u KDIR MINIDUMP_BUILD="$MINIDUMP_BUILD" make -s -C "$scratch/readme" demo KDIR="$kernel"
}

name_commands()
{
	local text=$1 out=$2 number kind line

	while IFS=$'\t' read -r number kind line; do
		case $kind:$line in
		"command:make demo KDIR="*)
			it "${text##*/}: $line" own_tree_is_the_series ;;
		command:*)
			[ -n "${elsewhere[$line]:-}" ] ||
			it "${text##*/}: $line" command_does_as_shown "$text" "$number" "$out" ;;
		"marked:cat /sys/kernel/debug/qcom_minidump/"*)
			line=${line##*/}
			[ "${line%% *}" = elf_header ] ||
			it "${text##*/}: $line in debugfs" debugfs_is_as_shown "$text" "$number" "$line" ;;
		esac
	done < <(blocks "$text")
}

readme_shows_the_demo()
{
	blocks README.md | awk -F '\t' '$2 == "text"' | cut -f 3- | sed '/^$/d' >"$scratch/shown"
	{ cat "$scratch/shown"; echo ...; } >"$scratch/shown.all"
	# The demo has more between the parts
	sed -i 's/^ *\(\$ .*\|The dump has.*\)/...\n&/; s/^ *subsystem  index/...\n&/' "$scratch/shown.all"
	sed '/^$/d' "$demo.log" >"$scratch/demo.log"
	shows "$scratch/shown.all" "$scratch/demo.log" '*'
}

need_packages base build board tools docs
step "the demo, whose dump is looked at"
"$board/demo.sh" >"$demo.log"
scratch_dir
export KBUILD_OUTPUT=$scratch/kbuild
make_build_folder "$scratch/build"
step "running what the guide says"
run_commands "$guide" "$scratch/build" "$scratch/guide.out"
make_repository "$scratch/readme"
step "running what README says"
(unset KBUILD_OUTPUT; run_commands README.md "$scratch/readme" "$scratch/readme.out")

name_commands "$guide" "$scratch/guide.out"
name_commands README.md "$scratch/readme.out"
name_words_tests
it "README shows what the demo prints" readme_shows_the_demo
run_tests
