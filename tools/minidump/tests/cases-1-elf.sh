# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# minidump elf, from folders of each style and with each damage

# What a whole dump of a style has, as "testdump check" says it
everything() {
	"$minidump" elf -o everything.elf "$dumps/$1"
	check everything.elf
	cat found
}

copy_of() {
	rm -rf folder
	cp -r "$dumps/$1" folder
}

# The file of a region, whatever number it has: file_of KSTACK
file_of() {
	local file
	for file in "folder/md_$1.BIN" "folder/md_$1"[0-9].BIN \
		    "folder/md_$1"[0-9][0-9].BIN; do
		if [ -e "$file" ]; then
			echo "$file"
			return
		fi
	done
	fail "no file of $1"
}

test_current_style_is_its_files_joined() {
	local name
	expect 0 "$minidump" elf -o core "$dumps/current"
	cat "$dumps/current/md_KELF_HEADER.BIN" >joined
	for name in KBANNER KUTS KPGDIR KPRB KPRB_RB KPRB_DESC KPRB_INFO \
		    KPRB_TEXT KCONSOLE KPMSG KDMESG0 KDMESG1 KFTRACE0 KSTACK \
		    KTWIN KTWIN1 KTWIN2 KLAST; do
		cat "$dumps/current/md_$name.BIN" >>joined
	done
	expect_same core joined
	expect_text err </dev/null
	check core
}

test_vendor_style_gets_notes_first() {
	expect 0 "$minidump" elf -o core "$dumps/vendor"
	check core
	grep -q '^notes: NT_PRSTATUS VMCOREINFO$' found || fail "$(cat found)"
	[ "$(wc -l <found)" = 20 ] || fail "want 19 regions:" "$(cat found)"
	grep -q '^KBANNER 0x80800040 67 cut$' found || fail "$(cat found)"
}

test_vendor_style_keeps_its_offsets() {
	local offset
	offset=$(stat -c %s "$dumps/vendor/md_KELF_HDR.BIN")
	"$minidump" elf -o core "$dumps/vendor"
	tail -c +$((offset + 1)) core | head -c 400 >payload
	expect_same payload "$dumps/vendor/md_KUTS.BIN"
}

test_vendor_style_without_vmcoreinfo_invents_none() {
	copy_of vendor
	rm folder/md_KPAGES.BIN
	expect 1 "$minidump" elf -o core folder
	check core
	grep -q '^notes: NT_PRSTATUS$' found || fail "$(cat found)"
}

test_vendor_style_of_which_only_the_banner_is_left() {
	mkdir folder
	cp "$dumps/vendor/md_KELF_HDR.BIN" folder
	expect 1 "$minidump" elf -o core folder
	check core
	printf '%s\n' 'notes: NT_PRSTATUS' 'KBANNER 0x80800040 67 cut' |
		expect_text found
}

test_newer_style_is_completed_from_its_file() {
	expect 0 "$minidump" elf -o core "$dumps/newer"
	check core
	grep -q '^notes: NT_PRSTATUS VMCOREINFO$' found || fail "$(cat found)"
	[ "$(wc -l <found)" = 19 ] || fail "want 18 regions:" "$(cat found)"
}

test_newer_style_without_that_file_keeps_the_rest() {
	everything newer | sed 's/ VMCOREINFO//' >wanted
	copy_of newer
	rm folder/md_Kvmcorein2.BIN
	"$minidump" elf -o core folder
	check core
	expect_text found <wanted
}

# As a driver did that put 4 bytes between NT_PRSTATUS and VMCOREINFO
test_damaged_notes_are_put_right() {
	local notes=$((64 + 56 * 64))
	everything current >wanted
	copy_of current
	{
		head -c $((notes + 412)) "$dumps/current/md_KELF_HEADER.BIN"
		printf '\0\0\0\0'
		tail -c +$((notes + 413)) "$dumps/current/md_KELF_HEADER.BIN" |
			head -c 1056
		tail -c +$((notes + 412 + 1056 + 5)) \
			"$dumps/current/md_KELF_HEADER.BIN"
	} >folder/md_KELF_HEADER.BIN
	expect 1 "$minidump" elf -o core folder
	expect_err "the notes are damaged or cut after 412 bytes"
	check core
	expect_text found <wanted
}

test_header_has_three_names() {
	local name
	for name in KELF_HEADER KELF_HDR KELF; do
		copy_of current
		[ "$name" = KELF_HEADER ] ||
			mv folder/md_KELF_HEADER.BIN "folder/md_$name.BIN"
		expect 0 "$minidump" elf -o core folder
		check core
	done
}

test_case_of_names_does_not_matter() {
	local style file base
	for style in $styles; do
		everything "$style" >wanted
		copy_of "$style"
		for file in folder/*; do
			base=$(basename "$file")
			mv "$file" "folder/x$(echo "$base" | tr '[:lower:]' '[:upper:]')"
		done
		for file in folder/*; do
			mv "$file" "folder/${file#folder/x}"
		done
		expect 0 "$minidump" elf -o core folder
		check core
		expect_text found <wanted
		for file in folder/*; do
			base=$(basename "$file")
			mv "$file" "folder/$(echo "$base" | tr '[:upper:]' '[:lower:]')"
		done
		expect 0 "$minidump" elf -o core folder
		check core
		expect_text found <wanted
	done
}

regions='KUTS KPGDIR KPRB KPRB_RB KPRB_DESC KPRB_INFO KPRB_TEXT KCONSOLE KPMSG
	KDMESG0 KDMESG1 KFTRACE0 KSTACK KLAST'

# Of namesakes the first is without a number in two styles.
twin_file() {
	case $1$2 in
	newer*) echo "folder/md_KTWIN$((16 + $2)).BIN" ;;
	*1) echo folder/md_KTWIN.BIN ;;
	*) echo "folder/md_KTWIN$(($2 - 1)).BIN" ;;
	esac
}

test_missing_file_drops_its_segment_only() {
	local style region
	for style in $styles; do
		everything "$style" >whole
		for region in $regions; do
			copy_of "$style"
			rm "$(file_of "$region")"
			expect 1 "$minidump" elf -o core folder
			expect_err "is missing"
			check core
			grep -v "^$region " whole | expect_text found
		done
	done
}

test_missing_namesake_shifts_no_other() {
	local style twin
	for style in $styles; do
		everything "$style" >whole
		for twin in 1 2 3; do
			copy_of "$style"
			rm "$(twin_file "$style" "$twin")"
			expect 1 "$minidump" elf -o core folder
			check core
			grep -v "^KTWIN 0x880${twin}0000 " whole |
				expect_text found
		done
	done
}

test_two_missing_namesakes_shift_no_other() {
	local style twin other
	for style in $styles; do
		everything "$style" >whole
		for twin in 1 2 3; do
			copy_of "$style"
			for other in 1 2 3; do
				[ "$other" = "$twin" ] ||
					rm "$(twin_file "$style" "$other")"
			done
			expect 1 "$minidump" elf -o core folder
			check core
			grep -v "^KTWIN 0x880[^$twin]0000 " whole |
				expect_text found
		done
	done
}

test_ambiguous_namesakes_are_left_out() {
	copy_of current
	# All three of one size, numbers 1 and 2: which is the first?
	for index in 16 17; do
		poke folder/md_KELF_HEADER.BIN "$(phdr $index filesz)" 8 600
		poke folder/md_KELF_HEADER.BIN "$(phdr $index memsz)" 8 600
	done
	truncate -s 600 folder/md_KTWIN1.BIN folder/md_KTWIN2.BIN
	rm folder/md_KTWIN.BIN
	expect 1 "$minidump" elf -o core folder
	check core
	! grep KTWIN found || fail "took a file for another"
}

test_missing_file_moves_no_payload() {
	copy_of current
	rm folder/md_KSTACK.BIN
	"$minidump" elf -o whole "$dumps/current"
	"$minidump" elf -o core folder || true
	[ "$(stat -c %s core)" = "$(stat -c %s whole)" ] ||
		fail "the core's size changed"
	tail -c 20 core >last
	expect_same last "$dumps/current/md_KLAST.BIN"
}

test_short_file_is_cut() {
	local style region file size
	for style in $styles; do
		everything "$style" >whole
		for region in $regions; do
			copy_of "$style"
			file=$(file_of "$region")
			size=$(($(stat -c %s "$file") / 2))
			truncate -s "$size" "$file"
			expect 1 "$minidump" elf -o core folder
			expect_err "is cut: $size of"
			check core
			sed "s/^\($region 0x[0-9a-f]*\) .*/\1 $size cut/" \
				whole | expect_text found
		done
	done
}

test_empty_file_is_missing() {
	everything current | grep -v '^KSTACK ' >wanted
	copy_of current
	: >folder/md_KSTACK.BIN
	expect 1 "$minidump" elf -o core folder
	expect_err "KSTACK (0x88000ff0, 16384 bytes) is missing"
	check core
	expect_text found <wanted
}

test_long_file_is_reported_and_cut_to_size() {
	everything current >wanted
	copy_of current
	echo more >>folder/md_KUTS.BIN
	expect 1 "$minidump" elf -o core folder
	expect_err "md_KUTS.BIN: 405 bytes, but its region has 400"
	check core
	expect_text found <wanted
}

test_all_files_missing_is_an_error() {
	mkdir folder
	cp "$dumps/current/md_KELF_HEADER.BIN" folder
	expect 2 "$minidump" elf -o core folder
	expect_err "nothing is left of the dump"
	[ ! -e core ] || fail "it wrote a core"
}

test_header_missing_is_an_error() {
	copy_of current
	rm folder/md_KELF_HEADER.BIN
	expect 2 "$minidump" elf -o core folder
	expect_err "no ELF header"
	expect 1 "$minidump" list folder
	expect_out KSTACK
}

test_header_cut_after_program_headers() {
	everything newer >whole
	copy_of newer
	# Without the note of VMCOREINFO, and without that of the CPU
	truncate -s $((64 + 56 * 19)) folder/md_KELF1.BIN
	"$minidump" elf -o core folder
	check core
	expect_text found <whole
	truncate -s 600 folder/md_KELF1.BIN
	expect 1 "$minidump" elf -o core folder
	expect_err "it has 9 of 19 program headers"
	check core
	[ "$(wc -l <found)" = 9 ] || fail "want 8 regions:" "$(cat found)"
}

test_header_cut_before_names_needs_a_listing() {
	everything current >wanted
	copy_of current
	truncate -s 6500 folder/md_KELF_HEADER.BIN
	expect 2 "$minidump" elf -o core folder
	"$testdump" listing folder
	expect 0 "$minidump" elf -o core folder
	check core
	expect_text found <wanted
}

test_listing_tells_where_nameless_files_belong() {
	local listing
	everything current >wanted
	for listing in load.cmm LOAD.CMM dump_info.txt; do
		copy_of current
		poke folder/md_KELF_HEADER.BIN 40 8 0
		poke folder/md_KELF_HEADER.BIN 60 4 0
		expect 2 "$minidump" elf -o core folder
		"$testdump" listing folder
		[ "$listing" = load.cmm ] ||
			mv folder/load.cmm "folder/$listing"
		expect 0 "$minidump" elf -o core folder
		check core
		expect_text found <wanted
	done
}

test_core_of_a_core_is_the_same() {
	local style
	for style in $styles; do
		"$minidump" elf -o core "$dumps/$style"
		expect 0 "$minidump" elf -o again core
		expect_same core again
	done
}

test_cut_core_is_cut_again() {
	"$minidump" elf -o core "$dumps/current"
	truncate -s -100 core
	expect 1 "$minidump" elf -o again core
	expect_err "KTWIN (0x88030000) is cut"
	expect_err "KLAST (0x88040000, 20 bytes) is missing"
	check again
	grep -q '^KTWIN 0x88030000 528 cut$' found || fail "$(cat found)"
}

test_file_that_shrinks_while_read_is_cut() {
	everything current >whole
	copy_of current
	expect 0 "$unit" shrink folder folder/md_KSTACK.BIN core 1
	check core
	sed 's/^\(KSTACK 0x[0-9a-f]*\) .*/\1 100 cut/' whole | expect_text found
}

# The header was read before, and is not read again.
test_header_that_shrinks_while_the_rest_is_read() {
	"$minidump" elf -o wanted "$dumps/current"
	copy_of current
	expect 0 "$unit" shrink folder folder/md_KELF_HEADER.BIN core 0
	expect_same core wanted
}
