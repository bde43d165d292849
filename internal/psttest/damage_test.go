package psttest

import (
	"bytes"
	"testing"
)

// TestDamagedCases makes each case twice. Cases without a patch of the finished
// file are held against the whole of [MS-PST] 2.2 where they say that they are sound.
func TestDamagedCases(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range DamagedCases() {
		t.Run(c.Name, func(t *testing.T) {
			if seen[c.Name] || c.What == "" {
				t.Error("the case needs a name of its own and words")
			}
			seen[c.Name] = true
			if c.Readable > c.Messages || c.Messages < 0 {
				t.Errorf("%d readable of %d messages", c.Readable, c.Messages)
			}
			a, err := Damaged(c.Name)
			if err != nil {
				t.Fatal(err)
			}
			b, err := Damaged(c.Name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a, b) {
				t.Error("two files differ")
			}
			if len(a) > 16<<20 {
				t.Errorf("the file has %d bytes", len(a))
			}
		})
	}
}
