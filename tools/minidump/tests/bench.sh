#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What "minidump elf" costs beside cp of the same bytes, both until they are on
# the disk: the least time of RUNS that are taken in turn. Fails where the ratio is
# above 1.2, or where 4 GiB of an image, holes but for a dump, take room.
#
#   bench.sh OUTPUT
# shellcheck disable=SC2317 # functions are called by their names
set -eu

minidump=${1}minidump
testdump=${1}test/testdump
mebibytes=${MEBIBYTES:-256}
runs=${RUNS:-9}
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/bench.XXXXXX")
device=
cleanup() {
	[ -z "$device" ] || losetup -d "$device"
	rm -rf "$scratch"
}
trap cleanup EXIT
cd "$scratch"

# milliseconds COMMAND...: of the processor's time, which others on the machine
# change least
milliseconds() {
	local TIMEFORMAT='%3U %3S' user system
	{ time "$@" >log 2>&1 || [ $? -eq 1 ]; } 2>took ||
		{ cat log >&2; exit 1; }
	read -r user system <took
	echo $((10#${user/./} + 10#${system/./}))
}

copy() {
	rm -f copy
	cp "$@" copy
	sync copy
}

# All files of a folder into one, as a core has them
copy_folder() {
	rm -f copy
	cat "$1"/* >copy
	sync copy
}

convert() {
	rm -f core
	"$minidump" elf -o core "$1"
}

failed=0
# compare SRC NAME COPY...: COPY is what the same bytes cost otherwise
compare() {
	local src=$1 name=$2 least_core='' least_copy='' i took
	shift 2
	for ((i = 0; i < runs; i++)); do
		took=$(milliseconds "$@")
		[ -n "$least_copy" ] && [ "$took" -gt "$least_copy" ] ||
			least_copy=$took
		took=$(milliseconds convert "$src")
		[ -n "$least_core" ] && [ "$took" -gt "$least_core" ] ||
			least_core=$took
	done
	printf '%-14s %6d MiB: minidump %7d ms, cp %7d ms, ratio %d.%02d\n' \
		"$name" "$mebibytes" "$least_core" "$least_copy" \
		$((least_core / least_copy)) \
		$((least_core * 100 / least_copy % 100))
	[ $((least_core * 100)) -le $((least_copy * 120)) ] || failed=1
}

# A dump of which one region has nearly all bytes, none of them zeros
mkdir folder
"$testdump" current folder
# enlarge FOLDER BYTES: of its last region, in addresses that no other has
enlarge() {
	local header=$1/md_KELF_HEADER.BIN last=$((64 + 56 * 18))
	"$testdump" poke "$header" $((last + 16)) 8 0xffffff9000000000
	"$testdump" poke "$header" $((last + 24)) 8 0x1000000000
	"$testdump" poke "$header" $((last + 32)) 8 "$2"
	"$testdump" poke "$header" $((last + 40)) 8 "$2"
}
size=$((mebibytes << 20))
enlarge folder $size
head -c $size /dev/urandom >folder/md_KLAST.BIN
"$minidump" pack -o image folder
"$minidump" elf -o file folder

compare folder "a folder" copy_folder folder
compare file "a core" copy file
compare image "an image" copy image
device=$(losetup --find --show --read-only image 2>/dev/null) || device=
if [ -n "$device" ]; then
	compare "$device" 'a block device' copy "$device"
else
	echo "block device: no loop device for this user"
fi

mkdir sparse.d
"$testdump" current sparse.d
enlarge sparse.d $((4 << 30))
truncate -s 4G sparse.d/md_KLAST.BIN
"$minidump" elf -o core sparse.d
room=$(($(stat -c %b core) * 512))
printf '4 GiB of holes: %d KiB on disk\n' $((room >> 10))
[ "$room" -le 1048576 ] || failed=1
exit $failed
