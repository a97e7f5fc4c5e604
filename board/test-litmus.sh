#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The order of the driver's stores, as litmus tests in the kernel's memory model:
# proof/litmus. Those that lack a barrier must show the result that the others
# never have. The model knows CPUs and not memory, so wmb() is smp_wmb() there, and
# firmware a CPU that reads in the opposite order. Prints KTAP; all are skipped
# where there is no herd7.

. "$(dirname "$0")/lib.sh"
# shellcheck source=../scripts/ktap.sh
. "$top/scripts/ktap.sh"

herd=$MINIDUMP_BUILD/herd
# The first of Debian's releases that has it, in the version that the kernel asks for
suite=forky
model=$base_repo/tools/memory-model

# It is for another release, so it runs with that one's libraries
fetch_herd()
{
	local package

	[ ! -e "$herd/root/usr/bin/herd7" ] || return 0
	mkdir -p "$herd/root.new"
	for package in herdtools7 libc6 libgmp10; do
		fetch_package "$herd/$package" "$package" "$suite" || return 1
		dpkg-deb -x "$herd/$package/$package"_*.deb "$herd/root.new"
	done
	mv "$herd/root.new" "$herd/root"
}

run_herd()
{
	local libraries=$herd/root/usr/lib/x86_64-linux-gnu

	"$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$herd/root/usr/bin/herd7" \
		-set-libdir "$herd/root/usr/share/herdtools7/herd" "$@"
}

litmus_test()
{
	local wanted seen

	[ -z "$why_not" ] || skip "$why_not"
	wanted=$(sed -n 's/^ \* Result: //p' "$1")
	seen=$(cd "$model" && run_herd -conf linux-kernel.cfg "$1" 2>&1) || wrong "$seen"
	same "$wanted" "$(awk '$1 == "Observation" { print $3 }' <<<"$seen")" "result ($seen)"
}

why_not=
[ "$(uname -m)" = x86_64 ] && fetch_herd || why_not="there is no herd7 to be had: Debian $suite has herdtools7"
"$top/scripts/base.sh"
scratch_dir
for file in "$board"/proof/litmus/*.litmus; do
	it "$(basename "$file" .litmus): $(sed -n 's/^ \* Result: //p' "$file")" litmus_test "$file"
done
run_tests
