# SPDX-License-Identifier: GPL-2.0-only
#
# Counts the results of a KTAP report: prints how many passed, failed and were
# skipped, and says on further lines what makes the report incomplete. A result
# that sums up results indented below it is not counted again.

# The tests that are indented by INDENT are over
function close_level(indent)
{
	if (indent in plan && seen[indent] != plan[indent])
		problems = problems "\nthe plan says " plan[indent] " tests, there are " \
			seen[indent] + 0 " (before line " NR ")"
	delete plan[indent]
	delete seen[indent]
	delete failures[indent]
}

{
	match($0, /^ */)
	indent = RLENGTH
	line = substr($0, indent + 1)
}

line ~ /^1\.\.[0-9]+/ {
	plan[indent] = substr(line, 4) + 0
	seen[indent] += 0
	planned = planned || indent == 0
}

line ~ /^(not )?ok [0-9]+/ {
	failed = line ~ /^not /
	below = failed_below = 0
	for (level in seen)
		if (level + 0 > indent) {
			below += seen[level]
			failed_below += failures[level]
			close_level(level)
		}
	seen[indent]++
	failures[indent] += failed
	if (failed && !failed_below)
		fail++
	else if (!below)
		line ~ /# *SKIP/ ? skip++ : pass++
}

END {
	if (!planned)
		problems = problems "\nthere is no plan"
	for (level in seen)
		close_level(level)
	print pass + 0, fail + 0, skip + 0 problems
}
