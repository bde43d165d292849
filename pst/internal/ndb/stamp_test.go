package ndb

import (
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"testing"
)

// A stamp is written to a journal, so it must stay what it was: FNV-1a.
func TestStampOf(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		var of [2]stamped
		h := fnv.New64a()
		for i := range of {
			some := func() uint64 { return rng.Uint64() >> rng.IntN(65) & (rng.Uint64() | rng.Uint64()) }
			of[i] = stamped{BID(some()), some(), some()}
			for _, v := range []uint64{uint64(of[i].bid), of[i].ib, of[i].cb} {
				_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, v))
			}
		}
		if got, want := stampOf(of), h.Sum64(); got != want {
			t.Fatalf("%+v: %x, want %x", of, got, want)
		}
	}
}

func TestSorter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var wide sorter[BID]
	var narrow sorter[NID]
	for round := range 400 {
		shift, kept := rng.IntN(64), rng.Uint64()|rng.Uint64()
		bids := make([]BID, rng.IntN(300))
		nids := make([]NID, len(bids))
		for i := range bids {
			bids[i] = BID(rng.Uint64() >> shift & kept)
			nids[i] = NID(rng.Uint64() >> shift & kept)
		}
		if round%4 == 0 {
			slices.Sort(bids)
		}
		sorted(t, bids, wide.sort(bids))
		sorted(t, nids, narrow.sort(nids))
	}
}

// sorted asks that the indices are those of all keys, in their order.
func sorted[K BID | NID](t *testing.T, keys []K, order []uint32) {
	t.Helper()
	got := make([]K, 0, len(order))
	for _, i := range order {
		got = append(got, keys[i])
	}
	if want := slices.Sorted(slices.Values(keys)); !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	all := slices.Sorted(slices.Values(order))
	for i, n := range all {
		if int(n) != i {
			t.Fatalf("indices %v", all)
		}
	}
}

func BenchmarkStamps(b *testing.B) {
	f := manyNodes(b)
	var nids []NID
	for n, err := range f.Nodes() {
		if err != nil {
			b.Fatal(err)
		}
		if n.NID.Type() == TypeMessage {
			nids = append(nids, n.NID)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if n := len(f.Stamps(nids)); n != len(nids) {
			b.Fatal(n)
		}
	}
}
