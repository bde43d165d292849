//go:build wine

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/discover"
	"github.com/pst2imap/pst2imap/internal/imaptest"
	"github.com/pst2imap/pst2imap/internal/inspect"
	"github.com/pst2imap/pst2imap/internal/outlooktest"
	"github.com/pst2imap/pst2imap/internal/psttest"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/winetest"
)

// TestWindows runs the Windows program from the search for data files to the
// verdict. All parts share one PC, because making one takes longer than most of them.
func TestWindows(t *testing.T) {
	pc := winetest.New(t)
	file := put(t, pc, pc.WindowsHome+`\Documents\Größe & Straße`, "alles hier.pst", windowsFile(t))
	server := imaptest.Dovecot(t)
	t.Run("scan", func(t *testing.T) { windowsScan(t, pc) })
	t.Run("inspect", func(t *testing.T) { windowsInspect(t, pc, file) })
	t.Run("export", func(t *testing.T) { windowsExport(t, pc, file) })
	t.Run("held open", func(t *testing.T) { windowsHeld(t, pc, file) })
	t.Run("backup", func(t *testing.T) { windowsBackup(t, pc, file) })
	t.Run("upload", func(t *testing.T) { windowsUpload(t, pc, server, file) })
}

// windowsMails is how many mails windowsFile has.
const windowsMails = 48

// windowsFile has folders whose names Windows does not take, or takes for
// something else, and mail that is too large for memory.
func windowsFile(t *testing.T) []byte {
	t.Helper()
	n := 0
	mails := func(count int) []*psttest.Message {
		var list []*psttest.Message
		for range count {
			n++
			list = append(list, psttest.Mail(fmt.Sprintf("Betreff %d: ä/ö\\ü?", n), "a@example.org", "b@example.org", strings.Repeat(fmt.Sprintf("Zeile %d\r\n", n), 3000)))
		}
		return list
	}
	deep := psttest.Folder{Name: strings.Repeat("Tiefe ", 15), Messages: mails(1)}
	for range 5 {
		deep = psttest.Folder{Name: strings.Repeat("Tiefe ", 15), Folders: []psttest.Folder{deep}}
	}
	folders := []psttest.Folder{{Name: "Inbox", Role: psttest.RoleInbox, Messages: mails(20)}, deep}
	for _, name := range []string{"CON", "aux.txt", "a:b|c", "..", "Punkt.", "punkt", "Ende ", `C:\Windows`} {
		folders = append(folders, psttest.Folder{Name: name, Messages: mails(3)})
	}
	large := mails(3)
	for _, m := range large {
		m.Attach(psttest.ByValue("groß.bin", "application/octet-stream", bytes.Repeat([]byte("0123456789abcdef"), 60_000)))
	}
	folders = append(folders, psttest.Folder{Name: "Groß", Messages: large})
	if n != windowsMails {
		t.Fatalf("%d mails", n)
	}
	b, err := psttest.Bytes(&psttest.Tree{Folders: folders})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func windowsInspect(t *testing.T, pc *winetest.PC, file string) {
	var r inspect.Result
	if err := json.Unmarshal([]byte(pc.Run(t, exitOK, nil, "inspect", "--check", "--json", file).Stdout), &r); err != nil {
		t.Fatal(err)
	}
	if r.Totals.Messages != windowsMails || len(r.Damage) > 0 || r.File != strings.ReplaceAll(file, `\`, "/") {
		t.Errorf("%+v", r)
	}
	res := pc.Run(t, exitNoInput, nil, "inspect", `C:\nirgends\ä.pst`)
	if !strings.HasPrefix(res.Stderr, `pst2imap: C:\nirgends\ä.pst: no such file`) {
		t.Error(res.Stderr)
	}
}

// windowsExport writes each form twice. Names are looked at from outside: a
// reader that is not Windows sees what was made of them.
func windowsExport(t *testing.T, pc *winetest.PC, file string) {
	for _, form := range []string{"eml", "mbox", "maildir"} {
		to := pc.WindowsHome + `\Desktop\Export ` + form
		res := pc.Run(t, exitOK, nil, "export", file, "--to", to, "--format", form)
		if !strings.Contains(res.Stdout, fmt.Sprintf("%d found = %d written + 0 present", windowsMails, windowsMails)) {
			t.Errorf("%s: %s", form, res.Stdout)
		}
		again := pc.Run(t, exitOK, nil, "export", file, "--to", to, "--format", form)
		if !strings.Contains(again.Stdout, fmt.Sprintf("0 written + %d present", windowsMails)) {
			t.Errorf("%s again: %s", form, again.Stdout)
		}
		files := 0
		err := filepath.WalkDir(pc.Unix(to), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case strings.HasPrefix(d.Name(), ".part"), strings.ContainsAny(d.Name(), `<>:"\|?*`), strings.TrimRight(d.Name(), " .") != d.Name():
				t.Errorf("%s: there is %q", form, path)
			case strings.HasSuffix(d.Name(), ".eml"), form == "maildir" && filepath.Base(filepath.Dir(path)) == "cur":
				files++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if form != "mbox" && files != windowsMails {
			t.Errorf("%s: %d mails", form, files)
		}
	}
}

// windowsHeld looks at a file that another program has open in each of the ways
// that Windows knows.
func windowsHeld(t *testing.T, pc *winetest.PC, file string) {
	for how, readable := range map[string]bool{winetest.Alone: false, winetest.Writing: true} {
		release := pc.Hold(t, how, file)
		var r discover.Result
		if err := json.Unmarshal([]byte(pc.Run(t, exitOK, nil, "scan", "--json", file).Stdout), &r); err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(r.Files, func(f discover.File) bool { return f.Path == file })
		if i < 0 || r.Files[i].InUse != discover.InUseYes || (r.Files[i].Contents != nil) != readable || (r.Files[i].Error == "") != readable {
			t.Errorf("%s: %+v", how, r.Files)
		}
		code := exitOK
		if !readable {
			code = exitNoInput
		}
		if res := pc.Run(t, code, nil, "inspect", file); !readable && !strings.Contains(res.Stderr, "hint: another program has the file open: close Outlook and try again") {
			t.Errorf("%s: %s", how, res.Stderr)
		}
		release()
	}
}

// windowsBackup makes a backup, checks it, and checks it again when it has gone bad.
func windowsBackup(t *testing.T, pc *winetest.PC, file string) {
	to := `C:\Sicherung von Anna\2026`
	release := pc.Hold(t, winetest.Alone, file)
	if res := pc.Run(t, exitNoInput, nil, "backup", file, "--to", to); !strings.Contains(res.Stderr, "close Outlook") {
		t.Error(res.Stderr)
	}
	release()
	pc.Run(t, exitOK, nil, "backup", file, "--to", to)
	if res := pc.Run(t, exitOK, nil, "backup", file, "--to", to); !strings.Contains(res.Stdout, "was there, read again and right") {
		t.Error(res.Stdout)
	}
	copied := pc.Unix(to + `\alles hier.pst`)
	b, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	original, err := os.ReadFile(pc.Unix(file))
	if err != nil || !bytes.Equal(b, original) {
		t.Errorf("the copy is not the file: %v", err)
	}
	pc.Run(t, exitOK, nil, "backup", "--verify", to)
	b[len(b)/2] ^= 1
	if err := os.WriteFile(copied, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if res := pc.Run(t, report.ExitDifferent, nil, "backup", "--verify", to); !strings.Contains(res.Stdout, "alles hier.pst") {
		t.Error(res.Stdout)
	}
}

// windowsUpload kills an upload and does it again; another client counts.
func windowsUpload(t *testing.T, pc *winetest.PC, server *imaptest.Server, file string) {
	b, err := os.ReadFile(server.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	password := []string{passwordVariable + "=" + server.Password}
	to := []string{"--host", server.Host, "--port", strconv.Itoa(server.TLSPort), "--ca-file", put(t, pc, `C:\Eigene Zertifikate`, "ca.pem", b), "--user", server.User, "--pop-is-off"}
	slow := pc.Start(t, password, slices.Concat([]string{"upload", file, "--maxbytespersecond", "100000"}, to)...)
	for deadline := time.Now().Add(time.Minute); mailsOn(t, server) == 0 && time.Now().Before(deadline); {
		time.Sleep(100 * time.Millisecond)
	}
	slow.Kill()
	if res := slow.Wait(); res.Code != -1 {
		t.Fatalf("it ended before it was killed: %+v", res)
	}
	killed := mailsOn(t, server)
	if killed == 0 || killed == windowsMails {
		t.Fatalf("%d mails when it was killed", killed)
	}
	res := pc.Run(t, exitOK, password, slices.Concat([]string{"migrate", file}, to)...)
	if !strings.Contains(res.Stdout, fmt.Sprintf("%d found", windowsMails)) || !strings.Contains(res.Stdout, "complete: it is safe to switch") {
		t.Errorf("%s\n%s", res.Stdout, res.Stderr)
	}
	if n := mailsOn(t, server); n != windowsMails {
		t.Errorf("%d mails on the server", n)
	}
	if _, err := os.Stat(filepath.Join(pc.Home, "AppData", "Local", "pst2imap", "jobs")); err != nil {
		t.Error(err)
	}
	for _, text := range []string{res.Stdout, res.Stderr} {
		if strings.Contains(text, server.Password) {
			t.Error("the password was said")
		}
	}
}

// mailsOn is how many mails the server has in all mailboxes.
func mailsOn(t *testing.T, server *imaptest.Server) int {
	t.Helper()
	n := 0
	for _, m := range regexp.MustCompile(`messages=(\d+)`).FindAllStringSubmatch(server.Doveadm(t, "mailbox", "status", "-u", server.User, "messages", "*"), -1) {
		k, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		n += k
	}
	return n
}

// put writes a data file on the PC and tells its path there.
func put(t *testing.T, pc *winetest.PC, dir, name string, b []byte) string {
	t.Helper()
	path := dir + `\` + name
	if err := os.MkdirAll(filepath.Dir(pc.Unix(path)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(pc.Unix(path), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func windowsScan(t *testing.T, pc *winetest.PC) {
	small := func(o psttest.Options) []byte {
		b, err := psttest.Bytes(&psttest.Tree{Options: o, Folders: []psttest.Folder{{Name: "Inbox", Role: psttest.RoleInbox,
			Messages: []*psttest.Message{psttest.Mail("s", "a@example.org", "b@example.org", "text")}}}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	documents := pc.WindowsHome + `\OneDrive - Müller GmbH\Eigene Dokumente`
	local := pc.WindowsHome + `\AppData\Local\Microsoft\Outlook`
	deep := documents + strings.Repeat(`\`+strings.Repeat("ein Ordner mit Blanks und Umläuten ", 2)+"x", 4)
	pop := put(t, pc, documents+`\Outlook-Dateien`, "anna@example.org.pst", small(psttest.Options{}))
	long := put(t, pc, deep, "Übersicht 2019.pst", small(psttest.Options{Format: psttest.FormatANSI}))
	cache := put(t, pc, local, "anna@example.net.ost", small(psttest.Options{Format: psttest.FormatWide, Client: "SO"}))
	left := put(t, pc, pc.WindowsHome+`\Documents`, "alt.pst", small(psttest.Options{}))
	r := outlooktest.Registry{}
	p := r.Profile("16.0", "Outlook")
	p.Store(pop, true)
	p.Store(cache, false)
	p.POP(outlooktest.Internet{Name: "Anna", Email: "anna@example.org", Server: "pop.example.org", User: "anna", Port: 995, File: pop, Leave: uint32(0xE0003)})
	p.IMAP(outlooktest.Internet{Name: "net", Email: "anna@example.net", Server: "imap.example.net", File: cache})
	old := r.Profile("older", "Früher")
	old.POP(outlooktest.Internet{Name: "alt", Email: "alt@example.org", Server: "pop.example.org", File: `E:\weg\alt.pst`, Leave: uint32(0)})
	r.Set(`Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders`, "Personal", documents)
	pc.Import(t, r.Export())

	var res discover.Result
	if err := json.Unmarshal([]byte(pc.Run(t, exitOK, nil, "scan", "--json").Stdout), &res); err != nil {
		t.Fatal(err)
	}
	got := map[string]discover.File{}
	for _, f := range res.Files {
		got[f.Path] = f
	}
	for path, want := range map[string]struct {
		kind   discover.Kind
		format string
		use    discover.InUse
	}{
		pop:              {discover.KindPOP, "unicode", discover.InUseNo},
		long:             {discover.KindArchive, "ansi", discover.InUseNo},
		cache:            {discover.KindCache, "unicode-4k", discover.InUseNo},
		left:             {discover.KindArchive, "unicode", discover.InUseNo},
		`E:\weg\alt.pst`: {discover.KindPOP, "", discover.InUseUnknown},
	} {
		f, ok := got[path]
		if !ok || f.Kind != want.kind || f.Format != want.format || f.InUse != want.use || (f.Format != "") != (f.Contents != nil && f.Contents.Items == 1) {
			t.Errorf("%s: %+v", path, f)
		}
	}
	if len(got) != 6 || len(res.Problems) > 0 {
		t.Errorf("%d files: %+v, problems %v", len(got), res.Files, res.Problems)
	}
	if len(long) < 300 {
		t.Errorf("the long path has %d characters", len(long))
	}
	list := res.POP("anna@example.org")
	if len(list) != 1 || list[0].File != pop || list[0].Port != 995 || list[0].Leave.String() != "leaves mail on the server for 14 days" {
		t.Errorf("POP accounts: %+v", list)
	}
	if text := pc.Run(t, exitOK, nil, "scan", "--quick").Stdout; !strings.Contains(text, "warning: alt@example.org is fetched by POP,\n  which removes mail from the server as it fetches it.\n") {
		t.Error(text)
	}
}
