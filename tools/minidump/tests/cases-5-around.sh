# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Help, man page, completion, installation, the fuzz targets' corpus

commands='elf list info log backtrace extract verify pack unpack'

test_help_of_every_command() {
	local command
	expect 0 "$minidump" --help
	for command in $commands; do
		expect_out "  $command "
	done
	for command in $commands; do
		expect 0 "$minidump" "$command" --help
		expect_out "Usage: minidump $command "
		expect_out "-h, --help"
		expect_text err </dev/null
	done
	expect 0 "$minidump" --version
}

test_wrong_usage_is_told() {
	expect 2 "$minidump"
	expect 2 "$minidump" frobnicate
	expect_err "no command frobnicate"
	for command in $commands; do
		expect 2 "$minidump" "$command"
		expect_err "is missing"
		expect 2 "$minidump" "$command" --frobnicate
		expect_err "Usage: minidump $command "
	done
	expect 2 "$minidump" list one two
	expect_err "one SRC at a time"
	expect 2 "$minidump" pack "$dumps/current"
	expect_err "-o FILE is missing"
}

test_man_page_renders_without_a_warning() {
	need man
	man --warnings -l "$tool/minidump.1" >page 2>err || fail "$(cat err)"
	expect_text err </dev/null
	grep -q 'SYNOPSIS' page || fail "$(head page)"
}

test_man_page_passes_mandoc() {
	need mandoc
	expect 0 mandoc -Tlint "$tool/minidump.1"
	expect_text out </dev/null
}

# Whatever --help shows of a command, the man page has.
test_man_page_has_every_option() {
	local command option
	for command in $commands; do
		grep -q "^\.SS $command$" "$tool/minidump.1" ||
			fail "$command is not in it"
		"$minidump" "$command" --help |
			sed -n 's/^  -., --\([a-z]*\).*/\1/p' >options
		while read -r option; do
			[ "$option" = help ] ||
				grep -q -- "\\\\-\\\\-$option" \
					"$tool/minidump.1" ||
				fail "--$option is not in it"
		done <options
	done
}

# Both show how a command is called; only the page's has markup.
test_man_page_has_the_usage_of_every_command() {
	local command
	need man
	MANWIDTH=200 man -l "$tool/minidump.1" 2>/dev/null |
		sed -n '/^SYNOPSIS/,/^DESCRIPTION/s/^ *\(minidump .*\)/\1/p' >page
	for command in $commands; do
		"$minidump" "$command" --help | sed -n 's/^Usage: //p'
	done >help
	sort page >sorted
	sort help | expect_text sorted
}

# complete_line WORD...: the completions of the last word go into "out"
complete_line() {
	bash -c '
		PATH=$1:$PATH
		. "$2"
		shift 2
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_minidump
		printf "%s\n" "${COMPREPLY[@]}"
	' bash "$programs" "$tool/minidump-completion.sh" "$@" >out
}

test_completion() {
	local command
	complete_line minidump e
	printf '%s\n' elf extract | expect_text out
	complete_line minidump ''
	for command in $commands; do
		expect_out "$command"
		"$minidump" "$command" --help |
			sed -n 's/^  -., \(--[a-z]*\).*/\1/p' | sort >wanted
		complete_line minidump "$command" --
		sort out | expect_text wanted
		complete_line minidump ''
	done
	complete_line minidump extract --text "$dumps/current" KDM
	printf '%s\n' KDMESG0 KDMESG1 | expect_text out
	complete_line minidump extract --output = file "$dumps/current" KDM
	printf '%s\n' KDMESG0 KDMESG1 | expect_text out
	mkdir folder
	complete_line minidump elf fol
	echo folder | expect_text out
}

test_completion_unquotes_what_was_typed() {
	local word
	cp -r "$dumps/current" 'my dump'
	# shellcheck disable=SC2088 # as it is typed
	for word in 'my\ dump' '"my dump"' "'my dump'" '~/my\ dump'; do
		HOME=$PWD complete_line minidump extract "$word" KDM
		printf '%s\n' KDMESG0 KDMESG1 | expect_text out
	done
	complete_line minidump elf 'my\ d'
	echo 'my dump' | expect_text out
}

# Words from a dump are compared, never expanded, and only plain ones shown.
test_completion_runs_nothing_from_a_dump() {
	local name
	# shellcheck disable=SC2034 # put_name uses it
	local header=folder/md_KELF_HEADER.BIN
	# shellcheck disable=SC2016 # as they stand
	for name in '$(>x)' '`>x`' ';>x;' '-t' $'\033[2J' 'K*'; do
		rm -rf folder
		cp -r "$dumps/current" folder
		put_name "$name"
		cp -r folder 'f$(>x)'
		complete_line minidump extract folder ''
		! grep -vx '[0-9A-Za-z_.]*' out || fail "$name" "$(cat out)"
		expect_out KLAST
		complete_line minidump extract 'f\$(>x)' K
		expect_out KLAST
		complete_line minidump extract '$(>x)' K
		[ ! -e x ] || fail "$name was run"
		rm -rf 'f$(>x)'
	done
}

test_install_and_uninstall() {
	need make
	mkdir build
	make -s -C "$tool" O="$PWD/build" install DESTDIR="$PWD/root" \
		prefix=/usr >log 2>&1 || fail "$(cat log)"
	(cd root && find . -type f | sort) >files
	expect_text files <<-'EOF'
	./usr/bin/minidump
	./usr/share/bash-completion/completions/minidump
	./usr/share/man/man1/minidump.1
	EOF
	expect 0 root/usr/bin/minidump elf -o core "$dumps/newer"
	check core
	make -s -C "$tool" O="$PWD/build" uninstall DESTDIR="$PWD/root" \
		prefix=/usr
	[ -z "$(find root -type f)" ] || fail "$(find root -type f)"
}

test_build_folder_must_be_one() {
	need make
	: >file
	expect 2 make -s -C "$tool" O="$PWD/file"
	expect_err "file cannot be a folder"
}

test_both_compilers_find_nothing_to_warn_of() {
	local compiler
	need make
	for compiler in gcc clang; do
		command -v "$compiler" >/dev/null || continue
		make -s -C "$tool" CC="$compiler" WERROR=1 O="$PWD/$compiler" \
			>log 2>&1 || fail "$(cat log)"
	done
}

test_scripts_pass_shellcheck() {
	need shellcheck
	(cd "$tool" && shellcheck -x tests/*.sh fuzz/*.sh ./*.sh) >log 2>&1 ||
		fail "$(cat log)"
}

# A file and its header are one; below it is what they include.
test_files_use_only_files_below_them() {
	local file name
	for file in "$tool"/*.[ch]; do
		name=${file##*/}
		sed -n 's/^#include "\(.*\)\.h"$/'"${name%.?}"' \1/p' "$file"
	done | awk '$1 != $2' >pairs
	[ -s pairs ] || fail "no file includes another"
	expect 0 tsort pairs
}

test_fuzz_without_an_end_is_refused() {
	local seconds
	for seconds in 0 00 '' -1 1m; do
		expect 2 sh "$tool/fuzz/run.sh" "$PWD/" "$seconds" core
		expect_err "SECONDS=$seconds: a number of seconds, at least 1"
	done
}

test_fuzz_corpus_holds() {
	local target
	mkdir corpus
	"$testdump" seeds corpus
	for target in core listing notes ramoops rawdump cause pmsg records ram \
		      sniff unpack; do
		# What an earlier run of the fuzzers found, if anything
		find "corpus/$target" "$tool/fuzz/corpus-$target" -type f \
			>files 2>err || true
		xargs "$programs/replay-$target" <files >out 2>err ||
			fail "$target: $(cat err)"
		expect_out "$(wc -l <files) inputs"
		[ -s files ] || fail "no seed for $target"
	done
}
