# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Dumps in the forms in which people have them: packed, in a pipe, in another
# folder, under other names, as raw memory

# The core that each of them must become, a folder, an image, raw memory
make_input() {
	"$minidump" elf -o wanted "$dumps/current"
	cp -r "$dumps/current" folder
	"$testdump" image folder image files
}

# No file of ours is left where temporary ones are
use_tmpdir() {
	mkdir tmpdir
	export TMPDIR=$PWD/tmpdir
}

expect_wanted() {
	expect 0 "$minidump" elf -o core "$@"
	expect_same core wanted
	[ -z "$(ls -A tmpdir)" ] || fail "left in TMPDIR:" "$(ls -A tmpdir)"
}

test_packed_folder_and_image_make_the_same_core() {
	local file
	make_input
	use_tmpdir
	tar -cf folder.tar folder
	tar -C folder -czf inside.tar.gz .
	gzip -k image wanted
	! command -v xz >/dev/null || xz -k folder.tar image
	! command -v zstd >/dev/null || zstd -qk folder.tar image
	! command -v zip >/dev/null || {
		zip -qr folder.zip folder
		(cd folder && zip -q ../inside.zip ./*)
		zip -q image.zip image
	}
	for file in ./*.tar* ./*.gz ./*.xz ./*.zst ./*.zip; do
		[ ! -e "$file" ] || expect_wanted "$file"
	done
}

test_standard_input() {
	local file
	make_input
	use_tmpdir
	tar -czf folder.tar.gz folder
	gzip -k image
	for file in image wanted folder.tar.gz image.gz; do
		expect_wanted - <"$file"
		cp wanted before
		# shellcheck disable=SC2002 # it is to be a pipe
		cat "$file" | "$minidump" elf -o core -
		expect_same core before
	done
	expect_wanted - <folder
	expect 2 "$minidump" list - </dev/null
	expect_err "neither a folder nor a file nor a block device"
}

test_zeros_are_not_written() {
	expect 0 "$unit" sparse
}

test_archive_with_other_things_in_it() {
	make_input
	use_tmpdir
	mkdir -p all/logs
	cp -r folder all/dump
	echo hello >all/logs/README
	cp image all/rawdump.img
	cp "$minidump" all/vmlinux
	tar -cf all.tar all
	expect_wanted all.tar
	rm -r all/dump
	tar -cf all.tar all
	expect_wanted all.tar
	cp image all/second.img
	tar -cf all.tar all
	expect 2 "$minidump" list all.tar
	expect_err "all.tar: holds more than one dump (an image and another): unpack it and give one of them"
	rm all/*.img
	tar -cf all.tar all
	expect 2 "$minidump" list all.tar
	expect_err "neither md_*.BIN files nor a rawdump image nor an ELF core in it"
}

test_archive_of_several_dumps() {
	make_input
	cp -r folder second
	tar -cf both.tar folder second
	expect 2 "$minidump" list both.tar
	expect_err "both.tar: holds more than one dump (folder and second): unpack it and give one of them"
}

test_damaged_archive_is_told() {
	local size
	make_input
	use_tmpdir
	gzip -k image
	size=$(stat -c %s image.gz)
	# A byte of its checksum
	poke image.gz $((size - 8)) 1 "$(($(od -An -tu1 -j $((size - 8)) -N 1 image.gz) ^ 1))"
	expect 1 "$minidump" elf -o core image.gz
	expect_err "incorrect data check"
	expect_same core wanted
	truncate -s $((size - 300)) image.gz
	expect 1 "$minidump" list image.gz
	expect_err "image.gz: damaged after"
	expect_err "bytes: it ends early"
	tar -cf folder.tar folder
	truncate -s $(($(stat -c %s folder.tar) / 2)) folder.tar
	expect 1 "$minidump" list folder.tar
	# Within a member, or within the head of one
	grep -q 'folder.tar: .*\(what follows in it is lost\|Truncated\)' err ||
		fail "$(cat err)"
}

test_zip_checksum_is_checked() {
	local at
	need zip
	make_input
	zip -q0r folder.zip folder
	at=$(grep -abo plain folder.zip | head -n 1 | cut -d: -f1)
	poke folder.zip "$at" 1 65
	expect 1 "$minidump" list folder.zip
	expect_err "CRC"
}

# In a box of which every file is known
test_hostile_archive_writes_nowhere() {
	make_input
	mkdir box
	tar -P --transform='s,^folder,/box/../../up,' -cf box/up.tar folder
	mkdir links
	ln -s /etc/passwd links/md_KLINK.BIN
	ln folder/md_KLAST.BIN links/md_KAAA.BIN
	ln folder/md_KLAST.BIN links/md_KHARD.BIN
	mkfifo links/md_KFIFO.BIN
	mkdir links/md_KDIR.BIN
	cp folder/md_KELF_HEADER.BIN links
	tar -cf box/links.tar links
	use_tmpdir
	cd box || exit
	expect 0 "$minidump" elf -o core up.tar
	expect_same core ../wanted
	expect 1 "$minidump" list links.tar
	expect_err "md_KLINK.BIN: not a regular file, ignored"
	expect_err "md_KFIFO.BIN: not a regular file, ignored"
	# One of the two is the file, the other the link to it.
	[ "$(grep -c 'md_K[AH]A[AR]D*.BIN: not a regular file' err)" = 1 ] ||
		fail "$(cat err)"
	! grep -q 'KDIR\|root:' err out || fail "$(cat out err)"
	find . | sort | tr '\n' ' ' >../seen
	[ "$(cat ../seen)" = ". ./core ./err ./links.tar ./out ./up.tar " ] ||
		fail "$(cat ../seen)"
}

test_two_members_of_one_name_are_told() {
	make_input
	tar -cf folder.tar folder
	head -c 10 /dev/zero >folder/md_KLAST.BIN
	tar -rf folder.tar folder/md_KLAST.BIN
	expect 1 "$minidump" extract folder.tar KLAST
	expect_err "md_KLAST.BIN is in the archive twice, the later one is taken"
	expect_same out folder/md_KLAST.BIN
}

test_archives_without_end_are_refused() {
	use_tmpdir
	: >a
	tar -cf a.tar a
	head -c 512 a.tar >many.tar
	while [ "$(stat -c %s many.tar)" -lt $((65540 * 512)) ]; do
		cat many.tar many.tar >more.tar
		mv more.tar many.tar
	done
	expect 2 "$minidump" list many.tar
	expect_err "many.tar: more than 65536 entries"
	truncate -s 33G md_KBIG.BIN
	tar -cSf sparse.tar md_KBIG.BIN
	expect 2 "$minidump" list sparse.tar
	expect_err "more than 32 GiB unpacked"
	gzip -c a.tar | gzip -c | gzip >thrice.gz
	expect 2 "$minidump" list thrice.gz
	expect_err "thrice.gz: a gzip file: unpack it first"
}

test_memory_for_an_archive_is_bounded() {
	need xz
	[ -x "$plain" ] || skip "only the program without ASan has a limit"
	make_input
	xz -9 image
	expect 2 "$plain" list image.xz
	expect_err "image.xz: it takes more than 44 MiB of memory: unpack it first"
}

test_no_room_for_temporary_files() {
	make_input
	gzip -k image
	export TMPDIR=$PWD/nowhere
	expect 2 "$minidump" list image.gz
	expect_err "no temporary file in $TMPDIR: No such file or directory; TMPDIR chooses another folder"
	head -c 4M /dev/urandom >>image
	gzip -f image
	unset TMPDIR
	(ulimit -f 1024 && expect 2 "$minidump" list image.gz)
	expect_err "writing a temporary file: File too large"
}

test_other_forms_are_named() {
	make_input
	use_tmpdir
	printf 'BZh9' >some.bz2
	expect 2 "$minidump" list some.bz2
	expect_err "some.bz2: a bzip2 file: unpack it first"
	printf '7z\274\257\047\034' >some.7z
	expect 2 "$minidump" list some.7z
	expect_err "some.7z: a 7-Zip file: unpack it first"
	expect 2 "$minidump" list folder/md_KELF_HEADER.BIN
	expect_err "one file of a dump: give the folder that it is in"
	expect 2 "$minidump" list folder/md_KLAST.BIN
	expect_err "one file of a dump: give the folder that it is in"
	echo text >file
	expect 2 "$minidump" list file
	expect_err "file: neither a folder nor a rawdump image nor an ELF core, nor is one found further on in it"
}

test_image_at_another_offset_is_told_and_taken() {
	local file
	make_input
	use_tmpdir
	for file in image wanted; do
		{
			# Neither of these is the beginning of anything.
			printf 'RRaw_Dmp!\0\0\0\20\177ELF\2\1\1'
			head -c 1048565 /dev/zero
			cat $file
		} >behind
		expect 2 "$minidump" list behind
		expect_err "begins at byte 1048585, not at 0: give --offset=1048585"
		expect_wanted --offset=1048585 behind
		expect_wanted -O 0x100009 behind
		gzip -f behind
		expect 2 "$minidump" list behind.gz
		expect_err "give --offset=1048585"
		expect_wanted --offset=1048585 behind.gz
	done
	expect 2 "$minidump" list --offset=99 image
	expect_err "neither a rawdump image nor an ELF core at byte 99"
	expect 2 "$minidump" list --offset=999999999 image
	expect_err "image: has only $(stat -c %s image) bytes"
	expect 2 "$minidump" list --offset=1k image
	expect_err "--offset is not a number"
}

test_folder_above_the_dump() {
	make_input
	use_tmpdir
	mkdir above above/other
	mv folder above/COM5
	expect_wanted above
	expect_err "note: above: the dump is in its folder COM5"
	cp -r above/COM5 above/COM6
	expect 2 "$minidump" list above
	expect_err "above: several dumps in it: give one of its folders, like above/COM"
	rm -r above/COM*
	ln -s "$dumps/current" above/link
	expect 2 "$minidump" list above
	expect_err "above: no md_*.BIN file in it"
}

test_names_as_others_have_them() {
	local file name
	make_input
	use_tmpdir
	cp -r folder bare
	for file in bare/*; do
		name=${file##*/}
		mv "$file" "bare/${name#??_}"
	done
	rm bare/SHRDIMEM.BIN bare/SMEMINFO.BIN
	expect_wanted bare
	tar -cf bare.tar bare
	expect_wanted bare.tar
	mkdir machine upper
	for file in folder/*; do
		name=${file##*/}
		cp "$file" "machine/md_2D_${name#??_}"
		cp "$file" "upper/$(tr "[:lower:]" "[:upper:]" <<<"$name")"
	done
	expect_wanted machine
	expect_wanted upper
	for name in 1 0 4294967295 _1; do
		rm -rf numbered
		cp -r folder numbered
		mv numbered/md_KELF_HEADER.BIN "numbered/md_KELF_HEADER$name.BIN"
		expect_wanted numbered
	done
	cp machine/md_2D_KELF_HEADER.BIN machine/md_2E_KELF_HEADER.BIN
	expect 2 "$minidump" list machine
	expect_err "dumps of several machines in it (md_2D_KELF_HEADER.BIN and md_2E_KELF_HEADER.BIN)"
}

# Raw memory

test_raw_memory_makes_the_same_core() {
	make_input
	use_tmpdir
	"$testdump" ram folder ram
	expect_wanted --ram ram@80000000
	expect_wanted -R ram@0x80000000
	expect 0 "$minidump" extract --ram ram@80000000 KTWIN
	cat folder/md_KTWIN*.BIN >twins
	expect_same out twins
	# In three files; KSTACK, at 0x88000ff0, is in two of them.
	head -c $((0x8001000)) ram >low
	tail -c +$((0x8001001)) ram | head -c 4096 >middle
	tail -c +$((0x8002001)) ram >high
	expect_wanted --ram high@88002000 --ram low@80000000 -R middle@88001000
	mkdir memory
	mv low memory/DDRCS0_0.BIN
	mv middle memory/DDRCS0_1.BIN
	mv high memory/DDRCS1_0.BIN
	expect 2 "$minidump" list memory
	expect_err "DDRCS0_0.BIN: no load.cmm says where in memory it was: give it as --ram FILE@ADDRESS"
	printf 'd.load.binary DDRCS%s /noclear\r\n' '0_0.BIN 0x80000000' \
		'0_1.BIN 0x88001000' '1_0.BIN 0x88002000' >memory/load.cmm
	expect_wanted memory
	tar -czSf memory.tgz memory
	expect_wanted memory.tgz
}

test_raw_memory_that_is_none() {
	make_input
	"$testdump" ram folder ram
	expect 2 "$minidump" list --ram ram
	expect_err "--ram ram: not FILE@ADDRESS, the address in hexadecimal"
	expect 2 "$minidump" list --ram ram@8000z
	expect_err "not FILE@ADDRESS"
	expect 2 "$minidump" list --ram nowhere@80000000
	expect_err "nowhere: No such file or directory"
	expect 2 "$minidump" list -R ram@80000000 -R image@80000010
	expect_err "ram and image are of the same addresses"
	expect 2 "$minidump" list -R ram@fffffffffffffff0
	expect_err "of memory at 0xfffffffffffffff0 cannot be"
	expect 2 "$minidump" list -R image@80000000
	expect_err "no SMEM in the memory"
	expect 2 "$minidump" list -R ram@40000000
	expect_err "SMEM that ends at 0x40904000: it says that it lies elsewhere"
	expect 2 "$minidump" list --ram ram@80000000 folder
	expect_err "one SRC at a time"
	expect 2 "$minidump" list ram/../folder/DDRCS0.BIN
}

# Where each of them is: SMEM, items of 76 and 132 bytes, then the table's head
smem=$((0x900000))
toc=$((smem + 0x1000 + 32 + 16 + 64 + 16 + 24 + 96 + 16))
table=$((0xe000000))

test_raw_memory_is_not_believed() {
	local at value
	make_input
	"$testdump" ram folder good
	cp --sparse=always good ram
	poke ram $((toc + 32)) 4 0xffffffff
	expect 1 "$minidump" list --ram ram@80000000
	expect_err "subsystem 0 claims 4294967295 regions, 201 are taken"
	expect_err "subsystem 0, region 19 (0x0, 0 bytes) is left out: its name is none"
	cp --sparse=always good ram
	poke ram $((toc + 40)) 8 0xfffffffffffffff0
	expect 2 "$minidump" list --ram ram@80000000
	expect_err "its table of 19 regions at 0xfffffffffffffff0 is not in the memory"
	cp --sparse=always good ram
	# KBANNER to KPGDIR
	poke ram $((table + 40 + 24)) 8 0xffffffff
	poke ram $((table + 80 + 32)) 8 0xfffffffffffffffc
	poke ram $((table + 120)) 4 0x2f2e2e2f
	expect 1 "$minidump" elf -o core --ram ram@80000000
	expect_err "region 1 (0xffffffff, 68 bytes) is left out: it is not in the memory"
	expect_err "region 2 (0x81010000, 18446744073709551612 bytes) is left out: the regions are larger than the memory"
	expect_err "region 3 (0x81012000, 4096 bytes) is left out: its name is none"
	check core
	[ "$(wc -l <found)" = 16 ] || fail "$(cat found)"
	cp --sparse=always good ram
	poke ram $((table + 40 * 18 + 24)) 8 0x88030000
	expect 1 "$minidump" list --ram ram@80000000
	expect_err "subsystem 0, region KLAST shares memory with subsystem 0, region KTWIN"
	for at in $((smem + 92)) $((smem + 192)) $((smem + 0x3008)) \
		  $((smem + 0x3050)) $((smem + 0x3054)) $((smem + 0x3080)) \
		  $((smem + 0x3084)) $((smem + 0x1000)) $((smem + 0x1008)) \
		  $((smem + 0x100c)) $((smem + 0x1024)) $((smem + 0x1028)); do
		for value in 0x7fffffff 0xffffffff; do
			cp --sparse=always good ram
			poke ram "$at" 4 $value
			expect 2 timeout 60 "$minidump" list --ram ram@80000000
			expect_err "SMEM that ends at 0x80904000: "
		done
	done
}

test_real_memory_makes_the_same_core() {
	need_real_dump
	[ -e "$real/ram.img" ] || skip "no $real/ram.img"
	expect 0 "$minidump" elf -o ram.elf --ram "$real/ram.img@40000000"
	expect_same ram.elf real.elf
}

# unpack, and extract into a folder

test_unpack_undoes_pack() {
	local style
	for style in $styles; do
		"$minidump" pack -o image "$dumps/$style"
		expect 0 "$minidump" unpack -d "$style" image
		diff -r "$style" "$dumps/$style" >difference ||
			fail "$(cat difference)"
	done
}

test_unpack_of_every_source_makes_the_same_core() {
	local source kind
	make_input
	use_tmpdir
	for kind in bare ranges context; do
		"$testdump" image folder "$kind" "$kind"
	done
	for source in folder image wanted bare ranges context; do
		rm -rf again
		expect 0 "$minidump" unpack -d again "$source"
		expect_wanted again
	done
	[ "$(stat -c %a again again/md_KUTS.BIN | tr '\n' ' ')" = "700 600 " ] ||
		fail "$(ls -la again)"
}

test_unpack_overwrites_nothing() {
	make_input
	mkdir full
	: >full/file
	expect 2 "$minidump" unpack -d full image
	expect_err "full: exists and is not an empty folder"
	expect 2 "$minidump" unpack -d image folder
	expect_err "image: exists and is not an empty folder"
	expect 2 "$minidump" unpack image
	expect_err "-d DIR is missing"
	mkdir empty
	expect 0 "$minidump" unpack -d empty image
}

test_unpack_of_hostile_names_stays_in_its_folder() {
	make_input
	printf '../../../../../../up' |
		dd of=image bs=1 seek=$((56 + 64 * 2 + 44)) conv=notrunc 2>err
	printf 'md_KUTS.BIN\0' |
		dd of=image bs=1 seek=$((56 + 64 * 3 + 44)) conv=notrunc 2>err
	mkdir box
	(cd box && "$minidump" unpack -d new ../image 2>../err) || true
	[ "$(ls box)" = new ] || fail "$(ls box)"
	[ "$(find box -name '*up*')" = box/new/md_.._.._.._.._.._.._up.BIN ] ||
		fail "$(find box)"
	[ -e box/new/md_KUTS1.BIN ] || fail "$(find box)"
}

test_extract_by_pattern() {
	make_input
	cat folder/md_KDMESG0.BIN folder/md_KDMESG1.BIN >both
	expect 0 "$minidump" extract folder 'kdmesg?'
	expect_same out both
	expect 0 "$minidump" extract -d out.d folder 'KD*' KTWIN KELF_HEADER
	find out.d -type f | sort >files
	expect_text files <<-'EOF'
	out.d/md_KDMESG0.BIN
	out.d/md_KDMESG1.BIN
	out.d/md_KELF_HEADER.BIN
	out.d/md_KTWIN.BIN
	out.d/md_KTWIN1.BIN
	out.d/md_KTWIN2.BIN
	EOF
	expect_same out.d/md_KTWIN2.BIN folder/md_KTWIN2.BIN
	expect 0 "$minidump" extract -t -d text folder 'K[CP]*'
	find text -type f | sort >files
	printf 'text/%s.txt\n' KCONSOLE KPMSG | expect_text files
	expect 2 "$minidump" extract folder 'X*'
	expect_err 'no region X*'
	expect 2 "$minidump" extract -o file -d out.e folder KUTS
	expect_err "either -o FILE or -d DIR"
}
