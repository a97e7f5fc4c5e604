# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What is damaged is named, what is not comes out byte for byte, and nothing
# takes more than it may.

# Any input, of any size: so much of the processor's time and of memory, in KiB
seconds=2
memory=65536

expect_limits() {
	"$testdump" limit $seconds $memory "$@" >out 2>err ||
		fail "$*" "$(cat out)" "$(tail -n 3 err)"
}

test_little_input_takes_little() {
	local kind command
	for kind in names twins scan notes pairs unnamed lists; do
		case $kind in
		pairs | unnamed | lists) mkdir "$kind" ;;
		esac
		"$testdump" hostile "$kind" "$kind"
		for command in list 'list --json' 'list --verbose' info verify \
			       'elf -o core' 'pack -o image' \
			       'extract -o region' 'extract --text -o text'; do
			set -- "$kind"
			[[ $command != extract* ]] || set -- "$kind" @80000000
			# shellcheck disable=SC2086 # it has options
			expect_limits "$plain" $command "$@"
		done
		rm -rf "$kind"
	done
}

# All CPUs among as many notes as a program believes; and among 64 times as many,
# where linear time is part of a second, and quadratic time hours.
test_many_notes_take_linear_time() {
	local command
	"$testdump" hostile cpus ./cpus
	for command in list info 'info --json' backtrace verify 'elf -o core'; do
		# shellcheck disable=SC2086 # it has options
		expect_limits "$plain" $command cpus
	done
	expect 0 "$minidump" info cpus
	[ "$(grep -c '^CPU state: *pc 0x0 ' out)" = 1272 ] || fail "$(tail out)"
	(ulimit -t 20 && expect 0 "$unit" cpus ./cpus)
}

# A folder in memory, where it costs nothing to sync what is written
memory_folder() {
	local memory_fs=$PWD
	[ ! -w /dev/shm ] || memory_fs=/dev/shm
	mktemp -d "$memory_fs/minidump.XXXXXX"
}

# Many files of one name, and more bytes than there are
test_unpacking_little_takes_little() {
	"$testdump" hostile twins ./twins
	"$testdump" hostile scan ./scan
	box=$(memory_folder)
	trap 'rm -rf "$box"' EXIT
	expect_limits "$plain" extract -d "$box/extracted" twins 'K*'
	expect_limits "$plain" unpack -d "$box/unpacked" twins
	[ "$(find "$box" -name 'md_KA*.BIN' | wc -l)" = 8000 ] ||
		fail "$(find "$box" | wc -l)" "$(cat err)"
	expect_limits "$plain" unpack -d "$box/scan" scan
	expect_err "the regions claim more than all 1099511627776 bytes"
}

test_large_header_takes_little() {
	cp -r "$dumps/current" folder
	truncate -s 1G folder/md_KELF_HEADER.BIN
	expect_limits "$plain" elf -o core folder
	expect_err "an ELF header of 1073741824 bytes, the rest is ignored"
	truncate -s 1G folder/md_KCONSOLE.BIN
	expect_limits "$plain" extract --text -o text folder KCONSOLE
}

test_fifo_is_no_file() {
	local file
	cp -r "$dumps/current" folder
	for file in load.cmm DUMP_INFO.TXT vmlinux; do
		mkfifo "folder/$file"
		expect_limits "$plain" verify --vmlinux folder/vmlinux folder
	done
	expect_err "folder/vmlinux: not a regular file"
	expect_err "load.cmm: not a regular file, ignored"
	expect_err "DUMP_INFO.TXT: not a regular file, ignored"
	rm folder/vmlinux
	expect 1 "$minidump" elf -o core folder
	check core
}

test_two_files_of_one_region_are_told() {
	"$minidump" elf -o whole "$dumps/current"
	check whole
	grep -v '^KUTS ' found >without
	cp found wanted
	cp -r "$dumps/current" folder
	head -c 400 /dev/zero >folder/MD_kuts.bin
	expect 1 "$minidump" elf -o core folder
	expect_err "MD_kuts.bin and md_KUTS.BIN fit KUTS equally well: neither is taken"
	check core
	expect_text found <without
	# The size speaks for one of them.
	truncate -s 396 folder/MD_kuts.bin
	expect 1 "$minidump" elf -o core folder
	expect_err "MD_kuts.bin: not taken for KUTS: the region has another"
	check core
	expect_text found <wanted
	expect 1 "$minidump" extract folder KUTS
	expect_same out folder/md_KUTS.BIN
}

test_two_headers_are_told() {
	cp -r "$dumps/current" folder
	cp folder/md_KELF_HEADER.BIN folder/md_KELF.BIN
	expect 1 "$minidump" elf -o core folder
	expect_err "md_KELF.BIN: a second ELF header, md_KELF_HEADER.BIN is used"
	check core
	poke folder/md_KELF_HEADER.BIN 0 1 0
	expect 1 "$minidump" elf -o core folder
	expect_err "the ELF header does not begin as one"
	check core
}

# A header that cannot be used is no worse than none.
test_damaged_header_leaves_the_files() {
	cp -r "$dumps/current" folder
	for size in 3 60 63; do
		cp "$dumps/current/md_KELF_HEADER.BIN" folder
		truncate -s $size folder/md_KELF_HEADER.BIN
		expect 1 "$minidump" list folder
		expect_out "md_KSTACK.BIN"
		expect 1 "$minidump" extract folder KSTACK
		expect_same out folder/md_KSTACK.BIN
		expect 1 "$minidump" extract --text folder KPMSG
		echo 'pmsg of user space' | expect_text out
		expect 2 "$minidump" elf -o core folder
		expect_err "no ELF header that can be used"
	done
}

test_list_that_contradicts_the_header_is_told() {
	"$minidump" elf -o wanted "$dumps/current"
	cp -r "$dumps/current" folder
	echo 'd.load.binary md_KSTACK.BIN 0x1000' >folder/load.cmm
	expect 1 "$minidump" elf -o core folder
	expect_err "md_KSTACK.BIN: from 0x1000 by the list beside it, but" \
		"the ELF header has KSTACK at 0x88000ff0"
	expect_same core wanted
	echo 'md_KSTACK.BIN 0x2000' >folder/dump_info.txt
	expect 1 "$minidump" elf -o core folder
	expect_err "which was"
	expect_same core wanted
}

# image_check STATUS MESSAGE [MISSING]: the image is damaged in one field
image_check() {
	expect "$1" "$minidump" elf -o core image
	expect_err "$2"
	check core
	if [ -n "${3:-}" ]; then
		grep -v "^$3 " wanted | expect_text found
	else
		expect_text found <wanted
	fi
}

# section FILE FIELD: where a field of a section's header is in the image
section() {
	local number
	number=$(find "$dumps/current" -type f -printf '%f\n' | sort |
		grep -n "^$1$" | cut -d: -f1)
	echo $((56 + 64 * (number - 1) + $2))
}

fresh_image() {
	"$testdump" image "$dumps/current" image files
}

test_fields_of_an_image_that_contradict_are_told() {
	"$minidump" elf -o whole "$dumps/current"
	check whole
	cp found wanted
	fresh_image
	image_check_header
	fresh_image
	poke image "$(section md_KLAST.BIN 0)" 4 0
	image_check 1 "section md_KLAST.BIN: firmware did not mark it as valid"
	fresh_image
	poke image "$(section md_KLAST.BIN 6)" 2 7
	image_check 1 "section md_KLAST.BIN: version 0x0.0x7 is not known"
	fresh_image
	poke image "$(section md_KLAST.BIN 8)" 4 9
	image_check 1 "section md_KLAST.BIN: type 9 is not known"
	fresh_image
	poke image "$(section md_KLAST.BIN 28)" 8 0x1234000
	image_check 1 \
		"md_KLAST.BIN: from 0x1234000 by the image, but the ELF header has KLAST at 0x88040000"
	fresh_image
	poke image "$(section md_KLAST.BIN 12)" 8 60
	image_check 1 "section md_KLAST.BIN: at 0x3c, within the image's headers" KLAST
}

image_check_header() {
	poke image 10 2 0x1001
	image_check 1 "version 0x0.0x1001 of the image is not known"
	fresh_image
	poke image 12 4 9
	image_check 1 "flags 0x9 of the image are not known"
	fresh_image
	poke image 36 8 5000
	image_check 1 ", the image at 5000"
	fresh_image
	poke image 44 8 999999
	image_check 1 "of 999999, but has no flag for that"
}

test_sections_that_share_bytes_are_told() {
	local offset
	fresh_image
	offset=$(od -An -tu8 -j "$(section md_KSTACK.BIN 12)" -N 8 image)
	poke image "$(section md_KLAST.BIN 12)" 8 $((offset + 4))
	expect 1 "$minidump" elf -o core image
	expect_err "sections md_KSTACK.BIN and md_KLAST.BIN share the image's bytes"
	expect 1 "$minidump" extract image KSTACK
	expect_same out "$dumps/current/md_KSTACK.BIN"
}

test_sections_of_one_region_are_told() {
	"$minidump" elf -o whole "$dumps/current"
	check whole
	fresh_image
	# MD_SHRDIMEM.BIN becomes a second md_KLAST.BIN, with other bytes.
	dd if=image of=image bs=1 skip="$(section md_KLAST.BIN 20)" \
		seek="$(section MD_SHRDIMEM.BIN 20)" count=44 conv=notrunc 2>err
	poke image "$(section MD_SHRDIMEM.BIN 8)" 4 1
	expect 1 "$minidump" elf -o core image
	expect_err "md_KLAST.BIN and md_KLAST.BIN fit KLAST equally well"
	check core
	grep -v '^KLAST ' found >rest
	check whole
	grep -v '^KLAST ' found | expect_text rest
}

# A block that cannot be read costs that block.
test_bad_block_costs_that_block() {
	local offset begin
	fresh_image
	offset=$(od -An -tu8 -j "$(section md_KSTACK.BIN 12)" -N 8 image)
	begin=$(((offset + 4095) / 4096 * 4096))
	export FAULT_BYTES=$begin-$((begin + 4096))
	expect 1 "$faulty" elf -o core image
	expect_err "KSTACK: 4096 bytes from 0x$(printf %x $((begin - offset)))" \
		"on cannot be read: Input/output error"
	expect 1 "$faulty" extract -o region image KSTACK
	expect 1 "$faulty" verify image
	expect_err "md_KSTACK.BIN: 4096 bytes from"
	expect 1 "$faulty" extract image KSTACK
	unset FAULT_BYTES
	cp "$dumps/current/md_KSTACK.BIN" wanted
	dd if=/dev/zero of=wanted bs=1 seek=$((begin - offset)) count=4096 \
		conv=notrunc 2>err
	expect_same region wanted
	expect_same out wanted
	expect_parts core "$((begin - offset))"
}

test_bad_block_of_text_costs_that_block() {
	local offset begin
	cp -r "$dumps/current" folder
	{
		printf 'DBGC\0\0\0\0\364\077\0\0'
		yes 'a line of the log' | head -c $((0x3ff4))
	} >folder/md_KSTACK.BIN
	"$testdump" image folder image files
	offset=$(od -An -tu8 -j "$(section md_KSTACK.BIN 12)" -N 8 image)
	begin=$(((offset + 4095) / 4096 * 4096))
	FAULT_BYTES=$begin-$((begin + 1)) expect 1 "$faulty" extract --text image KSTACK
	expect_err "KSTACK: Input/output error"
	tail -c +13 folder/md_KSTACK.BIN >wanted
	dd if=/dev/zero of=wanted bs=1 seek=$((begin - offset - 12)) count=4096 \
		conv=notrunc 2>err
	expect_same out wanted
}

# A pattern takes what has text, and says which file may have had some.
test_pattern_tells_of_text_that_may_not_be_opened() {
	export FAULT_FILE=md_KPMSG.BIN
	cp -r "$dumps/current" folder
	echo "a line" >line
	cp line folder/md_KSTACK.BIN
	cp line folder/md_KPMSG.BIN
	expect 1 "$faulty" extract --text folder 'K[PSU]*'
	expect_err "KPMSG: Permission denied"
	expect_same out line
	expect 1 "$faulty" extract --text -d texts folder 'K[PSU]*'
	expect_err "KPMSG: Permission denied"
	ls texts >files
	echo KSTACK.txt | expect_text files
	expect 2 "$faulty" extract --text folder KPMSG
}

# The segments before and behind 4096 bytes at offset $2 of KSTACK
expect_parts() {
	readelf -lW "$1" | awk '$1 == "LOAD" && $4 ~ /^0x000000008800[0-4]/ {
		print $4, $5 }' >parts
	{
		printf '0x0000000088000ff0 0x%06x\n' "$2"
		printf '0x%016x 0x%06x\n' $((0x88000ff0 + $2 + 4096)) \
			$((16384 - $2 - 4096))
	} | expect_text parts
	head -c $((16384 - $2 - 4096)) <(tail -c +$(($2 + 4097)) \
		"$dumps/current/md_KSTACK.BIN") >wanted
	"$minidump" extract -o got "$1" \
		"@$(printf %x $((0x88000ff0 + $2 + 4096)))"
	expect_same got wanted
}

# The header of a vendor's core has no room for one more segment.
test_bad_block_where_no_header_has_room() {
	cp -r "$dumps/newer" folder
	FAULT_BYTES=8000-8001 expect 1 "$faulty" elf -o core folder
	expect_err "cannot be read: Input/output error"
	expect 0 "$minidump" verify core
	"$testdump" check core >found 2>err || true
	[ "$(readelf -lW core | grep -c LOAD)" = 19 ] || fail "$(readelf -lW core)"
}

test_bad_header_is_told_as_what_it_is() {
	FAULT_BYTES=0-1 expect 2 "$faulty" elf -o core "$dumps/current"
	expect_err "Input/output error"
	fresh_image
	FAULT_BYTES=100-101 expect 1 "$faulty" list image
	expect_err "Input/output error"
	"$minidump" elf -o core "$dumps/current"
	FAULT_BYTES=5000-5001 expect 1 "$faulty" list core
	expect_err "Input/output error after"
}

test_file_that_may_not_be_opened_is_told() {
	"$minidump" elf -o whole "$dumps/current"
	check whole
	export FAULT_FILE=md_KSTACK.BIN
	expect 1 "$faulty" elf -o core "$dumps/current"
	expect_err "KSTACK: Permission denied"
	check core
	"$testdump" check whole | grep -v '^KSTACK ' | expect_text found
	expect 1 "$faulty" verify "$dumps/current"
	expect_err "md_KSTACK.BIN: Permission denied"
	expect 2 "$faulty" extract "$dumps/current" KSTACK
	expect_err "Permission denied"
	expect 1 "$faulty" pack -o image "$dumps/current"
	expect_err "md_KSTACK.BIN: Permission denied"
	FAULT_FILE=md_KELF_HEADER.BIN expect 1 "$faulty" list "$dumps/current"
	expect_err "Permission denied"
}

# ... and costs that file only, which is not there then.
test_file_that_may_not_be_opened_costs_that_file() {
	export FAULT_FILE=md_KSTACK.BIN
	cat "$dumps"/current/md_{KPMSG,KUTS}.BIN >both
	expect 1 "$faulty" extract "$dumps/current" KPMSG KSTACK KUTS
	expect_same out both
	expect 1 "$faulty" extract -d some "$dumps/current" KPMSG KSTACK KUTS
	expect_err "md_KSTACK.BIN: Permission denied"
	ls some >files
	printf 'md_%s.BIN\n' KPMSG KUTS | expect_text files
	expect 2 "$faulty" extract -o none "$dumps/current" KSTACK
	[ ! -e none ] || fail "an empty file"
	expect 1 "$faulty" unpack -d all "$dumps/current"
	expect_err "md_KSTACK.BIN: Permission denied"
	[ ! -e all/md_KSTACK.BIN ] || fail "an empty file"
	expect_same all/md_KUTS.BIN "$dumps/current/md_KUTS.BIN"
}

# What a stitcher does that knows one more file: all behind it is shifted.
test_verify_notices_a_shifted_core() {
	local at
	"$minidump" elf -o core "$dumps/current"
	at=$(od -An -tu8 -j "$(phdr 3 offset)" -N 8 core)
	{
		head -c "$at" core
		head -c 64 /dev/urandom
		tail -c +$((at + 1)) core
	} >shifted
	expect 1 "$minidump" verify shifted
	expect_err "64 bytes lie behind the last segment"
	expect_err "KCONSOLE does not begin as a zone of ramoops"
	expect_err "prb at 0xffffffd013000010 leads to no kernel log"
	truncate -s -64 shifted
	expect 1 "$minidump" verify shifted
	expect_err "KCONSOLE does not begin as a zone of ramoops"
	poke core "$(od -An -tu8 -j "$(phdr 1 offset)" -N 8 core)" 4 0
	expect 1 "$minidump" verify core
	expect_err 'KBANNER does not begin with "Linux version 6.12.0-testdump "'
}

test_verify_says_what_it_looked_at() {
	expect 0 "$minidump" verify "$dumps/current"
	sed "s|$dumps|DUMPS|" out >said
	expect_text said <<-'EOF'
	checked: 51108 bytes, banner, uts name, 5 ramoops zones, kernel log
	DUMPS/current: 18 regions, all whole
	EOF
}

test_nothing_from_a_dump_acts_on_a_terminal() {
	local zone=folder/md_KPMSG.BIN
	need script
	cp -r "$dumps/current" folder
	printf 'a\033]0;x\007\033[2J\tb\nc' |
		dd of=$zone bs=1 seek=12 conv=notrunc 2>err
	script -qec "$minidump extract --text folder KPMSG" /dev/null \
		>seen </dev/null || fail "$(cat seen)"
	tr -d '\r' <seen | head -n 2 >shown
	printf 'a\\x1b]0;x\\x07\\x1b[2J\tb\n' >wanted
	head -n 1 shown | expect_text wanted
	expect 0 "$minidump" extract --text folder KPMSG
	printf 'a\033]0;x\007\033[2J\tb\nc' >wanted
	head -c "$(stat -c %s wanted)" out >raw
	expect_same raw wanted
}

test_printed_paths_can_be_pasted() {
	local path word
	# shellcheck disable=SC2016 # as they stand
	for path in 'a b' "it's" "$(printf 'esc\033[2Jnl\nx')" '-rf' '$(id)' \
		    'back\slash' '*'; do
		cp -r "$dumps/current" "./$path"
		expect 0 "$minidump" info -- "$path"
		! grep -q '[^[:print:][:space:]]' out || fail "$(od -c out)"
		word=$(sed -n 's/^  minidump elf -o minidump.elf //p' out)
		eval "set -- $word"
		[ $# = 1 ] || fail "$path: $word" "$# words"
		[ "$1" -ef "./$path" ] || fail "$path: $word" "$1"
	done
}

test_hardened_as_debian_does() {
	need readelf
	readelf -hldW "$plain" >elf
	grep -q 'Type: *DYN' elf || fail "no PIE" "$(head -n 20 elf)"
	grep -q GNU_RELRO elf || fail "no RELRO"
	grep -q 'NOW' elf || fail "no BIND_NOW"
	! grep 'GNU_STACK.*RWE' elf || fail "executable stack"
	readelf -sW "$plain" >symbols
	grep -q __stack_chk_fail symbols || fail "no stack protector"
	grep -q __snprintf_chk symbols || fail "no fortified functions"
}

# Damage of structure, by the seed. MUTATIONS=N: so many of them, not few
mutate() {
	local program=$1 count=$2 box status style
	shift 2
	mkdir -p base
	for style in $styles; do
		cp -r "$dumps/$style" "base/$style"
	done
	"$minidump" pack -o base/image base/current
	"$minidump" pack -o base/numbered base/newer
	"$minidump" elf -o base/core base/current
	for style in noted cpus; do
		cause $style
		mv dump base/$style
	done
	box=$(memory_folder)
	status=0
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0:quarantine_size_mb=1 \
		"$program" -n "${MUTATIONS:-$count}" "$@" "$box" \
		"$PWD"/base/* >out 2>err || status=$?
	rm -rf "$box"
	[ "$status" = 0 ] || fail "$(tail -n 40 err)"
	expect_out "${MUTATIONS:-$count} inputs"
}

test_damage_of_structure_is_survived() {
	mutate "$programs/mutate" 400 -k 500000 -t 20 -s 1
}

test_damage_of_structure_is_told_and_costs_little() {
	mutate "$programs/mutate-plain" 3000 -k $memory -t $seconds -s 100000
}
