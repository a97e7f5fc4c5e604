#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The proof of the tables, see proof/main.c, and of the proof: drivers that are
# broken on purpose, see proof/mutants, do not pass. Prints KTAP. With arguments,
# runs only those mutants whose names contain one of them.
#
# PROOF_INSTANTS=n says how long tables live at random, and with PROOF_FULL=-f a
# second CPU comes in at every instant.

. "$(dirname "$0")/lib.sh"
# shellcheck source=../scripts/ktap.sh
. "$top/scripts/ktap.sh"

: "${PROOF_INSTANTS:=20000000}"
: "${PROOF_FULL:=}"
sources=${PROOF_SOURCES:-$top/drivers/soc/qcom}
proof=$MINIDUMP_BUILD/board/proof
mutants=$proof/mutants

# How many instants there are to be at least
instants_min=5000000

make_proof()
{
	mkdir -p "$1"
	make --silent -C "$board/proof" OUT="$1" SOURCES="$2" CHECKER="$proof" "${@:3}" \
		>"$1/make.log" 2>&1
}

# Leaves in "result" how it came out
run_proof()
{
	"$proof/proof" -r "$PROOF_INSTANTS" ${PROOF_FULL:+"$PROOF_FULL"} >"$proof/result" 2>&1 || true
}

promise_holds()
{
	local instants

	if grep '^fault: ' "$proof/result"; then
		wrong "the promise is broken"
	fi
	instants=$(sed -n '$s/ instants.*//p' "$proof/result")
	[ "${instants:-0}" -ge "$instants_min" ] ||
		wrong "instants: seen $(tail -n 1 "$proof/result"), wanted $instants_min at least"
}

# The proof has the driver call it after each instruction. With the trap flag, the
# CPU does that, and leaves the driver as the compiler made it.
cpu_says_so_too()
{
	"$proof/proof" short >"$scratch/called" || wrong "$(cat "$scratch/called")"
	"$proof/proof-trap" short >"$scratch/trapped" || wrong "$(cat "$scratch/trapped")"
	grep -q '^trace 0x' "$scratch/trapped" || wrong "no trace: $(cat "$scratch/trapped")"
	same "$(cat "$scratch/trapped")" "$(cat "$scratch/called")" "instants and stores"
}

# Splits the list: mutants/N has "name", "file", "edit"
list_mutants()
{
	awk -v dir="$mutants" -v wanted="$*" '
		function chosen(name,    i, n, words) {
			n = split(wanted, words, "\n")
			for (i = 1; i <= n; i++)
				if (index(name, words[i]))
					return 1
			return n == 0
		}
		BEGIN { RS = ""; FS = "\n" }
		$1 ~ /^#/ || !chosen($1) { next }
		{
			number++
			system("mkdir -p " dir "/" number)
			print $1 >(dir "/" number "/name")
			print $2 >(dir "/" number "/file")
			for (i = 3; i <= NF; i++)
				print $i >(dir "/" number "/edit")
			print number
		}' "$board/proof/mutants"
}

# Leaves in "verdict" what has become of it
try_mutant()
{
	local dir=$1 file
	file=$dir/sources/qcom_minidump_$(cat "$dir/file").c

	mkdir -p "$dir/sources"
	cp "$sources"/qcom_minidump_*.[ch] "$dir/sources/"
	sed -E -i -f "$dir/edit" "$file"
	if cmp -s "$file" "$sources/${file##*/}"; then
		echo "not there: the edit changes nothing" >"$dir/verdict"
	elif ! make_proof "$dir" "$dir/sources"; then
		echo "not there: $(grep -m 1 error "$dir/make.log")" >"$dir/verdict"
	elif timeout 600 "$dir/proof" -r 2000000 >"$dir/result" 2>&1; then
		echo "not noticed" >"$dir/verdict"
	elif grep -q '^fault: ' "$dir/result"; then
		sed -n 's/^fault: /noticed: /p' "$dir/result" >"$dir/verdict"
	else
		echo "not judged: $(tail -n 1 "$dir/result")" >"$dir/verdict"
	fi
	echo "${dir##*/}"
}

# Which says something only if the driver itself passes
mutant_is_noticed()
{
	! grep -q '^fault: ' "$proof/result" || wrong "the driver itself does not pass"
	grep -q '^noticed: ' "$1/verdict" || wrong "$(cat "$1/verdict")"
}

need_packages build
if ! make_proof "$proof" "$sources" "$proof/proof" "$proof/proof-trap"; then
	tail -n 20 "$proof/make.log" >&2
	die "the proof does not build"
fi
scratch_dir
rm -rf "$mutants"
mapfile -t numbers < <(IFS=$'\n'; list_mutants "$*")
export -f try_mutant make_proof
export sources proof board
printf '%s\n' "${numbers[@]/#/$mutants/}" |
	xargs -P "$(nproc)" -I {} bash -c 'try_mutant {}' |
	awk '{ print NR; fflush() }' | show_progress "mutants" ${#numbers[@]}

step "proof"
run_proof
sed 's/^/# /' "$proof/result"
for number in "${numbers[@]}"; do
	printf '# %-60s %s\n' "$(cat "$mutants/$number/name")" "$(cat "$mutants/$number/verdict")"
done

it "the promise holds after every instruction" promise_holds
it "a trap after every instruction finds the same instants and stores" cpu_says_so_too
for number in "${numbers[@]}"; do
	it "noticed: $(cat "$mutants/$number/name")" mutant_is_noticed "$mutants/$number"
done
run_tests
