package pst_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst"
)

// Stamps of many items are those of each, in any order, in every format and whatever is broken.
func TestStamps(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, o := range variants {
		var list []*psttest.Message
		for i := range 300 {
			list = append(list, psttest.Mail(fmt.Sprint(i), "a@example.org", "", "x"))
		}
		good, err := psttest.Bytes(&psttest.Tree{Options: o, Folders: []psttest.Folder{{Name: "A", Messages: list}}})
		if err != nil {
			t.Fatal(err)
		}
		for round := range 20 {
			b := bytes.Clone(good)
			for range round * 4 { // the first is whole
				b[rng.IntN(len(b))] = byte(rng.Uint32())
			}
			s, err := pst.New(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				continue
			}
			ids := []pst.NodeID{0, 1<<32 - 1, 0x200004}
			inv, err := s.Inventory()
			if err != nil {
				continue
			}
			for _, f := range inv.Folders {
				ids = append(ids, f.Items...)
			}
			rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
			got := s.Stamps(ids)
			for i, id := range ids {
				want, err := s.Stamp(id)
				if got[i] != want || err != nil && got[i] != 0 {
					t.Errorf("%+v, round %d: item %x: %x and %x, %v", o, round, id, got[i], want, err)
				}
			}
			slices.Sort(got)
			if n := len(slices.Compact(got)); round == 0 && n != 300+1 { // and 0
				t.Errorf("%+v: %d stamps of 300 items", o, n-1)
			}
		}
	}
}
