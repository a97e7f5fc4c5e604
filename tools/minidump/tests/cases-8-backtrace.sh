# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Backtraces through made-up stacks, and a real one

# The end of an interrupt's chain is the same with records of either kind, and
# whether or not return addresses are signed.
test_backtrace_through_an_exception() {
	local variant
	for variant in plain marked signed; do
		cause "$variant"
		expect 0 "$minidump" backtrace dump
		expect_text out <<-'EOF'
		CPU 1:
		#0  0xffffffd012345678 vmlinux 0xffffffd000345678
		#1  0xffffffd012010010 vmlinux 0xffffffd000010010
		#2  0xffffffd012010020 vmlinux 0xffffffd000010020
		    -- interrupted:
		#3  0xffffffd012010040 vmlinux 0xffffffd000010040
		    link register: 0xffffffd012010030 vmlinux 0xffffffd000010030
		#4  0xffffffd000001234 demo+0x234
		#5  0xffffffd012010050 vmlinux 0xffffffd000010050
		EOF
		expect_text err </dev/null
	done
	expect 0 "$minidump" info dump
	expect_out "return addresses are signed"
}

test_backtrace_ends_where_the_chain_does() {
	cause circle
	expect 0 "$minidump" backtrace dump
	[ "$(grep -c '^#' out)" = 6 ] || fail "$(cat out)"
	expect_err "the frame record at 0xffffffc080002100 does not lead on"
	cause away
	expect 0 "$minidump" backtrace dump
	[ "$(grep -c '^#' out)" = 6 ] || fail "$(cat out)"
	expect_err "the stack at 0xffffffc080010000 is not in the dump"
	rm dump/md_KSTACK.BIN
	expect 1 "$minidump" backtrace dump
	[ "$(grep -c '^#' out)" = 1 ] || fail "$(cat out)"
	expect 2 "$minidump" backtrace "$dumps/vendor"
	expect_err "no registers were saved"
}

# wants_all_cpus SRC: the one that crashed first
wants_all_cpus() {
	expect 0 "$minidump" backtrace "$1"
	sed '/^CPU 1:/,/^$/d' out >some
	expect_text some <<-'EOF'
	CPU 0:
	#0  0xffffffd012020000 vmlinux 0xffffffd000020000
	#1  0xffffffd012020010 vmlinux 0xffffffd000020010

	CPU 2:
	#0  0xffffffd012021000 vmlinux 0xffffffd000021000
	#1  0xffffffd012021010 vmlinux 0xffffffd000021010
	#2  0xffffffd012021020 vmlinux 0xffffffd000021020

	CPU 3:
	#0  0xffffffd012022000 vmlinux 0xffffffd000022000
	EOF
	[ "$(head -n 1 out)" = "CPU 1:" ] || fail "$(cat out)"
	expect_err "the stack at 0xffffffc080020000 is not in the dump"
	expect 0 "$minidump" info "$1"
	sed -n 's/^CPU state: *\(CPU [0-9]: pc [^ ]*\) .*/\1/p' out >some
	expect_text some <<-'EOF'
	CPU 1: pc 0xffffffd012345678
	CPU 0: pc 0xffffffd012020000
	CPU 2: pc 0xffffffd012021000
	CPU 3: pc 0xffffffd012022000
	EOF
	expect 0 "$minidump" verify "$1"
	expect_out "regions, all whole"
}

test_backtrace_of_every_cpu() {
	need jq
	cause plain
	signature
	mv signature alone
	cause cpus
	wants_all_cpus dump
	# The others have no part in what the crash is known by.
	signature
	expect_same signature alone
	expect 0 "$minidump" elf -o core dump
	wants_all_cpus core
	# With a header that is written anew
	rm dump/md_KLAST.BIN
	expect 1 "$minidump" elf -o core dump
	wants_all_cpus core
}

# The ids of tasks, of which two are by chance 1000 apart
test_foreign_ids_leave_no_cpu_out() {
	local ids at
	cause cpus
	# The first may be as low as a CPU's.
	for ids in '1234 2234 1300 7 8' '1 1001 1300 7 8'; do
		# shellcheck disable=SC2086 # they are five
		set -- $ids
		grep -aboP 'CORE\0' dump/md_KELF_HEADER.BIN | cut -d: -f1 >notes
		[ "$(wc -l <notes)" = 5 ] || fail "$(cat notes)"
		while read -r at; do
			poke dump/md_KELF_HEADER.BIN $((at + 8 + 32)) 4 "$1"
			shift
		done <notes
		expect 0 "$minidump" info dump
		[ "$(grep -c 'CPU [0-9]*: pc 0x' out)" = 5 ] || fail "$(cat out)"
	done
}

# A jump to nowhere: who did it is in the link register only.
test_backtrace_of_a_jump_to_null() {
	local note
	cause plain
	note=$(grep -abo CORE dump/md_KELF_HEADER.BIN | head -n 1 | cut -d: -f1)
	note=$((note + 8 + 112))
	poke dump/md_KELF_HEADER.BIN $((note + 8 * 32)) 8 0
	poke dump/md_KELF_HEADER.BIN $((note + 8 * 30)) 8 0xffffffd012010060
	expect 0 "$minidump" backtrace dump
	grep '^#[012]' out >some || true
	expect_text some <<-'EOF'
	#0  0x0000000000000000 ?
	#1  0xffffffd012010060 vmlinux 0xffffffd000010060
	#2  0xffffffd012010010 vmlinux 0xffffffd000010010
	EOF
}

test_backtrace_with_names() {
	need aarch64-linux-gnu-gcc
	cause plain
	# The call returns to 0x10; what is at 0x40 has made no frame record.
	cat >kernel.c <<-'EOF'
	static inline __attribute__((always_inline)) void inlined(void)
	{
		asm volatile("nop; nop; nop; bl .");
	}
	void outer(void)
	{
		inlined();
		asm volatile(".space 64");
	}
	EOF
	printf '%s\n' 'SECTIONS { .text 0xffffffd000010000 : { *(.text) }' \
		'.note.gnu.build-id : { *(.note.gnu.build-id) } }' >lds
	aarch64-linux-gnu-gcc -g -O2 -c -ffreestanding kernel.c
	aarch64-linux-gnu-ld -T lds -o vmlinux kernel.o \
		--build-id=0x00112233445566778899aabbccddeeff00112233
	expect 0 "$minidump" backtrace --vmlinux vmlinux dump
	sed "s| at /.*/| at |" out >some
	expect_text some <<-'EOF'
	CPU 1:
	#0  0xffffffd012345678 vmlinux 0xffffffd000345678
	#1  0xffffffd012010010 inlined at kernel.c:3 (inlined)
	#2  0xffffffd012010010 outer+0x10 at kernel.c:7
	#3  0xffffffd012010020 outer+0x20 at kernel.c:8
	    -- interrupted:
	#4  0xffffffd012010040 outer+0x40 at kernel.c:8
	#5  0xffffffd012010030 outer+0x30 at kernel.c:8
	#6  0xffffffd000001234 demo+0x234
	#7  0xffffffd012010050 outer+0x50 at kernel.c:8
	EOF
	objcopy=aarch64-linux-gnu-objcopy
	# Debug sections that are compressed, and in a file of their own
	cp out plain
	cp vmlinux whole
	$objcopy --compress-debug-sections=zlib whole vmlinux
	expect 0 "$minidump" backtrace --vmlinux vmlinux dump
	expect_same out plain
	$objcopy --only-keep-debug whole vmlinux.debug
	$objcopy --strip-debug --add-gnu-debuglink=vmlinux.debug whole vmlinux
	expect 0 "$minidump" backtrace --vmlinux vmlinux dump
	expect_same out plain
	aarch64-linux-gnu-ld -T lds -o vmlinux kernel.o \
		--build-id=0xff112233445566778899aabbccddeeff00112233
	expect 1 "$minidump" backtrace --vmlinux vmlinux dump
	expect_err "another build: its build id is ff112233445566778899aabbccddeeff00112233"
	expect 2 "$minidump" backtrace --vmlinux /dev/null dump
	expect 2 "$minidump" backtrace --vmlinux nothing dump
	expect_err "nothing"
}

# only_module LINE: becomes all that KMODULES has
only_module() {
	local size
	size=$(stat -c %s dump/md_KMODULES.BIN)
	echo "$1" >dump/md_KMODULES.BIN
	truncate -s "$size" dump/md_KMODULES.BIN
}

test_backtrace_in_a_module() {
	local pack
	need aarch64-linux-gnu-gcc
	cause plain
	# 0x234 lies in the second section of code.
	cat >demo.c <<-'EOF'
	__attribute__((section(".text.one"))) void one(void)
	{
		asm volatile(".space 0x200");
	}
	__attribute__((section(".init.text"))) void start(void)
	{
		asm volatile(".space 0x400");
	}
	void two(void)
	{
		asm volatile(".space 0x80");
	}
	EOF
	aarch64-linux-gnu-gcc -g -O2 -fno-toplevel-reorder -c demo.c
	mkdir -p modules/kernel empty fifo
	aarch64-linux-gnu-ld -r --build-id=0x0123abcd -o modules/kernel/demo.ko demo.o
	expect 0 "$minidump" backtrace --modules modules dump
	grep -q '^#4  0xffffffd000001234 [a-z]*+0x[0-9a-f]* at .*demo.c:' out ||
		fail "$(cat out)" "$(readelf -SW modules/kernel/demo.ko)"
	cp out named
	mkdir packed
	for pack in gzip xz zstd; do
		command -v $pack >/dev/null || continue
		rm -f packed/*
		$pack -k modules/kernel/demo.ko
		mv modules/kernel/demo.ko.* packed
		expect 0 "$minidump" backtrace --modules packed dump
		expect_same out named
	done
	expect 1 "$minidump" backtrace --modules empty dump
	expect_err "empty: no demo.ko in it"
	expect_out "demo+0x234"
	mkfifo fifo/demo.ko
	expect 1 timeout 20 "$minidump" backtrace --modules fifo dump
	expect_err "fifo: no demo.ko in it"
	aarch64-linux-gnu-ld -r --build-id=0x0123abce -o empty/demo.ko demo.o
	expect 1 "$minidump" backtrace --modules empty dump
	expect_err "empty/demo.ko is of another build: its build id is 0123abce"
	expect_out "demo+0x234"
	# Names have _ where files may have -, and not every kernel tells build ids.
	only_module 'a_demo_b 0xffffffd000001000 8192 0x0 0 - 0x0'
	mv modules/kernel/demo.ko modules/kernel/a_demo-b.ko
	expect 0 "$minidump" backtrace --modules modules dump
	expect_same out named
}

# expect_no_elf SUFFIX COMMAND...: says so of each of 40 modules, with few files
# open at a time
expect_no_elf() {
	local suffix=$1
	shift
	(ulimit -n 20 && expect 1 "$@")
	! grep -q 'Too many open files' err || fail "$(tail -n 3 err)"
	[ "$(grep -c "modules/m[0-9]*$suffix: not a valid ELF file\$" err)" = 40 ] ||
		fail "$(cat err)"
}

test_modules_that_are_no_elf_do_not_stay_open() {
	local i
	need gzip
	cause modules
	mkdir modules
	for i in $(seq 0 39); do
		echo "no ELF" >"modules/m$i.ko"
	done
	expect_no_elf '\.ko' "$minidump" backtrace --modules modules dump
	# Those in temporary files are ours to close, others libdwfl's.
	gzip modules/*.ko
	expect_no_elf '\.ko\.gz' "$minidump" backtrace --modules modules dump
}

test_backtrace_in_a_module_s_init() {
	cause plain
	poke dump/md_KSTACK.BIN $((0x2008)) 8 0xffffffd000010010
	expect 0 "$minidump" backtrace dump
	grep '^#4' out >some || true
	echo "#4  0xffffffd000010010 demo.init+0x10" | expect_text some
	# The code was freed since.
	only_module 'demo 0xffffffd000001000 8192 0x0 0 - 0x0'
	expect 0 "$minidump" backtrace dump
	grep '^#4' out >some || true
	echo "#4  0xffffffd000010010 ?" | expect_text some
}

# A line of KMODULES that begins with a blank
test_module_that_is_gone_is_none() {
	cause plain
	expect 0 "$minidump" info dump
	expect_out "-ex 'add-symbol-file demo.ko 0xffffffd000001000'"
	! grep -q ' one.ko' out || fail "$(cat out)"
	printf ' ' | dd of=dump/md_KMODULES.BIN bs=1 conv=notrunc \
		seek="$(grep -abo demo dump/md_KMODULES.BIN | cut -d: -f1)" 2>err
	expect 0 "$minidump" info dump
	! grep -q add-symbol-file out || fail "$(cat out)"
}

# "NAME FILE:LINE" of each frame. gdb knows a function by the name that it has in
# the source; some frames have no file.
frames_of() {
	sed -n 's/^#[0-9]* *\(0x[0-9a-f]* in \)\{0,1\}//p' |
		sed 's/^0x[0-9a-f]* //; s/ (inlined)$//; s/ ([^)]*)\( at\|$\)/\1/' |
		sed 's/^\([^ .+]*\)[^ ]*/\1/; s/ at / /; s/ from .*//'
}

# Frame by frame of each CPU, inlined ones and lines among them. gdb knows no name of a
# frame in a module, and since 6.13 it ends at an exception.
test_real_dump_backtrace_is_that_of_gdb() {
	local count cpu
	need_vmlinux
	need gdb-multiarch
	"$minidump" info real.elf >facts
	! grep -q '^CPU state: *none' facts || lacks "registers"
	readelf -SW "$vmlinux" | grep -q '\.debug_info' ||
		skip "$vmlinux has no debug info"
	ln -sf "$vmlinux" vmlinux
	sed -n 's/^  gdb-multiarch //p' facts >line
	echo "gdb-multiarch -nx -batch -ex 'set print frame-arguments none'" \
		"-ex 'set width 0' $(cat line) -ex 'thread apply all -ascending bt'" >gdb.sh
	expect 0 sh gdb.sh
	mv out threads
	expect 0 "$minidump" backtrace --vmlinux vmlinux real.elf
	for cpu in $(seq "$(grep -c '^CPU ' out)"); do
		sed -n "/^Thread $cpu /,/^$/p" threads | grep '^#' | frames_of >gdb
		awk -v cpu="$cpu" 'BEGIN { RS = "" } NR == cpu' out | frames_of >own
		# Where a CPU was stopped, no statement need begin: gdb has the place
		# of the one before, be it of a header, addr2line the instruction's.
		[ "$cpu" = 1 ] || sed -i '1s/ .*//' gdb own
		count=$(wc -l <gdb)
		[ "$count" -ge 3 ] || fail "thread $cpu: $(cat gdb)"
		head -n "$count" own | paste -d '|' gdb - | grep -v '^??' >pairs
		awk -F '|' '$1 != $2' pairs >different
		expect_text different </dev/null
	done
}
