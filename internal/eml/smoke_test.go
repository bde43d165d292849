package eml

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/pst2imap/pst2imap/pst"
)

func TestSmoke(t *testing.T) {
	for _, p := range os.Args {
		_ = p
	}
	s, err := pst.Open(os.Getenv("SMOKE"))
	if err != nil {
		t.Fatal(err)
	}
	inv, err := s.Inventory()
	if err != nil {
		t.Fatal(err)
	}
	n, notyet := 0, map[string]int{}
	for _, f := range inv.Folders {
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				fmt.Println(err)
				continue
			}
			var b bytes.Buffer
			r, err := Convert(&b, m, nil)
			var ny *NotYetError
			if errors.As(err, &ny) {
				notyet[ny.Why]++
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			n++
			if n < 3 {
				fmt.Printf("%+v\n%s\n----\n", r, b.String()[:min(b.Len(), 6000)])
			}
			for _, w := range r.Warnings {
				notyet["warn "+w.Rule]++
			}
		}
	}
	fmt.Println(n, notyet)
}
