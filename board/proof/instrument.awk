# SPDX-License-Identifier: GPL-2.0-only
#
# Takes the assembly that gcc makes for x86-64 and has it call proof_step before
# each instruction, so after each that came before, with all registers and flags
# as they were. An instruction whose last operand is memory may store there; its
# address is noted. Nothing else is changed.
#
# gcc must have been told to use no red zone, no vector registers and no string
# instructions, which store more than this could tell.

# The operand after the last comma that is outside of parentheses
function last_operand(text,    i, depth, start)
{
	start = 1
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "(")
			depth++
		else if (c == ")")
			depth--
		else if (c == "," && depth == 0)
			start = i + 1
	}
	text = substr(text, start)
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

/^\t[a-z]/ && $1 !~ /^\./ {
	if ($0 ~ /;/ || $1 ~ /^(rep|repz|repnz|movs[bwlq]|stos[bwlq])$/ || $0 ~ /%[xyz]mm/) {
		print "instrument.awk: cannot tell what this stores: " $0 >"/dev/stderr"
		exit failed = 1
	}
	print "\tcall\tproof_step"
	operands = $0
	sub(/^\t(lock )?[a-z0-9]+[ \t]*/, "", operands)
	target = last_operand(operands)
	if (target ~ /\(/ && target !~ /%rsp/ && $1 !~ /^(cmp|test|lea|call|jmp|nop)/) {
		print "\tpushq\t%rax"
		print "\tleaq\t" target ", %rax"
		print "\tmovq\t%rax, proof_target(%rip)"
		print "\tpopq\t%rax"
	}
}

{ print }

END { exit failed }
