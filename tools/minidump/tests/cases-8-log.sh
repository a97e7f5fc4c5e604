# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# The log, out of the ring or out of zones

# cause VARIANT [LOG]: a dump in the folder "dump", its log made of the lines
# "LEVEL SECONDS TEXT" of the file
cause() {
	rm -rf dump
	mkdir dump
	"$testdump" cause "$1" dump ${2:+"$2"}
}

test_log_is_that_of_vmcore_dmesg() {
	local style
	for style in $styles; do
		expect 0 "$minidump" log "$dumps/$style"
		made_up_log | expect_text out
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
	printf '[    %s] %s\n' 1.500000 first 1.500000 second 2.000001 '' 3.000000 last |
		expect_text out
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
	expect 0 "$minidump" log -l err dump
	echo '[    3.000000] level 3' | expect_text out
	need script
	script -qec "$minidump log -l err dump" /dev/null >seen </dev/null
	tr -d '\r' <seen | grep -v ^minidump >shown
	printf '\033[32m[    3.000000] \033[0m\033[31mlevel 3\033[0m\n' |
		expect_text shown
}

test_log_with_the_time_of_day() {
	printf '%s\n' '6 1.25 early' \
		'6 2.5 rtc: setting system clock to 2026-11-22T09:00:00 UTC (1795338000)' \
		'6 63 late' >lines
	cause plain lines
	expect 0 "$minidump" log --ctime dump
	expect_text out <<-'EOF'
	[Sun Nov 22 08:59:59 2026] early
	[Sun Nov 22 09:00:00 2026] rtc: setting system clock to 2026-11-22T09:00:00 UTC (1795338000)
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
