# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# list, info, extract, verify

test_list_of_a_folder() {
	expect 0 "$minidump" list "$dumps/current"
	sed -n '1,3p;20,$p' out | tr -s ' ' >some
	expect_text some <<-EOF
	NAME PHYSICAL VIRTUAL SIZE STATE OFFSET IN
	md_KELF_HEADER.BIN - - 10248 whole 0x00000000 md_KELF_HEADER.BIN
	KBANNER 0x0000000080800040 0xffffffd012800040 68 whole 0x00000000 md_KBANNER.BIN
	KLAST 0x0000000088040000 0xffffff8008040000 20 whole 0x00000000 md_KLAST.BIN
	MD_SHRDIMEM.BIN - - 2048 whole 0x00000000 MD_SHRDIMEM.BIN
	MD_SMEMINFO.BIN - - 64 whole 0x00000000 MD_SMEMINFO.BIN
	EOF
}

test_list_as_json() {
	cp -r "$dumps/current" folder
	rm folder/md_KSTACK.BIN
	truncate -s 10 folder/md_KLAST.BIN
	expect 1 "$minidump" list --json folder
	expect_out '"source": "folder",'
	expect_out '"kind": "folder",'
	grep KLAST out | tr -s '{},' '\n' | sed 's/^ *//; /^$/d' | head -n 10 |
		expect_text /dev/fd/3 3<<-'EOF'
	"name": "KLAST"
	"physical": "0x88040000"
	"virtual": "0xffffff8008040000"
	"size": 20
	"available": 10
	"state": "cut"
	"region": true
	"why": "its name"
	"in": "md_KLAST.BIN"
	"offset": 0
	EOF
	grep '{"name": "KSTACK"' out >row
	grep -q '"state": "missing", "region": true, "why": "nothing fits it"},$' row ||
		fail "$(cat row)"
	grep '{"name": "MD_SMEMINFO.BIN", "size": 64,' out >row
	grep -q '"state": "whole", "region": false,' row || fail "$(cat row)"
	expect_out '"KSTACK (0x88000ff0, 16384 bytes) is missing",'
}

test_json_parses() {
	local style
	need jq
	for style in $styles; do
		"$minidump" elf -o core "$dumps/$style"
		expect 0 "$minidump" list --json core
		jq -r '.regions[].state' out | sort -u >states
		echo whole | expect_text states
		expect 0 "$minidump" list --json "$dumps/$style"
		[ "$(jq '[.regions[] | select(.region)] | length' out)" -ge 18 ]
	done
}

test_info_of_a_folder() {
	expect 0 "$minidump" info "$dumps/current"
	sed "s|$dumps|DUMPS|; s/ -ex /\n&/g; s/Object(/\n&/; s/, \"/\n&/g" \
		out >info
	expect_text info <<-'EOF'
	crash:          panic: sysrq triggered crash (from log)
	when:           4.000000 s after boot
	banner:         Linux version 6.12.0-testdump (test@dump) (gcc 12) #1 SMP PREEMPT
	release:        6.12.0-testdump
	build id:       00112233445566778899aabbccddeeff00112233
	VMCOREINFO:     in the header
	KASLR offset:   0x12000000 (from VMCOREINFO)
	log:            the kernel's ring buffer, 5 lines, the last at 4.000000 s
	CPU state:      CPU 1: pc 0xffffffd012345678 sp 0xffffffc080003f30 fp 0xffffffc080003f40
	registers:      saved at 4.000000 s
	record:         KCONSOLE of an earlier boot
	record:         KDMESG0 Panic#1 of which boot is not known
	record:         KDMESG1 Panic#1 of which boot is not known
	regions:        18, 18 of them whole, 38748 bytes
	signature:      p1-9890a9b8b8846add (by places)

	To make a core of it:
	  minidump elf -o minidump.elf DUMPS/current

	The log, and with the vmlinux of that kernel the backtrace:
	  minidump log DUMPS/current
	  minidump backtrace --vmlinux vmlinux DUMPS/current

	To open it, with the vmlinux of that kernel:
	  vmcore-dmesg minidump.elf
	  drgn -c minidump.elf -s vmlinux
	  crash --minimal vmlinux minidump.elf
	  gdb-multiarch
	 -ex 'exec-file vmlinux'
	 -ex 'symbol-file -o 0x12000000 vmlinux'
	 -ex 'core-file minidump.elf'

	For the backtrace, at drgn's prompt:
	  print(prog.stack_trace(
	Object(prog
	, "struct pt_regs", {"pc": 0xffffffd012345678
	, "sp": 0xffffffc080003f30
	, "regs": [0] * 29 + [0xffffffc080003f40, 0x0]})))
	EOF
}

test_info_takes_kaslr_offset_from_firmware() {
	cp -r "$dumps/vendor" folder
	rm folder/md_KPAGES.BIN
	expect 1 "$minidump" info folder
	expect_out "KASLR offset:   0x12000000 (from MD_SHRDIMEM)"
	expect_out "release:        6.12.0-testdump"
	expect_out "build id:       unknown"
	expect_out "VMCOREINFO:     none"
	expect_out "CPU state:      none saved"
	! grep -q stack_trace out || fail "$(cat out)"
	expect_out " --kaslr=0x12000000 vmlinux minidump.elf"
	poke folder/MD_SHRDIMEM.BIN $((0x6d0)) 4 0
	expect 1 "$minidump" info folder
	expect_out "KASLR offset:   unknown"
}

test_info_of_a_core_quotes_its_name() {
	"$minidump" elf -o "it's core" "$dumps/newer"
	expect 0 "$minidump" info "it's core"
	expect_out "drgn -c 'it'\''s core' -s vmlinux"
	expect_out "-ex 'core-file it'\''s core'"
	expect_out "VMCOREINFO:     in the header"
}

test_extract_gives_the_bytes_of_regions() {
	cat "$dumps/current/md_KSTACK.BIN" "$dumps/current/md_KLAST.BIN" >wanted
	expect 0 "$minidump" extract "$dumps/current" kstack KLAST
	expect_same out wanted
	expect 0 "$minidump" extract -o file "$dumps/current" KSTACK KLAST
	expect_same file wanted
	"$minidump" elf -o core "$dumps/current"
	expect 0 "$minidump" extract core @0x88000ff0 @88040000
	expect_same out wanted
}

test_extract_gives_all_namesakes_or_one() {
	cat "$dumps/current"/md_KTWIN*.BIN >wanted
	expect 0 "$minidump" extract "$dumps/current" KTWIN
	expect_same out wanted
	expect 0 "$minidump" extract "$dumps/current" KTWIN1
	expect_same out "$dumps/current/md_KTWIN1.BIN"
}

test_extract_gives_header_and_firmware_files() {
	expect 0 "$minidump" extract "$dumps/current" KELF_HEADER
	expect_same out "$dumps/current/md_KELF_HEADER.BIN"
	expect 0 "$minidump" extract "$dumps/current" MD_SHRDIMEM.BIN
	expect_same out "$dumps/current/MD_SHRDIMEM.BIN"
}

test_extract_of_unknown_or_missing_regions_fails() {
	cp -r "$dumps/current" folder
	rm folder/md_KSTACK.BIN
	expect 2 "$minidump" extract -o file folder KLAST KNONE
	expect_err "no region KNONE"
	expect 2 "$minidump" extract -o file folder KLAST KSTACK
	expect_err "KSTACK is missing"
	[ ! -e file ] || fail "it wrote a file"
	expect 2 "$minidump" extract folder @
	expect 2 "$minidump" extract folder
}

test_extract_text_turns_the_ring() {
	local count
	expect 0 "$minidump" extract --text "$dumps/current" KCONSOLE
	[ "$(stat -c %s out)" = $((4096 - 12 - 100)) ] ||
		fail "$(stat -c %s out) bytes"
	count=$(($(wc -l <out) - 1))
	for i in $(seq 0 "$count"); do
		printf '[%5d.000000] console line %d\n' "$i" "$i"
	done >wanted
	head -n $((count + 1)) out | expect_text wanted
}

test_extract_text_of_other_zones() {
	expect 0 "$minidump" extract -t "$dumps/current" KPMSG KDMESG0
	printf '%s\n' 'pmsg of user space' '====12.345678-D' 'Panic#1 Part1' \
		plain | expect_text out
	expect 0 "$minidump" extract -t -o file "$dumps/current" KDMESG1
	printf '%s\n' 'Panic#1 Part2' compressed | expect_text file
}

test_extract_text_refuses_what_is_none() {
	expect 2 "$minidump" extract -t "$dumps/current" KFTRACE0
	expect_err "wrong signature"
	expect 2 "$minidump" extract -t "$dumps/current" KSTACK
	expect_err "wrong signature"
	cp -r "$dumps/current" folder
	truncate -s 11 folder/md_KCONSOLE.BIN
	expect 2 "$minidump" extract -t folder KCONSOLE
	expect_err "too short for a zone"
	truncate -s 12 folder/md_KCONSOLE.BIN
	expect 2 "$minidump" extract -t folder KCONSOLE
	expect_err "its text goes on behind the zone's end"
}

# What is there of a text is worth having.
test_extract_text_of_what_is_damaged() {
	local zone=folder/md_KCONSOLE.BIN
	cp -r "$dumps/current" folder
	"$minidump" extract -t folder KCONSOLE >whole
	# The ring is full and begins at 1234: what is lost is in its middle.
	truncate -s $((12 + 2000)) $zone
	{
		tail -c +$((12 + 1234 + 1)) $zone
		tail -c +13 $zone | head -c 1234
	} >wanted
	expect 1 "$minidump" extract -t folder KCONSOLE
	expect_same out wanted
	expect_err "its text goes on behind the zone's end"
	# One byte less than its text has
	cp "$dumps/current/md_KPMSG.BIN" folder
	truncate -s $((12 + 18)) folder/md_KPMSG.BIN
	expect 1 "$minidump" extract -t folder KPMSG
	printf 'pmsg of user space' | expect_text out
	cp "$dumps/current/md_KCONSOLE.BIN" folder
	poke $zone 4 4 $((4096 - 12))
	expect 1 "$minidump" extract -t folder KCONSOLE
	expect_err "its ring is damaged"
	tail -c +13 $zone | head -c $((4096 - 12 - 100)) >wanted
	expect_same out wanted
}

test_extract_text_of_a_damaged_record() {
	cp -r "$dumps/current" folder
	poke folder/md_KDMESG1.BIN 32 4 0xffffffff
	expect 1 "$minidump" extract -t folder KDMESG1 KPMSG
	expect_err "its record is compressed, and not by deflate or damaged"
	expect_out "pmsg of user space"
	poke folder/md_KDMESG1.BIN 28 4 0xffffffff
	expect 2 "$minidump" extract -t folder KDMESG1
	expect_err "its record is compressed, and not by deflate or damaged"
}

test_verify_of_whole_dumps() {
	local style
	for style in $styles; do
		expect 0 "$minidump" verify "$dumps/$style"
		expect_out "regions, all whole"
		"$minidump" elf -o core "$dumps/$style"
		expect 0 "$minidump" verify core
		expect_text err </dev/null
	done
	expect 0 "$minidump" verify "$dumps/vendor"
	expect_err "crash wants program headers at 64"
	expect_err "VMCOREINFO is not in the header"
}

test_verify_finds_what_is_lost() {
	cp -r "$dumps/current" folder
	rm folder/md_KPRB.BIN
	expect 1 "$minidump" verify folder
	expect_err "KPRB (0x81000010, 8 bytes) is missing"
	expect_err "no region has the kernel log"
	echo 'checked: 51100 bytes, banner, uts name, 5 ramoops zones' |
		expect_text out
}

test_verify_finds_a_file_without_program_header() {
	cp -r "$dumps/current" folder
	cp folder/md_KLAST.BIN folder/md_KSTRAY.BIN
	expect 1 "$minidump" verify folder
	expect_err "md_KSTRAY.BIN: no program header is of it"
}

test_verify_finds_overlaps() {
	local header=folder/md_KELF_HEADER.BIN
	cp -r "$dumps/current" folder
	poke $header "$(phdr 18 paddr)" 8 $((0x88000ff0 + 16380))
	expect 1 "$minidump" verify folder
	expect_err "KSTACK and KLAST share physical addresses from 0x88004fec on"
	cp "$dumps/current/md_KELF_HEADER.BIN" folder
	poke $header "$(phdr 18 vaddr)" 8 $((0xffffffc080000000 + 4))
	expect 1 "$minidump" verify folder
	expect_err "KSTACK and KLAST share virtual addresses from 0xffffffc080000004 on"
}

test_verify_finds_memory_that_was_not_saved() {
	cp -r "$dumps/current" folder
	poke folder/md_KELF_HEADER.BIN "$(phdr 3 memsz)" 8 8192
	expect 1 "$minidump" verify folder
	expect_err "claim memory that was not saved"
	expect 0 "$minidump" elf -o core folder
	check core
}

make_vmlinux() {
	echo "$2" | gcc -x c -shared -nostdlib "-Wl,--build-id=$1" -o vmlinux -
}

test_verify_compares_the_build_id() {
	need gcc
	make_vmlinux 0x00112233445566778899aabbccddeeff00112233 'int x;'
	expect 0 "$minidump" verify --vmlinux vmlinux "$dumps/current"
	make_vmlinux 0x00112233445566778899aabbccddeeff00112234 'int x;'
	expect 1 "$minidump" verify --vmlinux vmlinux "$dumps/current"
	expect_err "another build: its build id is 00112233445566778899aabbccddeeff00112234"
	make_vmlinux none 'int x;'
	expect 1 "$minidump" verify --vmlinux vmlinux "$dumps/current"
	expect_err "vmlinux has no build id"
	expect 2 "$minidump" verify --vmlinux "$0" "$dumps/current"
	expect 2 "$minidump" verify --vmlinux nothing "$dumps/current"
}

test_verify_compares_the_banner_for_want_of_a_build_id() {
	local banner
	need gcc
	banner='Linux version 6.12.0-testdump (test@dump) (gcc 12) #1 SMP PREEMPT'
	cp -r "$dumps/vendor" folder
	rm folder/md_KPAGES.BIN
	# KPAGES is missing, so the status is 1 in either case.
	make_vmlinux none "const char linux_banner[] = \"$banner\\n\";"
	expect 1 "$minidump" verify --vmlinux vmlinux folder
	! grep -q 'another build' err || fail "$(cat err)"
	make_vmlinux none "const char linux_banner[] = \"$banner 2\\n\";"
	expect 1 "$minidump" verify --vmlinux vmlinux folder
	expect_err "vmlinux is of another build: it lacks \"$banner\""
}

# As much of it is in memory as is looked at, and not all at one time.
test_large_vmlinux_takes_little() {
	local shdr index
	need gcc
	cp -r "$dumps/vendor" folder
	rm folder/md_KPAGES.BIN
	make_vmlinux none 'const char linux_banner[] = "Linux version";'
	index=$(readelf -SW vmlinux | sed -n 's/^ *\[ *\([0-9]*\)] \.rodata .*/\1/p')
	shdr=$(($(od -An -tu8 -j 40 -N 8 vmlinux) + 64 * index))
	truncate -s 300M vmlinux
	poke vmlinux $((shdr + 32)) 8 $((250 << 20))
	expect_limits "$plain" verify --vmlinux vmlinux folder
	expect_err "vmlinux is of another build: it lacks"
	FAULT_BYTES=104857600-104857601 expect 1 "$faulty" \
		verify --vmlinux vmlinux folder
	expect_err "vmlinux: Input/output error"
	! grep -q 'another build' err || fail "$(cat err)"
	# What it claims is not in it.
	poke vmlinux $((shdr + 32)) 8 $((250 << 30))
	expect_limits "$plain" verify --vmlinux vmlinux folder
}
