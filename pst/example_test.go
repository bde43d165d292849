package pst_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/pst2imap/pst2imap/pst"
)

func Example() {
	s, err := pst.Open("../testdata/demo.pst")
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	inv, err := s.Inventory()
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range inv.Folders {
		if f.Role != pst.RoleDrafts {
			continue
		}
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				log.Print(err) // one unreadable item; the next may be fine
				continue
			}
			fmt.Println(strings.Join(f.Path, "/"), "|", m.Subject())
		}
	}
	fmt.Println(inv.Messages, "items,", len(s.Damage()), "faults")
	// Output:
	// Drafts | Urlaub im Herbst?
	// Drafts | Notizen für den Elternabend
	// 38 items, 0 faults
}

func ExampleOpen_errors() {
	_, err := pst.Open("../README.md")
	fmt.Println(errors.Is(err, pst.ErrNotDataFile))
	fmt.Println(err)
	// Output:
	// true
	// HEADER dwMagic: the file does not start with !BDN: not an Outlook data file (file offset 0x0)
}

func ExampleMessage_Attachments() {
	s, err := pst.Open("../testdata/demo.pst")
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	inv, err := s.Inventory()
	if err != nil {
		log.Fatal(err)
	}
	files, size := 0, int64(0)
	for _, f := range inv.Folders {
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				log.Fatal(err)
			}
			list, err := m.Attachments()
			if err != nil {
				log.Fatal(err)
			}
			for _, a := range list {
				r, n, err := a.Open(pst.PropAttachData) // a stream: attachments can be large
				if err != nil {
					continue // an embedded message has no bytes of its own, see Attachment.Message
				}
				if _, err := io.Copy(sha256.New(), r); err != nil {
					log.Fatal(err)
				}
				files, size = files+1, size+n
			}
		}
	}
	fmt.Println(files > 5, size > 1000)
	// Output:
	// true true
}

func ExampleStore_Named() {
	s, err := pst.Open("../testdata/demo.pst")
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	publicStrings := pst.GUID{0x29, 0x03, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0xC0, 0, 0, 0, 0, 0, 0, 0x46}
	id, ok := s.Named(pst.Name{Set: publicStrings, Str: "Keywords"})
	fmt.Println(ok, id >= 0x8000)
	// Output:
	// true true
}
