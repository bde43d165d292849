package tnef

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// Debian's tnef takes the same files out of what the tests write, with the same
// bytes. It is a check of the writer as much as of the reader.
func TestAgainstTnef(t *testing.T) {
	tool := testneed.Tool(t, "tnef")
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 20 {
		want := map[string][]byte{}
		attrs := [][]byte{
			attr(levelMessage, attTnefVersion, new(out).u32(0x10000).Bytes()),
			attr(levelMessage, attOemCodepage, new(out).u32(1252).u32(0).Bytes()),
			msg(attMessageClass, "IPM.Microsoft Mail.Note\x00"),
			attr(levelMessage, attMsgProps, randomProps(rng)),
		}
		for n := range 1 + rng.IntN(4) {
			name, data := fmt.Sprintf("file-%d.bin", n), make([]byte, rng.IntN(100_000))
			for i := range data {
				data[i] = byte(rng.Uint32())
			}
			want[name] = data
			attrs = append(attrs, rendered(1, 0), att(attAttachTitle, name+"\x00"), att(attAttachData, string(data)),
				attr(levelAttachment, attAttachment, props(str(mapi.AttachLongFilename, name), long(mapi.AttachMethod, 1))))
		}
		stream := newOut(attrs...).Bytes()
		dir := t.TempDir()
		path := filepath.Join(dir, "winmail.dat")
		if err := os.WriteFile(path, stream, 0o600); err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(dir, "out")
		if err := os.Mkdir(target, 0o700); err != nil {
			t.Fatal(err)
		}
		if b, err := exec.Command(tool, "-C", target, path).CombinedOutput(); err != nil {
			t.Fatalf("stream %d: %v: %s", i, err, b)
		}
		m := whole(t, attrs...)
		if len(m.Attachments) != len(want) {
			t.Errorf("stream %d: %d attachments, want %d", i, len(m.Attachments), len(want))
		}
		for _, a := range m.Attachments {
			name, _ := a.Text(mapi.AttachLongFilename)
			got, _ := a.Bytes(mapi.AttachData)
			theirs, err := os.ReadFile(filepath.Join(target, name))
			if err != nil || !bytes.Equal(theirs, got) || !bytes.Equal(got, want[name]) {
				t.Errorf("stream %d, %s: %d bytes, tnef %d bytes, want %d (%v)", i, name, len(got), len(theirs), len(want[name]), err)
			}
		}
	}
}

// randomProps is a list of properties of random types.
func randomProps(rng *rand.Rand) []byte {
	types := []mapi.PropType{mapi.TypeInt16, mapi.TypeInt32, mapi.TypeBool, mapi.TypeInt64, mapi.TypeTime, mapi.TypeGUID,
		mapi.TypeString8, mapi.TypeString, mapi.TypeBinary}
	var list []prop
	for i := range 1 + rng.IntN(30) {
		p := prop{id: mapi.PropID(0x6000 + i), typ: types[rng.IntN(len(types))]}
		value := func() []byte {
			if n := fixedSize(p.typ &^ mapi.MultiValue); n > 0 {
				return make([]byte, n)
			}
			return make([]byte, 2*(1+rng.IntN(40)))
		}
		if p.value = value(); rng.IntN(3) == 0 && p.typ != mapi.TypeBool {
			p.typ |= mapi.MultiValue
			p.value = [][]byte{value(), value(), value()}
		}
		if rng.IntN(3) == 0 {
			p.id += 0x2000
			p.name = &mapi.Name{Set: mapi.PSetCommon, LID: uint32(0x8000 + i)}
			if rng.IntN(2) == 0 {
				*p.name = mapi.Name{Set: mapi.PSPublicStrings, Str: fmt.Sprintf("name %d", i)}
			}
		}
		list = append(list, p)
	}
	return props(list...)
}
