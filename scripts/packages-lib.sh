# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts need of Debian: packages, and the source of kernels. To be
# sourced by lib.sh.

# The kernel lines whose packages are meant, when they are more than BASE
package_lines=()

# The packages of the named groups (see scripts/packages) that are not installed
missing_packages()
{
	local line group names name

	for line in "${package_lines[@]:-$BASE}"; do
		while read -r group names; do
			[[ " $* " == *" $group "* ]] || continue
			for name in ${names//@CLANG@/$(line_value "$line" clang)}; do
				# What is fetched is not installed
				[ "$name" != linux-source ] || [ -z "$(line_value "$line" suite)" ] || continue
				[ "$name" != linux-source ] || name+=-$line
				[[ $(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) == installed* ]] ||
					echo "$name"
			done
		done < <(grep -v '^#' "$top/scripts/packages")
	done | awk '!seen[$0]++'
}

need_packages()
{
	command -v dpkg-query >/dev/null ||
		die "packages come from Debian, and there is no dpkg here"
	[ -z "$(missing_packages "$@")" ] || alone packages install_packages "$@"
}

install_packages()
{
	local log=$MINIDUMP_BUILD/apt.log missing

	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$(id -u)" -eq 0 ] ||
		die "packages are missing; run: sudo apt-get install ${missing[*]}"

	step "installing ${missing[*]}"
	# A source that cannot be reached may not be one that is needed
	apt-get update >"$log" 2>&1 || true
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
		-o DPkg::Lock::Timeout=300 "${missing[@]}" >>"$log" 2>&1 ||
		die "apt-get could not install ${missing[*]}; is there a network, and is this Debian 12?" \
		    "$(grep -m 1 '^E: ' "$log" || true) (details: $log)"
}

# fetch_package DIR PACKAGE [SUITE [ARCHITECTURE]]: gets one that this machine does
# not install, another release's or architecture's, into DIR. By apt, which checks
# it by Debian's keys, with sources, lists, status and cache of its own: those of
# the machine stay as they are. Status 3: the suite does not have it.
fetch_package()
{
	local dir=$1 package=$2 suite=${3:-} architecture=${4:-amd64} mirror release=''
	local -a options

	rm -rf "$dir"
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	: >"$dir/status"
	read -r mirror release < <(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' \
		'Created-By: Packages' | grep -E '/debian/? ') || true
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"${mirror:-http://deb.debian.org/debian} ${suite:-${release:-stable}} main" >"$dir/sources.list"
	options=(-q -o Dir::Etc::SourceList="$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null
		-o Dir::State::Lists="$dir/lists" -o Dir::State::Status="$dir/status"
		-o Dir::Cache="$dir/cache" -o APT::Sandbox::User=
		-o APT::Architecture="$architecture" -o APT::Architectures="$architecture")
	(
		cd "$dir" || return 1
		apt-get "${options[@]}" update --error-on=any || return 1
		apt-cache "${options[@]}" show "$package" || return 3
		apt-get "${options[@]}" download "$package" || return 1
	) >"$dir.log" 2>&1
}

# find_available LINE...: unpacks the lines' sources; those that are here or to be
# had, and those that Debian has dropped: available, left_out
find_available()
{
	local line unmade=0
	local -A job=()

	available=() left_out=()
	# A new line takes this much with trees, objects and machines
	for line; do
		[ -e "$MINIDUMP_BUILD/base/linux-source-$line" ] || unmade=$((unmade + 1))
	done
	mkdir -p "$MINIDUMP_BUILD"
	need_space "$MINIDUMP_BUILD" $((unmade * 7))
	for line; do
		BASE=$line MINIDUMP_TAG="Linux $line: " "$top/scripts/base.sh" &
		job[$line]=$!
	done
	for line; do
		if wait "${job[$line]}"; then
			available+=("$line")
		elif [ $? -eq 3 ]; then
			left_out+=("$line")
		else
			wait
			exit 1
		fi
	done
	[ ${#available[@]} -gt 0 ] || die "no kernel line is left; TARBALL=path takes one, with BASE="
}
