# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Gates of make check that build for more than arm64 and by more than gcc: the
# objects that the series touches, the folders that they are in, and each new
# header by itself. To be sourced by check.sh.
#
# They find what one architecture hides: an #include that another header happened
# to bring along, a size that is not the same everywhere. Nothing is linked.

# prepare_variant NAME CHOICE: everything that objects need, with the options of
# the series as option_settings has it. For this shell: kernel_arch, the compiler, and
# absent, the touched objects that Kconfig does not offer there, so nobody can build.
# shellcheck disable=SC2034 # kernel_arch: kernel_make's
prepare_variant()
{
	local -a options

	absent=$(kgit show minidump:drivers/soc/qcom/Makefile |
		sed -nE 's,.*\(CONFIG_QCOM_MINIDUMP_(PANIC|DATA|PIDS|STACK_TABLES|NOTES|MODULE_LIST)\).* ,/,p' | paste -sd '|')'|^arch/arm64/'
	options=(CONFIG_ARCH_QCOM=y CONFIG_QCOM_Q6V5_PAS=m)
	case $1 in
	x86_64)
		kernel_arch=x86_64 CROSS_COMPILE=x86_64-linux-gnu- options=(CONFIG_64BIT=y)
		# What selects QCOM_RPROC_COMMON depends on ARCH_QCOM
		absent+='|^drivers/remoteproc/' ;;
	arm)
		kernel_arch=arm CROSS_COMPILE=arm-linux-gnueabi-
		options+=(CONFIG_ARCH_MULTI_V7=y) ;;
	arm64-big-endian)
		absent='^$' options+=(CONFIG_CPU_BIG_ENDIAN=y) ;;
	arm64-clang)
		absent='^$' LLVM=$(line_value "$BASE" clang)
		export LLVM=${LLVM:-1} ;;
	esac
	out=$work/out-$1-$2
	switch_to minidump
	option_settings minidump "$2" >"$scratch/options.config"
	[ "$absent" = '^$' ] || sed -Ei '/MINIDUMP_(PANIC|DATA)/d' "$scratch/options.config"
	# Of what the line's board has, just the menu that all of it is in
	{ printf '%s\n' "${options[@]}"; grep ^CONFIG_QCOM_SOC= "$line_config" || true; } >"$scratch/variant.config"
	configure_kernel "$work" "$out" "$top/scripts/arches.config" "$scratch/variant.config" "$scratch/options.config"
	kernel_make "$work" "$out" -j"$jobs" prepare modules_prepare >"$out/prepare.log" 2>&1 ||
		wrong "$(tail -n 40 "$out/prepare.log")"
}

# make_objects ARGUMENT...: whatever make says is wrong
make_objects()
{
	kernel_make "$work" "$out" -j"$jobs" -k "$@" >"$out/build.log" 2>"$out/build.err" ||
		wrong "$(cat "$out/build.err")"
	! grep . "$out/build.err"
}

# The objects of edited files are built without W=1, for those have findings of
# their own in the base; which ones are new, "W=1 and sparse" says for arm64. Then
# all options of the folders that the series has objects in, as allmodconfig has
# them, where what a file of others' may warn of is not looked at.
builds_for()
{
	local divided folder new edited folders builtin
	prepare_variant "$1" m
	mapfile -t new < <(sources A | sed -n 's/\.c$/.o/p' | grep -vE "$absent")
	mapfile -t edited < <(sources M | sed -n 's/\.c$/.o/p' | grep -vE "$absent")
	mapfile -t folders < <(printf '%s\n' "${new[@]}" "${edited[@]}" | grep -v ^arch/ |
		xargs -n 1 dirname | grep -v '/tests$' | sort -u)

	# As modules have not all options, their objects are built as if they had
	mapfile -t builtin < <(option_settings minidump m | sed -n 's/^# \(.*\) is not set/-D\1=1/p'
		printf -- '-DCONFIG_QCOM_MINIDUMP_%s=1\n' PIDS STACK_TABLES NOTES MODULE_LIST)
	(cd "$out" && rm -f "${new[@]}" "${edited[@]}")
	make_objects W=1 KCFLAGS="${builtin[*]}" "${new[@]}"
	[ ${#edited[@]} -eq 0 ] || make_objects "${edited[@]}"
	# The kernel has no 64-bit division by / on 32-bit machines
	divided=$("${CROSS_COMPILE}nm" -A -u "${new[@]/#/$out/}" "${edited[@]/#/$out/}" |
		grep -E '__aeabi_u?ldivmod|__u?(div|mod)di3' || true)
	[ -z "$divided" ] || wrong "$divided"
	headers_stand_alone

	for folder in "${folders[@]}"; do
		awk '/^config / { name = $2 }
		     /^\t(bool|tristate)/ { print "CONFIG_" name ($1 == "bool" ? "=y" : "=m") }' \
			"$work/$folder/Kconfig" >>"$out/.config"
	done
	kernel_make "$work" "$out" olddefconfig prepare >"$out/prepare.log" 2>&1 ||
		wrong "$(tail -n 40 "$out/prepare.log")"
	kernel_make "$work" "$out" -j"$jobs" -k "${folders[@]/%//}" >"$out/build.log" 2>"$out/build.err" ||
		wrong "$(grep -v ' warning: ' "$out/build.err" | tail -n 40)"
	# Or Kconfig has dropped everything
	same "" "$(cd "$out" && ls "${new[@]}" 2>&1 >/dev/null)" "objects that were not built"
}

# A module's folder, in which a source is one header, twice: it must bring along
# what it needs, and be guarded
headers_stand_alone()
{
	local header name sources=$scratch/headers
	local -a wanted=()

	rm -rf "$sources"
	mkdir "$sources"
	while read -r header; do
		name=${header//[\/.]/_}
		printf '#include "%s"\n' "$work/$header" "$work/$header" >"$sources/$name.c"
		wanted+=("$name.o")
	done < <(changed_files A 'drivers/*.h' 'fs/*.h' 'include/*.h')
	echo "obj-m := ${wanted[*]}" >"$sources/Kbuild"
	make_objects W=1 M="$sources" "${wanted[@]}"
}
