# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Runs the kernel's own pstore selftests: in the first boot those before a crash,
# which it causes, and in the next one, which knows itself by reboot_flag, those
# after it.
if [ -e reboot_flag ]; then
	sh ./pstore_post_reboot_tests
	echo "status $?"
else
	sh ./pstore_tests
	echo "status $?"
	echo "uuid $(cat uuid)"
	sh ./pstore_crash_test
fi
