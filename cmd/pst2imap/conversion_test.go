package main

import (
	"encoding/binary"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// itemsOfChoice is a data file with an item for each of conversionFlags: to a
// person with an internal name only, a draft of nobody, an attachment with a date,
// text that is RTF, text that is HTML only.
func itemsOfChoice(t *testing.T) []byte {
	t.Helper()
	mail := func(subject, from string, extra ...psttest.Prop) *psttest.Message {
		return psttest.Mail(subject, from, "", "text of "+subject+"\r\n", extra...)
	}
	const rich = `{\rtf1\ansi text}`
	stored := binary.LittleEndian.AppendUint32(nil, uint32(len(rich)+12))
	stored = binary.LittleEndian.AppendUint32(stored, uint32(len(rich)))
	stored = append(append(stored, "MELA\x00\x00\x00\x00"...), rich...)

	dated := psttest.ByValue("a.txt", "text/plain", []byte("x"))
	dated.Props = append(dated.Props, psttest.Time(mapi.CreationTime, psttest.DefaultDate))
	draft := mail("draft", "", psttest.Int32(mapi.MessageFlags, 8))
	b, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox", Messages: []*psttest.Message{
		mail("internal", "ann@example.org").WithRecipients([]psttest.Prop{psttest.Int32(mapi.RecipientType, 1),
			psttest.Str(mapi.DisplayName, "Joe"), psttest.Str(mapi.AddressType, "EX"), psttest.Str(mapi.EmailAddress, "/o=ACME/cn=JOE")}),
		draft,
		mail("dated", "ann@example.org").Attach(dated),
		mail("rich", "ann@example.org", psttest.Bin(mapi.RtfCompressed, stored), psttest.Int32(mapi.NativeBody, mapi.NativeRTF)),
		psttest.Mail("page", "ann@example.org", "", "", psttest.Bin(mapi.HTML, []byte(`<p>Read <a href="https://example.org/x">this</a></p>`))),
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// itemWithTNEF is a data file with a mail whose winmail.dat has a file in.txt in it
// ([MS-OXTNEF] 2.1.3).
func itemWithTNEF(t *testing.T) []byte {
	t.Helper()
	b := []byte("\x78\x9F\x3E\x22\x01\x00")
	for _, a := range []struct {
		id   uint32
		data string
	}{{0x00069002, "\x01\x00\xFF\xFF\xFF\xFF\x00\x00\x00\x00\x00\x00\x00\x00"}, {0x00018010, "in.txt\x00"}, {0x0006800F, "text"}} {
		sum := 0
		for i := range len(a.data) {
			sum += int(a.data[i])
		}
		b = binary.LittleEndian.AppendUint32(append(b, 2), a.id)
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(a.data))), a.data...)
		b = binary.LittleEndian.AppendUint16(b, uint16(sum))
	}
	file, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox", Messages: []*psttest.Message{
		psttest.Mail("tnef", "ann@example.org", "bob@example.org", "text").Attach(psttest.ByValue("winmail.dat", "application/ms-tnef", b)),
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	return file
}
