#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds minidump, pstore and remoteproc as y, m and n in some combinations, or
# with MINIDUMP_PROVE=1 in all, and boots each. Then turns the order around in which drivers probe, takes them from
# their devices, and has machines sleep, hibernate, reboot and go over to another
# kernel. Prints KTAP. With arguments, runs only the tests whose names contain
# one of them. A failed test leaves its machine in build/test/BASE/config.

. "$(dirname "$0")/lib.sh"
# shellcheck source=test-lib.sh
. "$board/test-lib.sh"
suite=config
chosen=("$@")

# Of minidump, pstore and remoteproc: all built in, as a distribution has them, as
# vendors do, and with one or two of them off
few_combinations="yyy mmm mym nyy ynn"
# How often a driver is taken from its device and given back
rounds=5
# Of the crash kernel's memory, its kernel and initramfs take a tenth
crashkernel=96M

# The lesser and the greater of options that are y, m or n
least()
{
	case $* in
	*n*)	echo n ;;
	*m*)	echo m ;;
	*)	echo y ;;
	esac
}

most()
{
	case $* in
	*y*)	echo y ;;
	*m*)	echo m ;;
	*)	echo n ;;
	esac
}

# options VALUE NAME... : lines of a kernel configuration
options()
{
	local value=$1
	shift

	if [ "$value" = n ]; then
		printf '# CONFIG_%s is not set\n' "$@"
	else
		printf "CONFIG_%s=$value\n" "$@"
	fi
}

# A fragment for a combination, with what Kconfig is to make of it: a client can
# be built in only where both that it stands between are, and the G-ToC's part is
# there for minidump and remoteproc alike
fragment()
{
	local minidump=$1 pstore=$2 remoteproc=$3

	cat "$board/config/combination.config"
	options "$minidump" QCOM_MINIDUMP
	options "${minidump/m/y}" QCOM_MINIDUMP_KMSG QCOM_MINIDUMP_MODULES \
		QCOM_MINIDUMP_PANIC
	options "$pstore" PSTORE PSTORE_RAM
	options "${pstore/m/y}" PSTORE_CONSOLE PSTORE_PMSG
	options "${remoteproc/m/y}" REMOTEPROC
	options "$remoteproc" QCOM_Q6V5_PAS QCOM_RPROC_COMMON
	options "$(least "$minidump" "$pstore")" QCOM_MINIDUMP_RAMOOPS
	options "$(most "$minidump" "$remoteproc")" QCOM_MINIDUMP_TOC
}

# build NAME, of a kernel whose fragment is the input
build()
{
	local file=$kernels/$1.config

	mkdir -p "$kernels"
	cat >"$file"
	"$board/build-kernel.sh" "$file"
}

# build_combination MINIDUMP PSTORE REMOTEPROC: sets kernel
build_combination()
{
	kernel=config-$1$2$3
	fragment "$@" | build "$kernel"
}

modules_of()
{
	local minidump=$1 pstore=$2 remoteproc=$3

	[ "$pstore" != m ] || echo ramoops
	[ "$remoteproc" != m ] || echo qcom_q6v5_pas
	[ "$minidump" != m ] || echo qcom-minidump
	[ "$(least "$minidump" "$pstore")" != m ] || echo qcom-minidump-ramoops
}

regions_of()
{
	local minidump=$1 pstore=$2

	echo "KELF_HEADER KUTS $kmsg_regions KMODULES $panic_regions"
	[ "$minidump" != y ] || echo "KBANNER KPGDIR"
	[ "$pstore" = n ] || echo "$ramoops_regions"
}

# One name a line, in order
sorted()
{
	tr -s ' ' '\n' | LC_ALL=C sort
}

# A whole dump that has these regions and no others, and the log up to the end
wants_dump_of()
{
	wants_sound_dump 10
	same "$(echo "$*" | sorted | paste -sd ' ')" "$(region_names | sorted | paste -sd ' ')" "regions"
	vmcore-dmesg "$machine/dump/minidump.elf" >"$machine/dmesg.txt" 2>&1 ||
		wrong "vmcore-dmesg failed: $(tail -n 3 "$machine/dmesg.txt")"
	grep -q "board marker $marker" "$machine/dmesg.txt" ||
		wrong "log: seen \"$(tail -n 3 "$machine/dmesg.txt")\", wanted marker $marker"
	case $* in
	*KCONSOLE*) wants_marker_in_dump ;;
	esac
}

combination_leaves_its_regions()
{
	local minidump=$1 pstore=$2 remoteproc=$3 modules device=bound

	build_combination "$@"
	modules=$(modules_of "$@" | paste -sd ' ')
	[ "$minidump" != n ] || device=unbound
	[ "$pstore" != n ] || backend=none

	boot guest-reset --kernel "$kernel" --scenario crash --modules "$modules"
	same "$device" "$(fact minidump-device)" "the minidump device"
	same "${remoteproc/[ym]/there}" "$(fact remoteproc | sed 's/none/n/')" "the remote processors' driver"
	if [ "$minidump" = n ]; then
		collect_nothing
		wants_smem_as_laid
	else
		# shellcheck disable=SC2046 # names, one a word
		wants_dump_of $(regions_of "$@")
	fi
	case $minidump$pstore in
	n[ym]) wants_ramoops_to_work --kernel "$kernel" --modules "$modules" ;;
	esac
}

# Neighbours differ in one option, and most of them in modules only, so that little is
# built from one to the next, unless another suite builds in between
test_combination()
{
	test_on_machine "minidump $1, pstore $2, remoteproc $3: a crash leaves just what is configured" \
		combination_leaves_its_regions "$@"
}

test_combinations()
{
	local pair remoteproc triple

	if [ -z "${MINIDUMP_PROVE:-}" ]; then
		for triple in $few_combinations; do
			test_combination "${triple:0:1}" "${triple:1:1}" "${triple:2:1}"
		done
		return
	fi
	for remoteproc in y m n; do
		for pair in yy ym yn mn mm nm nn ny my; do
			test_combination "${pair:0:1}" "${pair:1}" "$remoteproc"
		done
	done
}

# The platform device of a reserved area
reserved_device()
{
	local node

	node=$(fdtget -l "$scratch/board.dtbo" /fragment@0/__overlay__/reserved-memory | grep "^$1@")
	echo "${node#*@}.${node%@*}"
}

build_orders()
{
	{ fragment m m m; options m QCOM_SMEM HWSPINLOCK_QCOM; } | build config-orders
}

# What the memory's driver waits for, ramoops, and minidump, are modules, and
# each probes when the last one that it needs is loaded. What is to come out does
# not depend on the order.
# Since Linux 6.18 it has more than one source, and so another name
smem_module()
{
	local name=qcom_smem

	[ -e "$kernels/config-orders/modules/$name.ko" ] || name=smem
	echo "$name"
}

order_leaves_all_regions()
{
	local part modules='' seen=''

	build_orders
	for part; do
		case $part in
		SMEM)	modules+=" qcom_hwspinlock $(smem_module)" ;;
		ramoops) modules+=" ramoops"; seen+=1 ;;
		minidump) modules+=" qcom-minidump"; seen+=1 ;;
		esac
		case $modules in
		*qcom-minidump-ramoops*) ;;
		*)	[ "$seen" != 11 ] || modules+=" qcom-minidump-ramoops" ;;
		esac
	done

	boot guest-reset --kernel config-orders --scenario crash --modules "$modules" \
		--append board_steps=await:qcom-minidump:qcom-minidump
	same bound "$(fact smem)" "qcom-smem"
	same bound "$(fact minidump-device)" "the minidump device"
	# shellcheck disable=SC2046 # names, one a word
	wants_dump_of $(regions_of m m)
}

# steps_of_rounds DRIVER DEVICE
steps_of_rounds()
{
	local i

	for ((i = 0; i < rounds; i++)); do
		printf 'unbind:%s:%s,bind:%s:%s,' "$1" "$2" "$1" "$2"
	done
}

# driver_comes_back DRIVER DEVICE
driver_comes_back()
{
	build_combination y y y
	boot guest-reset --kernel "$kernel" --scenario crash \
		--append "board_steps=$(steps_of_rounds "$1" "$2")"
	same bound "$(fact minidump-device)" "the minidump device"
	# shellcheck disable=SC2046 # names, one a word
	wants_dump_of $(regions_of y y)
}

# driver_goes DRIVER DEVICE
driver_goes()
{
	build_combination y y y
	boot guest-reset --kernel "$kernel" --scenario crash \
		--append "board_steps=$(steps_of_rounds "$1" "$2")unbind:$1:$2"
	same unbound "$(fact minidump-device)" "the minidump device"
	collect_nothing
	wants_smem_as_laid
}

# qcom-smem lets nobody unbind it, but as a module it goes
smem_goes()
{
	build_orders
	backend=none
	boot guest-reset --kernel config-orders --scenario crash --unload \
		--modules "qcom_hwspinlock $(smem_module) qcom-minidump"
	same "bound none" "$(sed -n 's/^fact minidump-device //p' "$machine/results.txt" | paste -sd ' ')" \
		"the minidump device before and after"
	collect_nothing
	wants_smem_as_laid
}

ramoops_goes()
{
	local device
	device=$(reserved_device ramoops)

	backend='(null)'
	build_combination y y y
	boot guest-reset --kernel "$kernel" --scenario crash \
		--append "board_steps=$(steps_of_rounds ramoops "$device")unbind:ramoops:$device"
	# shellcheck disable=SC2046 # names, one a word
	wants_dump_of $(regions_of y n)
}

# For a shutdown that hangs; firmware makes a new table on the way up
orderly_end_leaves_the_table()
{
	build_combination y y y
	boot "$2" --kernel "$kernel" --scenario "$1"
	same bound "$(fact minidump-device)" "the minidump device before"
	wants_sound_dump 10
}

# next_kernel NAME SCENARIO: what the guest is to load lies ready, and its options
# for boot.sh are in "next"
next_kernel()
{
	printf '%s\n' "dir /dev 755 0 0" "nod /dev/console 600 0 0 c 5 1" \
		"file /init $host/init 755 0 0" >"$machine/next.list"
	"$host/gen_init_cpio" "$machine/next.list" >"$machine/next.cpio"
	echo "console=ttyAMA0 printk.devkmsg=on panic=-1 board_scenario=$2" >"$machine/next.command-line"
	next=(
		--add "dir /next 755 0 0"
		--add "file /next/Image $kernels/$1/Image 644 0 0"
		--add "file /next/initramfs $machine/next.cpio 644 0 0"
		--add "file /next/command-line $machine/next.command-line 644 0 0"
	)
}

# What two kernels, one after the other, said of the minidump device
wants_two_kernels()
{
	same "$*" "$(sed -n 's/^fact minidump-device //p' "$machine/results.txt" | paste -sd ' ')" \
		"the minidump device under the first and the second kernel"
}

next_kernel_leaves_nothing_stale()
{
	local next

	build_combination n y y
	next_kernel "$kernel" crash
	build_combination y y y
	boot guest-reset --kernel "$kernel" --scenario kexec "${next[@]}" \
		--append board_steps=load-next
	wants_two_kernels bound unbound
	collect_nothing
	wants_smem_as_laid
}

# The kernel that captures the crash has the driver, too, and is to keep away:
# capture_kernel_keeps_the_table [OPTION WHAT THREADS], where KCRASH has "what" WHAT,
# and the header that many threads; without them nothing, and one of zeros, as
# the crash kernel starts before the panic's notifiers
capture_kernel_keeps_the_table()
{
	local next option=${1:-} what=${2:-} threads=${3:-1}

	build_combination y y y
	next_kernel "$kernel" poweroff
	boot guest-shutdown --kernel "$kernel" --scenario crash "${next[@]}" \
		--append "crashkernel=$crashkernel board_steps=load-capture $option"
	wants_two_kernels bound unbound
	marker=$(sed -n '0,/^marker /s/^marker //p' "$machine/results.txt")
	wants_sound_dump 10
	same "$(regions_of y y | sorted | paste -sd ' ')" "$(region_names | sorted | paste -sd ' ')" "regions"
	same "$what" "$(kcrash what)" "KCRASH: what"
	same "" "$(kcrash missing)$(kcrash unknown)" "KCRASH: missing and unknown CPUs"
	same "$threads" "$(readelf -nW "$machine/dump/minidump.elf" | grep -c NT_PRSTATUS)" "threads"
	vmcore-dmesg "$machine/dump/minidump.elf" >"$machine/dmesg.txt"
	grep -q "board marker $marker" "$machine/dmesg.txt" ||
		wrong "log: seen \"$(tail -n 3 "$machine/dmesg.txt")\", wanted the first kernel's marker $marker"
}

regions_told()
{
	sed -n "s/^regions $1 //p" "$machine/results.txt"
}

sleep_keeps_the_table()
{
	build_combination y y y
	boot guest-reset --kernel "$kernel" --scenario crash \
		--append board_steps=regions,sleep,regions
	same yes "$(fact slept)" "whether the machine slept"
	[[ $(regions_told 1) == *KELF_HEADER* ]] ||
		wrong "regions before: seen \"$(regions_told 1)\", wanted KELF_HEADER among them"
	same "$(regions_told 1)" "$(regions_told 2)" "regions after it woke up"
	# shellcheck disable=SC2046 # names, one a word
	wants_dump_of $(regions_of y y)
}

# The machine goes off with the table of the kernel that saved the image, as after
# any other power-off. Then firmware makes the G-ToC anew, and RAM is lost.
hibernated_kernel_finds_its_table_again()
{
	local disk=$machine/disk.img

	build_combination y y y
	truncate -s "${BOARD_RAM_MIB}M" "$disk"
	/sbin/mkswap -q "$disk"
	"$board/boot.sh" --out "$machine" --kernel "$kernel" --scenario crash --disk "$disk" \
		--append board_steps=hibernate
	same guest-shutdown "$(cat "$machine/ended")" "the machine's end"
	same "" "$(cat "$machine/results.txt")" "what the guest said before"
	wants_sound_dump 10

	boot guest-reset --kernel "$kernel" --scenario crash --disk "$disk" \
		--append resume=/dev/vda
	same yes "$(fact resumed)" "whether the kernel that hibernated is back"
	same bound "$(fact minidump-device)" "the minidump device"
	# shellcheck disable=SC2046 # names, one a word
	wants_dump_of $(regions_of y y)
}

# run_selftest NAME TREE KERNEL: leaves what the selftests print, before and after the
# crash, in NAME.txt of the machine's directory
run_selftest()
{
	local out=$machine/$1 file uuid
	local files=("${shell_files[@]}"
		--add "file /selftest/run $board/guest/pstore-selftest.sh 644 0 0")
	for file in common_tests pstore_tests pstore_crash_test pstore_post_reboot_tests; do
		files+=(--add "file /selftest/$file $base_tree/tools/testing/selftests/pstore/$file 755 0 0")
	done

	KDIR=$2 "$board/boot.sh" --out "$out" --kernel "$3" --scenario none "${files[@]}" \
		--append rdinit=/shell-init
	same guest-reset "$(cat "$out/ended")" "the end of machine $1"
	cp "$out/results.txt" "$machine/$1.txt"

	uuid=$(sed -n 's/^uuid //p' "$out/results.txt")
	echo "$uuid" >"$out/uuid"
	files+=(--add "file /selftest/prev_uuid $out/uuid 644 0 0"
		--add "file /selftest/reboot_flag $out/uuid 644 0 0")
	KDIR=$2 "$board/boot.sh" --out "$out" --kernel "$3" --scenario none "${files[@]}" \
		--append rdinit=/shell-init --keep-ram
	same guest-shutdown "$(cat "$out/ended")" "the next end of machine $1"
	cat "$out/results.txt" >>"$machine/$1.txt"
}

# Each run has numbers of its own
without_uuids()
{
	sed -E 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/UUID/g' "$machine/$1.txt"
}

# The kernel's selftests of pstore, on ramoops. Two of them fail on any kernel:
# they look for the end of an oops, and sysrq has long been causing a panic. The
# kernel has no tests of its own, in KUnit or otherwise, for the other files that
# the series edits.
pstore_selftests_say_the_same()
{
	alone busybox fetch_busybox || skip "there is no busybox-static for arm64"
	check_out_base
	fragment n y n | KDIR=$base_tree build config-base
	build_combination y y y
	run_selftest without "$base_tree" config-base
	run_selftest with "$KDIR" "$kernel"
	same "status 0" "$(grep -m 1 '^status' "$machine/without.txt")" \
		"what the tests before the crash end with, without the series"
	grep -q 'before crash \.\.\. ok' "$machine/without.txt" ||
		wrong "without the series: seen \"$(tail -n 20 "$machine/without.txt")\"," \
		     "wanted that pmsg has kept what was written before the crash"
	same "" "$(diff <(without_uuids without) <(without_uuids with))" \
		"differences between the output without and with the series"
}

need_packages build board
build_host
scratch_dir
dtc -q -@ -I dts -O dtb -o "$scratch/board.dtbo" "$board/board.dtso"

test_combinations
test_on_machine "SMEM, ramoops, minidump: probed in that order, all regions are there" \
	order_leaves_all_regions SMEM ramoops minidump
test_on_machine "ramoops, SMEM, minidump: likewise" \
	order_leaves_all_regions ramoops SMEM minidump
test_on_machine "SMEM, minidump, ramoops: likewise" \
	order_leaves_all_regions SMEM minidump ramoops
test_on_machine "ramoops, minidump, SMEM: likewise" \
	order_leaves_all_regions ramoops minidump SMEM
test_on_machine "minidump, SMEM, ramoops: likewise" \
	order_leaves_all_regions minidump SMEM ramoops
test_on_machine "minidump, ramoops, SMEM: likewise" \
	order_leaves_all_regions minidump ramoops SMEM
test_on_machine "minidump unbound leaves nothing to collect" \
	driver_goes qcom-minidump qcom-minidump
test_on_machine "minidump bound again leaves a whole dump" \
	driver_comes_back qcom-minidump qcom-minidump
test_on_machine "SMEM's driver unloaded, with all that depends on it, leaves nothing to collect" \
	smem_goes
test_on_machine "ramoops unbound leaves a whole dump but for its regions" \
	ramoops_goes
test_on_machine "ramoops bound again leaves a whole dump" \
	driver_comes_back ramoops "$(reserved_device ramoops)"
test_on_machine "a power-off leaves the table" \
	orderly_end_leaves_the_table poweroff guest-shutdown
test_on_machine "a reboot leaves the table" \
	orderly_end_leaves_the_table reboot guest-reset
test_on_machine "kexec to a kernel without minidump leaves nothing stale" \
	next_kernel_leaves_nothing_stale
test_on_machine "a kernel that captures the crash leaves the crashed one's table" \
	capture_kernel_keeps_the_table
test_on_machine "registers are there if the panic is told before the crash kernel starts" \
	capture_kernel_keeps_the_table crash_kexec_post_notifiers panic "$BOARD_CPUS"
test_on_machine "suspend to idle and back keeps the table" \
	sleep_keeps_the_table
test_on_machine "a kernel back from hibernation has its table in the new SMEM" \
	hibernated_kernel_finds_its_table_again
# This takes a kernel of another tree
[ -z "${MINIDUMP_PROVE:-}" ] ||
	test_on_machine "the kernel's own pstore selftests say the same with and without the series" \
		pstore_selftests_say_the_same
run_tests
