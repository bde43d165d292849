package psttest

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// testCase is a tree that independent readers must see as it was written.
type testCase struct {
	name string
	tree Tree
	// Why one of the readers cannot read the case; the other one can.
	notReadpst, notPffexport string
}

const ann, bob = "Ann Lee <ann@example.org>", "Bob Ray <bob@example.org>"

// bytesOf are n bytes that do not repeat, the same ones every time.
func bytesOf(n int) []byte {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// numbered is n mails.
func numbered(n int) []*Message {
	out := make([]*Message, n)
	for i := range out {
		out[i] = Mail(fmt.Sprintf("Message %d", i), ann, bob, fmt.Sprintf("Body %d\r\n", i))
	}
	return out
}

func nested(depth int) *Message {
	m := Mail(fmt.Sprintf("level %d", depth), ann, bob, fmt.Sprintf("body %d", depth)).
		Attach(ByValue(fmt.Sprintf("file%d.bin", depth), "application/octet-stream", bytesOf(100+depth)))
	if depth > 1 {
		m.Attach(Embed(nested(depth - 1)))
	}
	return m
}

func (c testCase) not(readpst, pffexport string) testCase {
	c.notReadpst, c.notPffexport = readpst, pffexport
	return c
}

// properties is a mail with n named properties of so many characters. The
// numbers of their names are none that readers know.
func properties(n, size int) *Message {
	m := Mail("properties", ann, bob, "with many names")
	for i := range n {
		m.With(Named(mapi.Name{Set: mapi.PSetTask, LID: uint32(0x9000 + i)}, mapi.TypeString, strings.Repeat("x", size)))
	}
	return m
}

func cases() []testCase {
	inbox := func(name string, m ...*Message) testCase {
		return testCase{name: name, tree: Tree{Folders: []Folder{{Name: "Inbox", Role: RoleInbox, Messages: m}}}}
	}
	many := Mail("many recipients", ann, "", "to all")
	for i := range 600 {
		row := []func(string, string) []Prop{To, Cc, Bcc}[i%3]
		many.WithRecipients(row(fmt.Sprintf("Person %d", i), fmt.Sprintf("p%d@example.com", i)))
	}
	attached := Mail("500 attachments", ann, bob, "see there")
	for i := range 500 {
		attached.Attach(ByValue(fmt.Sprintf("n%03d.bin", i), "application/octet-stream", bytesOf(i)))
	}
	list := []testCase{
		inbox("empty"),
		inbox("one", Mail("Hello", ann, bob, "Hi Bob\r\nbye\r\n")),
		inbox("unicode", Mail("Größe 日本", ann, "Jürgen Müller <jm@example.org>", "Grüße €\r\n")),
		inbox("surrogates", Mail("😀", ann, bob, "😀\r\n")).not("", "libuna joins surrogates wrongly"),
		inbox("long body", Mail("long", ann, bob, strings.Repeat("0123456789 abcdef\r\n", 5000))),
		inbox("sizes", sizes(0, 1, 3579, 3580, 3581, 8175, 8176, 8177, 16352, 16353)),
		inbox("xxblock", sizes(8176*1021, 8176*1021+1)),
		inbox("embedded", nested(4)),
		inbox("recipients", many),
		inbox("attachments", attached).not("libpst knows no SIBLOCK", ""),
		inbox("600 properties", properties(600, 20)).not("libpst knows no BTH of several levels", ""),
		inbox("heap of 170 blocks", properties(400, 1700)).not("", "libpff loses the records of a heap of over 8 blocks"),
		inbox("several blocks of rows", numbered(200)...),
		{name: "folders", tree: Tree{Folders: []Folder{
			{Name: "Deleted Items", Role: RoleTrash, Messages: numbered(1)},
			{Name: "Project", Folders: []Folder{{Name: "Kitchen", Folders: []Folder{{Name: "2019", Messages: numbered(2)}}}}, Messages: numbered(3)},
			{Name: "Nothing"},
		}}},
	}
	var all []testCase
	for _, v := range variants {
		for _, c := range slices.Clone(list) {
			if v.format == FormatANSI && (c.name == "unicode" || c.name == "surrogates" || c.name == "xxblock") {
				continue // an ANSI file has no such text, and blocks of another size
			}
			if v.encryption == EncryptCyclic && !strings.Contains("one, long body, embedded, recipients, folders", c.name) {
				continue // what depends on the encoding is in these
			}
			if v.format == FormatWide {
				c.notReadpst = "libpst does not know the format"
				c.tree.Client = "SO"
				if c.name == "xxblock" {
					// As many blocks as an XBLOCK of one sector has room for. Of more it is
					// compressed, and libpff before 20211114 then compares the number of its
					// entries with the compressed size. The reader's own tests have those.
					c = inbox("data trees", sizes(65511, 65512, 65513, 60*65512))
					c.notReadpst, c.tree.Client = "libpst does not know the format", "SO"
				}
			}
			c.tree.Encryption, c.tree.Format = v.encryption, v.format
			c.name += v.name
			all = append(all, c)
		}
	}
	return all
}

// variants are the formats and encodings that every case is written in.
var variants = []struct {
	name       string
	format     Format
	encryption byte
}{
	{"", FormatUnicode, EncryptNone}, {", permute", FormatUnicode, EncryptPermute}, {", cyclic", FormatUnicode, EncryptCyclic},
	{", 4K", FormatWide, EncryptNone}, // the only encoding that such files are seen with
	{", ANSI", FormatANSI, EncryptNone}, {", ANSI, permute", FormatANSI, EncryptPermute}, {", ANSI, cyclic", FormatANSI, EncryptCyclic},
}

// sizes is a mail with one attachment of each size.
func sizes(sizes ...int) *Message {
	m := Mail("sizes", ann, bob, "see attachments")
	for _, n := range sizes {
		m.Attach(ByValue(fmt.Sprintf("size%08d.bin", n), "application/octet-stream", bytesOf(n)))
	}
	return m
}

var digits = regexp.MustCompile(`\d+`)

// sortNumeric sorts names so that 2.eml comes before 10.eml.
func sortNumeric(names []string) {
	key := func(s string) string {
		return digits.ReplaceAllStringFunc(s, func(d string) string {
			n, _ := strconv.Atoi(d)
			return fmt.Sprintf("%09d", n)
		})
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(key(a), key(b)) })
}

func decodeTransfer(t *testing.T, encoding string, b []byte) string {
	t.Helper()
	if encoding != "base64" {
		return string(b)
	}
	b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\n"), nil), []byte("\r"), nil)
	out, err := base64.StdEncoding.DecodeString(string(b))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
