# SPDX-License-Identifier: GPL-2.0-only
# The tasks in a dump that has the kernel's data, by their PIDs and by their CPUs, and
# the list of modules: one line a fact. Run by drgn -c CORE -s VMLINUX.
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.percpu import per_cpu, per_cpu_ptr
from drgn.helpers.linux.pid import for_each_pid

cpus = (0, 1)

print("pids", *sorted(pid.numbers[0].nr.value_() for pid in for_each_pid(prog)))
for cpu in cpus:
    task = per_cpu(prog["runqueues"], cpu).curr
    print("cpu", cpu, task.pid.value_(), task.comm.string_().decode(), hex(task.stack.value_()))
    if task.mm:
        pages = sum(counter.count.value_() for counter in task.mm.rss_stat)
        total = task.mm.total_vm.value_()
        print("pages", cpu, "some" if 0 < pages <= total else f"{pages} of {total}")
        print("besides", cpu, sum(per_cpu_ptr(counter.counters, other)[0].value_()
                                  for counter in task.mm.rss_stat for other in cpus))
for module in list_for_each_entry("struct module", prog["modules"].address_of_(), "list"):
    print("module", module.name.string_().decode(), module.num_syms.value_())
