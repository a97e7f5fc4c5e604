# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Dumps at another place or under other names than expected

test_other_forms_are_named() {
	make_input
	use_tmpdir
	printf 'BZh9' >some.bz2
	expect 2 "$minidump" list some.bz2
	expect_err "some.bz2: a bzip2 file: unpack it first"
	printf '7z\274\257\047\034' >some.7z
	expect 2 "$minidump" list some.7z
	expect_err "some.7z: a 7-Zip file: unpack it first"
	expect 2 "$minidump" list folder/md_KELF_HEADER.BIN
	expect_err "one file of a dump: give the folder that it is in"
	expect 2 "$minidump" list folder/md_KLAST.BIN
	expect_err "one file of a dump: give the folder that it is in"
	echo text >file
	expect 2 "$minidump" list file
	expect_err "file: neither a folder nor a rawdump image nor an ELF core," \
		"nor is one found further on in it"
}

test_image_at_another_offset_is_told_and_taken() {
	local file
	make_input
	use_tmpdir
	for file in image wanted; do
		{
			# Neither of these is the beginning of anything.
			printf 'RRaw_Dmp!\0\0\0\20\177ELF\2\1\1'
			head -c 1048565 /dev/zero
			cat $file
		} >behind
		expect 2 "$minidump" list behind
		expect_err "begins at byte 1048585, not at 0: give --offset=1048585"
		expect_wanted --offset=1048585 behind
		expect_wanted -O 0x100009 behind
		gzip -f behind
		expect 2 "$minidump" list behind.gz
		expect_err "give --offset=1048585"
		expect_wanted --offset=1048585 behind.gz
	done
	expect 2 "$minidump" list --offset=99 image
	expect_err "neither a rawdump image nor an ELF core at byte 99"
	expect 2 "$minidump" list --offset=999999999 image
	expect_err "image: has only $(stat -c %s image) bytes"
	expect 2 "$minidump" list --offset=1k image
	expect_err "--offset is not a number"
}

test_folder_above_the_dump() {
	make_input
	use_tmpdir
	mkdir above above/other
	mv folder above/COM5
	expect_wanted above
	expect_err "note: above: the dump is in its folder COM5"
	FAULT_FILE=COM5 expect 2 "$faulty" list above
	expect_err "note: above/COM5: Permission denied"
	expect_err "above: no md_*.BIN file in it"
	cp -r above/COM5 above/COM6
	FAULT_FILE=COM5 expect 0 "$faulty" list above
	! grep 'Permission denied' err || fail "$(cat err)"
	expect 2 "$minidump" list above
	expect_err "above: several dumps in it: give one of its folders, like above/COM"
	rm -r above/COM*
	ln -s "$dumps/current" above/link
	expect 2 "$minidump" list above
	expect_err "above: no md_*.BIN file in it"
}

test_names_as_others_have_them() {
	local file name
	make_input
	use_tmpdir
	cp -r folder bare
	for file in bare/*; do
		name=${file##*/}
		mv "$file" "bare/${name#??_}"
	done
	rm bare/SHRDIMEM.BIN bare/SMEMINFO.BIN
	expect_wanted bare
	tar -cf bare.tar bare
	expect_wanted bare.tar
	mkdir machine upper
	for file in folder/*; do
		name=${file##*/}
		cp "$file" "machine/md_2D_${name#??_}"
		cp "$file" "upper/$(tr "[:lower:]" "[:upper:]" <<<"$name")"
	done
	expect_wanted machine
	expect_wanted upper
	for name in 1 0 4294967295 _1; do
		rm -rf numbered
		cp -r folder numbered
		mv numbered/md_KELF_HEADER.BIN "numbered/md_KELF_HEADER$name.BIN"
		expect_wanted numbered
	done
	cp machine/md_2D_KELF_HEADER.BIN machine/md_2E_KELF_HEADER.BIN
	expect 2 "$minidump" list machine
	expect_err "dumps of several machines in it" \
		"(md_2D_KELF_HEADER.BIN and md_2E_KELF_HEADER.BIN)"
}
