#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Fuzzes each parser of the host tool, for FUZZ_SECONDS each.

. "$(dirname "$0")/lib.sh"

need_packages fuzz tools
exec make --no-print-directory -C "$top/tools/minidump" CROSS_COMPILE= O="$MINIDUMP_BUILD/minidump" \
	SECONDS="${FUZZ_SECONDS:-60}" fuzz
