# SPDX-License-Identifier: GPL-2.0-only
# The thread that crashed, as drgn finds it by itself, and by a PID: one line a
# fact. Run by drgn -c CORE -s VMLINUX, with the PID of the task that crashed.
import sys

from drgn.helpers.linux.pid import find_task

# 0.0.22 takes the id of the first registers, the CPU's number plus 1, for a PID
thread = prog.crashed_thread()
print("thread", thread.tid, hex(thread.object.value_()))
for frame in thread.stack_trace():
    print("frame", frame.name)

task = find_task(prog, int(sys.argv[1]))
print("task", task.comm.string_().decode(), hex(task.value_()))
