# SPDX-License-Identifier: GPL-2.0-only
#
# Takes the literal blocks out of a text in reStructuredText or Markdown. Prints
# a line for each of their lines: its number, what it is, and the line, with tabs
# in between. What it is:
#
#   command  what follows "$ ", with its continuation lines joined to it
#   marked   the same, or what follows "# ", in a block that is marked
#   output   a line that follows a command
#   c        a line of a C program
#   text     a line of a block that has no command so far
#   mark     what the block is marked with
#
# A block is marked by "(needs ...)" or "(takes ...)" at the end of the paragraph
# before it.

function indent_of(line)
{
	match(line, /^ */)
	return RLENGTH
}

function start_block(kind)
{
	block = kind
	outer = paragraph_indent
	inner = -1
	marked = paragraph ~ /\((needs|takes) [^()]*\):*$/
	seen_command = 0
}

function put(kind, text)
{
	print FNR "\t" kind "\t" text
}

function put_line(line)
{
	if (joined != "") {
		sub(/^ +/, "", line)
		joined = joined " " line
	} else if (block != "c" && (line ~ /^\$ ./ || (marked && line ~ /^# ./))) {
		joined = substr(line, 3)
		seen_command = 1
	} else {
		put(block == "c" ? "c" : seen_command ? "output" : "text", line)
		return
	}

	# The shell goes on after these
	if (joined ~ /\\$/)
		sub(/ *\\$/, "", joined)
	else if (joined !~ /\|$/) {
		put(marked ? "marked" : "command", joined)
		joined = ""
	}
}

FILENAME ~ /\.md$/ { markdown = 1 }

/^[ \t]*$/ {
	if (block && inner >= 0)
		empty++
	ended = 1
	next
}

{
	indent = indent_of($0)
}

block && indent > outer {
	if (inner < 0) {
		inner = indent
		if (marked) {
			gsub(/ +/, " ", paragraph)
			match(paragraph, /\((needs|takes) [^()]*\):*$/)
			put("mark", substr(paragraph, RSTART))
		}
	}
	for (; empty; empty--)
		if (block == "c")
			put("c", "")
	put_line(substr($0, inner + 1))
	next
}

# Not indented as far: the block is over, if there was one
{
	block = ""
	empty = 0
	if (ended)
		paragraph = ""
	ended = 0
	paragraph_indent = indent
	paragraph = paragraph " " $0
}

markdown { start_block("text") }
/^ *\.\. code-block:: c$/ { start_block("c") }
!/^ *\.\. / && /::$/ { start_block("text") }
