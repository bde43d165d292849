package eml

import (
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// M48: a sticky note is its text; what Outlook stores of it as RTF says no more.
// It is no draft, although it has never been sent (F2).
func TestStickyNote(t *testing.T) {
	asked := &Options{Items: []Kind{KindSticky}}
	rtf := stored(`{\rtf1\ansi\fs20 Milk\par and bread\par}`)
	color := psttest.Named(mapi.NameNoteColor, mapi.TypeInt32, 3)
	sticky := func(props ...psttest.Prop) *psttest.Message {
		m := note(class("IPM.StickyNote"), psttest.Str(mapi.Subject, "Milk"), psttest.Int32(mapi.MessageFlags, mapi.FlagUnsent|mapi.FlagRead), rtf).With(props...)
		return drop(m, mapi.SenderName, mapi.SenderEmail, mapi.SenderAddressType, mapi.SentRepresentingName, mapi.SentRepresentingEmail,
			mapi.SentRepresentingAddressType).WithRecipients()
	}
	for name, m := range map[string]*psttest.Message{
		"text and RTF": sticky(color, psttest.Str(mapi.Body, "Milk\r\nand bread\r\n")),
		"RTF only":     drop(sticky(color, psttest.Int32(mapi.NativeBody, mapi.NativeRTF)), mapi.Body),
	} {
		s, res := convert(t, m, asked)
		if body := wantTree(t, s, "text/plain")[0].body; body != "Milk\r\nand bread\r\n" {
			t.Errorf("%s: %q", name, body)
		}
		wantField(t, s, "Subject", "Milk")
		wantField(t, s, "X-MS-Note-Color", "yellow")
		if len(res.Warnings) != 0 || len(res.Flags) != 1 || res.Flags[0] != `\Seen` {
			t.Errorf("%s: %v, %v", name, res.Warnings, res.Flags)
		}
	}
	s, _ := convert(t, sticky(stored(`{\rtf1\ansi x `+pngHex+`}`), psttest.Int32(mapi.NativeBody, mapi.NativeRTF)), asked)
	wantTree(t, s, "related{alternative{text/plain text/html} image/png}") // the picture is not lost
	wantField(t, s, "X-MS-Note-Color", "-")
	leaves := wantTree(t, first(convert(t, note().Attach(psttest.Embed(sticky(psttest.Str(mapi.Body, "Milk\r\nand bread")))), nil)), "mixed{text/plain text/plain}")
	if got := leaves[1]; got.body != "Milk\r\nand bread" || !strings.Contains(got.header.Get("Content-Disposition"), `filename="Milk.txt"`) {
		t.Errorf("attached (A10): %q, %v", got.body, got.header)
	}
}
