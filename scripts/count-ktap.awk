# SPDX-License-Identifier: GPL-2.0-only
#
# Counts the results of a KTAP report: prints how many passed, failed and were
# skipped, and what makes the report incomplete, with commas between. A result that
# sums up results indented below it is not counted again.

{
	match($0, /^ */)
	indent = RLENGTH
	line = substr($0, indent + 1)
}

line ~ /^1\.\.[0-9]+/ {
	planned += substr(line, 4)
	failed_before[indent] = fail
}

line ~ /^(not )?ok [0-9]+/ {
	# Parameters of a test have results, and no plan
	seen += indent in failed_before
	sums_up = indent < last
	if (line ~ /^not /)
		fail += !sums_up || fail == failed_before[last]
	else if (!sums_up)
		line ~ /# *SKIP/ ? skip++ : pass++
	last = indent
}

END {
	if (!(0 in failed_before))
		problem = "there is no plan"
	else if (planned != seen)
		problem = "the plans have " planned " results and the report " seen + 0
	print pass + 0 "," fail + 0 "," skip + 0 "," problem
}
