# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# rawdump images, and coredumps of remote processors

make_image() {
	"$testdump" image "$dumps/current" image "$1"
}

test_image_and_folder_make_the_same_core() {
	local kind
	"$minidump" elf -o wanted "$dumps/current"
	for kind in files bare context; do
		make_image "$kind"
		expect 0 "$minidump" elf -o core image
		expect_same core wanted
	done
}

test_image_of_whole_memory_makes_the_same_core() {
	"$minidump" elf -o wanted "$dumps/current"
	make_image ranges
	expect 0 "$minidump" elf -o core image
	expect_same core wanted
}

test_pack_and_elf_make_the_same_core() {
	local style
	for style in $styles; do
		"$minidump" elf -o wanted "$dumps/$style"
		expect 0 "$minidump" pack -o image "$dumps/$style"
		expect 0 "$minidump" elf -o core image
		expect_same core wanted
	done
}

test_pack_keeps_every_file() {
	local file
	"$minidump" pack -o image "$dumps/current"
	for file in "$dumps/current"/*; do
		expect 0 "$minidump" extract -o region image "${file##*/}"
		expect_same region "$file"
	done
}

test_pack_tells_physical_addresses() {
	"$minidump" pack -o image "$dumps/current"
	expect 0 "$minidump" extract -o region image @88000ff0
	expect_same region "$dumps/current/md_KSTACK.BIN"
	# Sections 0 and 2: no address is known of MD_SHRDIMEM.BIN, so it is of
	# type 3; md_KBANNER.BIN is a range of DDR.
	[ "$(od -An -tu4 -j 64 -N 4 image | tr -d ' ')" = 3 ] ||
		fail "$(od -Ax -tx1 -N 120 image)"
	od -An -tu4 -j $((56 + 64 * 2 + 8)) -N 4 image | tr -d ' ' >kind
	od -An -tx8 -j $((56 + 64 * 2 + 28)) -N 8 image | tr -d ' ' >address
	echo 1 | expect_text kind
	echo 0000000080800040 | expect_text address
}

test_pack_refuses_long_names() {
	cp -r "$dumps/current" folder
	mv folder/md_KLAST.BIN folder/md_KTHISNAMEISLONG.BIN
	expect 2 "$minidump" pack -o image folder
	expect_err "room for names of 20 characters"
	[ ! -e image ] || fail "it wrote an image"
}

test_invalid_image_is_reported_and_read() {
	"$minidump" elf -o wanted "$dumps/current"
	make_image files
	poke image 12 4 0
	expect 1 "$minidump" elf -o core image
	expect_err "did not mark the image as valid"
	expect_same core wanted
}

# Behind the end of a dump that did not fit lies what was there before it.
test_image_that_was_too_small_ends_where_it_says() {
	local end
	"$minidump" elf -o whole "$dumps/current"
	check whole
	make_image files
	end=$(($(stat -c %s image) - 600))
	poke image 12 4 3
	poke image 36 8 "$end"
	expect 1 "$minidump" elf -o core image
	expect_err "storage was too small: $end of $((end + 600)) bytes"
	grep -v '^KUTS \|^KTWIN 0x88030000' found >wanted
	echo 'KTWIN 0x88030000 408 cut' >>wanted
	check core
	sort found >sorted
	sort wanted | expect_text sorted
}

test_cut_image_is_reported_and_read() {
	local size
	"$minidump" elf -o whole "$dumps/current"
	check whole
	make_image files
	size=$(stat -c %s image)
	truncate -s $((size - 700)) image
	expect 1 "$minidump" elf -o core image
	expect_err "section md_KUTS.BIN: 0 of 400 bytes are in the image"
	expect_err "section md_KTWIN2.BIN: 308 of 608 bytes are in the image"
	check core
	[ "$(wc -l <found)" = 18 ] || fail "want 17 regions:" "$(cat found)"
}

test_image_cut_within_its_headers() {
	make_image files
	truncate -s 130 image
	expect 1 "$minidump" list image
	expect_err "ends within the section headers"
	truncate -s 40 image
	expect 2 "$minidump" list image
	expect_err "ends within the header"
}

test_image_on_a_block_device() {
	local device
	need losetup
	"$minidump" elf -o wanted "$dumps/current"
	make_image files
	truncate -s 1M image
	device=$(losetup --find --show --read-only image 2>/dev/null) ||
		skip "no loop device"
	expect 0 "$minidump" elf -o core "$device" || true
	losetup -d "$device"
	expect_same core wanted
}

test_cpu_context_of_an_image_is_told() {
	make_image context
	expect 0 "$minidump" info image
	expect_out "CPU state:      32 bytes in firmware's format in section CPU_CONTEXT"
}

test_coredumps_are_listed_and_extracted() {
	local class region
	for class in 32 64; do
		"$testdump" "coredump$class" coredump
		expect 0 "$minidump" list coredump
		[ "$(wc -l <out)" = 19 ] || fail "$(cat out)"
		expect_out "KCONSOLE             0x0000000090000000 -"
		for region in KPGDIR KSTACK KLAST; do
			expect 0 "$minidump" extract coredump "$region"
			expect_same out "$dumps/current/md_$region.BIN"
		done
		expect 0 "$minidump" extract --text coredump KPMSG
		echo 'pmsg of user space' | expect_text out
	done
}

test_coredump_makes_no_core() {
	"$testdump" coredump64 coredump
	expect 2 "$minidump" elf -o core coredump
	expect_err "there is no core to make of it"
	[ ! -e core ] || fail "it wrote a core"
}

test_cut_coredump_is_reported() {
	"$testdump" coredump32 coredump
	truncate -s -10 coredump
	expect 1 "$minidump" list coredump
	expect_err "KLAST (0x88040000) is cut: 10 of 20"
	expect 1 "$minidump" extract coredump KLAST
	head -c 10 "$dumps/current/md_KLAST.BIN" >wanted
	expect_same out wanted
}
