#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The gates a kernel patch series has to pass, on the series as it would be
# mailed. Result in KTAP. Each commit must build and boot with all options on; with
# MINIDUMP_PROVE=1 each must build with them off, and as modules, too, as otherwise
# the last one alone. With CHECK_ONE_ARCH=y nothing is built for others than arm64.
#
# New files must have no finding at all; an edited file must have none that it
# does not have in the base.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/series-lib.sh"
. "$(dirname "$0")/ktap.sh"
. "$(dirname "$0")/check-sources.sh"
. "$(dirname "$0")/check-docs.sh"
. "$(dirname "$0")/check-arches.sh"
. "$(dirname "$0")/../board/lib.sh"

# A work tree of its own: the commits come and go in it
work=$MINIDUMP_BUILD/check/$BASE
jobs=$(nproc)

# checkpatch asks whether MAINTAINERS needs a line whenever a file is new. One
# of the tests below looks whether each new file has one instead.
checkpatch_ignore=FILE_PATH_CHANGES
# Names that are given: those of ELF's types and of libelf, C, zlib and libFuzzer.
checkpatch_names='CHECK: Avoid CamelCase: <('
checkpatch_names+='G?Elf(32|64)?(_[A-Z][A-Za-z]+)?|PRI[diux](8|16|32|64)|_Atomic'
checkpatch_names+='|Bytef|(in|de)flateEnd|LLVMFuzzerTestOneInput)>$'

prepare_work_tree()
{
	alone "worktree-$BASE" add_worktree "$work" minidump
	switch_to minidump
}

in_work()
{
	kgit -C "$work" "$@"
}

# Whatever an interrupted run left there goes
switch_to()
{
	rm -rf "$(in_work rev-parse --git-path rebase-apply)"
	in_work checkout --quiet --force --detach "$1"
	in_work clean -qfd
}

# Paths of the series' sources: sources A (new) or M (edited)
sources()
{
	kgit diff --name-only --no-renames --diff-filter="$1" base minidump -- \
		'drivers/*.[ch]' 'fs/*.[ch]' 'include/*.[ch]'
}

objects()
{
	sources "$1" | sed -n 's/\.c$/.o/p'
}

# --- The mail

codespell_dictionary()
{
	dpkg-query --listfiles codespell | grep '/data/dictionary\.txt$' ||
		die "package codespell has no dictionary.txt"
}

checkpatch()
{
	# In the kernel tree, or it checks less; with the python that has git and ply
	cd "$work"
	PATH=/usr/bin:$PATH perl scripts/checkpatch.pl --strict --quiet --terse --showfile \
		--no-summary --codespell --codespellfile="$(codespell_dictionary)" \
		--ignore "$checkpatch_ignore" "$1" >"$scratch/checkpatch.log" 2>&1 || true
	! grep -vE "$checkpatch_names" "$scratch/checkpatch.log"
}

mail_gives_the_same_tree()
{
	switch_to base
	GIT_COMMITTER_NAME=check GIT_COMMITTER_EMAIL=check@localhost \
		in_work am --quiet "$mail/minidump-$BASE.mbox"
	same "$(kgit rev-parse 'minidump^{tree}')" "$(in_work rev-parse 'HEAD^{tree}')" \
		"tree after git am"
}

maintained()
{
	local path uncovered=0 paths
	paths=$(kgit diff --name-only --diff-filter=A base minidump)

	[ -n "$paths" ] || wrong "the series has no new file"
	switch_to minidump
	cd "$work"
	while read -r path; do
		perl scripts/get_maintainer.pl --no-git --no-git-fallback --no-l --sections \
			-f "$path" | grep MINIDUMP >/dev/null ||
			{ echo "MAINTAINERS' minidump entry does not cover $path"; uncovered=1; }
	done <<<"$paths"
	return $uncovered
}

scripts_are_clean()
{
	find "$top" -path "$top/build" -prune -o -type f \( -name '*.sh' -o -path '*/.ci/run' \) \
		-print0 | xargs -0 shellcheck
}

# --- Building

# Options that the series offers at COMMIT, with their types
series_options()
{
	kgit grep -h -A 2 -E '^config QCOM_MINIDUMP' "$1" -- drivers fs |
		awk '/^config/ { name = $2 }
		     /^\t(bool|tristate) "/ { print name, $1 }'
}

# Settings for all of them: y, m (where there is m) or n
option_settings()
{
	local commit=$1 choice=$2 name type

	while read -r name type; do
		case $choice$type in
		n*) echo "# CONFIG_$name is not set" ;;
		mtristate) echo "CONFIG_$name=m" ;;
		*) echo "CONFIG_$name=y" ;;
		esac
	done < <(series_options "$commit")
}

# configure OUT FILE...: tinyconfig and the fragments. What did not take, shows.
configure()
{
	local out=$work/$1 line
	shift

	mkdir -p "$out"
	cat "$work/kernel/configs/tiny-base.config" "$work/kernel/configs/tiny.config" \
		"$@" >"$out/wanted.config" 2>/dev/null || true
	kernel_make "$work" "$out" KCONFIG_ALLCONFIG=wanted.config allnoconfig \
		>"$out/configure.log" 2>&1 || { cat "$out/configure.log"; return 1; }
	while read -r line; do
		case $line in
		CONFIG_*=*) grep -qxF "$line" "$out/.config" || wrong "$line did not take" ;;
		'# CONFIG_'*) ! grep -q "^$(awk '{ print $2 }' <<<"$line")=" "$out/.config" ||
			      wrong "$line did not take" ;;
		esac
	done < <(cat "$@" | awk '{ key = $0; gsub(/^# |=.*| is not set/, "", key); last[key] = $0 }
		END { for (key in last) print last[key] }')
}

# What both the board's kernel and the touched drivers want, in one directory, so
# that from one commit and choice to the next little has to be compiled
configure_build()
{
	option_settings "$1" "$2" >"$scratch/options.config"
	configure out-build "$board/config/board.config" "$top/scripts/check.config" \
		"$scratch/options.config"
}

# The board's kernels are hardly another than that of the last commit, and go on
# from it. An object knows the sources by their places beside its folder, and they
# are as old there as that folder's own tree, which is older than this build.
lend_build()
{
	[ ! -e "$tree/out-board" ] || return 0
	# The notes of an earlier run may have left nothing to build
	[ "$(cat "$work/out-build.commit")" = "$(kgit rev-parse "$(last_built)")" ] || return 0
	same "$(kgit rev-parse 'minidump^{tree}')" "$(kgit -C "$tree" rev-parse 'HEAD^{tree}')" "the tree"
	cp -a --reflink=auto "$work/out-build" "$tree/out-board.new"
	mv -T "$tree/out-board.new" "$tree/out-board"
}

# compile OUT TARGET...: without a word of warning. What make said of an object
# once it does not say again, so after a warning no object stays.
compile()
{
	local out=$work/$1
	shift

	kernel_make "$work" "$out" -j"$jobs" "$@" 2>"$scratch/build.err" |
		show_progress building 1500 || { cat "$scratch/build.err"; return 1; }
	[ ! -s "$scratch/build.err" ] || { rm -rf "$out"; cat "$scratch/build.err"; return 1; }
}

# builds COMMIT CHOICE [FUNCTION]: with that choice of the options, and FUNCTION
# finds nothing wrong with the kernel. What passed once need not do so again.
builds()
{
	local commit=$1 choice=$2 then=${3:-true} note

	note=$MINIDUMP_BUILD/check/built/$({
		echo "$(kgit rev-parse "$commit^{tree}") $choice $then"
		"${CROSS_COMPILE}gcc" --version
		qemu-system-aarch64 --version
		cat "$top"/scripts/{check.sh,check.config,lib.sh} "$board"/config/board.config \
			"$board"/*.* "$board"/Makefile "$board"/{firmware,guest,host}/*
	} | sha256sum | cut -c 1-32)
	[ ! -e "$note" ] || return 0

	switch_to "$commit"
	configure_build "$commit" "$choice"
	rm -f "$work/out-build.commit"
	compile out-build Image modules
	kgit rev-parse "$commit" >"$work/out-build.commit"
	"$then" "$commit"
	mkdir -p "$(dirname "$note")"
	touch "$note"
}

boots()
{
	local commit=$1 machine=$scratch/machine device=none

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

defconfig()
{
	switch_to minidump
	mkdir -p "$work/out-defconfig"
	kernel_make "$work" "$work/out-defconfig" "$@" >"$scratch/defconfig.log" 2>&1 ||
		{ cat "$scratch/defconfig.log"; return 1; }
}

defconfig_turns_the_driver_on()
{
	defconfig defconfig
	grep -E '^CONFIG_QCOM_MINIDUMP=[ym]$' "$work/out-defconfig/.config" ||
		wrong "wanted CONFIG_QCOM_MINIDUMP, got: $(grep -w CONFIG_QCOM_MINIDUMP "$work/out-defconfig/.config")"
}

fragment_turns_everything_on()
{
	local fragment=$work/arch/arm64/configs/minidump.config name type option

	defconfig defconfig minidump.config
	while read -r option; do
		grep -qxF "$option" "$work/out-defconfig/.config" || wrong "$option did not take"
	done < <(grep ^CONFIG_ "$fragment")
	while read -r name type; do
		case $name in
		*_TEST) ;;
		*) grep -qx "CONFIG_$name=y" "$fragment" || wrong "minidump.config lacks $name ($type)" ;;
		esac
	done < <(series_options minidump)
}

selftest_config_takes()
{
	local fragment=$work/tools/testing/selftests/minidump/config option

	defconfig defconfig
	cat "$fragment" >>"$work/out-defconfig/.config"
	defconfig olddefconfig
	while read -r option; do
		grep -qxF "$option" "$work/out-defconfig/.config" || wrong "$option did not take"
	done < <(grep ^CONFIG_ "$fragment")
}

# --- Compiler, sparse and kernel-doc, file by file

# lint COMMIT LOG OBJECT...: what W=1 and sparse say of the objects
lint()
{
	local commit=$1 log=$2 out=$work/out-lint object
	shift 2

	switch_to "$commit"
	option_settings "$commit" y >"$scratch/options.config"
	configure out-lint "$top/scripts/check.config" \
		"$scratch/options.config"
	kernel_make "$work" "$out" olddefconfig prepare >/dev/null 2>"$log" || return 1
	for object; do
		rm -f "$out/$object"
	done
	kernel_make "$work" "$out" -j"$jobs" -k W=1 C=2 CF=-D__CHECK_ENDIAN__ "$@" \
		>/dev/null 2>"$log"
}

lint_both()
{
	local -a new edited
	mapfile -t new < <(objects A)
	mapfile -t edited < <(objects M)

	[ ${#edited[@]} -eq 0 ] || lint base "$scratch/lint.base" "${edited[@]}" ||
		{ cat "$scratch/lint.base"; return 1; }
	lint minidump "$scratch/lint" "${new[@]}" "${edited[@]}" ||
		{ cat "$scratch/lint"; return 1; }
	touch "$scratch/lint.done"
}

# What a log says of FILE, without line numbers
findings()
{
	grep -F "$1:" "$2" | sed -E 's/:[0-9]+(:[0-9]+)?:/:/g' | sort || true
}

lint_finds_nothing()
{
	[ -e "$scratch/lint.done" ] || wrong "objects do not build"
	! grep -F "$1:" "$scratch/lint"
}

lint_finds_nothing_new()
{
	[ -e "$scratch/lint.done" ] || wrong "objects do not build"
	no_more_than "$(findings "$1" "$scratch/lint.base")" "$(findings "$1" "$scratch/lint")"
}

no_more_than()
{
	local more
	more=$(LC_ALL=C comm -13 <(echo "$1" | LC_ALL=C sort) <(echo "$2" | LC_ALL=C sort))
	[ -z "$more" ] || wrong "$more"
}

kernel_doc()
{
	(cd "$work" && perl scripts/kernel-doc -none "$1" 2>&1)
}

kernel_doc_finds_nothing()
{
	local said

	switch_to minidump
	said=$(kernel_doc "$1")
	[ -z "$said" ] || wrong "$said"
}

kernel_doc_finds_nothing_new()
{
	local before after

	switch_to base
	before=$(kernel_doc "$1" | sed -E 's/:[0-9]+:/:/')
	switch_to minidump
	after=$(kernel_doc "$1" | sed -E 's/:[0-9]+:/:/')
	no_more_than "$before" "$after"
}

# --- The list

# A commit that touches nothing the compiler sees needs no build
affects_build()
{
	kgit diff --name-only "$1^" "$1" |
		grep -E '^(drivers|fs|include|arch/arm64/(kernel|include))/' >/dev/null
}

last_built()
{
	local commit

	for commit in $(kgit rev-list base..minidump); do
		if affects_build "$commit"; then
			echo "$commit"
			return
		fi
	done
}

name_tests()
{
	local path commit subject last
	last=$(kgit rev-parse --short=12 "$(last_built)")


	for path in "$mail"/*.patch; do
		[[ $path != */0000-cover-letter.patch ]] || continue
		it "checkpatch: ${path##*/}" checkpatch "$path"
	done
	it "shellcheck: the project's scripts" scripts_are_clean
	it "git am of the mail gives the same tree" mail_gives_the_same_tree
	it "MAINTAINERS covers each new file" maintained
	it "defconfig turns the driver on" defconfig_turns_the_driver_on
	it "defconfig minidump.config turns everything on" fragment_turns_everything_on
	it "the selftest's config takes" selftest_config_takes
	[ "$(sources A | wc -l)" -gt 0 ] || die "the series has no new source"
	[ "$(sources M | wc -l)" -gt 0 ] || die "the series edits no source"
	for path in $(sources A); do
		it "kernel-doc: $path" kernel_doc_finds_nothing "$path"
	done
	for path in $(sources M); do
		it "kernel-doc: $path: nothing new" kernel_doc_finds_nothing_new "$path"
	done
	it "W=1 and sparse run" lint_both
	for path in $(sources A); do
		it "W=1 and sparse: $path" lint_finds_nothing "$path"
	done
	for path in $(sources M); do
		it "W=1 and sparse: $path: nothing new" lint_finds_nothing_new "$path"
	done
	while read -r commit subject; do
		affects_build "$commit" || continue
		if [ -n "$(series_options "$commit")" ] &&
		   { [ -n "${MINIDUMP_PROVE:-}" ] || [ "$commit" = "$last" ]; }; then
			it "builds with the options n: $subject" builds "$commit" n
			it "builds with the options m: $subject" builds "$commit" m
		fi
		it "builds and boots with the options y: $subject" builds "$commit" y boots
	done < <(kgit log --reverse --format='%h %s' --abbrev=12 base..minidump)
	it "the last build serves the board" lend_build
}

need_packages base series build check board arches docs
"$(dirname "$0")/tree.sh"
scratch_dir
prepare_work_tree
build_host
name_tests
name_source_tests
name_docs_tests
[ -n "${CHECK_ONE_ARCH:-}" ] || name_arches_tests
run_tests
