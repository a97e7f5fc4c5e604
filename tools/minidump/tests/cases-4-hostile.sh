# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Dumps that were made to do harm, and systems without room

header=folder/md_KELF_HEADER.BIN

hostile_copy() {
	rm -rf folder
	cp -r "$dumps/current" folder
}

# survive [COMMAND...]: whatever it says, it ends by itself and in one piece
survive() {
	local status=0
	timeout 20 "$@" >out 2>err || status=$?
	[ "$status" -le 2 ] || fail "$*" "status $status" "$(cat err)"
}

# The commands that look at all of it; what elf makes must be right or not be.
survive_all() {
	survive "$minidump" list folder
	survive "$minidump" verify folder
	rm -f core
	survive "$minidump" elf -o core folder
}

test_hostile_fields_of_program_headers() {
	local field value index
	# Of regions that the header has elsewhere, or too short
	local harmless='share\|was not saved\|does not begin\|^checked: '
	for index in 0 9; do
		for field in type offset vaddr paddr filesz memsz; do
			for value in 0 1 0xffffffffffffffff \
				     0x7fffffffffffff00 0x100000000; do
				hostile_copy
				poke $header "$(phdr $index $field)" 8 $value
				survive_all
				[ ! -e core ] ||
					"$minidump" verify core >out 2>&1 ||
					! grep -v "$harmless" out ||
					fail "$index $field $value" "$(cat out)"
			done
		done
	done
}

test_hostile_fields_of_the_elf_header() {
	local at
	# type, machine, phoff, shoff, ehsize, phentsize, phnum, shentsize, ...
	for at in 4 5 16 18 32 40 52 54 56 58 60 62; do
		for value in 0 1 0xff 0xffff; do
			hostile_copy
			poke $header $at 2 $value
			survive_all
		done
		case $at in
		32 | 40)
			hostile_copy
			poke $header $at 8 0xfffffffffffffff0
			survive_all
			;;
		esac
	done
}

test_huge_tables_are_refused() {
	hostile_copy
	truncate -s 5M $header
	poke $header 56 2 0xfffe
	expect 2 "$minidump" elf -o core folder
	expect_err "claims 65534 program headers"
	hostile_copy
	truncate -s 5M $header
	poke $header 60 2 0xfffe
	expect 1 "$minidump" list folder
	expect_err "and 65534 sections"
	"$testdump" image "$dumps/current" image files
	poke image 52 4 0xffffffff
	expect 2 "$minidump" list image
	expect_err "claims 4294967295 sections"
}

test_wrapping_program_header_is_ignored() {
	hostile_copy
	poke $header "$(phdr 13 filesz)" 8 0xfffffffffffffff0
	expect 1 "$minidump" elf -o core folder
	expect_err "program header 13: its range wraps, ignored"
	check core
	! grep -q KFTRACE0 found || fail "$(cat found)"
	[ "$(wc -l <found)" = 18 ] || fail "$(cat found)"
}

test_huge_segment_takes_only_what_is_there() {
	hostile_copy
	poke $header "$(phdr 14 filesz)" 8 0x3000000000
	poke $header "$(phdr 14 memsz)" 8 0x3000000000
	expect 1 "$minidump" elf -o core folder
	expect_err "KSTACK (0x88000ff0) is cut: 16384 of"
	check core
	[ "$(stat -c %s core)" -lt 100000 ] || fail "$(stat -c %s core) bytes"
}

test_segments_that_overlap_in_the_file_are_moved_apart() {
	"$minidump" elf -o whole "$dumps/current"
	check whole
	cp found wanted
	hostile_copy
	poke $header "$(phdr 15 offset)" 8 \
		"$(od -An -tu8 -j "$(phdr 14 offset)" -N 8 $header | tr -d ' ')"
	expect 0 "$minidump" elf -o core folder
	check core
	expect_text found <wanted
}

test_core_whose_segments_share_bytes_does_not_grow() {
	local index
	"$minidump" elf -o core "$dumps/current"
	for index in $(seq 1 18); do
		poke core "$(phdr "$index" offset)" 8 64
		poke core "$(phdr "$index" filesz)" 8 40000
		poke core "$(phdr "$index" memsz)" 8 40000
	done
	expect 2 "$minidump" elf -o again core
	expect_err "the regions claim more than"
	[ ! -e again ] || fail "it wrote a core"
}

# A sandbox in which every file is known
test_hostile_names_lead_nowhere() {
	local name
	mkdir -p box/in
	cd box || exit
	# shellcheck disable=SC2016,SC1003 # as they stand
	for name in '/etc/passwd' '../../up' '..' 'a/../b' $'\033[2Jx' $'a\nb' \
		    '%s%n' '$(id)' '"quote\'; do
		rm -rf folder in/x
		cp -r "$dumps/current" folder
		# The name of KSTACK, in the string table at the header's end
		put_name "$name"
		survive_all
		survive "$minidump" info folder
		survive "$minidump" extract folder KLAST
		survive "$minidump" pack -o image folder
		expect_no_control_characters "$minidump" list folder
		expect_no_control_characters "$minidump" list --json folder
		rm -f image
		if [ -e core ]; then
			check_but_names
			rm core
		fi
		rm -f out err found
		rm -rf folder
		find .. | sort | tr '\n' ' ' >../seen
		[ "$(cat ../seen)" = ".. ../box ../box/in ../seen " ] ||
			[ "$(cat ../seen)" = ".. ../box ../box/in " ] ||
			fail "$name:" "$(cat ../seen)"
		rm ../seen
	done
}

put_name() {
	local at size
	at=$(grep -abo KSTACK $header | head -n 1 | cut -d: -f1)
	size=$(stat -c %s $header)
	{
		head -c "$at" $header
		printf '%s\0' "$1"
		tail -c +$((at + ${#1} + 2)) $header
	} >header.new
	[ "$(stat -c %s header.new)" = "$size" ] || fail "the header's size"
	mv header.new $header
}

check_but_names() {
	"$testdump" check core >found 2>err || grep -q 'is called' err ||
		fail "$(cat err)"
}

expect_no_control_characters() {
	"$@" >out 2>err || true
	! grep -q '[^[:print:][:space:]]' out || fail "$(od -c out)"
	! grep -q '[^[:print:][:space:]]' err || fail "$(od -c err)"
}

test_hostile_names_in_an_image() {
	"$testdump" image "$dumps/current" image files
	# Section 2 is called ../../../up, without a NUL; 3 has no name.
	printf '../../../../../../up' |
		dd of=image bs=1 seek=$((56 + 64 * 2 + 44)) conv=notrunc 2>err
	printf '\0\0\0\0\0\0\0\0' |
		dd of=image bs=1 seek=$((56 + 64 * 3 + 44)) conv=notrunc 2>err
	survive "$minidump" list image
	grep -q ' \.\./\.\./' out || fail "$(cat out)"
	expect 0 "$minidump" extract -o region image ../../../../../../up
	expect 0 "$minidump" elf -o core image
}

test_hostile_fields_of_an_image() {
	local at value
	for at in 8 12 16 24 36 44 52 64 68 76 84 92; do
		for value in 0 1 0xffffffff 0xffffffffffffffff \
			     0x7fffffffffffffff; do
			"$testdump" image "$dumps/current" image files
			poke image $at 8 $value
			poke image $((64 * 5 + at)) 8 $value
			survive "$minidump" list image
			survive "$minidump" info image
			survive "$minidump" elf -o core image
		done
	done
}

test_links_and_pipes_in_a_folder_are_not_followed() {
	hostile_copy
	rm folder/md_KSTACK.BIN folder/md_KLAST.BIN
	head -c 16384 /dev/zero >elsewhere
	ln -s ../elsewhere folder/md_KSTACK.BIN
	mkfifo folder/md_KLAST.BIN
	mkdir folder/md_KDIR.BIN
	expect 1 timeout 20 "$minidump" elf -o core folder
	expect_err "md_KSTACK.BIN: not a regular file, ignored"
	expect_err "md_KLAST.BIN: not a regular file, ignored"
	check core
	! grep -q 'KSTACK\|KLAST' found || fail "$(cat found)"
	expect 2 timeout 20 "$minidump" elf -o core folder/md_KLAST.BIN
	expect_err "neither a folder nor a file"
}

test_what_is_no_dump_is_refused() {
	mkdir empty
	expect 2 "$minidump" list empty
	expect_err "empty: no md_*.BIN file in it"
	expect 2 "$minidump" list nothing
	expect_err "nothing: No such file or directory"
	: >file
	expect 2 "$minidump" list file
	expect_err "neither a folder nor a rawdump image nor an ELF core"
	printf '\177ELF' >file
	expect 2 "$minidump" list file
	expect 2 "$minidump" list "$minidump"
	expect_err "not that of a core"
}

test_output_appears_whole_or_not_at_all() {
	echo before >core
	mkdir folder
	cp "$dumps/current/md_KELF_HEADER.BIN" folder
	expect 2 "$minidump" elf -o core folder
	echo before | expect_text core
	(ulimit -f 8 && "$minidump" elf -o core "$dumps/current" 2>err) &&
		fail "it wrote more than it could"
	grep -q 'File too large' err || fail "$(cat err)"
	echo before | expect_text core
	[ -z "$(find . -name '.minidump*')" ] || fail "left behind: $(ls -A)"
	expect 0 "$minidump" elf -o core "$dumps/current"
	check core
	[ "$(stat -c %a core)" = 600 ] || fail "mode $(stat -c %a core)"
}

# die_with HOW STATUS: with and without files that have no name
die_with() {
	local tmpfile status
	mkdir -p box
	for tmpfile in '' 1; do
		status=0
		# Whoever runs the tests may ignore signals, as nohup does
		FAULT_TMPFILE=$tmpfile env --default-signal \
			"$unit" die "$1" box/core 2>err || status=$?
		[ "$status" = "$2" ] || fail "$1: status $status" "$(cat err)"
		[ "$2" = 137 ] && [ -n "$tmpfile" ] ||
			[ -z "$(ls -A box)" ] || fail "$1 left $(ls -A box)"
		rm -rf box/.minidump.*
	done
}

test_no_file_is_left_behind_however_it_ends() {
	local signal
	# Not those that ASan takes for itself
	for signal in 1 2 3 5 6 10 12 13 14 15 16 24 25 26 27 29 30 31 34 64; do
		die_with $signal $((128 + signal))
	done
	die_with 9 137
	die_with exit 2
	grep -q 'out of memory' err || fail "$(cat err)"
}

test_output_has_no_name_before_it_is_on_the_disk() {
	local tmpfile
	export FAULT_FSYNC=1
	for tmpfile in '' 1; do
		FAULT_TMPFILE=$tmpfile expect 2 "$faulty" elf -o core "$dumps/current"
		expect_err "core: Input/output error"
		[ "$(find . -type f ! -name out ! -name err)" = '' ] || fail "left $(ls -A)"
	done
	echo before >core
	expect 2 "$faulty" elf -o core "$dumps/current"
	echo before | expect_text core
}

test_output_without_nameless_files_is_the_same() {
	"$minidump" elf -o wanted "$dumps/current"
	echo before >core
	FAULT_TMPFILE=1 expect 0 "$faulty" elf -o core "$dumps/current"
	expect_same core wanted
	[ "$(stat -c %a core)" = 600 ] || fail "mode $(stat -c %a core)"
	[ "$(find . -name '.minidump*')" = '' ] || fail "left $(ls -A)"
}

test_output_replaces_nothing_but_files() {
	mkdir folder
	ln -s nowhere link
	mkfifo pipe
	for target in folder link pipe /dev/null ''; do
		expect 2 "$minidump" elf -o "$target" "$dumps/current"
	done
	[ -c /dev/null ] || fail "/dev/null is gone"
	expect 2 "$minidump" elf -o folder/none/core "$dumps/current"
	expect_err "No such file or directory"
}

test_output_may_replace_its_source() {
	"$minidump" elf -o core "$dumps/vendor"
	cp core wanted
	expect 0 "$minidump" elf -o core ./core
	expect_same core wanted
}

test_full_standard_output_is_an_error() {
	[ -c /dev/full ] || skip "no /dev/full"
	"$minidump" list "$dumps/current" >/dev/full 2>err &&
		fail "nobody noticed"
	expect_err "write error"
	"$minidump" extract "$dumps/current" KSTACK >/dev/full 2>err &&
		fail "nobody noticed"
	expect_err "No space left on device"
}

test_holes_stay_holes() {
	local blocks
	hostile_copy
	truncate -s 64M folder/md_KLAST.BIN
	poke $header "$(phdr 18 filesz)" 8 $((64 << 20))
	poke $header "$(phdr 18 memsz)" 8 $((64 << 20))
	expect 0 "$minidump" elf -o core folder
	blocks=$(stat -c %b core)
	[ "$(stat -c %s core)" -gt $((64 << 20)) ] || fail "$(stat -c %s core)"
	[ "$blocks" -lt 1000 ] || fail "$blocks blocks"
	expect 0 "$minidump" pack -o image folder
	blocks=$(stat -c %b image)
	[ "$blocks" -lt 1000 ] || fail "$blocks blocks"
}

test_copying_ends_where_the_file_ends() {
	expect 0 "$unit" copy file
}

test_progress_bar_waits_for_a_second() {
	expect 0 "$unit" progress
}
