package pst_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst"
)

func sample(t testing.TB) []byte {
	t.Helper()
	b, err := psttest.Bytes(&psttest.Tree{Options: psttest.Options{Encryption: psttest.EncryptPermute}, Folders: []psttest.Folder{
		{Name: "Inbox", Role: psttest.RoleInbox, Messages: []*psttest.Message{
			psttest.Mail("one", "a@example.org", "b@example.org", strings.Repeat("body ", 4000)).
				Attach(psttest.ByValue("a.bin", "", bytes.Repeat([]byte{7}, 20_000)), psttest.Embed(psttest.Mail("two", "c@example.org", "", "x"))),
			psttest.Mail("three", "a@example.org", "b@example.org", "y"),
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOpenRefuses(t *testing.T) {
	good := sample(t)
	patch := func(off int, b ...byte) []byte {
		c := bytes.Clone(good)
		copy(c[off:], b)
		return c
	}
	for name, tc := range map[string]struct {
		data []byte
		want error
		text string
	}{
		"empty":               {nil, pst.ErrNotDataFile, "0 bytes"},
		"text":                {[]byte("Dear all, this is no data file"), pst.ErrNotDataFile, "!BDN"},
		"cut in the header":   {good[:100], pst.ErrNotDataFile, "cut off after 100"},
		"unknown client":      {patch(8, 'X', 'Y'), pst.ErrNotDataFile, "wMagicClient"},
		"protected":           {patch(10, 37, 0), pst.ErrUnsupported, "Windows Information Protection"},
		"version 99":          {patch(10, 99, 0), pst.ErrUnsupported, "99"},
		"unknown encoding":    {patch(513, 9)[:564], pst.ErrUnsupported, "0x09"},
		"text of two lines":   {[]byte("!BD\n"), pst.ErrNotDataFile, "4 bytes"},
		"signature only":      {[]byte("!BDN"), pst.ErrNotDataFile, "4 bytes"},
		"header without file": {good[:564], nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pst.New(bytes.NewReader(tc.data), int64(len(tc.data)))
			if !errors.Is(err, tc.want) || err != nil && !strings.Contains(err.Error(), tc.text) {
				t.Errorf("got %v, want %v with %q", err, tc.want, tc.text)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("not one line: %q", err)
			}
		})
	}
}

// TestVersions reads files of each version and client that is known, which differ
// in their header only.
func TestVersions(t *testing.T) {
	for _, tc := range []struct {
		format       psttest.Format
		version      byte
		client, kind string
		name         string
	}{
		{psttest.FormatANSI, 14, "SM", "pst", "ansi"},
		{psttest.FormatANSI, 15, "SM", "pst", "ansi"},
		{psttest.FormatANSI, 14, "AB", "pab", "ansi"},
		{psttest.FormatANSI, 15, "SO", "ost", "ansi"},
		{psttest.FormatUnicode, 21, "SM", "pst", "unicode"},
		{psttest.FormatUnicode, 23, "SM", "pst", "unicode"},
		{psttest.FormatUnicode, 23, "SO", "ost", "unicode"},
		{psttest.FormatUnicode, 23, "AB", "pab", "unicode"},
		{psttest.FormatWide, 36, "SO", "ost", "unicode-4k"},
	} {
		b, err := psttest.Bytes(&psttest.Tree{Options: psttest.Options{Format: tc.format, Client: tc.client}, Folders: campaignFolders()})
		if err != nil {
			t.Fatal(err)
		}
		b[10] = tc.version
		binary.LittleEndian.PutUint32(b[4:], crc(b[8:8+471]))
		if tc.format != psttest.FormatANSI {
			binary.LittleEndian.PutUint32(b[524:], crc(b[8:524]))
		}
		s := open(t, b)
		if got := s.Info(); got.Kind != tc.kind || got.Format != tc.name {
			t.Errorf("%+v: %+v", tc, got)
		}
		if n := inventory(t, s).Messages; n != 24 || len(s.Damage()) > 0 {
			t.Errorf("%+v: %d messages of 24, damage %v", tc, n, s.Damage())
		}
	}
}

// TestUnknownEncodingIsGuessed changes the byte that names the encoding.
func TestUnknownEncodingIsGuessed(t *testing.T) {
	for _, o := range variants {
		b, err := psttest.Bytes(&psttest.Tree{Options: o, Folders: campaignFolders()})
		if err != nil {
			t.Fatal(err)
		}
		want, _ := read(t, b)
		off := 513
		if o.Format == psttest.FormatANSI {
			off = 461
		}
		b[off] = 0x68
		if n, damage := read(t, b); n != want || len(damage) == 0 {
			t.Errorf("%+v: %d messages of %d, damage %v", o, n, want, damage)
		}
	}
}

func TestErrorNamesThePlace(t *testing.T) {
	good := sample(t)[:564]
	s, err := pst.New(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Inventory()
	var e *pst.Error
	if !errors.As(err, &e) || e.Structure != "BTPAGE" || e.Offset <= 0 {
		t.Errorf("got %v", err)
	}
	if _, err := s.Message(0x200024); err == nil || !strings.Contains(err.Error(), "node 0x200024") || !strings.Contains(err.Error(), "file offset") {
		t.Errorf("got %v", err)
	}
}

func TestOpenFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "Ordner mit Leerzeichen ü.pst")
	b := sample(t)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := pst.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, b) || !before.ModTime().Equal(after.ModTime()) {
		t.Error("reading changed the file")
	}
	if _, err := pst.Open(dir); err == nil {
		t.Error("a folder was opened as a data file")
	}
	if _, err := pst.Open(filepath.Join(dir, "none.pst")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}
