#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""undefined-symbols.py FILE... - Kconfig symbols that FILEs name and no Kconfig
file defines, one a line with its file.

Run it at the top of a kernel tree. What names a symbol is decided by the
kernel's scripts/checkkconfigsymbols.py, which itself takes whole trees only,
and resets them."""

import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.abspath("scripts"))
import checkkconfigsymbols as kernel  # pylint: disable=wrong-import-position

# As there: placeholders
PLACEHOLDERS = {"FOO", "BAR", "FOO_BAR", "XXX"}


def is_kconfig(path):
    return kernel.REGEX_FILE_KCONFIG.match(path)


def defined_symbols():
    paths = subprocess.run(["git", "ls-files"], check=True, stdout=subprocess.PIPE,
                           text=True).stdout.splitlines()
    return set(kernel.parse_kconfig_files(([p for p in paths if is_kconfig(p)], ""))[0])


def named_symbols(path):
    if is_kconfig(path):
        return kernel.parse_kconfig_file(path)[1]
    return kernel.parse_source_file(path)


def main():
    defined = defined_symbols() | PLACEHOLDERS
    for path in sys.argv[1:]:
        for name in sorted(set(named_symbols(path)) - defined):
            if name.removesuffix("_MODULE") not in defined:
                print(f"{path}: {name} is not defined")


if __name__ == "__main__":
    main()
