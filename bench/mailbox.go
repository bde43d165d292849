package bench

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// Mailbox says what data file to make.
type Mailbox struct {
	Size     int64 // bytes, about
	Messages int
}

// folders is how many folders a mailbox has; the first of them holds two fifths
// of all messages.
const folders = 40

// Write makes a Unicode data file of the encoding that Outlook uses, with mail
// of text, HTML, transport headers and attachments whose sizes are spread as in
// real mailboxes: most are small, a few have most of the bytes. The same mailbox
// gives the same bytes.
func (b Mailbox) Write(path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	w, err := psttest.NewWriter(f, psttest.Options{Encryption: psttest.EncryptPermute})
	if err != nil {
		return err
	}
	ids, err := declare(w)
	if err != nil {
		return err
	}
	g := newGenerator(b)
	for i := range b.Messages {
		to := ids[0]
		if i%5 >= 2 {
			to = ids[1+g.rand.IntN(folders-1)]
		}
		if _, err := w.Add(to, g.message(i)); err != nil {
			return fmt.Errorf("message %d: %w", i, err)
		}
	}
	return w.Close()
}

func declare(w *psttest.Writer) ([]psttest.FolderID, error) {
	var ids []psttest.FolderID
	for i := range folders {
		name, role := fmt.Sprintf("Project %d", i), psttest.RoleNone
		if i == 0 {
			name, role = "Inbox", psttest.RoleInbox
		}
		id, err := w.Folder(psttest.IPMSubtree, name, role)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// generator makes messages, each from the pools at another place.
type generator struct {
	rand       *rand.Rand
	text       string
	data       []byte
	body       float64 // median characters of a text
	attachment float64 // median bytes of an attachment
}

// Every so many messages one has an attachment.
const attachEvery = 6

// Deviations of the logarithms of sizes, and what a mean is of a median then.
const (
	bodySigma, attachSigma = 1.0, 1.4
	largest                = 20 << 20
)

var (
	bodyMean   = math.Exp(bodySigma * bodySigma / 2)
	attachMean = math.Exp(attachSigma * attachSigma / 2)
)

func newGenerator(b Mailbox) *generator {
	g := &generator{rand: rand.New(rand.NewPCG(1, 2)), data: make([]byte, 2*largest)} //nolint:gosec // the same file each time
	for i := range g.data {
		g.data[i] = byte(g.rand.Uint32())
	}
	words := strings.Fields("the a of and to is meeting report project budget schedule please find attached regards number week team customer offer")
	var s strings.Builder
	for s.Len() < 4<<20 {
		s.WriteString(words[g.rand.IntN(len(words))] + " ")
	}
	g.text = s.String()
	// A message takes about 5 KB besides its texts and attachment. A character
	// takes two bytes as text and 1.3 in HTML.
	mean := max(float64(b.Size)/float64(b.Messages)-5000, 3000)
	g.body = min(1500, mean/6)
	g.attachment = (mean - 3.3*g.body*bodyMean) * attachEvery / attachMean
	return g
}

// size is one of a log-normal distribution.
func (g *generator) size(median, sigma float64) int {
	return int(min(median*math.Exp(sigma*g.rand.NormFloat64()), largest))
}

func (g *generator) message(i int) *psttest.Message {
	from := fmt.Sprintf("Sender %d <sender%d@example.org>", i%500, i%500)
	n := min(g.size(g.body, bodySigma), len(g.text)/2)
	start := g.rand.IntN(len(g.text) - n)
	body := g.text[start : start+n]
	subject := g.text[start : start+min(n, 40)]
	m := psttest.Mail(fmt.Sprintf("%d %s", i, subject), from, "Ann Lee <ann@example.org>", body,
		psttest.Bin(mapi.HTML, html(body)),
		psttest.Str(mapi.TransportMessageHeaders, headers(i, from, subject)),
		psttest.Str(mapi.InternetMessageID, fmt.Sprintf("<%d@example.org>", i)))
	m.WithRecipients(psttest.Cc("Bob", "bob@example.org"))
	if i%attachEvery == 0 {
		m.Attach(g.file(i))
	}
	return m
}

func (g *generator) file(i int) psttest.Attachment {
	n := g.size(g.attachment, attachSigma)
	start := g.rand.IntN(len(g.data) - n)
	return psttest.ByValue(fmt.Sprintf("file %d.bin", i), "application/octet-stream", g.data[start:start+n])
}

func html(body string) []byte {
	const line = 60
	var s strings.Builder
	_, _ = io.WriteString(&s, "<html><head><meta charset=utf-8></head><body>") // never fails
	for len(body) > 0 {
		n := min(line, len(body))
		s.WriteString("<p class=MsoNormal>" + body[:n] + "</p>")
		body = body[n:]
	}
	return []byte(s.String() + "</body></html>")
}

func headers(i int, from, subject string) string {
	return fmt.Sprintf("Received: from mx%d.example.org (mx.example.org [192.0.2.1]) by mail.example.org with ESMTP id %d\r\n"+
		"From: %s\r\nTo: Ann Lee <ann@example.org>\r\nCc: Bob <bob@example.org>\r\nSubject: %d %s\r\n"+
		"Date: Thu, 02 Jan 2020 03:04:05 +0000\r\nMessage-ID: <%d@example.org>\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/mixed; boundary=\"%032x\"\r\n\r\n", i%7, i, from, i, subject, i, i)
}
