#!/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The guest's program that runs the kernel's own pstore selftests: in the first
# boot those before a crash, which it causes, and in the next one, which knows
# itself by /selftest/reboot_flag, those after it. All goes to the results port.
/busybox mkdir -p /bin /proc /sys
/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t pstore pstore /sys/fs/pstore
mount -t devtmpfs devtmpfs /dev

# The port is made by a worker of the kernel, which may still be at it
until [ -e /dev/vport0p1 ]; do
	:
done
exec >/dev/vport0p1 2>&1

cd /selftest || exit
if [ -e reboot_flag ]; then
	sh ./pstore_post_reboot_tests
	echo "status $?"
else
	sh ./pstore_tests
	echo "status $?"
	echo "uuid $(cat uuid)"
	sh ./pstore_crash_test
fi
poweroff -f
