# SPDX-License-Identifier: GPL-2.0-only
# Memory as it is found by page tables and physical addresses only, and the sections
# of memory that there are: one line a fact. Run by drgn -c CORE -s VMLINUX, with
# ADDRESS:SIZE of what is to be read.
import sys

from _drgn import _linux_helper_read_vm as read_by_tables

root = prog.symbol("swapper_pg_dir").address
for text in sys.argv[1:]:
    address, size = (int(number, 0) for number in text.split(":"))
    same = read_by_tables(prog, root, address, size) == prog.read(address, size)
    print("memory", text, "same" if same else "other")

# Those of the first root are all that the board has
SECTION_MARKED_PRESENT = 1
sections = prog["mem_section"][0]
print("sections", *[number for number in range(256)
                    if sections[number].section_mem_map & SECTION_MARKED_PRESENT])
