# SPDX-License-Identifier: GPL-2.0-only
# Memory as drgn reads it. Run by drgn -c CORE -s VMLINUX, with address and size.
import sys

sys.stdout.buffer.write(prog.read(int(sys.argv[1], 16), int(sys.argv[2])))
