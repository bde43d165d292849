package eml

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
	"testing"
)

// lines is base64 as it should be, made in another way.
func lines(data []byte) string {
	var out []string
	for s := base64.StdEncoding.EncodeToString(data); ; s = s[encodedLine:] {
		if len(s) <= encodedLine {
			return strings.Join(append(out, s), "\r\n")
		}
		out = append(out, s[:encodedLine])
	}
}

func TestBase64Lines(t *testing.T) {
	data := make([]byte, 3*base64Rows*lineBytes)
	_, _ = io.ReadFull(&pattern{}, data)
	sizes := []int{0, 1, 2, 3, lineBytes - 1, lineBytes, lineBytes + 1, 2 * lineBytes, base64Rows*lineBytes + 1, len(data)}
	for _, size := range sizes {
		for _, piece := range []int{1, 7, lineBytes - 1, lineBytes, lineBytes + 1, 8176, len(data)} {
			var b bytes.Buffer
			w := newBase64(&b)
			for rest := data[:size]; len(rest) > 0; {
				n := min(piece, len(rest))
				if k, err := w.Write(rest[:n]); k != n || err != nil {
					t.Fatalf("wrote %d of %d: %v", k, n, err)
				}
				rest = rest[n:]
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if got := b.String(); got != lines(data[:size]) || len(got) != base64Size(size) {
				t.Errorf("%d bytes in pieces of %d: %d octets, want %d", size, piece, len(got), base64Size(size))
			}
		}
	}
}

func BenchmarkBase64(b *testing.B) {
	data := make([]byte, 8176)
	_, _ = io.ReadFull(&pattern{}, data)
	b.SetBytes(int64(len(data)))
	w := newBase64(io.Discard)
	for b.Loop() {
		if _, err := w.Write(data); err != nil {
			b.Fatal(err)
		}
	}
}
