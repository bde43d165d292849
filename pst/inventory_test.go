package pst

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// find must give what a binary search does, wherever it was before: in dense and in
// sparse lists, with doubles, as only those of damaged files have, and for what is absent.
func TestCensusFind(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for round := range 200 {
		var c census
		for id, n := NodeID(rng.Uint32()), rng.IntN(60); n > 0; n-- {
			c.messages = append(c.messages, msgNode{id: id})
			if near := id + 32*NodeID(1+rng.IntN(1+round%40)); near > id {
				id = near
			}
			if rng.IntN(20) == 0 {
				id = max(id, NodeID(rng.Uint32()))
			}
			if rng.IntN(20) == 0 {
				c.messages = append(c.messages, c.messages[len(c.messages)-1])
			}
		}
		asked := []NodeID{0, 4, 1<<32 - 1}
		for _, m := range c.messages {
			asked = append(asked, m.id, m.id, m.id+1, m.id-1, m.id+32)
		}
		if round%2 == 0 {
			slices.Sort(asked)
		} else {
			rng.Shuffle(len(asked), func(i, j int) { asked[i], asked[j] = asked[j], asked[i] })
		}
		for _, id := range asked {
			i, ok := slices.BinarySearchFunc(c.messages, id, func(m msgNode, id NodeID) int { return cmp.Compare(m.id, id) })
			switch got := c.find(id); {
			case !ok && got != nil:
				t.Fatalf("%v of %v: found %v", id, c.messages, *got)
			case ok && got != &c.messages[i]:
				t.Fatalf("%v of %v: not the first", id, c.messages)
			}
		}
	}
}
