# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# bash completion for minidump

# The names of the regions of a dump, for "minidump extract SRC <TAB>"
_minidump_regions()
{
	minidump list "$1" 2>/dev/null | sed -n '2,$s/ .*//p' | sort -u
}

# The first word behind the command that is no option: SRC
_minidump_source()
{
	local i
	for ((i = 2; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-o | --output | -k | --vmlinux) i=$((i + 1)) ;;
		-*) ;;
		*)
			echo "${COMP_WORDS[i]}"
			return
			;;
		esac
	done
}

_minidump_options()
{
	case $1 in
	elf | pack) echo "--output --help" ;;
	list) echo "--json --help" ;;
	info) echo "--help" ;;
	extract) echo "--text --output --help" ;;
	verify) echo "--vmlinux --help" ;;
	esac
}

_minidump()
{
	local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} src

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"elf list info extract verify pack --help --version" \
			-- "$cur")
		return
	fi
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_minidump_options "$command")" -- "$cur")
		return
	fi

	src=$(_minidump_source)
	if [ "$command" = extract ] && [ -n "$src" ]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_minidump_regions "$src")" -- "$cur")
	elif [ "$command" = pack ] && [[ ${COMP_WORDS[COMP_CWORD - 1]} != -o ]]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}

complete -o filenames -F _minidump minidump
