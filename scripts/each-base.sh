#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# each-base.sh COMMAND... - runs it on each kernel line that series/ serves and that
# is to be had, one after the other, or on the one that BASE= says.

chosen=${BASE:-}
. "$(dirname "$0")/lib.sh"

available=("$chosen")
if [ -z "$chosen" ]; then
	mapfile -t lines < <(known_bases)
	find_available ${#lines[@]} "${lines[@]}"
fi
status=0
for BASE in "${available[@]}"; do
	"$@" </dev/null || status=$?
done
exit $status
