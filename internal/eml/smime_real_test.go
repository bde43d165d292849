package eml

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
	"github.com/pst2imap/pst2imap/pst"
)

// openssl runs openssl in dir.
func openssl(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(testneed.Tool(t, "openssl"), args...)
	cmd.Dir = dir
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("openssl %v: %v: %s", args, err, errs.String())
	}
	return out.Bytes()
}

// What openssl signed and encrypted can be verified and decrypted by it after
// it was stored in a data file and converted.
func TestOpenSSLReadsConvertedMail(t *testing.T) {
	dir := t.TempDir()
	const text = "Content-Type: text/plain\r\n\r\nsigned text with trailing blanks  \r\n"
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("text", []byte(text))
	openssl(t, dir, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "cert", "-days", "2",
		"-subj", "/CN=Ann/emailAddress=ann@example.org")
	clear := openssl(t, dir, "smime", "-sign", "-crlfeol", "-in", "text", "-signer", "cert", "-inkey", "key")
	clear = bytes.ReplaceAll(bytes.ReplaceAll(clear, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	opaque := openssl(t, dir, "smime", "-sign", "-nodetach", "-outform", "DER", "-in", "text", "-signer", "cert", "-inkey", "key")
	encrypted := openssl(t, dir, "smime", "-encrypt", "-aes256", "-outform", "DER", "-in", "text", "cert")
	for _, tc := range []struct {
		name, class, tag string
		data             []byte
		args             []string
	}{
		{"clear-signed", signedClass, "multipart/signed", clear, []string{"smime", "-verify", "-CAfile", "cert", "-in", "mail"}},
		{"opaque signed", opaqueClass, "application/pkcs7-mime", opaque, []string{"smime", "-verify", "-CAfile", "cert", "-in", "mail"}},
		{"encrypted", opaqueClass, "application/pkcs7-mime", encrypted, []string{"smime", "-decrypt", "-recip", "cert", "-inkey", "key", "-in", "mail"}},
	} {
		m := note(class(tc.class)).Attach(psttest.ByValue("smime.p7m", tc.tag, tc.data))
		s, res := convert(t, m, nil)
		if len(res.Warnings) != 0 {
			t.Errorf("%s: %v", tc.name, res.Warnings)
		}
		write("mail", []byte(s))
		if got := openssl(t, dir, tc.args...); !bytes.Contains(got, []byte("signed text with trailing blanks  ")) {
			t.Errorf("%s: openssl read %q", tc.name, got)
		}
	}
}

// The signed and the encrypted mail of a real file keep their octets.
func TestRealSMIME(t *testing.T) {
	s, err := pst.Open(filepath.Join(testneed.Corpus(t), "mcflip-TEST.pst"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }() // it was only read
	inv, err := s.Inventory()
	if err != nil {
		t.Fatal(err)
	}
	found := map[Kind]int{}
	for _, f := range inv.Folders {
		for _, id := range f.Items {
			m, err := s.Message(id)
			if err != nil {
				t.Fatal(err)
			}
			if _, kind := ClassOf(m); kind == KindClearSigned || kind == KindOpaque {
				found[kind]++
				checkReal(t, m, kind)
			}
		}
	}
	if found[KindClearSigned] != 1 || found[KindOpaque] != 1 {
		t.Errorf("found %v", found)
	}
}

func checkReal(t *testing.T, m *pst.Message, kind Kind) {
	t.Helper()
	atts, err := m.Attachments()
	if err != nil || len(atts) != 1 {
		t.Fatalf("%d attachments, %v", len(atts), err)
	}
	data, _ := atts[0].Bytes(mapi.AttachData)
	var b bytes.Buffer
	res, err := Convert(&b, m, nil)
	if err != nil || len(res.Warnings) != 0 {
		t.Fatalf("%v, %v", err, res)
	}
	if kind == KindClearSigned {
		_, want, _ := bytes.Cut(data, []byte("\r\n\r\n"))
		if _, body := split(t, b.String()); body != string(want) {
			t.Error("the signed content was changed")
		}
		return
	}
	leaves := wantTree(t, b.String(), "application/pkcs7-mime")
	if _, params, _ := leaves[0].header.ContentType(); params["smime-type"] != "enveloped-data" || leaves[0].body != string(data) {
		t.Errorf("parameters %v, %d bytes of %d", params, len(leaves[0].body), len(data))
	}
}
