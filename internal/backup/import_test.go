package backup_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/backup"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/jobtest"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

// Programs that are not ours take what is written: a server for calendars and
// address books takes each item, a calendar program each file.
func TestImport(t *testing.T) {
	calcurse, server := testneed.Tool(t, "calcurse"), radicale(t)
	var paths []string
	if dir, ok := testneed.HasCorpus(t); ok {
		paths, _ = filepath.Glob(filepath.Join(dir, "*.[po]st"))
	}
	n := 0
	for _, path := range append(paths, jobtest.File(t, append(personal(), series())...)) {
		j, err := job.Open(context.Background(), []string{path}, job.SourceOptions{}, event.Discard{})
		if err != nil {
			continue // the tests of the reader look into that
		}
		to := t.TempDir()
		err = filesOf(j, to)
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range files(t, to) {
			switch filepath.Ext(name) {
			case ".ics":
				importFile(t, calcurse, filepath.Join(to, name), text)
			case ".vcf":
			default:
				continue
			}
			n += server.take(t, filepath.Ext(name), text)
		}
	}
	if want := 14; n < want {
		t.Errorf("%d items were taken, want %d", n, want)
	}
	t.Logf("%d items", n)
}

// filesOf writes what of a data file is no mail.
func filesOf(j *job.Job, to string) error {
	var refs []job.Ref
	for ref := range j.Items() {
		if it, err := j.Open(ref); err != nil && it != nil && it.Kind().IsPIM() {
			refs = append(refs, ref)
		}
	}
	_, err := backup.WritePIM(context.Background(), j, to, refs, false, func(job.PIMOutcome) {})
	return err
}

// series are items with more than a line or two.
func series() psttest.Folder {
	text := psttest.Str(mapi.Body, strings.Repeat("Größe; 1, 2 \\ \"3\"\r\n", 30))
	zone := named(mapi.PSetAppointment, 0x8234, mapi.TypeString, "W. Europe Standard Time")
	photo := psttest.Attachment{Props: []psttest.Prop{psttest.Bool(mapi.AttachmentContactPhoto, true), psttest.Str(mapi.AttachLongFilename, "ContactPicture.jpg")},
		Data: append([]byte("\xFF\xD8\xFF\xE0"), make([]byte, 500)...)}
	return psttest.Folder{Name: "More", Messages: []*psttest.Message{
		appointment("Größe", "key-of-event-101", arrived, text, zone, psttest.Keywords("Red", "a, b")),
		item("IPM.Task", "Every week", "key-of-a-task-02", text, named(mapi.PSetTask, 0x8101, mapi.TypeInt32, 1),
			named(mapi.PSetTask, 0x8105, mapi.TypeTime, arrived.Truncate(24*time.Hour))),
		item("IPM.Contact", "Zoë; Ann, B", "key-of-person-09", text, psttest.Str(mapi.GivenName, "Zoë"), psttest.Str(mapi.Surname, "B"),
			named(mapi.PSetAddress, 0x8083, mapi.TypeString, "zoe@example.org"), psttest.Str(mapi.HomePhone, "+49 1"), psttest.Time(mapi.Birthday, arrived)).Attach(photo),
	}}
}

// importFile imports a calendar and counts what the program has then.
func importFile(t *testing.T, calcurse, path, text string) {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command(calcurse, "-q", "-D", dir, "-i", path).CombinedOutput(); err != nil {
		t.Errorf("%s: %v: %s", filepath.Base(path), err, out)
	}
	out, err := exec.Command(calcurse, "-D", dir, "-G").Output()
	if want := strings.Count(text, "\nBEGIN:VEVENT\r") + strings.Count(text, "\nBEGIN:VTODO\r"); err != nil || strings.Count(string(out), "\n") != want {
		t.Errorf("%s: %d of %d are imported, %v", filepath.Base(path), strings.Count(string(out), "\n"), want, err)
	}
}

// dav is a server for calendars and address books.
type dav struct {
	url         string
	collections int
	log         string // file
}

// radicale starts one.
func radicale(t *testing.T) *dav {
	t.Helper()
	program := testneed.Tool(t, "radicale")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--config", "", "--server-hosts", addr, "--auth-type", "none", "--storage-filesystem-folder", t.TempDir())
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		_ = log.Close()
	})
	for end := time.Now().Add(time.Minute); ; {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			_ = c.Close()
			return &dav{url: "http://" + addr + "/anna/", log: log.Name()}
		}
		if time.Now().After(end) {
			b, _ := os.ReadFile(log.Name())
			t.Fatalf("radicale does not answer: %v\n%s", err, b)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (d *dav) do(t *testing.T, method, url, contentType, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("anna", "secret")
	req.Header.Set("Content-Type", contentType)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

const newAddressBook = `<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop>` +
	`<resourcetype><collection/><C:addressbook/></resourcetype></prop></set></mkcol>`

// take puts each item of a file by itself (RFC 4791 5.3.2, RFC 6352 6.3.2), and asks
// how many are there.
func (d *dav) take(t *testing.T, ext, text string) int {
	t.Helper()
	d.collections++
	url, contentType := fmt.Sprintf("%sc%d/", d.url, d.collections), "text/calendar; charset=utf-8"
	var status int
	parts := objects(text)
	if ext == ".ics" {
		status, _ = d.do(t, "MKCALENDAR", url, "text/xml", "")
	} else {
		status, _ = d.do(t, "MKCOL", url, "text/xml", newAddressBook)
		contentType, parts = "text/vcard; charset=utf-8", strings.SplitAfter(strings.TrimSuffix(text, "END:VCARD\r\n"), "END:VCARD\r\n")
	}
	if status != http.StatusCreated {
		t.Fatalf("no collection: %d", status)
	}
	for i, part := range parts {
		if ext == ".vcf" && i == len(parts)-1 {
			part += "END:VCARD\r\n"
		}
		if status, answer := d.do(t, http.MethodPut, fmt.Sprintf("%s%d%s", url, i, ext), contentType, part); status != http.StatusCreated {
			log, _ := os.ReadFile(d.log)
			t.Errorf("item %d of %d: %d %s: %s", i+1, len(parts), status, answer, log[max(0, len(log)-2000):])
		}
	}
	status, all := d.do(t, http.MethodGet, url, "", "")
	got := map[string]bool{}
	for line := range strings.SplitSeq(unfold(all), "\n") {
		if strings.HasPrefix(line, "UID") {
			got[line] = true
		}
	}
	if status != http.StatusOK || len(got) != len(parts) {
		t.Errorf("%d of %d items are there (%d)", len(got), len(parts), status)
	}
	return len(parts)
}

// unfold joins folded lines.
func unfold(text string) string {
	return strings.NewReplacer("\r\n ", "", "\n ", "").Replace(text)
}

// objects splits a calendar into one for each identity, with all time zones.
func objects(text string) []string {
	var zones strings.Builder
	byUID := map[string]string{}
	var order []string
	block, name, uid := "", "", ""
	for line := range strings.SplitAfterSeq(unfold(text), "\r\n") {
		word := strings.TrimSuffix(line, "\r\n")
		begun, begins := strings.CutPrefix(word, "BEGIN:")
		if begins && name == "" && begun != "VCALENDAR" {
			block, name, uid = "", begun, ""
		}
		if name == "" {
			continue
		}
		block += line
		if strings.HasPrefix(word, "UID:") {
			uid = word
		}
		if word != "END:"+name {
			continue
		}
		if name == "VTIMEZONE" {
			zones.WriteString(block)
		} else {
			if byUID[uid] == "" {
				order = append(order, uid)
			}
			byUID[uid] += block
		}
		name = ""
	}
	var out []string
	for _, uid := range order {
		out = append(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"+zones.String()+byUID[uid]+"END:VCALENDAR\r\n")
	}
	return out
}
