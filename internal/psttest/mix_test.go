package psttest

import (
	"bytes"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

func mix(t testing.TB, o Options, m MixOptions) []byte {
	t.Helper()
	var b memory
	w, err := NewWriter(&b, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := Mix(w, m); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMixIsSoundAndOfTheRightSize(t *testing.T) {
	for _, m := range []MixOptions{
		{10_000_000, 20, 1}, {10_000_000, 1500, 1}, {12_000_000, 200, 2}, {10_000_000, 1, 4},
	} {
		b := mix(t, Options{Encryption: EncryptPermute}, m)
		if off := math.Abs(float64(len(b))/float64(m.Size) - 1); off > 0.05 {
			t.Errorf("%+v: %d bytes", m, len(b))
		}
		c, err := checkFile(b)
		if err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
		messages, folders := 0, 0
		for nid := range c.nodes {
			switch nid & 0x1F {
			case nidMessage:
				messages++
			case nidFolder:
				folders++
			}
		}
		if messages != m.Messages || folders != 40+3 { // the root, its two children
			t.Errorf("%+v: %d messages, %d folders", m, messages, folders)
		}
	}
}

func TestMixIsDeterministic(t *testing.T) {
	m := MixOptions{5_000_000, 200, 7}
	a, b := mix(t, Options{}, m), mix(t, Options{}, m)
	if !bytes.Equal(a, b) {
		t.Error("two files of one seed differ")
	}
	m.Seed = 8
	if bytes.Equal(a, mix(t, Options{}, m)) {
		t.Error("two seeds give the same file")
	}
}

func TestMixRefusesWhatDoesNotFit(t *testing.T) {
	for _, m := range []MixOptions{{1_000_000, 10_000, 1}, {1_000_000, 0, 1}, {-1, 1, 1}, {0, 1, 1}} {
		w, _ := newMemoryWriter(t)
		if err := Mix(w, m); err == nil {
			t.Errorf("%+v was accepted", m)
		}
	}
}

// TestMixDistribution looks at the messages as they are handed over, so that the
// millions need not be written.
func TestMixDistribution(t *testing.T) {
	const n = 5000
	var sizes []int64
	inbox, large, files := 0, 0, 0
	m := newMixer(MixOptions{Size: n * 60_000, Messages: n, Seed: 1})
	w, _ := newMemoryWriter(t)
	folders, err := mixFolders(w)
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) != 40 {
		t.Fatalf("%d folders", len(folders))
	}
	var written int64
	for i := range n {
		f := pick(m.r, folders)
		if f == 0 {
			inbox++
		}
		size := m.next(written, n-i)
		msg := m.message(i, size, &folders[f])
		if len(msg.Attachments) > 0 {
			files++
		}
		if size > mixLarge/2 {
			large++
		}
		headers := find(msg.Props, mapi.TransportMessageHeaders) >= 0
		if headers == folders[f].sent || find(msg.Props, mapi.HTML) < 0 || find(msg.Props, mapi.Body) < 0 {
			t.Fatalf("message %d: headers %t in folder %d", i, headers, f)
		}
		sizes = append(sizes, size)
		written += max(size, mixOverhead)
	}
	slices.Sort(sizes)
	if median := sizes[n/2]; median < 6<<10 || median > 10<<10 {
		t.Errorf("the median is %d bytes", median)
	}
	if share := float64(inbox) / n; share < 0.38 || share > 0.42 {
		t.Errorf("the inbox has %.3f of all", share)
	}
	if large < 1 || large > n/100 {
		t.Errorf("%d large messages", large)
	}
	if files < n/10 || files > n*9/10 {
		t.Errorf("%d messages with attachments", files)
	}
}

// TestMixStreams writes to nowhere and holds what stays in memory against it.
func TestMixStreams(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 80 MB")
	}
	d := discard{maps: map[int64]pageKind{}}
	w, err := NewWriter(&d, Options{Encryption: EncryptPermute})
	if err != nil {
		t.Fatal(err)
	}
	const size, n = 80_000_000, 4000
	start := time.Now()
	if err := Mix(w, MixOptions{Size: size, Messages: n, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	if off := math.Abs(float64(d.size)/size - 1); off > 0.05 {
		t.Errorf("the file has %d bytes", d.size)
	}
	t.Logf("%.0f MB/s", float64(d.size)/1e6/time.Since(start).Seconds())
	if entries := len(w.n.blocks) + len(w.n.nodes); entries > n*12 {
		t.Errorf("%d entries of B-trees are held", entries)
	}
}
