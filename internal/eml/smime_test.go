package eml

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

func class(c string) psttest.Prop { return psttest.Str(mapi.MessageClass, c) }

const (
	signedClass = "IPM.Note.SMIME.MultipartSigned"
	opaqueClass = "IPM.Note.SMIME"
)

// convertRaw is convert without the checks of what is written.
func convertRaw(t testing.TB, m *psttest.Message) (string, *Result) {
	t.Helper()
	var b bytes.Buffer
	res, err := Convert(&b, open(t, m), nil)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), res
}

// signed is an item with an attachment that holds a signed entity.
func signed(entity string, props ...psttest.Prop) *psttest.Message {
	return note(append(props, class(signedClass))...).Attach(psttest.ByValue("smime.p7m", "multipart/signed", []byte(entity)))
}

const signedHeader = "MIME-Version: 1.0\r\nX-Other: dropped\r\nContent-Type: multipart/signed;\r\n\tprotocol=\"application/pkcs7-signature\";\r\n" +
	"\tmicalg=sha-256; boundary=\"----odd '=_ boundary\"\r\n"

const signedBody = "This is an S/MIME signed message \r\n\r\n------odd '=_ boundary\r\nContent-Type: text/plain; charset=utf-8\r\n" +
	"Content-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9fe  \t\r\n.\r\nFrom x\r\n------odd '=_ boundary\r\n" +
	"Content-Type: application/pkcs7-signature\r\n\r\nAAAA\r\n------odd '=_ boundary--\r\n \r\n\r\n"

func TestC60ClearSigned(t *testing.T) {
	m := signed(signedHeader+"\r\n"+signedBody, headers("From: ann@example.org", "MIME-Version: 1.0", "Content-Type: multipart/signed",
		"Content-Class: urn:content-classes:message", "Subject: s"))
	s, res := convertRaw(t, m)
	header, body := split(t, s)
	if body != signedBody {
		t.Errorf("the signed content was changed: %q", body)
	}
	if strings.Count(header, "MIME-Version:") != 1 || strings.Contains(header, "X-Other") || strings.Contains(header, "Content-Class") {
		t.Errorf("header %s", header)
	}
	if !strings.Contains(header, "Content-Type: multipart/signed;\r\n\tprotocol=\"application/pkcs7-signature\";\r\n"+
		"\tmicalg=sha-256; boundary=\"----odd '=_ boundary\"\r\nContent-Transfer-Encoding: 8bit\r\n") {
		t.Errorf("content fields in %s", header)
	}
	if len(res.Warnings) != 0 || res.Size != int64(len(s)) {
		t.Errorf("%v, size %d of %d", res.Warnings, res.Size, len(s))
	}
	plain, _ := convertRaw(t, signed(signedHeader+"\r\n"+signedBody).With(class(opaqueClass)))
	if !strings.HasSuffix(plain, signedBody) {
		t.Error("a signed entity of the other class was changed")
	}
}

func TestC60Nested(t *testing.T) {
	s, _ := convertRaw(t, note().Attach(psttest.Embed(note().Attach(psttest.Embed(signed(signedHeader+"\r\n"+signedBody))))))
	if !strings.Contains(s, "\r\n\r\n"+signedBody+"\r\n--") {
		t.Error("the signed content was changed")
	}
	if n := strings.Count(s, "Content-Transfer-Encoding: 8bit\r\n"); n != 6 { // the entity and its part, two messages, two multiparts
		t.Errorf("%d labels in %s", n, s)
	}
	seven := strings.ReplaceAll(strings.ReplaceAll(signedBody, "\xc3\xbc\xc3\x9f", "ue"), "8bit", "7bit")
	s, res := convert(t, signed(signedHeader+"\r\n"+seven), nil)
	parse(t, s)
	if strings.Contains(s, "8bit") || len(res.Warnings) != 0 {
		t.Errorf("%v in %s", res.Warnings, s)
	}
}

// M20 and M22: what cannot go as it is goes as a file, whole.
func TestC60Fallbacks(t *testing.T) {
	lf := strings.ReplaceAll(signedHeader+"\r\n"+signedBody, "\r\n", "\n")
	s, res := convertRaw(t, signed(lf))
	wantRule(t, res, "M20", 1)
	if _, body := split(t, s); body != signedBody {
		t.Errorf("line ends: %q", body)
	}
	for name, tc := range map[string]struct{ entity, rule string }{
		"NUL":        {signedHeader + "\r\n" + signedBody + "\x00", "M22"},
		"mixed ends": {signedHeader + "\r\n" + signedBody + "x\n", "M20"},
		"lone CR":    {signedHeader + "\r\n" + signedBody + "x\ry\r\n", "M20"},
		"no header":  {signedBody, "M22"},
	} {
		s, res := convert(t, signed(tc.entity), nil)
		want := "mixed{text/plain application/octet-stream}"
		if name == "no header" {
			want = "mixed{text/plain application/pkcs7-mime}" // as its file name says
		}
		leaves := wantTree(t, s, want)
		if leaves[1].body != tc.entity {
			t.Errorf("%s: the attachment was changed", name)
		}
		if len(res.Warnings) != 1 || res.Warnings[0].Rule != tc.rule {
			t.Errorf("%s: %v", name, res.Warnings)
		}
	}
	for name, m := range map[string]*psttest.Message{
		"none": note(class(signedClass)),
		"two":  signed(signedHeader + "\r\n" + signedBody).Attach(psttest.ByValue("b.txt", "", []byte("b"))),
		"lost": note(class(opaqueClass)).Attach(psttest.Attachment{Props: []psttest.Prop{psttest.Str(mapi.AttachLongFilename, "smime.p7m")}}),
	} {
		s, res := convert(t, m, nil)
		wantRule(t, res, "M22", 1)
		if structure, _ := parse(t, s); !strings.Contains(structure, "text/plain") {
			t.Errorf("%s: %s", name, structure)
		}
	}
}

// tlv is an element in DER.
func tlv(tag byte, parts ...string) string {
	body := strings.Join(parts, "")
	if n := len(body); n >= 0x80 {
		return string([]byte{tag, 0x82, byte(n >> 8), byte(n)}) + body
	}
	return string([]byte{tag, byte(len(body))}) + body
}

// cms is data of a content type.
func cms(oid string, content ...string) string {
	return tlv(tagSequence, tlv(tagOID, oid), tlv(tagContext0, tlv(tagSequence, content...)))
}

func signedData(content, signers string) string {
	const data = "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01"
	return cms(oidSigned, tlv(2, "\x01"), tlv(tagSet, ""), tlv(tagSequence, tlv(tagOID, data), content), tlv(tagContext0, "certificates"), tlv(tagSet, signers))
}

func TestC61Opaque(t *testing.T) {
	wrapped := tlv(tagContext0, tlv(4, strings.Repeat("content ", 40)))
	whole := signedData(wrapped, tlv(tagSequence, "signer"))
	indefinite := "\x30\x80" + tlv(tagOID, oidSigned) + "\xA0\x80\x30\x80" + whole[len(whole)-30:] + "\x00\x00\x00\x00\x00\x00"
	for _, tc := range []struct{ name, tag, file, data, want, stored string }{
		{"signed", "application/pkcs7-mime", "smime.p7m", whole, "signed-data", whole},
		{"x-type", "application/x-pkcs7-mime", "smime.p7m", whole, "signed-data", whole},
		{"octet-stream", "application/octet-stream", "smime.p7m", whole, "signed-data", whole},
		{"no type at all", "", "att", whole, "signed-data", whole},
		{"detached", "", "smime.p7m", signedData("", tlv(tagSequence, "signer")), "signed-data", ""},
		{"certificates", "", "smime.p7m", signedData("", ""), "certs-only", ""},
		{"enveloped", "", "smime.p7m", cms(oidEnveloped, "x"), "enveloped-data", ""},
		{"authenticated", "", "smime.p7m", cms(oidAuthEnveloped, "x"), "authEnveloped-data", ""},
		{"compressed", "", "smime.p7m", cms(oidCompressed, "x"), "compressed-data", ""},
		{"unknown content", "", "smime.p7m", cms(oidSigned[:5], "x"), "", ""},
		{"indefinite lengths", "", "smime.p7m", indefinite, "signed-data", ""},
		{"base64", "", "smime.p7m", base64.StdEncoding.EncodeToString([]byte(whole))[:76] + "\r\n" +
			base64.StdEncoding.EncodeToString([]byte(whole))[76:] + "\r\n", "signed-data", whole},
		{"entity", "", "smime.p7m", "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
			base64.StdEncoding.EncodeToString([]byte(whole)), "signed-data", whole},
		{"binary entity", "", "smime.p7m", "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n" + whole, "signed-data", whole},
		{"by name only", "application/pkcs7-mime", "smime.p7m", "MIIC not base64 §", "", ""},
	} {
		s, res := convert(t, note(class(opaqueClass)).Attach(psttest.ByValue(tc.file, tc.tag, []byte(tc.data))), nil)
		leaves := wantTree(t, s, "application/pkcs7-mime")
		_, params, err := leaves[0].header.ContentType()
		if err != nil || params["smime-type"] != tc.want || params["name"] != "smime.p7m" {
			t.Errorf("%s: %v, %v", tc.name, params, err)
		}
		if tc.stored == "" {
			tc.stored = tc.data
		}
		if leaves[0].body != tc.stored || leaves[0].header.Get("Content-Disposition") != `attachment; filename="smime.p7m"` {
			t.Errorf("%s: data %q", tc.name, leaves[0].body)
		}
		if bad := tc.name == "by name only"; bad != (len(res.Warnings) == 1) {
			t.Errorf("%s: %v", tc.name, res.Warnings)
		}
	}
	m := note(class(opaqueClass), headers("From: a@x.org", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data")).
		Attach(psttest.ByValue("smime.p7m", "application/pkcs7-mime", []byte("no CMS")))
	s, _ := convert(t, m, nil)
	if v, _ := field(t, s, "Content-Type"); !strings.Contains(v, "smime-type=enveloped-data;") {
		t.Errorf("type of the original header: %s", v)
	}
	two := note(class(opaqueClass)).Attach(psttest.ByValue("smime.p7m", "", []byte(whole)), psttest.ByValue("b.txt", "", []byte("b")))
	s, res := convert(t, two, nil)
	wantTree(t, s, "mixed{text/plain application/pkcs7-mime text/plain}")
	wantRule(t, res, "M22", 1)
}

// Whatever is called CMS is looked at in linear time and without a panic, and
// what has been recognized stays so when more follows.
func FuzzCMS(f *testing.F) {
	f.Add([]byte(signedData("", "")))
	f.Add([]byte("\x30\x80\x06\x01\x2A\xA0\x80\x30\x80\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		kind, ok := smimeType(b)
		if !ok && kind != "" {
			t.Fatalf("type %q of what is no CMS", kind)
		}
		if e, rest, ok := cutElement(b); ok && len(e.body)+len(rest) > len(b) {
			t.Fatal("more came out than went in")
		}
	})
}

// What is stored as signed mail is in the message octet by octet, or as a file in
// base64.
func FuzzSigned(f *testing.F) {
	f.Add([]byte(signedHeader + "\r\n" + signedBody))
	f.Add([]byte("Content-Type: multipart/signed\n\nx\ny"))
	f.Add([]byte("Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\nMAA="))
	f.Fuzz(func(t *testing.T, data []byte) {
		m := note(class(signedClass)).Attach(psttest.ByValue("smime.p7m", "multipart/signed", data))
		s, res := convertRaw(t, m)
		_, body := split(t, s)
		_, stored, _ := bytes.Cut(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
		encoded := base64.StdEncoding.EncodeToString(data)
		switch flat := strings.ReplaceAll(body, "\r\n", "\n"); {
		case flat == string(stored), strings.Contains(strings.ReplaceAll(body, "\r\n", ""), encoded):
		case strings.Contains(s, "Content-Type: application/pkcs7-mime;"): // unwrapped: the decoded data is CMS
		default:
			t.Fatalf("%q is not in %q, %v", data, s, res.Warnings)
		}
	})
}
