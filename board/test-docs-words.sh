# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Tests of what README, guide and ABI document name, other than commands: paths,
# options, messages, regions. To be sourced by test-docs.sh.

# shellcheck disable=SC2154 # top, tree, scratch, guide, abi, demo: test-docs.sh's

# Nobody looks for commands elsewhere
blocks_are_of_a_known_kind()
{
	same "" "$(grep -E '^ *\.\. ' "$top/$guide" |
		grep -vE '^ *\.\. (SPDX-License-Identifier:|code-block:: c$|kernel-doc:: |list-table::$)')" \
		"directives that are not looked at"
	same "" "$(grep '^ *```' "$top/README.md")" "README's fences, in which nobody looks for commands"
	same "" "$({ blocks "$guide"; blocks README.md; } | awk -F '\t' '$2 == "mark"' |
		grep -vE "\(($marks)\)")" "marks that are not known"
}

# every WHAT COMMAND...: there are names on standard input, and the command finds each
every()
{
	local name

	sort -u >"$scratch/names"
	[ -s "$scratch/names" ] || wrong "no text names a $1"
	while read -r name; do
		"${@:2}" "$name" >/dev/null || wrong "there is no $1 $name"
	done <"$scratch/names"
}

target_exists()
{
	grep -E "^$1:" "$top/Makefile"
}

suite_exists()
{
	grep -E "^(all|more)_suites=.*\<$1\>" "$top/scripts/test.sh"
}

path_exists()
{
	[ -e "$tree/$1" ] || [ -e "$top/$1" ]
}

parameter_exists()
{
	git -C "$tree" grep -E "module_param(_named|_cb)?\(${1#*.}," -- "drivers/*/${1%.*}.c"
}

error_exists()
{
	grep -qE "\b$1\b" "$tree"/include/uapi/asm-generic/errno*.h &&
		grep -qE -- "-$1\b" "$tree"/drivers/soc/qcom/qcom_minidump*.c
}

# In running text, too: whoever reads it will type it
inline_commands_stand_in_a_block()
{
	blocks "$guide" | cut -f 3 >"$scratch/lines"
	# shellcheck disable=SC2016 # these are RST's
	tr '\n' ' ' <"$top/$guide" | grep -oE '``(minidump|make|gdb|drgn|crash|readelf|cat|echo) [^`]+``' |
		tr -s ' ' | tr -d '`' | every "block with" grep -F "$scratch/lines" -e
}

make_targets_exist()
{
	grep -oE '[`$] ?make [a-z]+(-[a-z]+)*' "$top/README.md" | awk '{ print $NF }' |
		every "target of make" target_exists
	grep -oE 'SUITES="?[a-z ]+' "$top/README.md" | sed 's/.*=//; s/"//' | tr ' ' '\n' |
		every suite suite_exists
}

# README's tables have folders by their names, those of series/ in its row, and parts
paths_exist()
{
	{
		grep -ohP '(?<![\w/.])(\.ci|Documentation|arch|board|drivers|fs|include|scripts|series|tools)/([\w./-]*[a-z0-9])?' \
			"$top/$guide" "$top/README.md"
		sed -n '/^| path |/,/^$/ s,^| \([^|]*/\) |.*,\1,p' "$top/README.md" | tr -d ' ' | tr , '\n' |
			grep -v '^build/'
		sed -n 's/^| series\/ |//p' "$top/README.md" | grep -oE '[a-z0-9.]+/' | sed 's,^,series/,'
		sed -n '/^| part |/,/^$/ { /^| part/d; s,^| \([a-z]*\) | .*,series/letters/\1,p }' "$top/README.md"
	} | every path path_exists
}

options_exist()
{
	git -C "$tree" grep -hE '^[[:blank:]]*(menu)?config [A-Z0-9_]+' -- '*Kconfig*' |
		awk '{ print "CONFIG_" $2 }' | sort -u >"$scratch/options"
	{
		grep -ohE 'CONFIG_[A-Z0-9_]+' "$top/$guide" "$top/README.md"
		sed -n 's/^\(CONFIG_[A-Z0-9_]*\)=.*/\1/p' "$top/arch/arm64/configs/minidump.config"
	} | every option grep -xF "$scratch/options" -e
}

parameters_exist()
{
	grep -oE 'qcom_[a-z_]+\.[a-z_]+(=|``)' "$top/$guide" | tr -d '=`' |
		every "module's parameter" parameter_exists
}

# Messages in quotes, with "..." for what varies
messages_exist()
{
	cat "$tree"/drivers/soc/qcom/qcom_minidump*.c "$top"/tools/minidump/*.c \
		/usr/lib/python3/dist-packages/_drgn*.so | strings -n 8 >"$scratch/sources"
	sed -n '/^Troubleshooting$/,$p' "$top/$guide" | grep -oE '^(drgn: )?"[^"]*"$' |
		sed 's/^drgn: //; s/"//g; s/[][\*^$]/\\&/g; s/\.\.\./.*/g' |
		every message grep "$scratch/sources" -e
}

errors_exist()
{
	# shellcheck disable=SC2016 # these are RST's
	grep -oE '\(``E[A-Z]+``\)' "$top/$guide" | tr -d '`()' | every "returned error" error_exists
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
	sed -E 's/^(KDMESG|KFTRACE|KSTACK)[0-9]+/\1N/' | sort -u
}

table_names_what_is_collected()
{
	documented_regions | cut -f 1 | sort >"$scratch/documented"
	collected_regions | cut -f 1 | generic >"$scratch/collected"
	same "" "$(comm -13 "$scratch/documented" "$scratch/collected")" "regions that the table lacks"
	# The board's ramoops has no zone for function traces
	same KFTRACEN "$(comm -23 "$scratch/documented" "$scratch/collected")" "regions that no dump has"
}

# What board.dtso or the configuration sets
set_size()
{
	local key

	case $1 in
	KLOGTEXT)	echo $((1 << $(sed -n 's/^CONFIG_LOG_BUF_SHIFT=//p' "$kernels/builtin/config"))); return ;;
	KCONSOLE)	key=console-size ;;
	KPMSG)		key=pmsg-size ;;
	KDMESG*)	key=record-size ;;
	esac
	echo $(($(sed -n "s/.*$key = <\(.*\)>;/\1/p" "$board/board.dtso")))
}

table_has_the_sizes()
{
	local name bytes size text
	text=$(collected_regions | awk '$1 == "KLOGTEXT" { print $2 }')

	while IFS=$'\t' read -r name bytes; do
		size=$(documented_regions | awk -F '\t' -v name="$(generic <<<"$name")" '$1 == name { print $2 }')
		case $size in
		"to "*" KiB")		[ "$bytes" -le $((${size//[!0-9]/} << 10)) ] ;;
		*" bytes")		[ "$bytes" -eq "${size//[!0-9]/}" ] ;;
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

name_words_tests()
{
	it "every block is looked at, or marked" blocks_are_of_a_known_kind
	it "commands in running text stand in a block, too" inline_commands_stand_in_a_block
	it "make's targets and suites exist" make_targets_exist
	it "paths exist" paths_exist
	it "kernel options exist" options_exist
	it "module parameters exist" parameters_exist
	it "messages are said by somebody" messages_exist
	it "errors exist and are returned" errors_exist
	it "the table names what is collected" table_names_what_is_collected
	it "the table has the sizes" table_has_the_sizes
	it "the sum of the sizes is right" sum_is_right
	it "the example is a module without a warning" example_compiles
	it "the ABI document has all files and counters" abi_names_what_debugfs_has
	it "debugfs is as the ABI document has it" debugfs_is_as_the_abi_has_it
}
