package discover

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/internal/outlooktest"
	"github.com/pst2imap/pst2imap/internal/psttest"
)

// dataFile is a file with mails of some days, a folder of appointments, and
// perhaps a folder of an IMAP account.
func dataFile(t *testing.T, o psttest.Options, imap bool) []byte {
	t.Helper()
	mail := func(day int) *psttest.Message {
		return psttest.Mail("subject", "a@example.org", "b@example.org", "text").
			With(psttest.Time(mapi.MessageDeliveryTime, time.Date(2024, 3, day, 9, 0, 0, 0, time.UTC)))
	}
	inbox := psttest.Folder{Name: "Inbox", Role: psttest.RoleInbox, Messages: []*psttest.Message{mail(5), mail(2), mail(9)}}
	if imap {
		inbox.Props = append(inbox.Props, psttest.Str(mapi.ContainerClass, "IPF.Imap"))
	}
	calendar := psttest.Folder{Name: "Calendar", Messages: []*psttest.Message{mail(20)},
		Props: []psttest.Prop{psttest.Str(mapi.ContainerClass, "IPF.Appointment")}}
	b, err := psttest.Bytes(&psttest.Tree{Options: o, Folders: []psttest.Folder{inbox, calendar}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func scanned(t *testing.T, o Options) *Result {
	t.Helper()
	r, err := Scan(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// names are the paths of files below a folder, in their order.
func names(t *testing.T, r *Result, dir string) []string {
	t.Helper()
	var list []string
	for _, f := range r.Files {
		rel, err := filepath.Rel(dir, f.Path)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, filepath.ToSlash(rel))
	}
	slices.Sort(list)
	return list
}

func TestWhatAFileIs(t *testing.T) {
	dir := t.TempDir()
	plain := dataFile(t, psttest.Options{}, false)
	write(t, filepath.Join(dir, "a.pst"), plain)
	write(t, filepath.Join(dir, "b.ost"), dataFile(t, psttest.Options{Format: psttest.FormatWide, Client: "SO"}, false))
	write(t, filepath.Join(dir, "c.pst"), dataFile(t, psttest.Options{Format: psttest.FormatANSI}, true))
	write(t, filepath.Join(dir, "d.pst.bak"), plain)
	write(t, filepath.Join(dir, "e.pst"), []byte("this is no data file"))
	write(t, filepath.Join(dir, "f.pst.txt"), []byte("neither is this"))
	write(t, filepath.Join(dir, "g.doc"), plain)
	got := map[string]File{}
	for _, f := range scanned(t, Options{Dirs: []string{dir}}).Files {
		got[filepath.Base(f.Path)] = f
	}
	for name, want := range map[string]struct {
		kind         Kind
		typ, format  string
		items        int
		oldest, last string
	}{
		"a.pst":     {KindArchive, "pst", "unicode", 4, "2024-03-02", "2024-03-09"},
		"b.ost":     {KindCache, "ost", "unicode-4k", 4, "2024-03-02", "2024-03-09"},
		"c.pst":     {KindCache, "pst", "ansi", 4, "2024-03-02", "2024-03-09"},
		"d.pst.bak": {KindArchive, "pst", "unicode", 4, "2024-03-02", "2024-03-09"},
		"e.pst":     {KindUnknown, "pst", "", -1, "", ""},
	} {
		f, ok := got[name]
		if !ok {
			t.Errorf("%s was not found", name)
			continue
		}
		delete(got, name)
		c := Contents{Items: -1}
		if f.Contents != nil {
			c = *f.Contents
		}
		if f.Kind != want.kind || f.Type != want.typ || f.Format != want.format || c.Items != want.items || c.First != want.oldest || c.Last != want.last || c.Partial {
			t.Errorf("%s: %+v %+v", name, f, c)
		}
		if f.Why == "" || (f.Error != "") != (want.format == "") {
			t.Errorf("%s: why %q, error %q", name, f.Why, f.Error)
		}
	}
	for name := range got {
		t.Errorf("%s was listed", name)
	}
	for _, f := range scanned(t, Options{Dirs: []string{dir}, Quick: true}).Files {
		if f.Contents != nil || f.Format == "" && f.Error == "" {
			t.Errorf("with Quick: %+v", f)
		}
	}
}

// A folder is searched once, whatever links lead to it, and a file listed once.
func TestLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("making links needs rights that a test does not have")
	}
	root := t.TempDir()
	dir, elsewhere := filepath.Join(root, "here"), filepath.Join(root, "elsewhere")
	b := dataFile(t, psttest.Options{}, false)
	file := write(t, filepath.Join(dir, "sub", "a.pst"), b)
	write(t, filepath.Join(elsewhere, "deep", "b.pst"), b)
	for link, target := range map[string]string{
		filepath.Join(dir, "sub", "up"):         dir,
		filepath.Join(dir, "again"):             filepath.Join(dir, "sub"),
		filepath.Join(dir, "other"):             elsewhere,
		filepath.Join(elsewhere, "back"):        dir,
		filepath.Join(elsewhere, "deep", "top"): elsewhere,
		filepath.Join(dir, "z.pst"):             file,
		filepath.Join(dir, "gone.pst"):          filepath.Join(root, "nothing"),
	} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	r := scanned(t, Options{Dirs: []string{dir, filepath.Join(dir, "sub")}})
	got := names(t, r, root)
	if len(got) != 2 || !slices.Contains(got, "here/other/deep/b.pst") {
		t.Errorf("found %q", got)
	}
	if len(r.Problems) > 0 {
		t.Errorf("problems: %v", r.Problems)
	}
}

func TestUnreadableFolderIsNamed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.pst"), dataFile(t, psttest.Options{}, false))
	w := &walker{ctx: t.Context(), listen: event.Discard{}, found: func(string, bool) {}}
	if err := w.search([]place{{path: dir, depth: 1}, {path: filepath.Join(dir, "no"), depth: 1}, {path: filepath.Join(dir, "never"), usual: true}}); err != nil {
		t.Fatal(err)
	}
	w.folder(place{path: filepath.Join(dir, "gone"), name: "gone"})
	if len(w.problems) != 2 || w.problems[0].Path != filepath.Join(dir, "no") || w.problems[1].Path != filepath.Join(dir, "gone") {
		t.Errorf("problems: %v", w.problems)
	}
	for _, p := range w.problems {
		if p.What == "" || strings.Contains(p.What, dir) {
			t.Errorf("%q", p.What)
		}
	}
}

// The end of the context ends a search, with its error and no half a result.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.pst"), dataFile(t, psttest.Options{}, false))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := Scan(ctx, Options{Dirs: []string{dir}}); !errors.Is(err, context.Canceled) || r != nil {
		t.Errorf("%v, %v", r, err)
	}
}

// A file that takes longer than it may is listed with what is known by then.
func TestTimeRunsOut(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.pst"), dataFile(t, psttest.Options{}, false))
	r := scanned(t, Options{Dirs: []string{dir}, PerFile: time.Nanosecond})
	if len(r.Files) != 1 || r.Files[0].Contents == nil || !r.Files[0].Contents.Partial || r.Files[0].Format != "unicode" {
		t.Errorf("%+v", r.Files)
	}
}

// Paths may be longer than the 260 characters that Windows once allowed.
func TestLongPath(t *testing.T) {
	dir := t.TempDir()
	deep := dir
	for range 8 {
		deep = filepath.Join(deep, strings.Repeat("Ordner mit Umläuten ", 2)+"x")
	}
	write(t, filepath.Join(deep, "Übersicht.pst"), dataFile(t, psttest.Options{}, false))
	r := scanned(t, Options{Dirs: []string{dir}})
	if len(r.Files) != 1 || len(r.Files[0].Path) < 300 || r.Files[0].Contents == nil || r.Files[0].Contents.Items != 4 {
		t.Errorf("%+v", r.Files)
	}
}

// Accounts are matched with files by the path in the profile, by the store that
// mail is delivered to, or by the file's name.
func TestAccountsAndFiles(t *testing.T) {
	dir, given := t.TempDir(), t.TempDir()
	key := mapi.GUID{1, 2, 3}
	again := write(t, filepath.Join(given, "main (backup).pst"), dataFile(t, psttest.Options{}, false))
	copied := write(t, filepath.Join(given, "copied.pst"), dataFile(t, psttest.Options{RecordKey: key}, false))
	main := write(t, filepath.Join(dir, "main.pst"), dataFile(t, psttest.Options{}, false))
	cache := write(t, filepath.Join(dir, "Anna@example.net(1).ost"), dataFile(t, psttest.Options{Client: "SO"}, false))
	r := outlooktest.Registry{}
	p := r.Profile("16.0", "Outlook")
	p.Store(main, true)
	p.Store(cache, false)
	p.POP(outlooktest.Internet{Email: "main@example.org", Server: "pop.example.org"})
	p.POP(outlooktest.Internet{Email: "moved@example.org", Server: "pop.example.org", File: `C:\gone\moved.pst`, RecordKey: key[:]})
	p.POP(outlooktest.Internet{Email: "lost@example.org", Server: "pop.example.org", File: `C:\gone\lost.pst`})
	p.IMAP(outlooktest.Internet{Email: "anna@example.net", Server: "imap.example.net"})
	p.IMAP(outlooktest.Internet{Email: "anna@example.netto", Server: "imap.example.net"})

	res := scanned(t, Options{Dirs: []string{given, main}, Registry: r})
	got := map[string]File{}
	for _, f := range res.Files {
		if _, twice := got[f.Path]; twice {
			t.Errorf("%s is listed twice", f.Path)
		}
		got[f.Path] = f
	}
	for path, want := range map[string]struct {
		kind     Kind
		accounts []int
		profiles []string
		missing  bool
	}{
		main:                {KindPOP, []int{0}, []string{"Outlook"}, false},
		cache:               {KindCache, []int{3}, []string{"Outlook"}, false},
		again:               {KindArchive, nil, nil, false},
		copied:              {KindPOP, []int{1}, nil, false},
		`C:\gone\moved.pst`: {KindUnknown, nil, []string{"Outlook"}, true},
		`C:\gone\lost.pst`:  {KindPOP, []int{2}, []string{"Outlook"}, true},
	} {
		f := got[path]
		if f.Kind != want.kind || !slices.Equal(f.Accounts, want.accounts) || !slices.Equal(f.Profiles, want.profiles) || (f.Error != "") != want.missing {
			t.Errorf("%s: %+v", path, f)
		}
	}
	if len(got) != 6 || res.Files[0].Kind != KindPOP || res.Files[5].Kind != KindCache {
		t.Errorf("%d files, in the wrong order: %+v", len(got), res.Files)
	}
	if why := got[again].Why; !strings.Contains(why, "a copy") || !strings.HasSuffix(why, main) {
		t.Errorf("the backup of main: %q", why)
	}
	if pop := res.POP("MAIN@example.org"); len(pop) != 1 || pop[0].File != main {
		t.Errorf("POP accounts of main: %+v", pop)
	}
	if n := len(res.POP("")); n != 3 {
		t.Errorf("%d POP accounts", n)
	}
}
