# SPDX-License-Identifier: GPL-2.0-only
# The notes that the kernel has of each CPU, beside those in the ELF header: one line
# a CPU. Run by drgn -c CORE -s VMLINUX, with the path of CORE.
import struct
import sys

from drgn.helpers.linux.cpumask import for_each_possible_cpu
from drgn.helpers.linux.percpu import per_cpu_ptr

NT_PRSTATUS = 1
PID, REGISTERS, STATUS_SIZE = 32, slice(112, 112 + 34 * 8), 392


def notes(data):
    """The registers of each NT_PRSTATUS, by the id that they have"""
    found = {}
    while len(data) >= 12:
        name, size, kind = struct.unpack_from("<III", data)
        start = 12 + (name + 3 & ~3)
        if not name:
            break
        if kind == NT_PRSTATUS and size == STATUS_SIZE:
            status = data[start:start + size]
            found[struct.unpack_from("<I", status, PID)[0]] = status[REGISTERS]
        data = data[start + (size + 3 & ~3):]
    return found


with open(sys.argv[1], "rb") as core:
    header = core.read(64 + 56)
    offset, = struct.unpack_from("<Q", header, 64 + 8)
    size, = struct.unpack_from("<Q", header, 64 + 32)
    core.seek(offset)
    in_header = notes(core.read(size))

for cpu in for_each_possible_cpu(prog):
    address = per_cpu_ptr(prog["crash_notes"], cpu).value_()
    kernels = list(notes(prog.read(address, 12 + 8 + STATUS_SIZE)).values())
    print("cpu", cpu, "none" if not kernels else
          "same" if kernels[0] == in_header[cpu + 1] else "other")
