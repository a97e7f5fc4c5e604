# SPDX-License-Identifier: GPL-2.0-only
#
# Counts the results of a KTAP report: prints how many passed, failed and were
# skipped, and says on further lines what makes the report incomplete. A result
# that sums up results indented below it is not counted again.

function problem(text)
{
	problems[++problem_count] = text
}

# The level of tests that is indented by INDENT is over
function close_level(indent)
{
	if (indent in plan && seen[indent] != plan[indent])
		problem("the plan says " plan[indent] " tests, there are " seen[indent] + 0 \
			" (before line " NR ")")
	delete plan[indent]
	delete seen[indent]
	delete failures[indent]
}

{
	sub(/\r$/, "")
	match($0, /^ */)
	indent = RLENGTH
	line = substr($0, indent + 1)
}

line ~ /^1\.\.[0-9]+/ {
	split(line, word, /[. ]+/)
	plan[indent] = word[2] + 0
	seen[indent] = 0
	failures[indent] = 0
	if (indent == 0)
		planned = 1
}

line ~ /^(not )?ok [0-9]+/ {
	failed = line ~ /^not /
	parent = child_failed = 0
	for (level in seen)
		if (level + 0 > indent) {
			if (seen[level] > 0)
				parent = 1
			if (failures[level] > 0)
				child_failed = 1
			close_level(level)
		}
	seen[indent]++
	failures[indent] += failed
	if (failed && !child_failed)
		fail++
	else if (!parent && line ~ /# *SKIP/)
		skip++
	else if (!parent)
		pass++
}

END {
	if (!planned)
		problem("there is no plan")
	for (level in seen)
		close_level(level)
	print pass + 0, fail + 0, skip + 0
	for (i = 1; i <= problem_count; i++)
		print problems[i]
}
