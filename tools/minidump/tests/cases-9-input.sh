# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Dumps as people send them: packed, and in a pipe

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
	# Older than its magic
	tar --format=v7 -cf old.tar folder
	gzip -k old.tar
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
	"$minidump" pack -o packed folder
	expect 0 "$minidump" pack -o image folder.tar
	expect_same image packed
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
	expect_err "all.tar: holds more than one dump (an image and another):" \
		"unpack it and give one of them"
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
	expect_err "both.tar: holds more than one dump (folder and second):" \
		"unpack it and give one of them"
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

# What nobody asked for may be damaged, and costs nothing but the word.
test_damaged_member_that_is_not_taken_is_told() {
	local at
	need zip
	make_input
	echo "what is in here" >folder/README
	zip -q0r folder.zip folder
	at=$(grep -abo "what is" folder.zip | cut -d: -f1)
	poke folder.zip "$at" 1 65
	expect 1 "$minidump" elf -o core folder.zip
	expect_err "README after 16 bytes: "
	expect_err "CRC"
	expect_same core wanted
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
	# Nor all together, be they of interest or not
	truncate -s 17G one two
	tar -cSf sparse.tar one two
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
	expect_err "no temporary file in $TMPDIR: No such file or directory;" \
		"TMPDIR chooses another folder"
	head -c 4M /dev/urandom >>image
	gzip -f image
	unset TMPDIR
	(ulimit -f 1024 && expect 2 "$minidump" list image.gz)
	expect_err "writing a temporary file: File too large"
}
