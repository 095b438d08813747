# What the scripts beside this one read and write CSV with: their awk programs begin with it.

# Cuts a line of CSV into the array cell; quotes as in RFC 4180. Returns how many there are.
function cells(line, cell,   count, quoted, at, c) {
	split("", cell); count = 1; cell[1] = ""; quoted = 0
	for (at = 1; at <= length(line); at++) {
		c = substr(line, at, 1)
		if (quoted && c == "\"" && substr(line, at + 1, 1) == "\"") { cell[count] = cell[count] c; at++ }
		else if (c == "\"") quoted = !quoted
		else if (c == "," && !quoted) cell[++count] = ""
		else cell[count] = cell[count] c
	}
	return count
}
function csv(text) {
	if (text !~ /[",]/) return text
	gsub(/"/, "\"\"", text)
	return "\"" text "\""
}
