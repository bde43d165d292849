package codepage

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// numbers are all pages and one that does not exist, in order.
func numbers() []int {
	list := []int{77777}
	for cp := range pages {
		list = append(list, cp)
	}
	slices.Sort(list)
	return list
}

// check has what is true of any bytes in any page.
func check(t *testing.T, cp int, b []byte) {
	t.Helper()
	text, lossy := Decode(cp, b)
	if !utf8.ValidString(text) {
		t.Fatalf("page %d: invalid UTF-8 from %q", cp, b)
	}
	if len(text) > 4*len(b) {
		t.Fatalf("page %d: %d bytes from %d", cp, len(text), len(b))
	}
	strict, ok := DecodeStrict(cp, b)
	if ok == lossy && cp != 77777 || ok && strict != text || !ok && strict != "" {
		t.Fatalf("page %d: %q: strictly %q, %v; else %q, lossy %v", cp, b, strict, ok, text, lossy)
	}
	p, known := Lookup(cp)
	if known && lossy && cp != UTF16LE && cp != UTF16BE && !strings.ContainsRune(text, utf8.RuneError) {
		t.Fatalf("page %d: lossy without a mark: %q", cp, text)
	}
	if known && p.ascii && isASCII(b) && text != string(b) {
		t.Fatalf("page %d: %q from ASCII %q", cp, text, b)
	}
}

func TestAnyBytes(t *testing.T) {
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	r := rand.New(rand.NewPCG(1, 2))
	pieces := [][]byte{{0x1B}, []byte("\x1b$B"), []byte("\x1b(I"), []byte("\x1b$)C"), {0x0E}, {0x0F}, []byte("~{"), []byte("~}"),
		[]byte("\r\n"), []byte("+"), []byte("+AGE-"), {0x8E}, {0x8F}, {0x81, 0x30}, []byte("<a>")}
	for range rounds {
		var b []byte
		for range r.IntN(40) {
			if r.IntN(3) == 0 {
				b = append(b, pieces[r.IntN(len(pieces))]...)
			} else {
				b = append(b, byte(r.IntN(256)))
			}
		}
		for _, cp := range numbers() {
			check(t, cp, b)
		}
	}
}

// ASCII pages say so: each of their lower bytes is itself, and the others have
// one that is not.
func TestASCIIPages(t *testing.T) {
	lower := make([]byte, 128)
	for i := range lower {
		lower[i] = byte(i)
	}
	for cp, p := range pages {
		var out strings.Builder
		p.load()(&out, lower)
		if same := out.String() == string(lower); same != p.ascii {
			t.Errorf("page %d: ascii is %v", cp, p.ascii)
		}
	}
}

// A cut in a text of whole characters does no harm in pages without shifts.
func TestConcatenation(t *testing.T) {
	for cp, parts := range map[int][2]string{
		932: {"\x93\xfa", "\x96\x7b"}, 949: {"\xc7\xd1", "\xb1\xdb"}, 936: {"\xc4\xe3", "x"}, 950: {"\xa4\xa4", "\xa4\xe5"},
		1361: {"\xd0\x65", "\x8b\x69"}, 54936: {"\x81\x30\x81\x30", "\xc4\xe3"}, 51932: {"\x8f\xb0\xa1", "\xc6\xfc"},
	} {
		a, okA := DecodeStrict(cp, []byte(parts[0]))
		b, okB := DecodeStrict(cp, []byte(parts[1]))
		all, ok := DecodeStrict(cp, []byte(parts[0]+parts[1]))
		if !okA || !okB || !ok || all != a+b {
			t.Errorf("page %d: %q + %q = %q", cp, a, b, all)
		}
	}
}

// Pages may be used by several goroutines from the start.
func TestConcurrentUse(t *testing.T) {
	var group sync.WaitGroup
	text := bytes.Repeat([]byte("\x93\xfa\xc4\xe3\x81\x30\x81\x30"), 10)
	for range 4 {
		group.Go(func() {
			for _, cp := range numbers() {
				if got, _ := Decode(cp, text); got == "" {
					t.Errorf("page %d: nothing", cp)
				}
			}
		})
	}
	group.Wait()
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"plain", "\x93\xfa\x81\x1b$B~{\xff\xfe", "+2D3eAA-", "\x1b$)C\x0eGQ\n", "\x84\x31\xa4\x37\x81", "\x8f\xb0\xa1\xb0!"} {
		f.Add([]byte(s))
	}
	list := numbers()
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, cp := range list {
			check(t, cp, b)
		}
	})
}

func FuzzLabel(f *testing.F) {
	for _, s := range []string{"utf-8", "cp850", "iso8859_1", "\"windows-1252\"", "ibm00858", "cp99999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		cp, ok := Label(name)
		if _, known := Lookup(cp); ok && !known {
			t.Errorf("Label(%q) = %d, which no page has", name, cp)
		}
	})
}

// The fast path makes the string and nothing else.
func TestASCIIAllocatesOnce(t *testing.T) {
	text := []byte(strings.Repeat("plain text\r\n", 100))
	for _, cp := range []int{1252, 932, UTF8} {
		Decode(cp, []byte("\x80")) // its tables
		if n := testing.AllocsPerRun(20, func() { Decode(cp, text) }); n > 1 {
			t.Errorf("page %d: %v allocations", cp, n)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, bm := range []struct {
		name, piece string
		cp          int
	}{
		{"1252/ascii", "plain text\r\n", 1252}, {"1252/mixed", "d\xe9j\xe0 vu \x80\r\n", 1252},
		{"932/ascii", "plain text\r\n", 932}, {"932/mixed", "\x93\xfa\x96\x7b ab\r\n", 932},
		{"65001/ascii", "plain text\r\n", UTF8}, {"65001/mixed", "déjà vu €\r\n", UTF8},
	} {
		b.Run(bm.name, func(b *testing.B) {
			text := bytes.Repeat([]byte(bm.piece), 400)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Decode(bm.cp, text)
			}
		})
	}
}
