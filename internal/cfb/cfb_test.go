package cfb

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/cfb/cfbtest"
)

func TestStreams(t *testing.T) {
	streams := map[string][]byte{"empty": {}, "small": []byte("a few bytes"), "\x01Ole10Native": bytes.Repeat([]byte("xyz"), 100),
		"Large": bytes.Repeat([]byte("0123456789"), 50000), "at the cutoff": bytes.Repeat([]byte("c"), 4096),
		"below it": bytes.Repeat([]byte("b"), 4095)}
	class := [16]byte{1, 2, 3}
	b := cfbtest.Build(class, streams)
	f, err := Open(b)
	if err != nil {
		t.Fatal(err)
	}
	if f.Class() != class || len(f.Streams()) != len(streams) || !slices.IsSorted(f.Streams()) {
		t.Errorf("class %v, streams %q", f.Class(), f.Streams())
	}
	for name, want := range streams {
		got, ok := f.Stream(strings.ToUpper(name))
		if !ok || !bytes.Equal(got, want) {
			t.Errorf("%q: %d bytes, %v; want %d", name, len(got), ok, len(want))
		}
	}
	if _, ok := f.Stream("other"); ok {
		t.Error("there is a stream that is not there")
	}
}

func TestNoCompoundFile(t *testing.T) {
	good := cfbtest.Build([16]byte{}, map[string][]byte{"a": []byte("b")})
	shift := slices.Clone(good)
	shift[30] = 31
	for name, b := range map[string][]byte{"empty": nil, "text": bytes.Repeat([]byte("text"), 200), "only the header": good[:512], "sectors": shift} {
		if f, err := Open(b); !errors.Is(err, ErrFormat) || f != nil {
			t.Errorf("%s: %v, %v", name, f, err)
		}
	}
}

// A stream whose end is missing is not returned as if it were whole.
func TestCutOff(t *testing.T) {
	big := bytes.Repeat([]byte("0123456789"), 1000)
	b := cfbtest.Build([16]byte{}, map[string][]byte{"big": big})
	f, err := Open(b)
	if err != nil {
		t.Fatal(err)
	}
	f.data = f.data[:3*512]
	if got, ok := f.Stream("big"); ok || len(got) >= len(big) || !bytes.HasPrefix(big, got) {
		t.Errorf("%d bytes, %v", len(got), ok)
	}
}

// Whatever the tables say, what comes out is bounded by what goes in, and the
// same each time.
func FuzzOpen(f *testing.F) {
	good := cfbtest.Build([16]byte{}, map[string][]byte{"a": []byte("b"), "c": bytes.Repeat([]byte("d"), 5000)})
	f.Add(good)
	loop := slices.Clone(good)
	for i := len(loop) - 512; i < len(loop); i++ { // the FAT: every sector leads to sector 0
		loop[i] = 0
	}
	f.Add(loop)
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Open(b)
		if err != nil {
			return
		}
		for _, name := range file.Streams() {
			got, ok := file.Stream(name)
			if len(got) > len(b) {
				t.Fatalf("%d bytes of %d", len(got), len(b))
			}
			again, ok2 := file.Stream(name)
			if ok != ok2 || !bytes.Equal(got, again) {
				t.Fatal("not the same twice")
			}
		}
	})
}
