# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Tests of where kernels and packages come from, and of how results are counted. To
# be sourced by test-series.sh.

# A small tarball, like Debian's, and no base yet
make_tarball()
{
	local source=$scratch/source/linux-source-$first

	fresh
	fake df 'echo Avail; echo 99999999'
	rm -rf "$base_repo" "$scratch/source"
	mkdir -p "$scratch/source"
	cp -r "$scratch/small/$first" "$source"
	ln -s README "$source/link"
	mkdir -p "$source/out-of-tree"
	echo ignored >"$source/out-of-tree/x.o"
	chmod 755 "$source/README"
	pack_tarball
}

pack_tarball()
{
	tar -cJf "$scratch/linux.tar.xz" -C "$scratch/source" "linux-source-$first"
}

base_depends_on_the_source_alone()
{
	local commit

	make_tarball
	TARBALL=$scratch/linux.tar.xz run base.sh
	commit=$(kgit rev-parse base)
	same "$(cd "$scratch/source/linux-source-$first" && find . ! -type d -printf '%P\n' | sort)" \
		"$(kgit ls-tree -r --name-only base | sort)" "files"
	rm -rf "$base_repo"
	find "$scratch/source" -exec touch -h -d 2001-01-01 {} +
	pack_tarball
	(umask 077; TARBALL=$scratch/linux.tar.xz TZ=Asia/Tokyo run base.sh)
	same "$commit" "$(kgit rev-parse base)" "commit"
	same '' "$(kgit status --porcelain)" "status"
}

# Nothing is left behind
what_is_no_base_is_refused()
{
	make_tarball
	mkdir -p "$MINIDUMP_BUILD/tmp"
	local -x TARBALL=$scratch/linux.tar.xz
	BASE=5.0 refuses "the series is for $(known_bases | paste -sd ' ')" -- base.sh
	TARBALL=$scratch/absent refuses 'no tarball' -- base.sh
	truncate -s -100 "$TARBALL"
	refuses linux.tar.xz -- base.sh
	sed -i 's/^PATCHLEVEL = .*/PATCHLEVEL = 99/' "$scratch/source/linux-source-$first/Makefile"
	pack_tarball
	refuses "${first%%.*}.99" -- base.sh
	fake df 'echo Avail; echo 2048'
	refuses '2 MiB free; this needs 3 GiB' -- base.sh
	(unset BASE; refuses "needs $((7 * ${#lines[@]})) GiB" -- test.sh kunit)
	[ ! -e "$base_repo" ] || wrong "there is a base all the same"
	same '' "$(ls -A "$MINIDUMP_BUILD/tmp")" "left-overs"
}

# A mirror on this machine: fake apt commands for a suite that has the package, has
# it no more, or is not reached
fetches()
{
	make_tarball
	rm -rf "$scratch/deb"
	mkdir -p "$scratch/deb/DEBIAN" "$scratch/deb/usr/src"
	cp "$scratch/linux.tar.xz" "$scratch/deb/usr/src/linux-source-$first.tar.xz"
	printf '%s\n' "Package: linux-source-$first" 'Version: 1' 'Architecture: all' 'Maintainer: x' \
		'Description: x' >"$scratch/deb/DEBIAN/control"
	sed -i "s/^$first\t[^\t]*/$first\tsome-backports/" "$project/scripts/lines"
	fake apt-get 'echo "$@" >>'"$scratch"'/apt-calls
		case " $* " in
		*" indextargets "*) echo "http://mirror.example/debian/ bookworm" ;;
		*" update "*) exit ${NO_NETWORK:-0} ;;
		*" download "*) dpkg-deb --build --nocheck '"$scratch/deb linux-source-${first}_1_all.deb"' ;;
		esac'
	fake apt-cache '[ -z "${DROPPED:-}" ]'
	: >"$scratch/apt-calls"
}

source_is_fetched_by_apt()
{
	local status=0

	fetches
	run base.sh
	kgit rev-parse --quiet --verify base >/dev/null || wrong "there is no base"
	grep -q "Dir::Etc::SourceParts=/dev/null .*Dir::State::Lists=$MINIDUMP_BUILD/.* update" "$scratch/apt-calls" ||
		wrong "wanted lists below build/; got: $(cat "$scratch/apt-calls")"
	: >"$scratch/apt-calls"
	rm -rf "$base_repo"
	run base.sh
	same '' "$(cat "$scratch/apt-calls")" "calls of apt-get, when the source is there"

	rm -rf "$base_repo" "$MINIDUMP_BUILD/source"
	NO_NETWORK=100 refuses 'is there a network' "linux-source-$first" -- base.sh
	same 1 "$(grep -cv '^== ' "$scratch/said")" "lines ($(cat "$scratch/said"))"
	DROPPED=1 run base.sh 2>"$scratch/said" || status=$?
	same 3 "$status" "exit status ($(cat "$scratch/said"))"
	says "some-backports does not have linux-source-$first any more"
}

# make test goes on without it, and says so
dropped_line_is_left_out()
{
	fetches
	for line in "${lines[@]:1}"; do
		small_base "$line"
	done
	unset BASE
	fake_suite 'printf "1..1\nok 1 on $BASE\n"'
	DROPPED=1 run test.sh kunit >"$scratch/said" 2>&1 || wrong "$(cat "$scratch/said")"
	grep -q "^# $first is left out, .*: 1 suites skipped$" "$scratch/said" || wrong "$(cat "$scratch/said")"
	! grep -q "^ok 1 on $first" "$scratch/said" || wrong "$(cat "$scratch/said")"
	says "$((${#lines[@]} - 1)) passed, 0 failed"
	BASE=$first DROPPED=1 refuses 'no kernel line is left' TARBALL= -- test.sh kunit
	# A suite that one line does for all
	mv "$project/board/test-kunit.sh" "$project/board/test-proof.sh"
	DROPPED=1 run test.sh proof >"$scratch/said" 2>&1 || wrong "$(cat "$scratch/said")"
	says "1 passed, 0 failed"
	# Nor is any other to be had
	cp "$top/board/demo.sh" "$project/board/"
	sed -i 's/^\([0-9.]*\)\t-/\1\tsome-backports/' "$project/scripts/lines"
	rm -rf "$MINIDUMP_BUILD/base"
	DROPPED=1 refuses demo.sh 'no kernel line is left' -- ../board/demo.sh
}

# A machine on which git is not installed, as far as dpkg knows
missing_packages_are_named_or_installed()
{
	fresh
	fake dpkg-query '[ "${*: -1}" != git ] || exit 1; exec /usr/bin/dpkg-query "$@"'
	fake apt-get "echo \"\$@\" >>'$scratch/apt-calls'; exit \${APT_STATUS:-0}"
	: >"$scratch/apt-calls"
	fake id 'echo 1000'
	refuses 'sudo apt-get install git' -- series.sh
	same '' "$(cat "$scratch/apt-calls")" "calls of apt-get"
	fake id 'echo 0'
	APT_STATUS=100 refuses 'could not install git' network -- series.sh
	run series.sh
	grep -q 'install.* git$' "$scratch/apt-calls" || wrong "$(cat "$scratch/apt-calls")"
}

# --- counting

# Lines of a report, with blanks as _, and what it must give: passed, failed, skipped
# and the number of problems
reports_are_counted()
{
	local report wanted

	while IFS='|' read -r report wanted; do
		tr ' _' '\n ' <<<"$report" | awk -f "$top/scripts/count-ktap.awk" >"$scratch/counted"
		same "$wanted" "$(head -n 1 "$scratch/counted") $(tail -n +2 "$scratch/counted" | wc -l)" "$report"
	done <<-'END'
	KTAP_version_1 1..3 ok_1_a not_ok_2_b ok_3_c_#_SKIP_no_device|1 1 1 0
	1..3 ok_1_a ok_2_b|2 0 0 1
	ok_1_a|1 0 0 1
	|0 0 0 1
	1..2 __1..2 __ok_1_a __not_ok_2_b not_ok_1_s __1..1 ____ok_1_x ____ok_2_y __ok_1_c ok_2_t|3 1 0 0
	1..1 __1..3 __ok_1_a not_ok_1_s|1 1 0 1
	1..1 __1..1 __ok_1_a not_ok_1_s|1 1 0 0
	1..2 __1..1 __ok_1_a __ok_2_b ok_1_s|2 0 0 2
	1..1 #_ok_2_not_a_result ok_1_a|1 0 0 0
	END
}

# It is kunit's
fake_suite()
{
	mkdir -p "$project/board"
	printf '#!/bin/sh\n%s\n' "$1" >"$project/board/test-kunit.sh"
	chmod +x "$project/board/test-kunit.sh"
}

# What a suite does, and the last line
sum_is_the_last_line()
{
	local suite sum

	fresh
	while IFS='|' read -r suite sum; do
		fake_suite "$suite"
		same "$sum" "$(run test.sh kunit 2>/dev/null </dev/null | tail -n 1 || true)" "last line after $suite"
	done <<-'END'
	printf "1..2\nok 1 a\nok 2 b # SKIP\n"|1 passed, 0 failed
	printf "1..3\nok 1 a\n"; exit 1|1 passed, 1 failed
	printf "1..1\nok 1 a\n"; exit 1|1 passed, 1 failed
	exit 0|0 passed, 1 failed
	END
	! run test.sh kunit >/dev/null 2>&1 || wrong "make test succeeds after silence"
	refuses 'no suite typo' -- test.sh typo
}

it "the base depends on nothing but the source" base_depends_on_the_source_alone
it "what is no base is refused, and leaves nothing" what_is_no_base_is_refused
it "source of another release is fetched by apt, once, or the reason is one line" source_is_fetched_by_apt
[ -z "$second" ] || it "make test goes on without a line that is dropped" dropped_line_is_left_out
it "missing packages are named, or installed by root" missing_packages_are_named_or_installed
it "reports are counted" reports_are_counted
it "the sum is the last line" sum_is_the_last_line
