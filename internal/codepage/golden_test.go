package codepage

import (
	"bufio"
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// A difference is a range of codes for which this package and a golden file
// disagree, as it should be. Each of n codes of the range must disagree, the
// others agree; kind says on what.
type difference struct {
	page     string
	from, to uint32
	kind     kind
	n        int
	right    string
	why      string
}

type kind int

const (
	only      kind = iota + 1 // defined here and not there
	hole                      // defined there and not here
	otherChar                 // another character
)

// verdict collects the disagreements about one page.
type verdict struct {
	page string
	seen []int
}

func newVerdict(page string) *verdict { return &verdict{page, make([]int, len(differences))} }

func (v *verdict) compare(t *testing.T, code []byte, n uint32, got string, want string) {
	k := only
	switch {
	case got == want:
		return
	case got == "":
		k = hole
	case want != "":
		k = otherChar
	}
	i := slices.IndexFunc(differences, func(d difference) bool {
		return d.page == v.page && d.from <= n && n <= d.to && d.kind == k
	})
	if i < 0 {
		t.Errorf("page %s, code % X: %q here, %q there", v.page, code, got, want)
		return
	}
	v.seen[i]++
}

// report is for the single bytes of a page or for its longer codes.
func (v *verdict) report(t *testing.T, singles bool) {
	t.Helper()
	for i, d := range differences {
		if d.page == v.page && d.to < 0x100 == singles && d.n != v.seen[i] {
			t.Errorf("page %s, %X to %X, kind %d: %d codes differ, not %d (%s: %s)", d.page, d.from, d.to, d.kind, v.seen[i], d.n, d.right, d.why)
		}
	}
}

// strict is the character or combo of one code, "" if it has none.
func strict(t *testing.T, cp int, code []byte) string {
	t.Helper()
	text, ok := DecodeStrict(cp, code)
	if lenient, lossy := Decode(cp, code); lossy == ok || ok && lenient != text {
		t.Errorf("page %d, code % X: strictly %q, %v, else %q, lossy %v", cp, code, text, ok, lenient, lossy)
	}
	if utf8.RuneCountInString(text) > 1 && !slices.Contains(combos, text) {
		return ""
	}
	return text
}

func TestSingleBytes(t *testing.T) {
	text, err := os.ReadFile("testdata/golden/singles.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) < 50 {
		t.Fatalf("%d pages", len(lines))
	}
	for _, line := range lines {
		fields := strings.Split(line, "\t")
		cp, _ := strconv.Atoi(fields[0])
		v := newVerdict(fields[0])
		for i, code := range strings.Fields(fields[2]) {
			b := []byte{byte(i)}
			v.compare(t, b, uint32(i), strict(t, cp, b), characters(t, code))
		}
		v.report(t, true)
	}
}

// characters reads "-" or code points in hexadecimal with "+" between.
func characters(t *testing.T, code string) (text string) {
	if code == "-" {
		return ""
	}
	for _, s := range strings.Split(code, "+") {
		n, err := strconv.ParseUint(s, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		text += string(rune(n))
	}
	return text
}

func TestCodes(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txt.gz")
	if err != nil || len(files) < 15 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		page := strings.TrimSuffix(filepath.Base(file), ".txt.gz")
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			checkCodes(t, page, file)
		})
	}
}

func checkCodes(t *testing.T, page, file string) {
	prefix, _, _ := strings.Cut(page, "-")
	cp, err := strconv.Atoi(prefix)
	if err != nil {
		t.Fatal(err)
	}
	lines := goldenLines(t, file)
	head := strings.Split(lines[0], "\t")
	before, after := unhex(t, head[1]), unhex(t, head[2])
	v, seen := newVerdict(page), make(map[string]bool)
	codes := 0
	for _, line := range lines[1:] {
		f := strings.SplitN(line, "\t", 4)
		lead, last := unhex(t, f[0]), unhex(t, f[1])[0]
		seen[string(lead)] = true
		for i, want := range []rune(f[3]) {
			codes++
			code := slices.Concat(lead, []byte{last + byte(i)})
			got := strict(t, cp, slices.Concat(before, code, after))
			text := string(want)
			if want == utf8.RuneError {
				text = ""
			}
			v.compare(t, code, number(code), got, text)
		}
	}
	// Lead bytes of which the file has no line.
	for a := 0x80; a < 0x100 && len(before) == 0; a++ {
		for b := 0; b < 0x100 && !seen[string([]byte{byte(a)})]; b++ {
			code := []byte{byte(a), byte(b)}
			v.compare(t, code, number(code), strict(t, cp, code), "")
		}
	}
	v.report(t, false)
	if codes < 90 {
		t.Errorf("%d codes", codes)
	}
}

// number is a code as a number, of its last four bytes.
func number(code []byte) (n uint32) {
	for _, c := range code {
		n = n<<8 | uint32(c)
	}
	return n
}

func goldenLines(t *testing.T, file string) (lines []string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(z)
	for s.Scan() {
		lines = append(lines, s.Text())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	if len(lines) < 2 {
		t.Fatalf("%s: %d lines", file, len(lines))
	}
	return lines
}

func unhex(t *testing.T, s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(fmt.Errorf("%q: %w", s, err))
	}
	return b
}
