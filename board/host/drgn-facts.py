# SPDX-License-Identifier: GPL-2.0-only
# What drgn reads from a dump: one line a fact. Run by drgn -c CORE -s VMLINUX.
from drgn import FaultError, ProgramFlags

print("kernel", bool(prog.flags & ProgramFlags.IS_LINUX_KERNEL))
print("banner", prog["linux_banner"].string_().decode().strip())
print("release", prog["init_uts_ns"].name.release.string_().decode())

# The log's text, as printk() has it
ring = prog["prb"].text_data_ring
log = prog.read(ring.data, 1 << ring.size_bits.value_())
print("marker ", end="")
for line in log.split(b"\n"):
    at = line.find(b"board marker ")
    if at >= 0:
        print(line[at + 13:at + 45].decode())
        break

# Memory that no region holds is told apart from memory that is broken
try:
    prog.read_u64(prog["init_task"].address_of_().value_())
    print("elsewhere readable")
except FaultError as error:
    print("elsewhere", "recursive" if "recursive" in str(error) else "missing")
