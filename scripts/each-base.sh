#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# each-base.sh COMMAND... - runs it on each kernel line that series/ serves, one
# after the other, or on the one that BASE= says.

chosen=${BASE:-}
. "$(dirname "$0")/lib.sh"

status=0
while read -r BASE; do
	"$@" </dev/null || status=$?
done < <(if [ -n "$chosen" ]; then echo "$chosen"; else known_bases; fi)
exit $status
