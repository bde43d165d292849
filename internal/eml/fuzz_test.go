package eml

import (
	"io"
	"mime"
	"mime/quotedprintable"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever is stored as the original header, what is written of it is a header:
// 7-bit, lines of at most 998 octets, none of them empty or blank, each the start
// or the continuation of a field.
func FuzzTransport(f *testing.F) {
	f.Add("Microsoft Mail Internet Headers Version 2.0\r\nFrom: JÃ¼rgen <j@x.org>\r\nSubject: x\r\n\r\nbody")
	f.Add("Received: a\nb: c\n To: \"ü\" (ö) <ä@ü>, x:;\x00\r\rCc: " + strings.Repeat("y", 2000))
	f.Add("From: " + strings.Repeat("\"", 1001) + "é")
	f.Add("To: (((( é <<<<é>>>> ,;: \x7f\nFrom: é\xff")
	f.Add("X: a" + strings.Repeat(" ", 2000) + "\n" + strings.Repeat("\t", 2000) + "b\nDate:" + strings.Repeat(" ", 1500) + "c")
	f.Add("Subject:\t \nX-Y: \x01\n \x02\n")
	f.Fuzz(func(t *testing.T, text string) {
		fields, _ := parseTransport(strings.ToValidUTF8(text, "\uFFFD"))
		for _, fd := range fields {
			got, _ := keep(fd)
			checkField(t, got)
			if again, _ := keep(fd); again != got {
				t.Fatal("not deterministic")
			}
		}
	})
}

func checkField(t *testing.T, s string) {
	t.Helper()
	if !strings.HasSuffix(s, "\r\n") {
		t.Fatalf("no line end in %q", s)
	}
	for i, line := range strings.Split(strings.TrimSuffix(s, "\r\n"), "\r\n") {
		switch {
		case strings.Trim(line, " \t") == "":
			t.Fatalf("blank line in %q", s)
		case len(line) > maxLine, !isASCII(line), strings.ContainsAny(line, "\r\n\x00"):
			t.Fatalf("line %q", line)
		case i == 0 && !beginsField([]byte(line)):
			t.Fatalf("no field name in %q", line)
		case i > 0 && !startsBlank(line):
			t.Fatalf("no fold in %q", line)
		}
	}
}

// Encoded-words decode to the text, by a decoder that we did not write, and keep
// their limits.
func FuzzEncodeWords(f *testing.F) {
	f.Add("Größe & Preis", 75)
	f.Add(strings.Repeat("日本語", 50), 40)
	f.Add("=?x?= _ \x00", 30)
	f.Fuzz(func(t *testing.T, text string, first int) {
		if first < 25 || first > maxEncodedWord || !utf8.ValidString(text) || text == "" {
			return
		}
		for _, phrase := range []bool{false, true} {
			words := encodeWords(text, first, phrase)
			for i, w := range words {
				if len(w) > maxEncodedWord || i == 0 && len(w) > first || !isASCII(w) || strings.ContainsAny(w, " \r\n") {
					t.Fatalf("word %q", w)
				}
			}
			got, err := new(mime.WordDecoder).DecodeHeader(strings.Join(words, "\r\n "))
			if err != nil || got != text {
				t.Fatalf("%q became %q (%v) by %q", text, got, err, words)
			}
		}
	})
}

// A field of unstructured text and a phrase decode to what was put in.
func FuzzFields(f *testing.F) {
	f.Add("Größe & Preis")
	f.Add("a  b =?UTF-8?Q?c?= " + strings.Repeat("x", 1000))
	f.Add(`"Doe", \John`)
	f.Fuzz(func(t *testing.T, text string) {
		want := cleanText(text)
		subject := unstructured("Subject", text)
		checkField(t, subject)
		value := strings.TrimPrefix(strings.TrimSuffix(strings.ReplaceAll(subject, "\r\n ", " "), "\r\n"), "Subject:")
		if got := decodeWords(strings.TrimPrefix(value, " ")); got != want {
			t.Fatalf("%q became %q by %q", want, got, subject)
		}
		to := addressField("To", []mailbox{{cleanName(text, ""), "a@x.org"}, {"B", ""}, {text, "c@" + want}})
		checkField(t, to)
		checkField(t, encodeAddressField("To", cleanText(text)))
		fn := newField("Content-Disposition")
		fn.word("attachment;")
		fn.fileParameter(withExtension(cleanFileName(text), "", "", 1))
		line := fn.end()
		checkField(t, line)
		_, params, err := mime.ParseMediaType(strings.TrimPrefix(strings.ReplaceAll(line, "\r\n", ""), "Content-Disposition: "))
		if name := withExtension(cleanFileName(text), "", "", 1); err != nil || params["filename"] != name {
			t.Fatalf("%q became %q (%v) by %q", name, params["filename"], err, line)
		}
	})
}

// References and declarations are found in anything that is called HTML, and
// nothing but the name of the character set is changed.
func FuzzHTML(f *testing.F) {
	f.Add(`<meta charset=x><img src="cid:a%40x"><!--[if vml]><v:imagedata src=b><![endif]-->`)
	f.Add(`<?xml version="1.0" encoding="latin1"?><style>a{b:url('c')}</style><img srcset="a 1x,b">`)
	f.Add("<meta http-equiv=content-type content='charset=x' charset=y")
	f.Fuzz(func(t *testing.T, text string) {
		atts := []*attachment{{name: "a", cid: "a@x"}, {name: "b", location: "b"}}
		markInline(text, "http://x.org/", atts)
		seen := map[string]bool{}
		for _, r := range htmlReferences(text) {
			if r == "" || seen[r] {
				t.Fatalf("reference %q", r)
			}
			seen[r] = true
		}
		got := declareUTF8(text)
		if spans := charsetSpans(text); len(spans) == 0 && got != text {
			t.Fatal("changed without a declaration")
		}
		if c := declaredCharset(got); c != "" && c != "utf-8" {
			t.Fatalf("%q still declares %q", got, c)
		}
	})
}

// Transfer encodings keep their limits and decode to the text.
func FuzzEncodeText(f *testing.F) {
	f.Add("From x\r\n " + strings.Repeat("é=", 60) + "From y \t")
	f.Add(strings.Repeat("a", 80))
	f.Fuzz(func(t *testing.T, text string) {
		text = crlf(strings.ToValidUTF8(text, "?"))
		qp := quotedPrintable(text)
		for line := range strings.SplitSeq(qp, "\r\n") {
			if len(line) > encodedLine || strings.HasPrefix(line, "From ") || strings.TrimRight(line, " \t") != line || !isASCII(line) {
				t.Fatalf("line %q", line)
			}
		}
		got, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(qp)))
		if err != nil || string(got) != text {
			t.Fatalf("%q became %q (%v)", text, got, err)
		}
		if enc := encodeText(text); enc.encoding == "base64" && len(enc.text) != base64Size(len(text)) {
			t.Fatalf("base64 takes %d, not %d", len(enc.text), base64Size(len(text)))
		}
		if d, ok := parseDate(text); ok && d.Unix() < 0 {
			t.Fatalf("date %v", d)
		}
	})
}
