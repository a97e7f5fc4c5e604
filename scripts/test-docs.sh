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

. "$(dirname "$0")/../board/lib.sh"
. "$top/scripts/ktap.sh"

guide=Documentation/admin-guide/qcom-minidump.rst
abi=Documentation/ABI/testing/debugfs-qcom-minidump
demo=${MINIDUMP_DEMO:-$MINIDUMP_BUILD/demo}
# What a block may be marked with
marks='needs a device|needs crash for arm64|takes an hour'
# Who runs what is not run here
declare -A elsewhere=(
	['make demo']="this suite, before its tests"
	['make test']="this is part of it"
	['make tree']="suite series"
	["make import KDIR=build/tree/$BASE"]="suite series"
	['make -C tools/minidump test']="suite tools"
	['./tools/testing/kunit/kunit.py run --arch=arm64 --cross_compile=aarch64-linux-gnu- --kunitconfig=drivers/soc/qcom/tests']="suite kunit of make prove"
)

# README is written for the first line of kernels
blocks()
{
	awk -f "$top/scripts/docs.awk" "$top/$1" | sed "s/$first_base/$BASE/g"
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
	cp "$demo/rawdump.img" "$demo/vmlinux" "$1/"
}

make_repository()
{
	mkdir -p "$1"
	(cd "$top" && tar -c --exclude=./build --exclude=./.git .) | tar -x -C "$1"
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

# --- the words

# Every block is one of a kind that is looked at
blocks_are_of_a_known_kind()
{
	local odd

	odd=$(blocks "$guide" | awk -F '\t' '
		function close_block() { if (first != "" && !figure) print first; first = ""; figure = 0 }
		$1 != last + 1 || $2 != "text" { close_block() }
		$2 == "text" { if (first == "") first = $0; if (/\+--/) figure = 1; last = $1 }
		END { close_block() }')
	same "" "$odd" "blocks that have neither a command nor C nor a figure"
	# Other directives may hold commands that docs.awk does not see
	same "" "$(grep -E '^ *\.\. ' "$top/$guide" |
		grep -vE '^ *\.\. (SPDX-License-Identifier:|code-block:: c$|kernel-doc:: )')" \
		"directives that are not looked at"
	same "" "$(grep '^ *```' "$top/README.md")" "README's fences, in which nobody looks for commands"
	odd=$({ blocks "$guide"; blocks README.md; } | awk -F '\t' '$2 == "mark"' |
		grep -vE "\(($marks)\)" || true)
	same "" "$odd" "marks that are not known"
}

# In running text, too: whoever reads it will type it
inline_commands_stand_in_a_block()
{
	local command

	blocks "$guide" | cut -f 3 >"$scratch/lines"
	# shellcheck disable=SC2016 # these are RST's
	tr '\n' ' ' <"$top/$guide" | grep -oE '``(minidump|make|gdb|drgn|crash|readelf|cat|echo) [^`]+``' |
	tr -s ' ' | while read -r command; do
		command=${command//\`/}
		grep -F -- "$command" "$scratch/lines" >/dev/null || wrong "no block has: $command"
	done
}

make_targets_exist()
{
	local target

	grep -oE '[`$] ?make [a-z]+(-[a-z]+)*' "$top/README.md" | awk '{ print $NF }' | sort -u |
	while read -r target; do
		grep -qE "^$target:" "$top/Makefile" || wrong "README has make $target, Makefile has not"
	done
	grep -oE 'SUITES="?[a-z ]+' "$top/README.md" | sed 's/.*=//; s/"//' | tr ' ' '\n' |
	while read -r target; do
		grep -qE "^	$target\)" "$top/scripts/test.sh" || wrong "there is no suite $target"
	done
}

paths_exist()
{
	local path

	sed -n '/^## What is where/,/^## /s/^| \([^|]*\) |.*/\1/p' "$top/README.md" | tail -n +2 |
	tr -d ' ' | tr ',' '\n' >"$scratch/paths"
	[ -s "$scratch/paths" ] || wrong "README's table has no path"
	while read -r path; do
		[ -d "$top/$path" ] || [ "$path" = build/ ] || wrong "README's table has $path"
	done <"$scratch/paths"
	grep -ohP '(?<![\w/.])(Documentation|drivers|tools)/[\w./-]+[a-z0-9]' "$top/$guide" "$top/README.md" |
	while read -r path; do
		[ -e "$tree/$path" ] || wrong "there is no $path"
	done
}

options_exist()
{
	local option

	git -C "$tree" grep -hE '^[[:blank:]]*(menu)?config [A-Z0-9_]+' -- '*Kconfig*' |
		awk '{ print "CONFIG_" $2 }' | sort -u >"$scratch/options"
	{
		grep -ohE 'CONFIG_[A-Z0-9_]+' "$top/$guide" "$top/README.md"
		sed -n 's/^\(CONFIG_[A-Z0-9_]*\)=.*/\1/p' "$top/arch/arm64/configs/minidump.config"
	} | sort -u | comm -23 - "$scratch/options" >"$scratch/odd"
	same "" "$(cat "$scratch/odd")" "options that no Kconfig has"
}

# defconfig with the fragment, as the guide has it made
fragment_takes()
{
	local option

	grep '^CONFIG_' "$top/arch/arm64/configs/minidump.config" | while read -r option; do
		grep -qx "$option" "$KBUILD_OUTPUT/.config" ||
			wrong "wanted $option, seen $(grep -w "${option%=*}" "$KBUILD_OUTPUT/.config")"
	done
}

parameters_exist()
{
	local module parameter file

	grep -oE 'qcom_[a-z_]+\.[a-z_]+(=|``)' "$top/$guide" | tr -d '=`' | sort -u >"$scratch/parameters"
	[ -s "$scratch/parameters" ] || wrong "the guide has none"
	while IFS=. read -r module parameter; do
		file=$(git -C "$tree" ls-files "drivers/*/$module.c")
		[ -n "$file" ] || wrong "no file of module $module"
		grep -qE "module_param(_named|_cb)?\($parameter," "$tree/$file" ||
			wrong "$file has no parameter $parameter"
	done <"$scratch/parameters"
}

# Messages in quotes, with "..." for what varies
messages_exist()
{
	local message

	cat "$tree"/drivers/soc/qcom/qcom_minidump*.c "$top"/tools/minidump/*.c \
		/usr/lib/python3/dist-packages/_drgn*.so | strings -n 8 >"$scratch/sources"
	sed -n '/^Troubleshooting$/,$p' "$top/$guide" | grep -oE '^(drgn: )?"[^"]*"$' |
		sed 's/^drgn: //' | tr -d '"' >"$scratch/messages"
	[ -s "$scratch/messages" ] || wrong "the guide has none"
	while read -r message; do
		# shellcheck disable=SC2001 # several in one
		grep -q -- "$(sed 's/[][\\*^$]/\\&/g; s/\.\.\./.*/g' <<<"$message")" "$scratch/sources" ||
			wrong "nothing says: $message"
	done <"$scratch/messages"
}

errors_exist()
{
	local error

	# shellcheck disable=SC2016 # these are RST's
	grep -oE '\(``E[A-Z]+``\)' "$top/$guide" | tr -d '`()' | sort -u >"$scratch/errors"
	[ -s "$scratch/errors" ] || wrong "the guide has none"
	while read -r error; do
		grep -qE "\b$error\b" "$tree"/include/uapi/asm-generic/errno*.h || wrong "there is no $error"
		grep -qE -- "-$error\b" "$tree"/drivers/soc/qcom/qcom_minidump*.c || wrong "nothing returns $error"
	done <"$scratch/errors"
}

# --- the table of regions

# Names and sizes by the guide: NAME<tab>SIZE
documented_regions()
{
	awk '/^What is collected$/ { on = 1 }
	     on && /^=+ =+ =+$/ { split($0, rule, " "); at = length(rule[1] " " rule[2] " ") + 1 }
	     on && at && /^``K/ {
		name = $1
		gsub(/`/, "", name)
		print name "\t" substr($0, at)
	     }
	     /^Collecting a dump$/ { exit }' "$top/$guide" | sed 's/\\\t/N\t/'
}

collected_regions()
{
	awk '$2 ~ /^[0-9]+$/ { print $3 "\t" $6 }' "$demo/regions.txt"
}

generic()
{
	sed -E 's/^(KDMESG|KFTRACE)[0-9]+/\1N/' | sort -u
}

table_names_what_is_collected()
{
	documented_regions | cut -f 1 | sort >"$scratch/documented"
	collected_regions | cut -f 1 | generic >"$scratch/collected"
	same "" "$(comm -13 "$scratch/documented" "$scratch/collected")" "regions that the table lacks"
	# The board's ramoops has no zone for function traces
	same KFTRACEN "$(comm -23 "$scratch/documented" "$scratch/collected")" "regions that no dump has"
}

set_size()
{
	case $1 in
	KLOGTEXT)	echo $((1 << $(sed -n 's/^CONFIG_LOG_BUF_SHIFT=//p' "$kernels/builtin/config"))) ;;
	KCONSOLE)	board_size console-size ;;
	KPMSG)		board_size pmsg-size ;;
	KDMESG*)	board_size record-size ;;
	esac
}

board_size()
{
	echo $(($(sed -n "s/.*$1 = <\(.*\)>;/\1/p" "$board/board.dtso")))
}

check_size()
{
	local name=$1 bytes=$2 size=$3 text
	local -a number
	read -ra number <<<"${size//[!0-9 ]/}"
	text=$(collected_regions | awk '$1 == "KLOGTEXT" { print $2 }')

	case $size in
	"to "*" KiB")		[ "$bytes" -le $((number[0] << 10)) ] ;;
	*" bytes")		[ "$bytes" -eq "${number[0]}" ] ;;
	"a line")		[ "$bytes" -le 1024 ] ;;
	"a structure")		[ "$bytes" -le 16384 ] ;;
	# arm64's, with pages of 4 KiB
	"a stack")		[ "$bytes" -eq 16384 ] ;;
	"up to a page")		[ "$bytes" -le 4096 ] ;;
	# One entry for every 32 bytes of text
	"as the log")		[ $((bytes % (text / 32))) -eq 0 ] ;;
	"as set")		[ "$bytes" -eq "$(set_size "$name")" ] ;;
	*)			false ;;
	esac || wrong "$name: the table has \"$size\", the dump $bytes bytes"
}

table_has_the_sizes()
{
	local name size

	while IFS=$'\t' read -r name size; do
		check_size "$name" "$size" "$(documented_regions |
			awk -F '\t' -v name="$(generic <<<"$name")" '$1 == name { print $2 }')"
	done < <(collected_regions)
}

# Without ramoops, and with arm64's default of a log: 128 KiB
sum_is_right()
{
	local sum

	sum=$(collected_regions | awk '
		$1 == "KLOGTEXT" { text = $2 }
		/^KLOG(DESC|INFO|TEXT)/ { log_size += $2; next }
		!/^(KCONSOLE|KPMSG|KDMESG)/ { rest += $2 }
		END { print int(rest + log_size / text * 131072) }')
	grep -q "all of this is less than 1 MiB" "$top/$guide" || wrong "the guide has no sum"
	[ "$sum" -lt 1048576 ] || wrong "it is $sum bytes"
}

# --- the example, and debugfs

example_compiles()
{
	local out=$tree/out-board example=$scratch/example

	mkdir -p "$example"
	blocks "$guide" | awk -F '\t' '$2 == "c"' | cut -f 3- | unexpand --first-only -t 8 >"$example/foo.c"
	[ -s "$example/foo.c" ] || wrong "the guide has no example in C"
	echo "obj-m := foo.o" >"$example/Kbuild"
	settle builtin
	kernel_make "$tree" "$out" M="$example" W=1 KCFLAGS=-Werror modules >"$example/log" 2>&1 ||
		wrong "$(tail -n 20 "$example/log")"
	nm -u "${example}/foo.ko" | grep -q qcom_minidump_region_register ||
		wrong "foo.ko does not call qcom_minidump_region_register()"
	perl "$tree/scripts/checkpatch.pl" --no-tree --strict --terse --no-summary -f \
		--ignore SPDX_LICENSE_TAG "$example/foo.c" ||
		wrong "checkpatch has something to say"
}

abi_names_what_debugfs_has()
{
	local source=$tree/drivers/soc/qcom/qcom_minidump_debugfs.c

	sed -n 's/.*debugfs_create_file("\([a-z_]*\)".*/\1/p' "$source" | sort >"$scratch/files"
	[ -s "$scratch/files" ] || wrong "$source creates no file"
	same "$(cat "$scratch/files")" \
		"$(sed -n 's,^What:.*/qcom_minidump/,,p' "$top/$abi" | sort)" "files"
	sed -n '/minidump_show_refused/,$s/.*= "\([a-z_]*\)",$/refused_\1/p' "$source" | sort >"$scratch/counters"
	[ -s "$scratch/counters" ] || wrong "$source has no counter of refusals"
	same "$(cat "$scratch/counters")" \
		"$(sed -nE 's/^\t\t(refused_[a-z_]+) .*/\1/p' "$top/$abi" | sort)" "counters"
}

# What the board shows has the form that the ABI document gives it
debugfs_is_as_the_abi_has_it()
{
	local file line

	while read -r line; do
		grep -qF "$line" "$top/$abi" || wrong "not in $abi: $line"
	done < <(grep -ohE '^debugfs (regions slot|toc index) .*' "$demo/machine/results.txt" | cut -d ' ' -f 3-)
	for file in limits toc; do
		grep "^debugfs $file [a-z]" "$demo/machine/results.txt" | while read -r _ _ line _; do
			grep -q $'^\t\t'" *$line " "$top/$abi" || wrong "not in $abi: $file's $line"
		done
	done
}

abi_is_valid()
{
	mkdir -p "$scratch/abi"
	cp "$top/$abi" "$scratch/abi/"
	perl "$tree/scripts/get_abi.pl" validate --dir "$scratch/abi" >"$scratch/abi.log" 2>&1 ||
		wrong "$(cat "$scratch/abi.log")"
	same "" "$(cat "$scratch/abi.log")" "what get_abi.pl said"
	same "What: Date: Contact: Description:" \
		"$(grep -oE '^[A-Z][A-Za-z]*:' "$top/$abi" | uniq | paste -d ' ' - - - - | sort -u)" \
		"fields of each entry"
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
it "every block is looked at, or marked" blocks_are_of_a_known_kind
it "commands in running text stand in a block, too" inline_commands_stand_in_a_block
it "make's targets and suites exist" make_targets_exist
it "paths exist" paths_exist
it "kernel options exist" options_exist
it "the config fragment takes" fragment_takes
it "module parameters exist" parameters_exist
it "messages are said by somebody" messages_exist
it "errors exist and are returned" errors_exist
it "the table names what is collected" table_names_what_is_collected
it "the table has the sizes" table_has_the_sizes
it "the sum of the sizes is right" sum_is_right
it "the example is a module without a warning" example_compiles
it "the ABI document has all files and counters" abi_names_what_debugfs_has
it "debugfs is as the ABI document has it" debugfs_is_as_the_abi_has_it
it "the ABI document is valid" abi_is_valid
it "README shows what the demo prints" readme_shows_the_demo
run_tests
