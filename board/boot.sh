#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# boot.sh --out DIR --kernel VARIANT --scenario NAME [option...]
#
# Boots the board and waits for its end, which goes to DIR/ended in one word:
# guest-reset (it crashed), guest-shutdown, stopped. Leaves there what the guest
# said on its results port (results.txt), its console (console.log) and its RAM
# (ram.img), and prints nothing.
#
#   --scenario NAME   what the guest does: crash, freeze, poweroff, run (guest/init.c)
#   --load            with the variant's modules loaded
#   --modules NAMES   with these modules loaded, in that order, each after those
#                     that it depends on
#   --unload          and unloaded again
#   --stop-after N    stop the machine after N heartbeats of the guest
#   --firmware ARG    pass ARG to "firmware lay"; may be repeated
#   --damage SEED     lay tables for all other processors, and damage them and SMEM
#   --no-smem         a device tree without SMEM
#   --keep-ram        RAM still holds what the last boot in DIR left: a warm boot
#   --crash HOW       in a way of minidump_test_crash, which is loaded for that
#   --init PROGRAM    the guest's program, if not init
#   --disk FILE       as the guest's /dev/vda
#   --add LINE        add to the initramfs' list; may be repeated
#   --append TEXT     add to the kernel command line
#   --cpu MODEL       another CPU than a Cortex-A72
#   --virt OPTIONS    options of the machine "virt"
#   --instants FILE   with that plugin, which looks at the tables after each store, and
#                     all CPUs in one thread; it writes to DIR/instants.txt
#   --count           a machine whose counter counts instructions, each time alike

. "$(dirname "$0")/lib.sh"

out='' kernel='' scenario='' load=0 unload=0 smem=1 keep_ram=0 append='' crash='' init=init count=0
cpu_model=cortex-a72 virt=virt damage='' instants=''
plugin=() stop_after=() firmware=() carveouts=() added=() wanted_modules=() disk=()
while [ $# -gt 0 ]; do
	case $1 in
	--out)		out=$2; shift ;;
	--kernel)	kernel=$2; shift ;;
	--scenario)	scenario=$2; shift ;;
	--load)		load=1; read -ra wanted_modules <<<"${minidump_modules//$'\n'/ }" ;;
	--modules)	load=1; read -ra wanted_modules <<<"$2"; shift ;;
	--unload)	unload=1 ;;
	--stop-after)	stop_after=(--stop-after "$2"); shift ;;
	--firmware)	firmware+=("$2"); shift ;;
	--damage)	damage=$2; shift ;;
	--no-smem)	smem=0 ;;
	--keep-ram)	keep_ram=1 ;;
	--crash)	crash=$2; shift ;;
	--init)		init=$2; shift ;;
	--disk)		disk=(-drive "if=none,id=disk,format=raw,file=$2"
			      -device "virtio-blk-device,drive=disk"); shift ;;
	--add)		added+=("$2"); shift ;;
	--append)	append=$2; shift ;;
	--cpu)		cpu_model=$2; shift ;;
	--virt)		virt=virt,$2; shift ;;
	--instants)	instants=$2; shift ;;
	--count)	count=1 ;;
	*)		die "what is $1?" ;;
	esac
	shift
done
case ,$out,$kernel,$scenario, in
*,,*) die "--out, --kernel and --scenario are needed" ;;
esac
[ -e "$kernels/$kernel/Image" ] ||
	die "no kernel of variant $kernel; board/build-kernel.sh $kernel builds it"

cpu=(-cpu "$cpu_model")
# At 1 GHz a tick of the counter is a nanosecond, and so is an instruction. QEMU
# replaces the seeds that are in the device tree.
[ "$count" -eq 0 ] ||
	cpu=(-cpu "$cpu_model,cntfrq=1000000000" -icount "shift=0,sleep=off" -seed 1)
machine=(
	-nodefaults -display none -no-reboot "${cpu[@]}"
	-smp "$BOARD_CPUS" -m "$BOARD_RAM_MIB"
)

random_word()
{
	if [ "$count" -eq 1 ]; then
		echo 1
	else
		od -An -N4 -tx4 /dev/urandom | tr -d ' '
	fi
}

# QEMU's own tree, the overlay, and seeds that differ from boot to boot
make_device_tree()
{
	qemu-system-aarch64 "${machine[@]}" -M "$virt,dumpdtb=$out/qemu.dtb" 2>"$out/qemu.log" ||
		die "QEMU makes no device tree: $(tail -n 1 "$out/qemu.log")"
	dtc -q -@ -I dts -O dtb -o "$out/board.dtbo" "$board/board.dtso"
	fdtoverlay -i "$out/qemu.dtb" -o "$out/board.dtb" "$out/board.dtbo"
	fdtput -t x "$out/board.dtb" /chosen kaslr-seed "$(random_word)" "$(random_word)"
	fdtput -t x "$out/board.dtb" /chosen rng-seed "$(random_word)" "$(random_word)" \
		"$(random_word)" "$(random_word)" "$(random_word)" "$(random_word)" \
		"$(random_word)" "$(random_word)"
	# Firmware knows where SMEM is, and does not ask Linux' device tree
	reserved_area "$out/board.dtb" smem >"$out/smem"
	[ "$smem" -eq 1 ] ||
		fdtput -r "$out/board.dtb" "$(reserved_node "$out/board.dtb" smem)"
}

# Adds modules to "modules", each after those that it depends on
add_modules()
{
	local name line depends

	for name; do
		case " ${modules[*]} " in
		*" $name "*) continue ;;
		esac
		line=$(readelf -p .modinfo "$kernels/$kernel/modules/$name.ko" |
			sed -n 's/.* depends=//p')
		read -ra depends <<<"${line//,/ }"
		add_modules "${depends[@]}"
		modules+=("$name")
	done
}

make_initramfs()
{
	local name modules=()

	add_modules "${wanted_modules[@]}"
	[ -z "$crash" ] || modules+=(minidump_test_crash)
	{
		echo "dir /dev 755 0 0"
		echo "nod /dev/console 600 0 0 c 5 1"
		echo "file /init $host/$init 755 0 0"
		[ ${#added[@]} -eq 0 ] || printf '%s\n' "${added[@]}"
		echo "file /modules $out/modules 644 0 0"
		for name in "${modules[@]}"; do
			echo "file /$name.ko $kernels/$kernel/modules/$name.ko 644 0 0"
		done
	} >"$out/initramfs.list"
	printf '%s\n' "${modules[@]}" >"$out/modules"
	# Linux reads the files' times, which takes as long as their digits make it
	touch -d @0 "$out/modules"
	"$host/gen_init_cpio" -t 0 "$out/initramfs.list" >"$out/initramfs.cpio"
}

make_ram()
{
	if [ "$keep_ram" -eq 1 ]; then
		[ -e "$out/ram.img" ] || die "$out holds no RAM of an earlier boot"
	else
		rm -f "$out/ram.img"
		truncate -s "${BOARD_RAM_MIB}M" "$out/ram.img"
	fi
}

# Firmware lays a table into the memory of each other processor, too
lay_carveouts()
{
	local node index address size

	firmware+=(--damage "$damage")
	while read -r node; do
		index=${node#rproc} index=${index%%@*}
		read -r address size < <(reserved_area "$out/board.dtb" "rproc$index")
		firmware+=(--carveout "$index,$address,$size")
		carveouts+=(-device "loader,file=$out/smem.img.$index,addr=$address,force-raw=on")
	done < <(fdtget -l "$out/board.dtb" /reserved-memory | grep '^rproc')
}

# The plugin learns what there is to be from memory that nobody else uses
add_plugin()
{
	local area _

	read -r area _ < <(reserved_area "$out/board.dtb" rproc40)
	plugin=(-accel "tcg,thread=single" -plugin
		"$instants,ram=$out/ram.img,result=$out/instants.txt,smem=$smem_address,smem-size=$smem_size,area=$area")
}

load_modules=$load
[ -z "$crash" ] || load_modules=1
mkdir -p "$out"
rm -f "$out/ended" "$out/results.txt" "$out/console.log" "$out/instants.txt"
make_device_tree
make_initramfs
make_ram
read -r smem_address smem_size <"$out/smem"
[ -z "$damage" ] || lay_carveouts
[ -z "$instants" ] || add_plugin
"$host/firmware" lay --output "$out/smem.img" --address "$smem_address" \
	--size "$smem_size" "${firmware[@]}"

if ! "$host/board-run" --results "$out/results.txt" --timeout "$BOARD_TIMEOUT_SECONDS" \
	"${stop_after[@]}" -- qemu-system-aarch64 "${machine[@]}" \
	-M "$virt,memory-backend=ram" \
	-object "memory-backend-file,id=ram,share=on,mem-path=$out/ram.img,size=${BOARD_RAM_MIB}M" \
	-kernel "$kernels/$kernel/Image" -initrd "$out/initramfs.cpio" -dtb "$out/board.dtb" \
	-device "loader,file=$out/smem.img,addr=$smem_address,force-raw=on" "${carveouts[@]}" \
	"${disk[@]}" "${plugin[@]}" -serial "file:$out/console.log" \
	-append "console=ttyAMA0 printk.devkmsg=on panic=-1 watchdog_thresh=60 board_scenario=$scenario board_load=$load_modules board_unload=$unload board_crash=$crash $append" \
	>"$out/ended" 2>"$out/qemu.log"; then
	cat "$out/qemu.log" >&2
	die "the machine in $out went wrong; its last words: $(tail -n 5 "$out/console.log")"
fi
