# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What test.sh wants of tools that Debian 12 does not have for this machine: those of
# the release in development, for arm64, as they are, with QEMU for their CPU. To be
# sourced after test-data.sh.

# shellcheck disable=SC2154 # machine, kernels: lib.sh's and test-lib.sh's; data: test.sh's

foreign=$MINIDUMP_BUILD/foreign
foreign_suite=sid
# crash, and what it is linked with
foreign_packages="crash libc6 libgcc-s1 libgmp10 liblzo2-2 libmpfr6 libncursesw6
	libsnappy1v5 libstdc++6 libtinfo6 libzstd1 zlib1g"

fetch_foreign()
{
	local package

	[ ! -e "$foreign/root/usr/bin/crash" ] || return 0
	rm -rf "$foreign"
	mkdir -p "$foreign/root.new/usr/lib"
	# As base-files has it
	ln -s usr/lib "$foreign/root.new/lib"
	step "fetching crash for arm64 from $foreign_suite"
	fetch_package "$foreign/qemu" qemu-user-static || return 1
	dpkg-deb -x "$foreign"/qemu/*.deb "$foreign/host"
	for package in $foreign_packages; do
		fetch_package "$foreign/package" "$package" "$foreign_suite" arm64 || return 1
		dpkg-deb --fsys-tarfile "$foreign"/package/*.deb |
			tar -x --keep-directory-symlink -C "$foreign/root.new"
	done
	mv "$foreign/root.new" "$foreign/root"
}

# crash_says COMMAND... : leaves what crash says in crash.txt, with the flags that
# minidump info prints
crash_says()
{
	local tool=$MINIDUMP_BUILD/minidump/minidump wanted=$crash_flags flags words

	alone minidump make_tool >"$machine/tool.log" 2>&1 ||
		wrong "the host tool does not build: $(tail -n 1 "$machine/tool.log")"
	flags=$("$tool" info "$machine/dump/minidump.elf" | sed -n 's/^  crash \(.*\)vmlinux .*/\1/p')
	[ "$data" != data52 ] || wanted+="-m phys_offset=$BOARD_RAM_BASE "
	same "$wanted" "$flags" "flags of crash"
	# That one has SLUB_TINY, which the dump does not tell
	[ "$data" != data52 ] || flags+=--no_kmem_cache
	read -ra words <<<"$flags"
	printf '%s\n' "$@" exit >"$machine/crash.in"
	TERM=dumb "$foreign/host/usr/bin/qemu-aarch64-static" -L "$foreign/root" \
		"$foreign/root/usr/bin/crash" -s --no_scroll "${words[@]}" "$kernels/$data/vmlinux" \
		"$machine/dump/minidump.elf" <"$machine/crash.in" >"$machine/crash.txt" 2>&1 ||
		wrong "crash failed: $(tail -n 3 "$machine/crash.txt")"
}

# In full mode, as crash --minimal knows none of these commands
crash_opens_the_dump()
{
	local crash_flags=

	alone foreign fetch_foreign || skip "crash for arm64 is not to be had from Debian $foreign_suite"
	boot guest-reset --kernel "$data" --scenario crash --append board_crash_cpu=1 "$@"
	collect
	crash_says sys "bt -a" "p jiffies_64" mod
	grep -qE '^ +CPUS: 2( |$)' "$machine/crash.txt" ||
		wrong "sys: seen \"$(grep -A 12 KERNEL: "$machine/crash.txt")\", wanted 2 CPUs"
	grep -qE '^ +PANIC: "Kernel panic - not syncing: sysrq triggered crash"' "$machine/crash.txt" ||
		wrong "sys: seen \"$(grep PANIC: "$machine/crash.txt")\", wanted the panic's message"
	grep -qE '^PID: 1 .* CPU: 1 .*"init"' "$machine/crash.txt" ||
		wrong "bt -a: seen \"$(grep ^PID: "$machine/crash.txt")\", wanted init on CPU 1"
	grep -qE '^ *#[0-9]+ .* sysrq_handle_crash at ' "$machine/crash.txt" ||
		wrong "bt -a: seen \"$(grep ' #' "$machine/crash.txt")\", wanted sysrq_handle_crash"
	same 2 "$(grep -c '^ *#0 ' "$machine/crash.txt")" "CPUs with frames"
	sed -n 's/^jiffies_64 = .* = /jiffies /p' "$machine/crash.txt" >"$machine/jiffies.txt"
	jiffies_are_of_the_crash "$machine/jiffies.txt"
}

# crash_of_cpu_0 OPTION... : while CPU 1 runs something
crash_of_cpu_0()
{
	alone foreign fetch_foreign || skip "crash for arm64 is not to be had from Debian $foreign_suite"
	boot guest-reset --kernel "$data" --scenario crash "$@"
	collect
	crash_says "bt -a" ps mod
	# Not active is the first task alone, and others are not there
	same "  0" "$(sed -nE 's/^(.) +([0-9]+) +-?[0-9]+ +[0-9] +ff.*/\1 \2/p' "$machine/crash.txt" |
		grep -v '^>')" "tasks that did not run"
	grep -qE '^> +1 +0 +0 +ff[0-9a-f]+ +RU +0\.[0-9]+ +[1-9][0-9]* +[1-9][0-9]* +init$' "$machine/crash.txt" ||
		wrong "ps: seen \"$(grep '^>' "$machine/crash.txt")\", wanted init with its memory on CPU 0"
}

crash_shows_what_each_cpu_ran()
{
	local crash_flags=

	# It knows struct module of older kernels only
	[ "$BASE" != "$first_base" ] || crash_flags="--no_modules "
	crash_of_cpu_0 --crash others --append "board_crash_cpu=0 board_steps=processes:100:"
	grep -qE '^> +[0-9]+ +-?[0-9]+ +1 .*\[kworker/1:' "$machine/crash.txt" ||
		wrong "ps: seen \"$(grep '^>' "$machine/crash.txt")\", wanted a kworker on CPU 1"
	grep -qE '^ *#[0-9]+ .* worker_thread at ' "$machine/crash.txt" ||
		wrong "bt -a: seen \"$(grep ' #' "$machine/crash.txt")\", wanted worker_thread"
	[ -n "$crash_flags" ] ||
		grep -qE '^ *ff[0-9a-f]+ +minidump_test_crash ' "$machine/crash.txt" ||
		wrong "mod: seen \"$(tail -n 3 "$machine/crash.txt")\", wanted minidump_test_crash"
}

crash_shows_a_cpu_in_user_space()
{
	local crash_flags=

	crash_of_cpu_0 --append "board_crash_cpu=0 board_steps=spin:1:"
	grep -qE '^> +[0-9]+ +1 +1 +ff[0-9a-f]+ +RU .* init$' "$machine/crash.txt" ||
		wrong "ps: seen \"$(grep '^>' "$machine/crash.txt")\", wanted another init on CPU 1"
	grep -qE '^PID: [0-9]+ .* CPU: 1 .*"init"' "$machine/crash.txt" ||
		wrong "bt -a: seen \"$(grep ^PID: "$machine/crash.txt")\", wanted init on CPU 1"
}
