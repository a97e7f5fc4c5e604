# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# unpack, and extract into a folder

test_unpack_undoes_pack() {
	local style
	for style in $styles; do
		"$minidump" pack -o image "$dumps/$style"
		expect 0 "$minidump" unpack -d "$style" image
		diff -r "$style" "$dumps/$style" >difference ||
			fail "$(cat difference)"
	done
}

test_unpack_of_every_source_makes_the_same_core() {
	local source kind
	make_input
	use_tmpdir
	for kind in bare ranges context; do
		"$testdump" image folder "$kind" "$kind"
	done
	for source in folder image wanted bare ranges context; do
		rm -rf again
		expect 0 "$minidump" unpack -d again "$source"
		expect_wanted again
	done
	[ "$(stat -c %a again again/md_KUTS.BIN | tr '\n' ' ')" = "700 600 " ] ||
		fail "$(ls -la again)"
}

test_unpack_overwrites_nothing() {
	make_input
	mkdir full
	: >full/file
	expect 2 "$minidump" unpack -d full image
	expect_err "full: exists and is not an empty folder"
	expect 2 "$minidump" unpack -d image folder
	expect_err "image: exists and is not an empty folder"
	expect 2 "$minidump" unpack image
	expect_err "-d DIR is missing"
	mkdir empty
	expect 0 "$minidump" unpack -d empty image
}

test_unpack_of_hostile_names_stays_in_its_folder() {
	make_input
	printf '../../../../../../up' |
		dd of=image bs=1 seek=$((56 + 64 * 2 + 44)) conv=notrunc 2>err
	printf 'md_KUTS.BIN\0' |
		dd of=image bs=1 seek=$((56 + 64 * 3 + 44)) conv=notrunc 2>err
	mkdir box
	(cd box && "$minidump" unpack -d new ../image 2>../err) || true
	[ "$(ls box)" = new ] || fail "$(ls box)"
	[ "$(find box -name '*up*')" = box/new/md_.._.._.._.._.._.._up.BIN ] ||
		fail "$(find box)"
	[ -e box/new/md_KUTS1.BIN ] || fail "$(find box)"
}

test_extract_by_pattern() {
	make_input
	cat folder/md_KDMESG0.BIN folder/md_KDMESG1.BIN >both
	expect 0 "$minidump" extract folder 'kdmesg?'
	expect_same out both
	expect 0 "$minidump" extract -d out.d folder 'KD*' KTWIN KELF_HEADER
	find out.d -type f | sort >files
	expect_text files <<-'EOF'
	out.d/md_KDMESG0.BIN
	out.d/md_KDMESG1.BIN
	out.d/md_KELF_HEADER.BIN
	out.d/md_KTWIN.BIN
	out.d/md_KTWIN1.BIN
	out.d/md_KTWIN2.BIN
	EOF
	expect_same out.d/md_KTWIN2.BIN folder/md_KTWIN2.BIN
	expect 0 "$minidump" extract -t -d text folder 'K[CP]*'
	find text -type f | sort >files
	printf 'text/%s.txt\n' KCONSOLE KPMSG | expect_text files
	expect 2 "$minidump" extract folder 'X*'
	expect_err 'no region X*'
	expect 2 "$minidump" extract -o file -d out.e folder KUTS
	expect_err "either -o FILE or -d DIR"
}
