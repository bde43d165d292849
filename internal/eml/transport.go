package eml

import "strings"

// rawField is one field of stored transport headers: its name as written and its
// lines without line ends, the first of which starts with the name.
type rawField struct {
	name  string
	lines []string
}

// value is the unfolded value.
func (f rawField) value() string {
	_, v, _ := strings.Cut(strings.Join(f.lines, ""), ":")
	return strings.Trim(v, " \t")
}

// cutField takes a line apart that begins with a field name and its colon, with
// the blanks between them that RFC 5322 4.5 allows.
func cutField[T string | []byte](line T) (name, rest T, ok bool) {
	n := 0
	for n < len(line) && line[n] > ' ' && line[n] < 0x7F && line[n] != ':' {
		n++
	}
	end := n
	for end < len(line) && (line[end] == ' ' || line[end] == '\t') {
		end++
	}
	if n == 0 || end == len(line) || line[end] != ':' {
		return line, line[:0], false
	}
	return line[:n], line[end+1:], true
}

// startsField cuts a line that starts a field after its colon. A name too long for a
// line is none: a colon far out in what is no header.
func startsField(line string) (name, rest string, ok bool) {
	name, rest, ok = cutField(line)
	if !ok || len(name) > maxToken {
		return "", "", false
	}
	return name, rest, true
}

// knownFields are those of which one must remain for stored headers to be
// believed (H2): some stores hold a piece of the body instead.
var knownFields = set("received", "from", "date", "message-id", "to", "subject", "return-path", "mime-version",
	"dkim-signature", "delivered-to")

// parseTransport prepares PidTagTransportMessageHeaders ([MS-OXOMSG] 2.2.1.61)
// by H2. It returns no fields when the text is not a header; lost counts lines
// that belong to no field.
func parseTransport(text string) (fields []rawField, lost int) {
	for _, line := range dropBanner(headerLines(text)) {
		name, rest, ok := startsField(line)
		switch {
		case ok:
			fields = append(fields, rawField{name: name, lines: []string{name + ":" + rest}}) // H3
		case mboxLine(line):
		case len(fields) == 0:
			lost++
		default:
			last := &fields[len(fields)-1]
			if !startsBlank(line) {
				line = " " + line // a fold that lost its blank
			}
			last.lines = append(last.lines, line)
		}
	}
	for _, f := range fields {
		if knownFields[strings.ToLower(f.name)] {
			return fields, lost
		}
	}
	return nil, lost
}

// dropBanner drops a first line "Microsoft Mail Internet Headers Version 2.0"
// and the lines that continue it.
func dropBanner(lines []string) []string {
	if len(lines) == 0 || !strings.HasPrefix(strings.ToLower(lines[0]), "microsoft mail internet headers") {
		return lines
	}
	n := 1
	for n < len(lines) && startsBlank(lines[n]) {
		n++
	}
	return lines[n:]
}

// headerLines cuts text into lines up to the first empty one. Lines of blanks
// only are left out: they would end the header for some readers.
func headerLines(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	text = strings.TrimPrefix(text, "ï»¿")
	text = strings.TrimLeft(text, "\uFEFF\x00\n \t")
	text, _, _ = strings.Cut(text, "\n\n")
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Trim(line, " \t") != "" {
			out = append(out, line)
		}
	}
	return out
}

func startsBlank(s string) bool { return s != "" && (s[0] == ' ' || s[0] == '\t') }

func mboxLine(s string) bool {
	return strings.HasPrefix(s, "From ") || strings.HasPrefix(s, ">From ")
}

// set makes a set of words.
func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// droppedFields describe the MIME tree of the message as it once was, or the
// mailbox file it was kept in (H4).
var droppedFields = set("content-type", "content-transfer-encoding", "content-disposition", "content-id",
	"content-description", "content-location", "content-base", "content-md5", "content-length", "content-features",
	"content-duration", "mime-version", "lines", "x-ms-tnef-correlator", "x-pst2imap-id", "status", "x-status",
	"x-uid", "x-imap", "x-imapbase", "x-keywords", "x-mozilla-status", "x-mozilla-status2", "x-mozilla-keys")

func dropped(name string) bool { return droppedFields[strings.ToLower(name)] }

// lookup is the value of the first field of that name.
func lookup(fields []rawField, name string) (string, bool) {
	for _, f := range fields {
		if strings.EqualFold(f.name, name) {
			return f.value(), true
		}
	}
	return "", false
}

// storedID is the item id in transport headers: the item was uploaded once and
// fetched again.
func storedID(fields []rawField) (string, bool) {
	v, ok := lookup(fields, IDField)
	if !ok {
		return "", false
	}
	id, ok := ParseIDLine([]byte(v))
	return string(id), ok
}
