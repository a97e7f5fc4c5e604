# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Gates of make check that build kernels: each commit compiles on top of the parts
# that its own needs, and what a part ends with boots. To be sourced by check.sh.

line_config=$top/board/config/line/$BASE.config

# option_settings COMMIT CHOICE: of the options that the series offers there, all
# that users see: y, m (where there is m) or n. The base has none.
option_settings()
{
	{ kgit grep -h -A 2 -E '^config QCOM_MINIDUMP' "$1" -- 'drivers/*Kconfig*' 'fs/*Kconfig*' ||
		true; } | awk -v choice="$2" '
		/^config/ { name = "CONFIG_" $2 }
		/^\t(bool|tristate) "/ { value[name] = $1 choice == "boolm" ? "y" : choice }
		# No module has it
		choice == "m" && /^\tdepends on QCOM_MINIDUMP=y( |$)/ { value[name] = "n" }
		END {
			for (name in value)
				print value[name] == "n" ? "# " name " is not set" : name "=" value[name]
		}'
}

# The build begins with the board's objects, as its kernel is nearly the same. Their commands
# name the sources by ../, so they hold beside any work tree, and make goes by times: what
# the series touches is newer then, and all else older, whenever it was checked out. Without
# them it only takes longer.
take_objects()
{
	[ ! -e "$work/out-build" ] && [ "$KDIR" = "$tree" ] &&
		"$board/build-kernel.sh" builtin >"$scratch/board.log" 2>&1 || return 0
	switch_to minidump
	rm -rf "$work/out-build.new"
	(
		flock 9
		cp -aT --reflink=auto "$tree/out-board" "$work/out-build.new"
	) 9>"$tree/out-board.lock"
	rm "$work/out-build.new/.config"
	kgit -C "$work" ls-files -z | (cd "$work" && xargs -0 touch -h -d 2001-01-01)
	# Or the next checkout would write them all
	kgit -C "$work" update-index -q --refresh
	kgit diff --name-only base minidump | (cd "$work" && xargs -d '\n' touch)
	mv "$work/out-build.new" "$work/out-build"
}

# configure OUT COMMIT CHOICE: the board's kernel, and the one touched driver that it
# does without. From one commit and choice to the next little has to be compiled.
configure()
{
	{ option_settings "$2" "$3"; echo CONFIG_QCOM_Q6V5_PAS=y; } >"$scratch/options.config"
	[ ! -e "$work/$1/.config" ] ||
		{ reconfigure_kernel "$work" "$work/$1" "$scratch/options.config"; return; }
	configure_kernel "$work" "$work/$1" "$board/config/board.config" "$line_config" "$scratch/options.config"
}

# begin_build COMMIT CHOICE
begin_build()
{
	take_objects
	switch_to "$1"
	configure out-build "$1" "$2"
}

# compile TARGET...: without a word of warning. What make said of an object once it
# does not say again, so after a warning no object stays.
compile()
{
	kernel_make "$work" "$work/out-build" -j"$jobs" "$@" 2>"$scratch/build.err" |
		show_progress building 1500 || wrong "$(cat "$scratch/build.err")"
	[ ! -s "$scratch/build.err" ] || { rm -rf "$work/out-build"; wrong "$(cat "$scratch/build.err")"; }
}

# The objects that the commits up to this one touch. Only objects: beside another target,
# kbuild goes through the tree once for each.
compiles()
{
	local -a wanted
	mapfile -t wanted < <(kgit diff --name-only base "$1" -- 'drivers/*.c' 'fs/*.c' 'arch/arm64/*.c' |
		sed 's/c$/o/')

	begin_build "$1" y
	compile "${wanted[@]:-prepare}"
}

# builds COMMIT CHOICE: with that choice of the options
builds()
{
	begin_build "$1" "$2"
	compile Image modules
}

builds_and_boots()
{
	local commit=$1 machine=$scratch/machine device=none

	builds "$commit" y
	mkdir -p "$kernels/check"
	cp "$work/out-build/arch/arm64/boot/Image" "$kernels/check/"
	"$board/boot.sh" --out "$machine" --kernel check --scenario poweroff
	same guest-shutdown "$(cat "$machine/ended")" "the machine's end"
	same "" "$(grep -E '^(fault|trouble) ' "$machine/results.txt")" "complaints of the guest"
	! kgit grep -q '"qcom-minidump"' "$commit" -- drivers/soc/qcom/smem.c || device=bound
	same $device "$(sed -n 's/^fact minidump-device //p' "$machine/results.txt")" \
		"the minidump device"
}

# --- The configurations for users

# configured TARGET...: as users do it, and then all options of the input have taken
configured()
{
	local option out=$work/out-defconfig

	kernel_make "$work" "$out" "$@" >"$scratch/defconfig.log" 2>&1 || wrong "$(cat "$scratch/defconfig.log")"
	while read -r option; do
		grep -qxE "$option" "$out/.config" || wrong "$option did not take by make $*"
	done
}

configurations_take()
{
	local selftest=$work/tools/testing/selftests/minidump/config

	switch_to minidump
	echo 'CONFIG_QCOM_MINIDUMP=[ym]' | configured defconfig
	cat "$selftest" >>"$work/out-defconfig/.config"
	grep ^CONFIG_ "$selftest" | configured olddefconfig
	{
		grep ^CONFIG_ "$work/arch/arm64/configs/minidump.config"
		# All but tests, and what is off unless asked for
		option_settings minidump m | sed -n '/_TEST=/d; s/=.*/=[ym]/p'
	} | configured defconfig minidump.config
}

# --- The list

name_build_tests()
{
	local part commit subject choice

	for part in $(series_parts); do
		while read -r commit subject; do
			it "compiles in part $part: $subject" compiles "$commit"
			level prove || continue
			for choice in n m; do
				it "builds with the options $choice: $subject" builds "$commit" $choice
			done
			it "builds and boots with the options y: $subject" builds_and_boots "$commit"
		# A commit that touches nothing the compiler sees needs no build
		done < <(kgit log --reverse --format='%h %s' --abbrev=12 "needs/$part..minidump-$part" -- \
			drivers fs include arch/arm64/kernel arch/arm64/include)
		it "part $part boots with what it needs" builds_and_boots "minidump-$part"
	done
	! level check || it "the series builds with the options n" builds minidump n
	! level check || it "the series builds with the options m" builds minidump m
	it "the series boots" builds_and_boots minidump
}
