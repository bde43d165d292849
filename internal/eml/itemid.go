package eml

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst"
)

// ItemID is the identity of an item: "1-" and 32 hexadecimal digits.
//
// It is the one in the item's own transport headers if they have an [IDField] of
// a known version: the item was uploaded once and fetched again. Otherwise it
// is made from SHA-256 over these strings, each preceded by its length as eight
// bytes, little-endian; text counts as UTF-8, however it is stored:
//
//   - the message class in lower case;
//   - "T" and PidTagTransportMessageHeaders less its [IDField] where that is a
//     header, else "P", PidTagInternetMessageId, PidTagClientSubmitTime as a
//     decimal FILETIME, names and addresses of PidTagSentRepresenting and
//     PidTagSender, and the subject;
//   - the number of recipients and of each, in sorted order: type, name, address;
//   - "H" and PidTagHtml, else "P" and PidTagBody, else "R" and
//     PidTagRtfCompressed, else "";
//   - of events, contacts, tasks and journal entries, which may differ in nothing
//     of that: "F" and, sorted, PidTagDisplayName, the properties from 0x3A00 to
//     0x3AFF and the named ones of PSETID_Address, PSETID_Appointment, PSETID_Task
//     and PSETID_Log, each with its name and its value;
//   - the number of attachments and of each: method, file name, and the SHA-256
//     of its data or, of an attached message, the hash by these rules, or, of a
//     link without data, of its target.
//
// Flags, categories, verbs, sizes, keys, dates of delivery and property numbers
// have no part in it, so that reading, flagging, moving and copying an item do
// not change it.
//
// The error says that something of the item could not be read; the id is then
// that of the rest, and as good as any for this file.
func ItemID(m *pst.Message) (string, error) {
	i := Load(m, nil)
	return i.ID(), i.Faults()
}

func (it *item) id() string {
	if id, ok := storedID(it.stored); ok {
		return id
	}
	sum := it.digest()
	return idVersion + hex.EncodeToString(sum[:16])
}

// digester hashes strings with their lengths.
type digester struct{ hash.Hash }

func (d digester) put(parts ...string) {
	for _, s := range parts {
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(len(s)))
		_, _ = d.Write(n[:]) // a hash does not fail
		_, _ = d.Write([]byte(s))
	}
}

// digest is the hash that [ItemID] describes.
func (it *item) digest() [32]byte {
	d := digester{sha256.New()}
	d.put(strings.ToLower(it.class))
	it.digestHeader(d)
	it.digestRecipients(d)
	it.digestBody(d)
	it.digestPersonal(d)
	d.put(strconv.Itoa(len(it.atts)))
	for _, a := range it.atts {
		sum := a.data.sum
		switch {
		case a.embedded != nil:
			sum = a.embedded.digest()
		case a.tooDeep:
			sum = sha256.Sum256([]byte(a.title))
		case a.link != nil && a.data.size == 0:
			sum = sha256.Sum256([]byte(a.link.target))
		case a.missing:
			sum = [32]byte{}
		}
		d.put(strconv.FormatInt(a.method, 10), a.storedName(), string(sum[:]))
	}
	return [32]byte(d.Sum(nil))
}

// personalSets are the sets of named properties that make one item of a kind
// another one.
var personalSets = []mapi.GUID{mapi.PSetAddress, mapi.PSetAppointment, mapi.PSetTask, mapi.PSetLog}

// digestPersonal hashes the properties of what is no mail.
func (it *item) digestPersonal(d digester) {
	if !it.kind.IsPIM() || it.kind == KindSticky {
		return
	}
	var all [][2]string
	for id := range it.All() {
		name := ""
		n, named := it.NameOf(id)
		switch {
		case named && slices.Contains(personalSets, n.Set):
			name = fmt.Sprintf("%v:%x", n.Set, n.LID)
		case id == mapi.DisplayName, id >= 0x3A00 && id <= 0x3AFF:
			name = id.String()
		default:
			continue
		}
		value := strings.Join(it.Texts(id), "\x00")
		if value == "" {
			v, _ := it.Value(id) // what cannot be read counts as empty
			value = string(v.Data)
		}
		all = append(all, [2]string{name, value})
	}
	slices.SortFunc(all, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	d.put("F")
	for _, p := range all {
		d.put(p[:]...)
	}
}

// storedName is the file name as stored.
func (a *attachment) storedName() string {
	for _, id := range []mapi.PropID{mapi.AttachLongFilename, mapi.AttachFilename, mapi.DisplayName} {
		if s, _ := a.Text(id); s != "" {
			return s
		}
	}
	return ""
}

func (it *item) digestHeader(d digester) {
	if it.stored != nil {
		d.put("T", withoutID(it.transport))
		return
	}
	id, _ := it.Text(mapi.InternetMessageID)
	d.put("P", id, it.rawTime(mapi.ClientSubmitTime), it.representing.name, it.representing.email,
		it.sender.name, it.sender.email, it.subject())
}

// withoutID removes the [IDField] from a header and leaves the rest as it is.
func withoutID(text string) string {
	var b strings.Builder
	inside := false
	for line := range strings.SplitAfterSeq(text, "\n") {
		inside = inside && startsBlank(line) ||
			len(line) > len(IDField) && strings.EqualFold(line[:len(IDField)+1], IDField+":")
		if !inside {
			b.WriteString(line)
		}
	}
	return b.String()
}

func (it *item) digestRecipients(d digester) {
	rows := make([][3]string, len(it.rcpts))
	for i, r := range it.rcpts {
		addr := r.raw.email
		if addr == "" {
			addr = r.raw.smtp
		}
		rows[i] = [3]string{strconv.Itoa(r.kind), r.raw.name, addr}
	}
	slices.SortFunc(rows, func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	d.put(strconv.Itoa(len(rows)))
	for _, r := range rows {
		d.put(r[:]...)
	}
}

func (it *item) digestBody(d digester) {
	for _, b := range []struct {
		tag string
		id  mapi.PropID
	}{{"H", mapi.HTML}, {"P", mapi.Body}, {"R", mapi.RtfCompressed}} {
		if !it.Has(b.id) {
			continue
		}
		if text, ok := it.Text(b.id); ok {
			d.put(b.tag, text)
			return
		}
		raw, _ := it.Bytes(b.id)
		d.put(b.tag, string(raw))
		return
	}
	d.put("")
}
