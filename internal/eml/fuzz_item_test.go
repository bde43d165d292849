package eml

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"net/mail"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/pst"
)

// Instructions of a whole item as bytes: one byte says what, two how long its
// value is (little-endian). What is beyond these is a property, see fuzzProps.
const (
	fuzzRecipient  = iota // starts a row of the recipient table
	fuzzAttachment        // starts an attachment, with the value as its data
	fuzzEmbed             // the attachment holds a message, which follows
	fuzzUp                // the attached message ends
	fuzzRTF               // the RTF body, stored without compression
	fuzzInstructions
)

// fuzzDepth is how deep a made item goes; one of a chain of thousands says no more.
const fuzzDepth = 24

// fuzzProp is a property that an instruction can set.
type fuzzProp struct {
	where byte // of the message, a row or an attachment: m, r, a
	typ   mapi.PropType
	id    mapi.PropID
	name  mapi.Name
}

// fuzzProps are all properties that the conversion looks at, strings both in
// Unicode and in 8 bits.
var fuzzProps = fuzzTable()

func fuzzTable() []fuzzProp {
	var list []fuzzProp
	add := func(where byte, t mapi.PropType, ids ...mapi.PropID) {
		for _, id := range ids {
			list = append(list, fuzzProp{where: where, typ: t, id: id})
		}
	}
	strs := func(where byte, ids ...mapi.PropID) {
		add(where, mapi.TypeString8, ids...)
		add(where, mapi.TypeString, ids...)
	}
	strs('m', mapi.MessageClass, mapi.Subject, mapi.SubjectPrefix, mapi.NormalizedSubject, mapi.ConversationTopic, mapi.TransportMessageHeaders,
		mapi.InternetMessageID, mapi.InReplyToID, mapi.InternetReferences, mapi.ListHelp, mapi.ListSubscribe, mapi.ListUnsubscribe,
		mapi.OriginalMessageID, mapi.Body, mapi.HTML, mapi.BodyLocation, mapi.BodyContentID, mapi.SentRepresentingName,
		mapi.SentRepresentingAddressType, mapi.SentRepresentingEmail, mapi.SentRepresentingSMTP, mapi.SenderName, mapi.SenderAddressType,
		mapi.SenderEmail, mapi.SenderSMTP, mapi.ReadReceiptName, mapi.ReadReceiptAddressType, mapi.ReadReceiptEmail, mapi.DisplayTo,
		mapi.DisplayCc, mapi.DisplayBcc, mapi.ReplyRecipientNames, mapi.OriginalSubject, mapi.ReportText, mapi.ReportingMTA,
		mapi.ReportDisposition, mapi.ReportDispositionMode, mapi.SenderTelephoneNumber, mapi.VoiceMessageSenderName, mapi.CallID)
	add('m', mapi.TypeBinary, mapi.ConversationIndex, mapi.MimeSkeleton, mapi.SearchKey, mapi.ReplyRecipientEntries, mapi.RtfCompressed,
		mapi.HTML, mapi.SentRepresentingEntryID, mapi.SentRepresentingSearchKey, mapi.SenderEntryID, mapi.SenderSearchKey, mapi.ParentKey)
	add('m', mapi.TypeTime, mapi.ClientSubmitTime, mapi.MessageDeliveryTime, mapi.CreationTime, mapi.LastModificationTime,
		mapi.ExpiryTime, mapi.ReplyTime, mapi.FlagCompleteTime, mapi.OriginalSubmitTime)
	add('m', mapi.TypeInt32, mapi.MessageFlags, mapi.Importance, mapi.Priority, mapi.Sensitivity, mapi.LastVerbExecuted, mapi.IconIndex,
		mapi.FlagStatus, mapi.FollowupIcon, mapi.InternetCodepage, mapi.MessageCodepage, mapi.AutoResponseSuppress, mapi.NativeBody,
		mapi.VoiceMessageDuration, mapi.FaxNumberOfPages)
	add('m', mapi.TypeBool, mapi.RtfInSync, mapi.AutoForwarded, mapi.ReadReceiptRequested, mapi.OriginatorDeliveryReport)
	strs('r', mapi.DisplayName, mapi.AddressType, mapi.EmailAddress, mapi.SmtpAddress, mapi.SupplementaryInfo, mapi.RemoteMTA,
		mapi.RecipientDisplayName, mapi.TransmittableName)
	add('r', mapi.TypeBinary, mapi.EntryID, mapi.SearchKey)
	add('r', mapi.TypeInt32, mapi.RecipientType, mapi.NonDeliveryStatusCode)
	strs('a', mapi.AttachLongFilename, mapi.AttachFilename, mapi.DisplayName, mapi.AttachPathname, mapi.AttachLongPathname,
		mapi.AttachExtension, mapi.AttachMimeTag, mapi.AttachContentID, mapi.AttachContentBase, mapi.AttachLocation, mapi.AttachCharset)
	add('a', mapi.TypeInt32, mapi.AttachMethod, mapi.RenderingPosition, mapi.AttachSize)
	add('a', mapi.TypeBinary, mapi.AttachEncoding)
	add('a', mapi.TypeBool, mapi.AttachmentHidden)
	for _, n := range []mapi.Name{mapi.NameFlagRequest, mapi.NameVerbResponse, mapi.NameRssURL, mapi.NameRssChannel, mapi.NameContentType,
		{Set: mapi.PSInternetHeaders, Str: "x-mailer"}} {
		list = append(list, fuzzProp{'m', mapi.TypeString8, 0, n}, fuzzProp{'m', mapi.TypeString, 0, n})
	}
	list = append(list, fuzzProp{'m', mapi.TypeBinary, 0, mapi.NameVerbStream},
		fuzzProp{'m', mapi.TypeString | mapi.MultiValue, 0, mapi.NameKeywords})
	event := func(t mapi.PropType, set mapi.GUID, lids ...uint32) {
		for _, lid := range lids {
			list = append(list, fuzzProp{'m', t, 0, mapi.Name{Set: set, LID: lid}})
		}
	}
	event(mapi.TypeBinary, mapi.PSetAppointment, 0x8216, 0x825E, 0x8233, 0x827A)
	event(mapi.TypeTime, mapi.PSetAppointment, 0x820D, 0x820E, 0x8228, 0x8250)
	event(mapi.TypeBool, mapi.PSetAppointment, 0x8215, 0x8257)
	event(mapi.TypeBinary, mapi.PSetMeeting, 0x0003, 0x0023)
	add('a', mapi.TypeInt32, mapi.AttachmentCalendarFlags)
	add('a', mapi.TypeTime, mapi.ExceptionReplaceTime)
	return list
}

// value is the value of a property made of bytes.
func (p fuzzProp) value(b []byte) psttest.Prop {
	out := psttest.Prop{ID: p.id, Name: p.name, Type: p.typ, Value: b}
	switch size := p.typ.FixedSize(); {
	case p.typ == mapi.TypeString|mapi.MultiValue:
		out.Value = strings.Split(strings.ToValidUTF8(string(b), "?"), "\n")
	case p.typ == mapi.TypeString:
		out.Value = strings.ToValidUTF8(string(b), "\uFFFD")
	case size > 0:
		out.Value = append(b[:min(len(b), size):min(len(b), size)], make([]byte, max(size-len(b), 0))...)
	}
	return out
}

// setProp replaces a property or adds it.
func setProp(list []psttest.Prop, p psttest.Prop) []psttest.Prop {
	for i, have := range list {
		if have.ID == p.ID && have.Name == p.Name {
			list[i] = p
			return list
		}
	}
	return append(list, p)
}

// instruction is one as bytes, for the seeds.
func instruction(what int, value string) string {
	return string([]byte{byte(what), byte(len(value)), byte(len(value) >> 8)}) + value
}

// property is the instruction that sets a property.
func property(t testing.TB, where byte, typ mapi.PropType, id mapi.PropID, value string) string {
	t.Helper()
	for i, p := range fuzzProps {
		if p.where == where && p.typ == typ && p.id == id && id != 0 {
			return instruction(fuzzInstructions+i, value)
		}
	}
	t.Fatalf("no property %s", id)
	return ""
}

// namedProperty is property for one that has a name.
func namedProperty(t testing.TB, n mapi.Name, value string) string {
	t.Helper()
	i := slices.IndexFunc(fuzzProps, func(p fuzzProp) bool { return p.name == n })
	if i < 0 {
		t.Fatalf("no property %s", n)
	}
	return instruction(fuzzInstructions+i, value)
}

// builtItem follows the instructions in b.
func builtItem(b []byte) *psttest.Message {
	stack := []*psttest.Message{{}}
	for len(b) >= 3 {
		what, n := int(b[0]), min(int(b[1])|int(b[2])<<8, len(b)-3)
		value := b[3 : 3+n]
		b = b[3+n:]
		m := stack[len(stack)-1]
		switch {
		case what == fuzzRecipient:
			m.Recipients = append(m.Recipients, nil)
		case what == fuzzAttachment:
			m.Attachments = append(m.Attachments, psttest.Attachment{Data: value})
		case what == fuzzEmbed && len(m.Attachments) > 0 && len(stack) < fuzzDepth:
			inner := new(psttest.Message)
			m.Attachments[len(m.Attachments)-1].Embedded = inner
			stack = append(stack, inner)
		case what == fuzzUp && len(stack) > 1:
			stack = stack[:len(stack)-1]
		case what == fuzzRTF:
			m.Props = setProp(m.Props, stored(string(value)))
		case what >= fuzzInstructions && what < fuzzInstructions+len(fuzzProps):
			setProperty(m, fuzzProps[what-fuzzInstructions], value)
		}
	}
	return stack[0]
}

func setProperty(m *psttest.Message, p fuzzProp, value []byte) {
	rows, atts := m.Recipients, m.Attachments
	switch {
	case p.where == 'm':
		m.Props = setProp(m.Props, p.value(value))
	case p.where == 'r' && len(rows) > 0:
		rows[len(rows)-1] = setProp(rows[len(rows)-1], p.value(value))
	case p.where == 'a' && len(atts) > 0:
		atts[len(atts)-1].Props = setProp(atts[len(atts)-1].Props, p.value(value))
	}
}

// FuzzItem converts an item of any properties: the same bytes each time, fit for
// the wire, not much longer than what is stored, and read back by a parser that
// we did not write with the attachments as they are stored.
func FuzzItem(f *testing.F) {
	for _, s := range itemSeeds(f) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) { checkBuilt(t, b) })
}

// A share of the same in every run of the tests: the seeds with pieces of each
// other, cut and changed, the same each time.
func TestItemsByChance(t *testing.T) {
	seeds := itemSeeds(t)
	r := rand.New(rand.NewPCG(1, 2))
	converted := 0
	for range 400 {
		a, b := seeds[r.IntN(len(seeds))], seeds[r.IntN(len(seeds))]
		item := []byte(a + b)
		for range r.IntN(6) {
			if len(item) > 0 {
				item[r.IntN(len(item))] = byte(r.Uint32())
			}
		}
		if cut := r.IntN(4 * (len(item) + 1)); cut < len(item) {
			item = append(item[cut:len(item):len(item)], item[:cut]...)
		}
		if checkBuilt(t, item) {
			converted++
		}
	}
	if converted < 200 {
		t.Errorf("only %d of 400 items were converted", converted)
	}
}

// checkBuilt makes the item of b, stores it in a data file and checks what it is
// converted to, if it is.
func checkBuilt(t *testing.T, b []byte) (converted bool) {
	t.Helper()
	file, err := psttest.Bytes(&psttest.Tree{Folders: []psttest.Folder{{Name: "Inbox", Messages: []*psttest.Message{builtItem(b)}}}})
	if err != nil {
		return false // no data file holds this
	}
	s, err := pst.New(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	inv, err := s.Inventory()
	if err != nil || len(inv.Folders) == 0 || inv.Messages != 1 {
		return false // hidden
	}
	return checkItem(t, single(t, s), len(b))
}

func checkItem(t *testing.T, m *pst.Message, stored int) (converted bool) {
	t.Helper()
	var out, again bytes.Buffer
	res, err := Convert(&out, m, nil)
	resAgain, errAgain := Convert(&again, m, nil)
	if !bytes.Equal(out.Bytes(), again.Bytes()) || !reflect.DeepEqual(res, resAgain) || !reflect.DeepEqual(err, errAgain) {
		t.Fatal("not deterministic")
	}
	var skipped *SkippedKindError
	switch {
	case errors.As(err, &skipped):
		if out.Len() > 0 {
			t.Fatalf("%d bytes of what is not converted", out.Len())
		}
		return false
	case err != nil:
		t.Fatal(err)
	}
	s := out.String()
	if most := 300*stored + 1<<20; len(s) > most {
		t.Fatalf("%d bytes of %d", len(s), stored)
	}
	checkResult(t, m, s, res)
	if verbatim(m, fuzzDepth) {
		return true // its own defects are not ours (I2, I5)
	}
	checkWire(t, s, res)
	parse(t, s)
	if kind := Classify(class8(m), 0); kind != KindClearSigned && kind != KindOpaque {
		checkStoredFiles(t, m, s)
	}
	return true
}

// checkResult asserts what holds for every message: a header of 7-bit lines
// whose values the result repeats.
func checkResult(t *testing.T, m *pst.Message, s string, res *Result) {
	t.Helper()
	header, _ := split(t, s)
	for line := range strings.SplitSeq(strings.TrimSuffix(header, "\r\n"), "\r\n") {
		if len(line) > maxLine || !isASCII(line) || strings.ContainsAny(line, "\r\n\x00") || strings.TrimSpace(line) == "" {
			t.Fatalf("header line %q", line)
		}
	}
	if id, _ := field(t, s, "Message-ID"); !strings.HasPrefix(id, res.MessageID) || id == "" {
		t.Fatalf("Message-ID %q, result says %q", id, res.MessageID)
	}
	for _, w := range res.Warnings {
		if !utf8.ValidString(w.Detail) || strings.ContainsAny(w.Detail, "\r\n\x00") || w.Rule == "" {
			t.Fatalf("warning %q", w)
		}
	}
	for _, fl := range res.Flags {
		if !isASCII(fl) || strings.ContainsAny(fl, " ()[]{}%*\"\r\n\x00") || strings.Contains(fl[1:], `\`) {
			t.Fatalf("flag %q", fl)
		}
	}
	if stored, ok := m.Text(mapi.TransportMessageHeaders); ok && strings.TrimSpace(stored) != "" || m.Has(mapi.MimeSkeleton) {
		return // kept fields are as they were
	}
	for _, name := range []string{"From", "Sender", "Reply-To", "Disposition-Notification-To"} {
		if v, ok := field(t, s, name); ok {
			if _, err := mail.ParseAddressList(v); err != nil && !strings.Contains(v, ":;") && !strings.Contains(err.Error(), "empty group") {
				t.Fatalf("%s: %q: %v", name, v, err)
			}
		}
	}
}

func class8(m *pst.Message) string {
	s, _ := m.Text(mapi.MessageClass)
	return s
}

// verbatim tells whether the message may have an entity as it is stored, at any
// level: signed mail, or a file that is a message.
func verbatim(m *pst.Message, depth int) bool {
	if k := Classify(class8(m), 0); k == KindClearSigned || k == KindOpaque || depth == 0 {
		return true
	}
	atts, _ := m.Attachments() // what cannot be read is a warning of the conversion
	for _, a := range atts {
		if inner, err := a.Message(); err == nil && verbatim(inner, depth-1) {
			return true
		}
		tag, _ := a.Text(mapi.AttachMimeTag)
		names := ""
		for _, id := range []mapi.PropID{mapi.AttachLongFilename, mapi.AttachFilename, mapi.DisplayName, mapi.AttachLongPathname, mapi.AttachPathname, mapi.AttachExtension} {
			s, _ := a.Text(id)
			names += strings.ToLower(s) + "\n"
		}
		if strings.Contains(strings.ToLower(tag), "message/") || strings.Contains(names, "eml") {
			return true
		}
	}
	return false
}

// checkStoredFiles compares files that are plainly stored with the parts (I4).
func checkStoredFiles(t *testing.T, m *pst.Message, s string) {
	t.Helper()
	_, leaves := parse(t, s)
	have := map[string]bool{}
	for _, l := range leaves {
		have[l.body] = true
	}
	atts, _ := m.Attachments() // what cannot be read is a warning of the conversion
	for i, a := range atts {
		method, _ := a.Int(mapi.AttachMethod)
		data, ok := a.Bytes(mapi.AttachData)
		if ok && method == mapi.AttachByValue && !a.Has(mapi.AttachEncoding) && !have[string(data)] && !strings.HasPrefix(string(data), tnefSignature) {
			t.Fatalf("the data of attachment %d is not in the message", i+1)
		}
	}
}

// itemSeeds are items that touch every rule once.
func itemSeeds(t testing.TB) []string {
	const s8, wide = mapi.TypeString8, mapi.TypeString
	m := func(id mapi.PropID, v string) string { return property(t, 'm', s8, id, v) }
	num := func(id mapi.PropID, v string) string { return property(t, 'm', mapi.TypeInt32, id, v) }
	a := func(id mapi.PropID, v string) string { return property(t, 'a', s8, id, v) }
	row := instruction(fuzzRecipient, "") + property(t, 'r', mapi.TypeInt32, mapi.RecipientType, "\x01") +
		property(t, 'r', wide, mapi.DisplayName, "Doe, J\u00f6hn \"x\"")
	base := m(mapi.Subject, "\x01\x05RE: Gr\xf6\xdfe") + m(mapi.SenderName, "Ann") + m(mapi.SenderEmail, "ann@example.org") + m(mapi.Body, "From x\r\n\xe4")
	file := instruction(fuzzAttachment, "%PDF-1") + a(mapi.AttachLongFilename, "\xdcber.pdf")
	apt := func(lid uint32, v string) string {
		return namedProperty(t, mapi.Name{Set: mapi.PSetAppointment, LID: lid}, v)
	}
	start := string(blob{}.u32(0x5B0E4000, 0x01DA6EDC))
	return []string{
		"",
		base + row + m(mapi.MessageClass, "IPM.Schedule.Meeting.Request") + apt(0x820D, start) + apt(0x825E, string(europe())) + apt(0x8216, string(weekly().blob())) +
			namedProperty(t, mapi.Name{Set: mapi.PSetMeeting, LID: 0x0003}, string(goid(noDate, "abcd"))) + instruction(fuzzAttachment, "") +
			property(t, 'a', mapi.TypeInt32, mapi.AttachmentCalendarFlags, "\x02") + property(t, 'a', mapi.TypeTime, mapi.ExceptionReplaceTime, start) +
			instruction(fuzzEmbed, "") + m(mapi.MessageClass, "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}") + apt(0x820D, start),
		base + m(mapi.MessageClass, "IPM.Schedule.Meeting.Resp.Tent") + apt(0x8257, "\x01") + apt(0x8250, start) + apt(0x8215, "\x01") + apt(0x827A, "BEGIN:VCALENDAR\r\nMETHOD:x"),
		base + instruction(fuzzAttachment, "") + instruction(fuzzEmbed, "") + m(mapi.MessageClass, "IPM.Contact") + m(mapi.Subject, "A;b\xe4"),
		base + instruction(fuzzAttachment, string(tnefOf(note(htmlBody("<b>x</b>")).Attach(psttest.ByValue("a", "", []byte("b")))))) + a(mapi.AttachFilename, "winmail.dat"),
		base + row + property(t, 'r', s8, mapi.EmailAddress, "/o=ACME/cn=x") + property(t, 'r', s8, mapi.AddressType, "EX"),
		base + m(mapi.TransportMessageHeaders, "Received: a\r\n b\r\nFrom: J\xc3\xbc <j@x.org>\r\nDate: x\r\nSubject: s\r\n\r\nbody") + num(mapi.MessageFlags, "\x01"),
		base + property(t, 'm', mapi.TypeBinary, mapi.HTML, "<meta charset=utf-8><img src='cid:a'>\xc3\xa9") + num(mapi.InternetCodepage, "\xe9\xfd") +
			file + a(mapi.AttachContentID, "<a>") + a(mapi.AttachMimeTag, "image/png"),
		base + instruction(fuzzRTF, `{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\'93\htmlrtf x\htmlrtf0 \u8364?}`),
		base + instruction(fuzzRTF, `{\rtf1\ansi{\b x}\trowd\cellx9\intbl y\cell\row{\v z}\objattph `+pngHex+`}`) + num(mapi.NativeBody, "\x02") + file,
		base + instruction(fuzzAttachment, "") + instruction(fuzzEmbed, "") + base + file + instruction(fuzzUp, "") + file,
		m(mapi.MessageClass, "REPORT.IPM.Note.NDR") + row + property(t, 'r', s8, mapi.SupplementaryInfo, "<mx #5.1.1 smtp;550 \xe4>") + m(mapi.ReportText, "x"),
		m(mapi.MessageClass, "REPORT.IPM.Note.IPNRN") + m(mapi.OriginalMessageID, "<a@b>") + m(mapi.ReportDisposition, "displayed"),
		m(mapi.MessageClass, opaqueClass) + instruction(fuzzAttachment, signedData("", "")) + a(mapi.AttachFilename, "smime.p7m"),
		m(mapi.MessageClass, signedClass) + instruction(fuzzAttachment, signedHeader+"\r\n"+signedBody) + a(mapi.AttachMimeTag, "multipart/signed"),
		m(mapi.MessageClass, "IPM.Note.Microsoft.Fax") + m(mapi.CallID, "1") + num(mapi.FaxNumberOfPages, "\x02") + num(mapi.MessageFlags, "\x08"),
		base + file + property(t, 'a', mapi.TypeInt32, mapi.AttachMethod, "\x07") + a(mapi.AttachLongPathname, "https://x.org/\xe4"),
		base + instruction(fuzzAttachment, string(macFileData("A", "data", "resource"))) + property(t, 'a', mapi.TypeBinary, mapi.AttachEncoding, macBinary),
		base + instruction(fuzzAttachment, string(storage("CONTENTS", dib))) + property(t, 'a', mapi.TypeInt32, mapi.AttachMethod, "\x06"),
		m(mapi.SentRepresentingName, "\u65e5\u672c") + property(t, 'm', wide, mapi.SentRepresentingSMTP, "\u00e4@\u00f6.org") + m(mapi.DisplayTo, "Ann; b@x.org") +
			m(mapi.InternetReferences, strings.Repeat("<a@b> ", 40)) + m(mapi.InternetMessageID, "no brackets"),
	}
}
