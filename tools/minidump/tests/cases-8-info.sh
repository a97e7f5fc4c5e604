# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# What info tells of the crash, and the text of zones

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
	1 10 Unable to handle kernel paging request at virtual address dead000000000100
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
	came of:        Unable to handle kernel paging request at virtual address dead000000000100
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
	expect_out "registers:      saved at 10.000000 s," \
		"300.500000 s before the last line of the log"
	echo '6 1 nothing happens' >lines
	cause plain lines
	expect 0 "$minidump" info dump
	expect_out "crash:          unknown (from none)"
	expect_out "registers:      nothing tells when they were saved"
}

test_info_believes_the_kernel_s_own_note() {
	cause noted
	expect 0 "$minidump" info dump
	head -n 6 out >some
	expect_text some <<-'EOF'
	crash:          oops: Oops - BUG (from KCRASH)
	when:           2.500000 s after boot
	where:          CPU 3, task 71 (a=b c)
	oopses:         2
	CPUs missing:   1-2,5
	CPUs unknown:   0
	EOF
	expect_out "-ex 'add-symbol-file demo.ko 0xffffffd000001000'"
	# A key may be missing or not be understood.
	kcrash 'version=1\ntime=soon\ncpu=-1\nwhat=panic\nnew=1\ncomplete=1\n'
	expect 0 "$minidump" info dump
	[ "$(head -n 1 out)" = "crash:          panic (from KCRASH)" ] ||
		fail "$(cat out)"
	! grep -q '^when\|^where' out || fail "$(cat out)"
}

# kcrash TEXT: becomes that of the dump
kcrash() {
	local size
	size=$(stat -c %s dump/md_KCRASH.BIN)
	printf %b "$1" >dump/md_KCRASH.BIN
	truncate -s "$size" dump/md_KCRASH.BIN
}

test_kcrash_before_a_crash_and_half_of_it() {
	local text
	cause noted
	kcrash '\0ersion=1\nwhat=panic\ncomplete=1\n'
	expect 0 "$minidump" info dump
	expect_out "(from log)"
	for text in 'version=1\nwhat=panic\ncpu=3\n' 'what=panic\ncomplete=1\n' \
		'version=1\nwhat=panic\ncomplete=1\ncpu=3\n' \
		'version=1\nwhat=panic\ncomplete=1' 'version=1\n\0complete=1\n'; do
		kcrash "$text"
		expect 1 "$minidump" info dump
		expect_out "(from log)"
		expect_err "KCRASH is not whole: what it tells is left out"
		expect 1 "$minidump" verify dump
		expect_err "KCRASH is not whole: what it tells is left out"
	done
}

test_info_tells_records_of_an_earlier_boot() {
	cause plain
	expect 0 "$minidump" info dump
	expect_out "record:         KCONSOLE of an earlier boot"
	expect_out "record:         KDMESG2 Oops#1 of this boot"
	expect_out "record:         KDMESG3 Panic#1 of an earlier boot"
	expect_out "record:         KDMESG0 Panic#1 of which boot is not known"
	expect 0 "$minidump" extract --text dump KDMESG3
	expect_err "KDMESG3 is of an earlier boot"
	expect_out "not syncing: old"
	expect 0 "$minidump" extract --text dump KDMESG2
	expect_text err </dev/null
	expect 0 "$minidump" extract --text dump KCONSOLE
	expect_err "KCONSOLE is of an earlier boot"
}

# Nothing is left to compare the record to.
test_info_of_a_crash_that_only_a_record_tells() {
	need jq
	cause plain
	rm dump/md_KPRB_RB.BIN dump/md_KCONSOLE.BIN dump/md_KDMESG2.BIN
	expect 1 "$minidump" info dump
	expect_out "crash:          panic: old (from KDMESG, perhaps of an earlier boot)"
	expect_out "record:         KDMESG3 Panic#1 of which boot is not known"
	expect 1 "$minidump" info --json dump
	jq -e '.crash.from == "KDMESG" and .log.from == "KDMESG" and
		(.records[] | select(.region == "KDMESG3").boot) == "unknown"' out \
		>answer || fail "$(cat out)"
}

test_info_as_json() {
	need jq
	cause noted
	expect 0 "$minidump" info --json dump
	jq -e '.schema == 1 and .crash.kind == "oops" and .crash.time == 2.5 and
		.crash.cpu == 3 and .crash.comm == "a=b c" and
		.crash.oopses == 2 and .crash.missing_cpus == "1-2,5" and
		.crash.unknown_cpus == "0" and .log.from == "ring" and
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
	mv out told
	expect 1 "$minidump" verify --json dump
	jq -e --slurpfile info told '.whole == false and
		.problems == $info[0].problems' out >answer || fail "$(cat out)"
}

# What programs may rely on has to be in the man page.
test_man_page_has_all_of_the_json() {
	local word
	need jq
	cause noted
	rm dump/md_KLAST.BIN
	expect 1 "$minidump" info --json dump
	cp out all
	expect 1 "$minidump" verify --json dump
	cat out >>all
	jq -r 'paths | .[-1] | strings' all | sort -u >words
	sed -n 's/.*report_\(stage\|about\)([^"]*"\([a-z-]*\)".*/\2/p' "$tool"/*.c |
		sort -u >codes
	[ "$(wc -l <words)" -gt 40 ] || fail "$(cat words)"
	[ "$(wc -l <codes)" -gt 10 ] || fail "$(cat codes)"
	sed -n '/^\.SH JSON/,/^\.SH SIG/p' "$tool/minidump.1" |
		sed 's/\\f.//g; s/\\//g' >page
	cat words codes | while read -r word; do
		grep -q "^\.[A-Z].*\b$word\b" page || echo "$word"
	done >undocumented
	expect_text undocumented </dev/null
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

# own_lines OPTION_OR_SRC...: info prints the tool's own commands with these words
own_lines() {
	expect 0 "$minidump" info "$@"
	grep '^  minidump ' out >some || true
	expect_text some <<-EOF
	  minidump elf -o minidump.elf $*
	  minidump log $*
	  minidump backtrace --vmlinux vmlinux $*
	EOF
	expect_out "crash --minimal vmlinux minidump.elf"
}

test_info_names_the_dump_as_it_was_given() {
	"$testdump" ram "$dumps/current" ram
	own_lines --ram ram@80000000
	expect 0 "$minidump" elf -o core "$dumps/current"
	(head -c 100 /dev/zero && cat core) >behind
	own_lines --offset=100 behind
	gzip -k core
	own_lines core.gz
	"$minidump" info core >out
	! grep -q 'minidump elf' out || fail "$(cat out)"
	expect_out "crash --minimal vmlinux core"
	own_lines - <core
}

# The number of the vendor's last program header
phdrs() {
	echo $(($(od -An -tu2 -j 56 -N 2 "$1") - 1))
}

# Each address in the same half, of which the whole has 39 bits
addresses_of_48_bits() {
	local at virt i
	for i in $(seq 0 "$(phdrs "$1")"); do
		at=$((12928 + 56 * i + 16))
		virt=0x$(od -An -tx8 -j $at -N 8 "$1" | tr -d ' ')
		virt=$((virt & 0x7fffffffff))
		poke "$1" $at 8 "$(printf '0x%x' $((virt >> 38 ?
			0xffff800000000000 + (virt & 0x3fffffffff) :
			0xffff000000000000 + virt)))"
	done
}

test_info_gives_crash_what_vmcoreinfo_would() {
	local i
	cp -r "$dumps/vendor" folder
	rm folder/md_KPAGES.BIN
	expect 1 "$minidump" info folder
	expect_out "crash --minimal -m kimage_voffset=0xffffffcf92000000" \
		"-m vabits_actual=39 -m phys_offset=0x80000000" \
		"--kaslr=0x12000000 vmlinux minidump.elf"
	! grep -q 'vmcore-dmesg\|drgn' out || fail "$(cat out)"
	poke folder/MD_SHRDIMEM.BIN $((0x6d0)) 4 0
	expect 1 "$minidump" info folder
	! grep -q gdb out || fail "$(cat out)"
	addresses_of_48_bits folder/md_KELF_HDR.BIN
	expect 1 "$minidump" info folder
	expect_out "crash --minimal -m kimage_voffset=0xffff800f92000000" \
		"-m vabits_actual=48 -m phys_offset=0x80000000 vmlinux"
	# Nothing is left where the addresses tell nothing.
	for i in $(seq 0 "$(phdrs folder/md_KELF_HDR.BIN)"); do
		poke folder/md_KELF_HDR.BIN $((12928 + 56 * i + 16)) 8 0
	done
	expect 1 "$minidump" info folder
	! grep -q 'crash --minimal\|^To open' out || fail "$(cat out)"
}

# A kernel for 52-bit addresses on a CPU with 48 bits, and on one with 52
test_info_tells_crash_where_memory_begins() {
	cause wide
	expect 0 "$minidump" info dump
	expect_out "crash --minimal -m phys_offset=0x40000000 vmlinux minidump.elf"
	sed -i 's/T1SZ)=0x10/T1SZ)=0x0c/' dump/md_KELF_HEADER.BIN
	expect 0 "$minidump" info dump
	expect_out "crash --minimal vmlinux minidump.elf"
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

test_real_dump_tells_of_its_crash() {
	need_real_dump
	need jq
	expect 0 "$minidump" info --json real.elf
	[ "$(jq -r .crash.kind out)" != unknown ] || lacks "crash in its log"
	jq -e '(.signature | test("^p1-[0-9a-f]{16}$")) and .crash.time > 0 and
		.log.last >= .crash.time and .log.from == "ring" and
		.problems == []' out >answer || fail "$(cat out)"
}
