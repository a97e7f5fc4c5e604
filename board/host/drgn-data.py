# SPDX-License-Identifier: GPL-2.0-only
# What drgn reads of the kernel's data in a dump: one line a fact. Run by
# drgn -c CORE -s VMLINUX.
from drgn.helpers.linux.cpumask import for_each_possible_cpu
from drgn.helpers.linux.percpu import per_cpu

possible = list(for_each_possible_cpu(prog))
print("possible", *possible)
for cpu in possible:
    print("cpu", cpu, hex(per_cpu(prog["runqueues"], cpu).curr.value_()))
print("jiffies", prog["jiffies_64"].value_())

# Whose crash it was; 0.0.22 looks for its thread by a PID, among all there are
task = per_cpu(prog["runqueues"], prog["panic_cpu"].counter.value_()).curr
print("crashed", task.comm.string_().decode())
for frame in prog.stack_trace(task):
    print("frame", frame.name)
