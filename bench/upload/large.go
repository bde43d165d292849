package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"

	"github.com/pst2imap/pst2imap/internal/psttest"
)

// largeOnes are how many messages of a tenth of the largest there are beside it.
const largeOnes = 20

// writeLarge writes a data file of large messages: several in each of several folders, so that all connections have some, and one
// that is ten times as large.
func writeLarge(path string, most int64) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w, err := psttest.NewWriter(file, psttest.Options{})
	if err != nil {
		return err
	}
	var folders []psttest.FolderID
	for i := range connections {
		f, err := w.Folder(psttest.IPMSubtree, fmt.Sprintf("Plans %d", i), psttest.RoleNone)
		if err != nil {
			return err
		}
		folders = append(folders, f)
	}
	for i := range largeOnes + 1 {
		size := most / 10
		if i == largeOnes/2 {
			size = most
		}
		a := psttest.ByValue(fmt.Sprintf("plan%d.bin", i), "application/octet-stream", nil)
		a.Data, a.Source = nil, io.LimitReader(noise{rand.NewChaCha8([32]byte{byte(i)})}, size)
		m := psttest.Mail(fmt.Sprintf("plan %d", i), "a@example.org", "b@example.org", "the plan")
		m.Attach(a)
		if _, err := w.Add(folders[i%len(folders)], m); err != nil {
			return err
		}
	}
	return w.Close()
}

// noise is data that nothing makes smaller.
type noise struct{ *rand.ChaCha8 }
