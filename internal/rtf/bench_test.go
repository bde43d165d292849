package rtf_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/pst2imap/pst2imap/internal/rtf"
)

// sample is a document repeated within its outermost group until it is as long
// as a large mail.
func sample(b *testing.B, file string) []byte {
	b.Helper()
	in, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	cut := bytes.Index(in, []byte(`\uc1`))
	head, body := in[:cut], in[cut:bytes.LastIndexByte(in, '}')]
	out := append([]byte(nil), head...)
	for len(out) < 1<<20 {
		out = append(append(append(out, '{'), body...), '}')
	}
	b.SetBytes(int64(len(out)))
	return append(out, '}')
}

func BenchmarkDecapsulate(b *testing.B) {
	in := sample(b, "testdata/encapsulated.rtf")
	for b.Loop() {
		if _, _, err := rtf.Decapsulate(in, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkConvert(b *testing.B) {
	in := sample(b, "testdata/rich/table.rtf")
	for b.Loop() {
		if _, err := rtf.Convert(in, nil); err != nil {
			b.Fatal(err)
		}
	}
}
