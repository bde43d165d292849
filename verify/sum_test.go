package verify_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pst2imap/pst2imap/verify"
)

// TestSum has every change of a message change its sum, and the way in which it comes not.
func TestSum(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	files := []string{"a"}
	for _, size := range []int{0, 1, 15, 16, 4095, 4096, 4097, 8192, 50_000} {
		b := make([]byte, size)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		want := verify.Sum(files, b)
		var pieces [][]byte
		for rest := b; len(rest) > 0; {
			n := min(len(rest), 1+rnd.IntN(9000))
			pieces = append(pieces, rest[:n])
			rest = rest[n:]
		}
		if verify.Sum(files, pieces...) != want {
			t.Errorf("%d bytes: another sum in pieces", size)
		}
		others := map[string][]byte{"one byte more": append(bytes.Clone(b), 0)}
		if size > 0 {
			others["one byte less"] = b[:size-1]
			others["without the first byte"] = b[1:]
			for range 20 {
				flipped := bytes.Clone(b)
				at := rnd.IntN(8 * size)
				flipped[at/8] ^= 1 << (at % 8)
				others["a bit"] = flipped
				if verify.Sum(files, flipped) == want {
					t.Errorf("%d bytes: the same sum with bit %d changed", size, at)
				}
			}
		}
		if size == 8192 {
			others["other order"] = slices.Concat(b[4096:], b[:4096])
		}
		for what, other := range others {
			if verify.Sum(files, other) == want {
				t.Errorf("%d bytes: the same sum with %s", size, what)
			}
		}
		if size > 0 && (verify.Sum([]string{"b"}, b) == want || verify.Sum([]string{"a", "b"}, b) == want) {
			t.Errorf("%d bytes: the same sum for another data file", size)
		}
	}
}
