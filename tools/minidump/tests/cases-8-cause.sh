# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# log, backtrace, and what info tells of the crash

# cause VARIANT [LOG]: a dump in the folder "dump", its log made of the lines
# "LEVEL SECONDS TEXT" of the file
cause() {
	rm -rf dump
	mkdir dump
	"$testdump" cause "$1" dump ${2:+"$2"}
}

# What vmcore-dmesg prints of the same dump, see test_vmcore_dmesg_prints_the_log
test_log_is_that_of_vmcore_dmesg() {
	local style
	for style in $styles; do
		expect 0 "$minidump" log "$dumps/$style"
		expect_text out <<-'EOF'
		[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd034]
		[    1.000000] Linux version 6.12.0-testdump
		[    2.000000] minidump-test-marker 4711
		[    3.000000] sysrq: Trigger a crash
		[    4.000000] Kernel panic - not syncing: sysrq triggered crash
		EOF
		expect_err "the log is out of the kernel's ring buffer"
	done
}

# 32 descriptors, 4096 bytes of text: both have turned over, and a block that
# would wrap begins anew.
test_log_of_a_ring_that_turned_over() {
	local i
	for i in $(seq 0 99); do
		printf '6 %d.250000 line %d of %0*d\n' "$i" "$i" \
			$((i % 7 * 9 + 1)) "$i"
	done >lines
	cause plain lines
	expect 0 "$minidump" log dump
	tail -n 32 lines | sed 's/^6 \([^ ]*\) /[   \1] /' | expect_text out
}

test_log_drops_only_what_was_overwritten() {
	local i
	for i in $(seq 10 41); do
		printf '6 %d.500000 line %d of %0200d\n' "$i" "$i" "$i"
	done >lines
	cause plain lines
	expect 1 "$minidump" log dump
	expect_err "records of the log are damaged"
	sed 's/^6 \([^ ]*\) /[   \1] /' lines | tail -n "$(wc -l <out)" |
		expect_text out
	[ "$(wc -l <out)" -ge 15 ] || fail "$(wc -l <out) lines"
}

test_log_of_odd_records() {
	printf '%s\n' '6 1.5 first\nsecond' '6 2.000001' '4 3 last' >lines
	cause plain lines
	expect 0 "$minidump" log dump
	expect_text out <<-'EOF'
	[    1.500000] first
	[    1.500000] second
	[    2.000001] 
	[    3.000000] last
	EOF
}

test_log_by_level() {
	local i
	for i in 0 1 2 3 4 5 6 7; do
		echo "$i $i level $i"
	done >lines
	cause plain lines
	expect 0 "$minidump" log --level err,debug dump
	printf '[    %d.000000] level %d\n' 3 3 7 7 | expect_text out
	expect 0 "$minidump" log -l crit+ dump
	printf '[    %d.000000] level %d\n' 0 0 1 1 2 2 | expect_text out
	expect 2 "$minidump" log --level loud dump
	expect_err "--level is a list"
	expect 0 "$minidump" log --color always -l err dump
	printf '\033[32m[    3.000000] \033[0m\033[31mlevel 3\033[0m\n' |
		expect_text out
	expect 2 "$minidump" log --color sometimes dump
}

test_log_with_the_time_of_day() {
	printf '%s\n' '6 1.25 early' \
		'6 2.5 rtc0: setting system clock to 2026-11-22T09:00:00 UTC (1795338000)' \
		'6 63 late' >lines
	cause plain lines
	expect 0 "$minidump" log --ctime dump
	expect_text out <<-'EOF'
	[Sun Nov 22 08:59:59 2026] early
	[Sun Nov 22 09:00:00 2026] rtc0: setting system clock to 2026-11-22T09:00:00 UTC (1795338000)
	[Sun Nov 22 09:01:01 2026] late
	EOF
	cause plain
	expect 0 "$minidump" log -T dump
	expect_err "does not tell the time of day"
	expect_out "[    3.000000] sysrq: Trigger a crash"
}

test_log_is_escaped() {
	printf '6 1 red \033[31m \303\244 tab\t\n' >lines
	cause plain lines
	expect 0 "$minidump" log dump
	printf '[    1.000000] red \\x1b[31m \\xc3\\xa4 tab\t\n' |
		expect_text out
}

test_log_out_of_zones() {
	cause plain
	rm dump/md_KPRB_RB.BIN
	expect 1 "$minidump" log dump
	expect_err "the log is out of KCONSOLE"
	expect_err "it is not in the dump"
	[ "$(head -n 1 out)" = "[    0.000000] console line 0" ] ||
		fail "$(head -n 2 out)"
	# Without a header, and the newest record only, in the order of its parts
	rm dump/md_KCONSOLE.BIN dump/md_KELF_HEADER.BIN
	expect 1 "$minidump" log dump
	expect_err "the log is out of KDMESG"
	echo '[    3.000000] sysrq: Trigger a crash' | expect_text out
	rm dump/md_KDMESG2.BIN dump/md_KDMESG3.BIN
	expect 1 "$minidump" log dump
	printf '%s\n' compressed plain | expect_text out
	rm dump/md_KDMESG*
	expect 2 "$minidump" log dump
	expect_err "no log"
}

# Sizes, ids and positions that cannot be: an answer, not a crash
test_log_of_a_damaged_ring() {
	cause plain
	cp dump/md_KPRB_RB.BIN ring
	poke dump/md_KPRB_RB.BIN 0 4 31
	expect 1 "$minidump" log dump
	expect_err "its sizes are not those of a log"
	cp ring dump/md_KPRB_RB.BIN
	poke dump/md_KPRB_RB.BIN 0 4 20
	expect 1 "$minidump" log dump
	expect_err "a part of it is not in the dump"
	cp ring dump/md_KPRB_RB.BIN
	poke dump/md_KPRB_RB.BIN 24 8 1000
	expect 1 "$minidump" log dump
	expect_err "its first and last record contradict each other"
	cp ring dump/md_KPRB_RB.BIN
	# The third record: its text has another's id; lies beyond the ring
	poke dump/md_KPRB_DESC.BIN $((24 * 2 + 8)) 8 0
	expect 1 "$minidump" log dump
	expect_err "1 records of the log are damaged"
	[ "$(wc -l <out)" = 4 ] || fail "$(cat out)"
	poke dump/md_KPRB_DESC.BIN $((24 * 2 + 16)) 8 $((1 << 40))
	expect 1 "$minidump" log dump
	[ "$(wc -l <out)" = 4 ] || fail "$(cat out)"
	# And one that is being written
	poke dump/md_KPRB_DESC.BIN $((24 * 3)) 8 3
	expect 1 "$minidump" log dump
	[ "$(wc -l <out)" = 3 ] || fail "$(cat out)"
}

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
	#0  0x0000000000000000 vmlinux 0xffffffffee000000
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
	aarch64-linux-gnu-ld -T lds -o vmlinux kernel.o --build-id=0xff112233445566778899aabbccddeeff00112233
	expect 1 "$minidump" backtrace --vmlinux vmlinux dump
	expect_err "another build: its build id is ff112233445566778899aabbccddeeff00112233"
	expect 2 "$minidump" backtrace --vmlinux /dev/null dump
	expect 2 "$minidump" backtrace --vmlinux nothing dump
	expect_err "nothing"
}

test_backtrace_in_a_module() {
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
	mkdir modules
	cp demo.o modules/demo.ko
	expect 0 "$minidump" backtrace --modules modules dump
	grep -q '^#4  0xffffffd000001234 [a-z]*+0x[0-9a-f]* at .*demo.c:' out ||
		fail "$(cat out)" "$(readelf -SW demo.o)"
	expect 1 "$minidump" backtrace --modules . dump
	expect_err "./demo.ko: "
	expect_out "demo+0x234"
}

test_info_of_a_panic() {
	printf '%s\n' '6 1 early' '1 2 BUG: sleeping function called' \
		'6 30 late' '0 40 Kernel panic - not syncing: out of patience' \
		'4 40 CPU: 2 UID: 0 PID: 71 Comm: a b Not tainted 6.12 #1' \
		'4 40 CPU: 1 PID: 1 Comm: other Not tainted 6.12 #1' >lines
	cause plain lines
	expect 0 "$minidump" info dump
	head -n 3 out >some
	expect_text some <<-'EOF'
	crash:          panic: out of patience (from log)
	when:           40.000000 s after boot
	where:          CPU 2, task 71 (a b)
	EOF
}

test_info_of_an_oops_that_ends_in_a_panic() {
	cat >lines <<-'EOF'
	6 1 rtc0: setting system clock to 2026-11-22T09:00:00 UTC (1795338000)
	1 10 Unable to handle kernel NULL pointer dereference at virtual address 0000000000000010
	0 10.1 Internal error: Oops: 0000000096000004 [#2] PREEMPT SMP
	4 10.2 CPU: 3 PID: 99 Comm: kworker/3:1 Tainted: G D 6.12 #1
	4 10.3 ---[ end trace 0000000000000000 ]---
	0 18 Kernel panic - not syncing: Oops: Fatal exception
	EOF
	cause plain lines
	expect 0 "$minidump" info dump
	head -n 5 out >some
	expect_text some <<-'EOF'
	crash:          panic: Oops: Fatal exception (from log)
	came of:        Unable to handle kernel NULL pointer dereference at virtual address 0000000000000010
	when:           18.000000 s after boot, Sun Nov 22 09:00:17 2026 UTC
	where:          CPU 3, task 99 (kworker/3:1)
	oopses:         2
	EOF
}

# The registers are those of the oops, which was survived; then came a hang.
test_info_of_a_hang_after_an_oops() {
	cat >lines <<-'EOF'
	0 10 kernel BUG at mm/slub.c:123!
	0 10 Internal error: Oops - BUG: 00000000f2000800 [#1] PREEMPT SMP
	4 10 CPU: 1 PID: 99 Comm: sh Not tainted 6.12 #1
	4 10 ---[ end trace 0000000000000000 ]---
	6 310.5 the last that was heard of it
	EOF
	cause plain lines
	expect 0 "$minidump" info dump
	expect_out "crash:          oops: kernel BUG at mm/slub.c:123! (from log)"
	expect_out "registers:      saved at 10.000000 s, 300.500000 s before the last line of the log"
	echo '6 1 nothing happens' >lines
	cause plain lines
	expect 0 "$minidump" info dump
	expect_out "crash:          unknown (from none)"
	expect_out "registers:      nothing tells when they were saved"
}

test_info_believes_the_kernel_s_own_note() {
	cause noted
	expect 0 "$minidump" info dump
	head -n 5 out >some
	expect_text some <<-'EOF'
	crash:          oops: Oops - BUG (from KCRASH)
	when:           2.500000 s after boot
	where:          CPU 3, task 71 (sh)
	oopses:         2
	CPUs missing:   1,2
	EOF
	expect_out "-ex 'add-symbol-file demo.ko 0xffffffd000001000'"
	# A key may be missing or not be understood.
	printf 'time=soon\ncpu=-1\nkind=panic\nnew=1\n\0\0\0' >text
	head -c "$(stat -c %s dump/md_KCRASH.BIN)" /dev/zero >dump/md_KCRASH.BIN.new
	dd if=text of=dump/md_KCRASH.BIN.new conv=notrunc status=none
	mv dump/md_KCRASH.BIN.new dump/md_KCRASH.BIN
	expect 0 "$minidump" info dump
	[ "$(head -n 1 out)" = "crash:          panic (from KCRASH)" ] ||
		fail "$(cat out)"
}

test_info_tells_records_of_an_earlier_boot() {
	cause plain
	expect 0 "$minidump" info dump
	expect_out "record:         KDMESG2 Oops#1 of this boot"
	expect_out "record:         KDMESG3 Panic#1 of an earlier boot"
	expect_out "record:         KDMESG0 Panic#1 of which boot is not known"
	expect 0 "$minidump" extract --text dump KDMESG3
	expect_err "KDMESG3 is of an earlier boot"
	expect_out "not syncing: old"
	expect 0 "$minidump" extract --text dump KDMESG2
	expect_text err </dev/null
}

test_info_as_json() {
	need jq
	cause noted
	expect 0 "$minidump" info --json dump
	jq -e '.schema == 1 and .crash.kind == "oops" and .crash.time == 2.5 and
		.crash.cpu == 3 and .crash.comm == "sh" and
		.crash.missing_cpus == "1,2" and .log.from == "ring" and
		.log.last == 4 and .kernel.kaslr_offset == "0x12000000" and
		.cpus[0].pc == "0xffffffd012345678" and
		(.records[] | select(.region == "KDMESG3").boot) == "earlier" and
		.regions.count == 24 and .problems == []' out >answer ||
		fail "$(cat out)"
	rm dump/md_KLAST.BIN
	expect 1 "$minidump" info --json dump
	jq -e '.problems == [{"level": "problem", "code": "region-missing",
		"region": "KLAST",
		"text": "KLAST (0x88040000, 20 bytes) is missing"}]' out \
		>answer || fail "$(cat out)"
	mv out info
	expect 1 "$minidump" verify --json dump
	jq -e --slurpfile info info '.whole == false and
		.problems == $info[0].problems' out >answer || fail "$(cat out)"
}

# The signature of the dump goes into the file "signature".
signature() {
	"$minidump" info --json dump | jq -r .signature >signature
}

test_signature_is_of_the_bug() {
	local oops='1 10 Unable to handle kernel paging request at virtual address'
	need jq
	echo "$oops ffff000012345678" >lines
	cause plain lines
	signature
	cp signature wanted
	grep -q '^p1-[0-9a-f]\{16\}$' wanted || fail "$(cat wanted)"
	# Another boot: another address, another time, another record kind
	echo "${oops/10/7.5} ffff00009abcdef0" >lines
	cause marked lines
	signature
	expect_same signature wanted
	# Another bug: told in other words, or in another place
	echo '1 10 kernel BUG at mm/slub.c:123!' >lines
	cause plain lines
	signature
	! cmp -s signature wanted || fail "the same as $(cat wanted)"
	echo "$oops ffff000012345678" >lines
	cause plain lines
	poke dump/md_KSTACK.BIN $((0x1008)) 8 0xffffffd012010014
	signature
	! cmp -s signature wanted || fail "the same as $(cat wanted)"
	# What was interrupted has no part in it.
	cause plain lines
	poke dump/md_KSTACK.BIN $((0x2008)) 8 0xffffffd012010014
	signature
	expect_same signature wanted
}

test_info_gives_crash_what_vmcoreinfo_would() {
	cp -r "$dumps/vendor" folder
	rm folder/md_KPAGES.BIN
	expect 1 "$minidump" info folder
	expect_out "crash --minimal -m kimage_voffset=0xffffffcf92000000 -m vabits_actual=39 -m phys_offset=0x80000000 --kaslr=0x12000000 vmlinux minidump.elf"
	! grep -q 'vmcore-dmesg\|drgn' out || fail "$(cat out)"
	poke folder/MD_SHRDIMEM.BIN $((0x6d0)) 4 0
	expect 1 "$minidump" info folder
	! grep -q gdb out || fail "$(cat out)"
}

test_extract_text_of_android_s_log() {
	cause plain
	expect 0 "$minidump" extract --text dump KLOGCAT
	expect_text out <<-'EOF'
	2026-11-22 05:35:12.100 +0000  1000    10    11 I Tag: message of an app
	2026-11-22 05:35:12.100 +0000  1000    10    12 I [42]: [-1,ok,[]]
	EOF
}

test_extract_text_of_all_that_has_some() {
	cause plain
	expect 0 "$minidump" extract --text dump KVENDOR
	echo "boot reason: watchdog" | expect_text out
	expect 0 "$minidump" extract --text dump
	grep '^==>' out >heads
	printf '==> %s <==\n' KBANNER KCONSOLE KPMSG KDMESG0 KDMESG1 KLOGCAT \
		KDMESG2 KDMESG3 KMODULES KVENDOR MD_SMEMINFO.BIN |
		expect_text heads
	expect_out "boot reason: watchdog"
}

# Real dumps; see cases-6-tools.sh

test_real_dump_log_is_that_of_vmcore_dmesg() {
	need_real_dump
	need vmcore-dmesg
	"$minidump" verify real.elf >out 2>err || true
	! grep -q 'no region has the kernel log' err || lacks "kernel log"
	expect 0 vmcore-dmesg real.elf
	# It ends each line of a record with \n and prints NULs and the like.
	cp out wanted
	expect 0 "$minidump" log real.elf
	expect_text out <wanted
	expect 0 "$minidump" log "$real"
	expect_text out <wanted
}

# "NAME FILE:LINE" of each frame. gdb knows a function by the name that it has in
# the source; some frames have no file.
frames_of() {
	sed -n 's/^#[0-9]* *\(0x[0-9a-f]* in \)\{0,1\}//p' |
		sed 's/^0x[0-9a-f]* //; s/ (inlined)$//; s/ ([^)]*)\( at\|$\)/\1/' |
		sed 's/^\([^ .+]*\)[^ ]*/\1/; s/ at / /; s/ from .*//'
}

# Frame by frame, inlined ones and lines among them. gdb knows no name of a
# frame in a module, and since 6.13 it ends at an exception.
test_real_dump_backtrace_is_that_of_gdb() {
	local count
	need_vmlinux
	need gdb-multiarch
	"$minidump" info real.elf >info
	! grep -q '^CPU state: *none' info || lacks "registers"
	readelf -SW "$vmlinux" | grep -q '\.debug_info' ||
		skip "$vmlinux has no debug info"
	ln -sf "$vmlinux" vmlinux
	sed -n 's/^  gdb-multiarch //p' info >line
	echo "gdb-multiarch -nx -batch -ex 'set print frame-arguments none'" \
		"-ex 'set width 0' $(cat line) -ex 'echo START\n' -ex bt" >gdb.sh
	expect 0 sh gdb.sh
	sed '1,/^START/d' out | grep '^#' | frames_of >gdb
	expect 0 "$minidump" backtrace --vmlinux vmlinux real.elf
	sed '/^$/,$d' out | frames_of >own
	count=$(wc -l <gdb)
	[ "$count" -ge 3 ] || fail "$(cat gdb)"
	head -n "$count" own | paste -d '|' gdb - | grep -v '^??' >pairs
	awk -F '|' '$1 != $2' pairs >different
	expect_text different </dev/null
}

test_real_dump_tells_of_its_crash() {
	need_real_dump
	need jq
	expect 0 "$minidump" info --json real.elf
	[ "$(jq -r .crash.kind out)" != unknown ] || lacks "crash in its log"
	jq -e '(.signature | test("^p1-[0-9a-f]{16}$")) and .crash.time > 0 and
		.log.last >= .crash.time and .log.from == "ring" and
		.problems == []' out >answer || fail "$(cat out)"
}
