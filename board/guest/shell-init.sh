#!/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The guest's program where tests are shell scripts: runs /selftest/run in the
# folder /selftest, whose output goes to the results port, and powers off.
/busybox mkdir -p /bin /proc /sys
/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t debugfs debugfs /sys/kernel/debug
mount -t pstore pstore /sys/fs/pstore
mount -t devtmpfs devtmpfs /dev

# The port is made by a worker of the kernel, which may still be at it
until [ -e /dev/vport0p1 ]; do
	:
done
exec >/dev/vport0p1 2>&1
# Scripts open these, and expect them to be where their output goes
ln -s /proc/self/fd /dev/fd
ln -s /proc/self/fd/1 /dev/stdout

cd /selftest && sh ./run
poweroff -f
