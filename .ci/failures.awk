# Tells in few words what failed in the output of "go test -v": for each test what it complained
# of, or else the end of its output, in front of its name; and what ended a package.

function short(s) { return length(s) > 160 ? substr(s, 1, 160) "..." : s }

# last prints the last lines of a text that match a pattern, and tells whether there are any.
function last(text, pattern, most,    lines, n, i, at, found) {
	n = split(text, lines, "\n")
	for (i = n; i > 0 && found < most; i--) if (lines[i] ~ pattern) at[++found] = lines[i]
	for (i = found; i > 0; i--) print short(at[i])
	return found
}

/^[[:space:]]*=== (RUN|CONT|NAME|PAUSE)[[:space:]]/ { test = $3; next }

/^[[:space:]]*--- FAIL: / {
	if (!last(said[$3], "_test\\.go:[0-9]+: ", 4)) last(said[$3], ".", 4)
	print
	next
}

/^[[:space:]]*--- (PASS|SKIP): / { delete said[$3]; next }
/^(panic: |fatal error: |WARNING: DATA RACE|\*\*\* Test killed|make: \*\*\* )/ { print short($0) }
/^FAIL[[:space:]]/ { print; delete said; next }
/^ok[[:space:]]/ { delete said; next }
/^#|: (undefined|cannot|syntax error)/ { print short($0) }
{ said[test] = said[test] $0 "\n" }
