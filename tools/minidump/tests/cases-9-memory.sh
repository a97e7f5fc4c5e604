# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Raw memory, in which the regions are found as firmware finds them

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
	# A block that cannot be read, of high, costs no other region.
	FAULT_BYTES=4096-4097 expect 1 "$faulty" extract --ram high@88002000 \
		--ram low@80000000 -R middle@88001000 KTWIN
	expect_err "md_KSTACK.BIN: 4096 bytes from 0x2010 on cannot be read:" \
		"Input/output error"
	expect_same out twins
	mkdir memory
	mv low memory/DDRCS0_0.BIN
	mv middle memory/DDRCS0_1.BIN
	mv high memory/DDRCS1_0.BIN
	expect 2 "$minidump" list memory
	expect_err "DDRCS0_0.BIN: no load.cmm says where in memory it was:" \
		"give it as --ram FILE@ADDRESS"
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
	expect_err "region 2 (0x81010000, 18446744073709551612 bytes) is left out:" \
		"the regions are larger than the memory"
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
