# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# bash completion for minidump
#
# Words that come from a dump or a folder are compared, never expanded: compgen
# -W would run what stands in $(...) in one of them.

# What a word of the command line stands for: ~/my\ dump and "my dump"
_minidump_unquote()
{
	local word=$1 i char quote='' plain=''
	# shellcheck disable=SC2088 # it is compared as it was typed
	[ "${word:0:2}" != '~/' ] || { plain=$HOME/; word=${word:2}; }
	for ((i = 0; i < ${#word}; i++)); do
		char=${word:i:1}
		if [ "$char" = "\\" ] && [ "$quote" != "'" ]; then
			i=$((i + 1))
			plain+=${word:i:1}
		elif [ "$char" = "$quote" ]; then
			quote=''
		elif [ -z "$quote" ] && [[ $char == [\'\"] ]]; then
			quote=$char
		else
			plain+=$char
		fi
	done
	printf '%s' "$plain"
}

# Those lines of standard input that begin with the word and need no quotes
_minidump_matching()
{
	local line
	while IFS= read -r line; do
		[[ $line != *[^0-9A-Za-z_.-]* && $line == "$1"* ]] &&
			COMPREPLY+=("$line")
	done
}

_minidump_words()
{
	local cur=$1
	shift
	_minidump_matching "$cur" < <(printf '%s\n' "$@")
}

# The names of the regions of a dump
_minidump_regions()
{
	minidump list -- "$1" 2>/dev/null | sed -n '2,$s/^\([0-9A-Za-z_.]*\) .*/\1/p' |
		LC_ALL=C sort -u
}

# The first word behind the command that is no option: SRC
_minidump_source()
{
	local i
	for ((i = 2; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-o | --output | -k | --vmlinux | -m | --modules | -l | --level | \
			-L | --color | -d | --directory | -O | --offset | -R | --ram)
			i=$((i + 1))
			# Between them, as bash splits --option=FILE
			[ "${COMP_WORDS[i]}" != = ] || i=$((i + 1))
			;;
		-*) ;;
		*)
			_minidump_unquote "${COMP_WORDS[i]}"
			return
			;;
		esac
	done
}

# Of a command, as its --help has them
_minidump_options()
{
	case $1 in
	elf) echo --output --help ;;
	list) echo --json --verbose --help ;;
	info) echo --json --vmlinux --modules --help ;;
	log) echo --level --color --ctime --help ;;
	backtrace) echo --vmlinux --modules --help ;;
	extract) echo --text --output --directory --help ;;
	verify) echo --json --vmlinux --help ;;
	pack) echo --output --help ;;
	unpack) echo --directory --help ;;
	esac
}

_minidump()
{
	local cur=${COMP_WORDS[COMP_CWORD]} src
	local -a options

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		_minidump_words "$cur" elf list info log backtrace \
			extract verify pack unpack --help --version
		return
	fi
	if [[ $cur == -* ]]; then
		read -ra options < <(_minidump_options "${COMP_WORDS[1]}")
		_minidump_words "$cur" "${options[@]}" --offset --ram
		return
	fi

	src=$(_minidump_source)
	if [ "${COMP_WORDS[1]}" = extract ] && [ -n "$src" ]; then
		_minidump_matching "$cur" < <(_minidump_regions "$src")
		return
	fi
	# Files by their bare names: readline quotes them (complete -o filenames)
	if [ "${COMP_WORDS[1]}" = pack ] && [[ ${COMP_WORDS[COMP_CWORD - 1]} != -o ]]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$(_minidump_unquote "$cur")")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$(_minidump_unquote "$cur")")
	fi
}

complete -o filenames -F _minidump minidump
