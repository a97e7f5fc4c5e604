#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Unpacks the kernel that the series is for, once, as a git repository with one
# commit, tagged base. The commit depends on nothing but the source.
#
# TARBALL=path takes another linux-$BASE tarball than Debian's.

. "$(dirname "$0")/lib.sh"

has_base()
{
	[ -e "$base_repo/.git" ] && kgit rev-parse --quiet --verify 'base^{commit}' >/dev/null
}

# A line that is not in this machine's release is in a suite of another. That one
# drops it some day: status 3.
fetch_source()
{
	local dir=$MINIDUMP_BUILD/source/fetch-$BASE package=linux-source-$BASE status=0

	[ ! -e "$tarball" ] || return 0
	mkdir -p "${dir%/*}"
	need_space "${dir%/*}" 1
	step "fetching $package from $suite"
	fetch_package "$dir" "$package" "$suite" || status=$?
	[ "$status" -ne 3 ] ||
		(die "$suite does not have $package any more; TARBALL=path takes one") || exit 3
	[ "$status" -eq 0 ] || die "cannot fetch $package from $suite; is there a network? (details: $dir.log)"
	dpkg-deb --fsys-tarfile "$dir/$package"_*.deb |
		tar -xO "./usr/src/$package.tar.xz" >"$tarball.new" || die "$dir holds no kernel"
	mv "$tarball.new" "$tarball"
	rm -rf "$dir" "$dir.log"
}

# Sets up $scratch/linux
unpack()
{
	local bytes

	need_space "$scratch" 3
	mkdir "$scratch/linux"
	bytes=$(xz --robot --list "$tarball" | awk '/^totals/ { print $5 }')
	step "unpacking $tarball"
	# A checkpoint is a number of records of 10240 bytes
	tar -xf "$tarball" -C "$scratch/linux" --strip-components=1 --no-same-owner \
		--checkpoint=3000 --checkpoint-action=exec='echo "$TAR_CHECKPOINT"' \
		2>"$scratch/tar.err" | show_progress unpacking $((bytes / 10240)) ||
		die "cannot unpack $tarball: $(tail -n 1 "$scratch/tar.err")"
	version=$(kernel_version "$scratch/linux")
	[[ $version == "$BASE".* ]] || die "$tarball holds Linux $version, not $BASE"
}

make_base()
{
	local version target=$base_repo

	# Another command may have made it meanwhile
	! has_base || return 0
	unpack
	step "committing Linux $version"
	base_repo=$scratch/linux
	kgit init --quiet --template= --initial-branch=linux
	kgit config gc.auto 0
	kgit config core.autocrlf false
	mkdir -p "$base_repo/.git/info"
	echo '/out-*' >"$base_repo/.git/info/exclude"
	# Everything, even what .gitignore names; as one pack, which is faster
	kgit -c core.bigFileThreshold=1 -c core.compression=1 add --all --force .
	GIT_AUTHOR_NAME=Linux GIT_AUTHOR_EMAIL=linux@localhost GIT_AUTHOR_DATE=2000-01-01T00:00:00Z \
	GIT_COMMITTER_NAME=Linux GIT_COMMITTER_EMAIL=linux@localhost GIT_COMMITTER_DATE=2000-01-01T00:00:00Z \
		kgit commit --quiet --message "Linux $version"
	kgit tag base
	mkdir -p "$(dirname "$target")"
	mv -T "$base_repo" "$target"
}

known_bases | grep -xF "$BASE" >/dev/null ||
	die "BASE=$BASE: the series is for $(known_bases | paste -sd ' ')"
! command -v git >/dev/null || ! has_base || exit 0
[ ! -e "$base_repo" ] || die "$base_repo is in the way, and is not what $0 makes"
tarball=${TARBALL:-}
if [ -z "$tarball" ]; then
	need_packages base
	suite=$(line_value "$BASE" suite)
	tarball=${suite:+$MINIDUMP_BUILD/source}
	tarball=${tarball:-/usr/src}/linux-source-$BASE.tar.xz
	[ -z "$suite" ] || alone "source-$BASE" fetch_source
fi
[ -r "$tarball" ] || die "no tarball at $tarball"
scratch_dir
alone "base-$BASE" make_base
