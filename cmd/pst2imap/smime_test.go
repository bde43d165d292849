package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// signedText is what openssl signs and encrypts: blanks at the end of a line are
// part of it.
const signedText = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9fe, signed  \r\n\r\n"

// openssl runs openssl in the folder of the script.
func openssl(ts *testscript.TestScript, args ...string) []byte {
	cmd := exec.Command(testneed.Tool(scriptT{hostOf(ts).t, ts}, "openssl"), args...)
	cmd.Dir = ts.MkAbs(".")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		ts.Fatalf("openssl %v: %v: %s", args, err, errs.String())
	}
	return out.Bytes()
}

// cmdSMIMEFile writes a data file with a mail that is signed in the clear, one that
// is signed opaquely and one that is encrypted; key and cert are beside it.
func cmdSMIMEFile(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs("text"), []byte(signedText), 0o600))
	openssl(ts, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "cert", "-days", "2", "-subj", "/CN=Ann/emailAddress=ann@example.org")
	clear := openssl(ts, "smime", "-sign", "-crlfeol", "-in", "text", "-signer", "cert", "-inkey", "key")
	clear = bytes.ReplaceAll(bytes.ReplaceAll(clear, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	opaque := openssl(ts, "smime", "-sign", "-nodetach", "-outform", "DER", "-in", "text", "-signer", "cert", "-inkey", "key")
	secret := openssl(ts, "smime", "-encrypt", "-aes256", "-outform", "DER", "-in", "text", "cert")
	mail := func(subject, class, tag string, data []byte) *psttest.Message {
		return psttest.Mail(subject, "Ann <ann@example.org>", "Bob <bob@example.org>", "", psttest.Str(mapi.MessageClass, class)).
			Attach(psttest.ByValue("smime.p7m", tag, data))
	}
	b, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox", Messages: []*psttest.Message{
		mail("clear", "IPM.Note.SMIME.MultipartSigned", "multipart/signed", clear),
		mail("opaque", "IPM.Note.SMIME", "application/pkcs7-mime", opaque),
		mail("encrypted", "IPM.Note.SMIME", "application/pkcs7-mime", secret),
	}}}})
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}

// cmdSMIMEReads verifies and decrypts the mail in a folder.
func cmdSMIMEReads(ts *testscript.TestScript, _ bool, args []string) {
	read := 0
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".eml") {
			return err
		}
		how := []string{"smime", "-verify", "-CAfile", "cert", "-in", path}
		if strings.Contains(d.Name(), "encrypted") {
			how = []string{"smime", "-decrypt", "-recip", "cert", "-inkey", "key", "-in", path}
		}
		if got := openssl(ts, how...); !bytes.Contains(got, []byte("Gr\xc3\xbc\xc3\x9fe, signed  ")) {
			ts.Fatalf("openssl read %q from %s", got, d.Name())
		}
		read++
		return nil
	}))
	if read != 3 {
		ts.Fatalf("%d mails", read)
	}
}
