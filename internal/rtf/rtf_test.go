package rtf

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

const (
	helloVector = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
	hello       = "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// C47: the vectors of the specification, and damaged ones.
func TestC47Decompress(t *testing.T) {
	whole := unhex(t, helloVector)
	longer := append([]byte{whole[0] + 1}, whole[1:]...)
	badSum := append([]byte(nil), whole...)
	badSum[12] ^= 1
	stored := append(append([]byte{16, 0, 0, 0, 4, 0, 0, 0}, "MELA\x00\x00\x00\x00"...), "{\\r}"...)
	for _, tc := range []struct {
		name, want string
		in         []byte
		damaged    bool
	}{
		{"hello", hello, whole, false},
		{"overlap", "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}",
			unhex(t, "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"), false},
		{"stored", "{\\r}", stored, false},
		{"size one too large", hello, longer, true},
		{"checksum", hello, badSum, true},
		{"truncated", "{\\rtf1\\ansi\\ansicpg1252\\pard hello worl", whole[:len(whole)-6], true},
	} {
		got, err := Decompress(tc.in)
		var damage *DamageError
		if string(got) != tc.want || errors.As(err, &damage) != tc.damaged {
			t.Errorf("%s: %q, %v; want %q", tc.name, got, err, tc.want)
		}
	}
}

func TestDecompressRefuses(t *testing.T) {
	for _, in := range []string{"", "short", strings.Repeat("x", 40)} {
		if got, err := Decompress([]byte(in)); !errors.Is(err, ErrFormat) || got != nil {
			t.Errorf("Decompress(%q) = %q, %v", in, got, err)
		}
	}
}

func TestRecognize(t *testing.T) {
	for in, want := range map[string]Kind{
		`{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl}}`: HTML,
		"{\\rtf1\\ansi\r\n\\fromhtml \\deff0}":                HTML,
		`{\rtf1\ansi\fromtext\deff0{\fonttbl}}`:               Text,
		`{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\fromhtml1}`:  Rich,
		`{\rtf1 text \fromhtml1}`:                             Rich,
		`{\rtf1\fromhtml0 x}`:                                 Rich,
		``:                                                    Rich,
		`no rtf`:                                              Rich,
		`{\`:                                                  Rich,
	} {
		if got := Recognize([]byte(in)); got != want {
			t.Errorf("Recognize(%q) = %v, want %v", in, got, want)
		}
	}
}

// A stream is never expanded beyond what its length can hold, whatever the
// header claims, and what precedes damage does not depend on it.
func FuzzDecompress(f *testing.F) {
	f.Add(unhex(f, helloVector))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xffLZFu\x00\x00\x00\x00\xff\x00\x0f\x00\x0f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		out, err := Decompress(b)
		if len(out) > 9*len(b)+64<<10+32 {
			t.Fatalf("%d bytes from %d", len(out), len(b))
		}
		if errors.Is(err, ErrFormat) && out != nil {
			t.Fatal("text beside a format error")
		}
		_ = Recognize(out)
		if again, _ := Decompress(b); !bytes.Equal(out, again) {
			t.Fatal("not deterministic")
		}
	})
}
