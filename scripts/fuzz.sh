#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Fuzzes each parser of the host tool, for FUZZ_SECONDS each.

. "$(dirname "$0")/lib.sh"

need_packages fuzz tools
make_tool SECONDS="${FUZZ_SECONDS:-60}" fuzz
