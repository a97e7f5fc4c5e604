# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What the tools make of the cores. Those made up have a kernel log and memory,
# but no vmlinux; a real dump is used if MINIDUMP_DUMP names its folder.

# The log that the made-up dumps have
made_up_log() {
	cat <<-'EOF'
	[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd034]
	[    1.000000] Linux version 6.12.0-testdump
	[    2.000000] minidump-test-marker 4711
	[    3.000000] sysrq: Trigger a crash
	[    4.000000] Kernel panic - not syncing: sysrq triggered crash
	EOF
}

test_vmcore_dmesg_prints_the_log() {
	local style
	need vmcore-dmesg
	for style in $styles; do
		"$minidump" elf -o core "$dumps/$style"
		expect 0 vmcore-dmesg core
		made_up_log | expect_text out
	done
}

# The first 16 bytes of a file as gdb and drgn are told to print them
bytes_of() {
	od -An -tx1 -N 16 "$1" | tr -d ' \n'
}

test_gdb_reads_memory_and_registers() {
	local style wanted
	need gdb-multiarch
	wanted=$(bytes_of "$dumps/current/md_KSTACK.BIN")
	for style in $styles; do
		"$minidump" elf -o core "$dumps/$style"
		expect 0 gdb-multiarch -nx -batch -ex 'core-file core' \
			-ex 'output/x *(unsigned char (*)[16])0xffffffc080000000' \
			-ex 'echo \n' -ex 'info registers pc'
		grep '^{0x' out | sed 's/0x\([0-9a-f]\)\([,}]\)/0x0\1\2/g' |
			tr -d '{}, x' | sed 's/0\([0-9a-f][0-9a-f]\)/\1/g' |
			grep -qx "$wanted" || fail "$style: want $wanted" "$(cat out)"
		[ "$style" = vendor ] ||
			expect_out 0xffffffd012345678
	done
}

test_gdb_says_that_missing_memory_is_not_there() {
	need gdb-multiarch
	cp -r "$dumps/current" folder
	rm folder/md_KSTACK.BIN
	truncate -s 8 folder/md_KLAST.BIN
	"$minidump" elf -o core folder 2>err || true
	expect 1 gdb-multiarch -nx -batch -ex 'core-file core' \
		-ex 'x/xw 0xffffffc080000000' -ex 'x/xw 0xffffff8008040008'
	expect_err "Cannot access memory at address 0xffffffc080000000"
	expect_err "Cannot access memory at address 0xffffff8008040008"
}

test_drgn_reads_memory_by_both_addresses() {
	local style wanted
	need drgn
	wanted=$(bytes_of "$dumps/current/md_KSTACK.BIN")
	cat >script.py <<-'EOF'
	import drgn
	print(prog.read(0x88000ff0, 16, True).hex())
	print(prog.flags & drgn.ProgramFlags.IS_LINUX_KERNEL)
	EOF
	for style in $styles; do
		"$minidump" elf -o core "$dumps/$style"
		expect 0 drgn -q --no-default-symbols -c core script.py
		printf '%s\n' "$wanted" ProgramFlags.IS_LINUX_KERNEL |
			expect_text out
	done
}

test_readelf_finds_nothing_wrong() {
	local style
	need eu-readelf
	for style in $styles; do
		"$minidump" elf -o core "$dumps/$style"
		expect 0 readelf -aW core
		expect_text err </dev/null
		expect 0 eu-readelf -a core
		expect_text err </dev/null
	done
}

# A real dump

need_real_dump() {
	[ -n "${MINIDUMP_DUMP:-}" ] || skip "MINIDUMP_DUMP is not set"
	real=$(cd "$MINIDUMP_DUMP" && pwd)
	vmlinux=${MINIDUMP_VMLINUX:-$real/vmlinux}
	expect 0 "$minidump" elf -o real.elf "$real"
}

# Not every crash leaves everything; but MINIDUMP_COMPLETE=1 says this one did.
lacks() {
	[ -z "${MINIDUMP_COMPLETE:-}" ] || fail "the dump has no $*"
	skip "the dump has no $*"
}

# Since Linux 6.18 drgn 0.0.22 takes vmlinux for another kernel than it is
drgn_vmlinux() {
	[ -e "$vmlinux.unstripped" ] && echo "$vmlinux.unstripped" || echo "$vmlinux"
}

need_vmlinux() {
	need_real_dump
	[ -e "$vmlinux" ] || skip "no $vmlinux"
}

# The real dump in each style, made into a core again
restyle() {
	local style
	for style in $styles; do
		mkdir "$style"
		"$testdump" -c real.elf "$style" "$style"
		expect 0 "$minidump" elf -o "$style.elf" "$style"
	done
}

test_real_dump_makes_the_core_that_was_collected() {
	need_real_dump
	[ -e "$real/minidump.elf" ] || skip "no $real/minidump.elf"
	expect_same real.elf "$real/minidump.elf"
}

test_real_image_makes_the_same_core() {
	need_real_dump
	[ -e "$real/rawdump.img" ] || skip "no $real/rawdump.img"
	expect 0 "$minidump" elf -o image.elf "$real/rawdump.img"
	expect_same image.elf real.elf
}

test_real_dump_packed_makes_the_same_core() {
	need_real_dump
	expect 0 "$minidump" pack -o image "$real"
	expect 0 "$minidump" elf -o image.elf image
	expect_same image.elf real.elf
}

test_real_dump_is_the_same_in_each_style() {
	local style
	need_real_dump
	restyle
	check real.elf real.elf
	grep -v '^notes' found | sort >wanted
	for style in $styles; do
		check "$style.elf" real.elf
		# The vendor's style has VMCOREINFO in a region of its own, and
		# the banner without the zeros behind it.
		grep -v '^notes\|^KPAGES \| cut$' found | sort >got
		if [ "$style" = vendor ]; then
			[ "$(wc -l <got)" -ge "$(($(wc -l <wanted) - 1))" ] ||
				fail "$(diff wanted got)"
		else
			expect_text got <wanted
		fi
	done
}

test_real_dump_verifies() {
	need_vmlinux
	expect 0 "$minidump" verify --vmlinux "$vmlinux" "$real"
	expect 1 "$minidump" verify --vmlinux "$minidump" "$real"
	expect_err "another build"
}

test_real_dump_has_its_log_in_each_style() {
	local style
	need_real_dump
	need vmcore-dmesg
	"$minidump" verify real.elf >out 2>err || true
	! grep -q 'no region has the kernel log' err || lacks "kernel log"
	expect 0 vmcore-dmesg real.elf
	grep -q 'Linux version' out || fail "$(head out)"
	cp out log
	restyle
	for style in $styles; do
		expect 0 vmcore-dmesg "$style.elf"
		expect_same out log
	done
}

test_real_dump_has_its_backtrace_in_gdb() {
	local style
	need_vmlinux
	need gdb-multiarch
	"$minidump" info real.elf >out
	! grep -q '^CPU state: *none' out || lacks "registers"
	restyle
	for style in current newer; do
		# The command line that info prints, as it stands
		ln -sf "$vmlinux" vmlinux
		"$minidump" info "$style.elf" | sed -n 's/^  gdb-multiarch //p' \
			>line
		echo "gdb-multiarch -nx -batch $(cat line) -ex bt" >gdb.sh
		expect 0 sh gdb.sh
		[ "$(grep -c '^#' out)" -ge 3 ] || fail "$(cat out err)"
	done
}

# The same addresses as the kernel gave itself, KASLR and all
test_real_dump_opens_in_drgn_in_each_style() {
	local style
	need_vmlinux
	need drgn
	readelf -SW "$vmlinux" | grep -q '\.debug_info' ||
		skip "$vmlinux has no debug info"
	strings -a real.elf | sed -n 's/^SYMBOL(init_uts_ns)=/0x/p' | head -n 1 \
		>wanted
	cat >script.py <<-'EOF'
	print(hex(prog["init_uts_ns"].address_))
	EOF
	restyle
	for style in $styles; do
		expect 0 drgn -q -c "$style.elf" -s "$(drgn_vmlinux)" script.py
		expect_text out <wanted
	done
}

# The line that info prints, as it stands
test_real_dump_has_its_backtrace_in_drgn() {
	local style
	need_vmlinux
	need drgn
	readelf -SW "$vmlinux" | grep -q '\.debug_info' ||
		skip "$vmlinux has no debug info"
	"$minidump" info real.elf >out
	! grep -q '^CPU state: *none' out || lacks "registers"
	restyle
	for style in current newer; do
		"$minidump" info "$style.elf" | sed -n 's/^  print/print/p' \
			>prompt
		drgn -q -c "$style.elf" -s "$(drgn_vmlinux)" <prompt >out 2>err
		[ "$(grep -cE '^(>>> )?#[0-9]+ ' out)" -ge 3 ] ||
			fail "$(cat out err)"
	done
}
