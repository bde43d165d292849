package discover

import (
	"context"
	"encoding/hex"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/fsx"
	"github.com/pst2imap/pst2imap/pst"
)

// look opens each file and forgets those that turn out to be none. The error is
// that of the context.
func (s *scan) look() error {
	for i, c := range s.list {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		s.Listener.Progress(event.Progress{Stage: event.StageLook, Folder: c.Path, Done: i + 1, Total: len(s.list)})
		c.Type = typeByName(c.Path)
		if c.info != nil {
			s.open(c)
		}
	}
	s.list = slices.DeleteFunc(s.list, func(c *candidate) bool { return c.info != nil && c.Format == "" && !c.asked && c.noDataFile() })
	return s.ctx.Err()
}

// noDataFile tells whether a file has neither contents nor a name by which
// Outlook would take it.
func (c *candidate) noDataFile() bool { return c.Type == "" && c.InUse != InUseYes }

// typeByName is what a file's name says; "" for copies under other names.
func typeByName(path string) string {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".pst", ".ost", ".pab":
		return ext[1:]
	}
	return ""
}

// Why files were not read.
const (
	errInCloud = "it is kept in the cloud alone and was not fetched"
	errOther   = "it is no Outlook data file"
	errHeld    = "another program has it open; close Outlook to see what is in it"
)

// open reads what the file tells of itself.
func (s *scan) open(c *candidate) {
	if fsx.InCloud(c.info) {
		c.Error = errInCloud
		return
	}
	c.InUse = inUse(c.Path)
	store, err := pst.Open(c.Path)
	switch {
	case errors.Is(err, pst.ErrNotDataFile):
		c.Error = errOther
		return
	case err != nil && c.InUse == InUseYes:
		c.Error = errHeld
		return
	case err != nil:
		c.Error = plain(err)
		return
	}
	defer store.Close()
	info := store.Info()
	c.Type, c.Format, c.Store = info.Kind, info.Format, hex.EncodeToString(store.RecordKey())
	if !s.Quick {
		s.contents(c, store)
	}
}

// contents reads the tables of the folders, as far as the time allows.
func (s *scan) contents(c *candidate, store *pst.Store) {
	ctx, cancel := context.WithTimeout(s.ctx, s.PerFile)
	defer cancel()
	sum, err := store.Summarize(ctx)
	lost := slices.ContainsFunc(store.Damage(), func(d pst.Damage) bool { return d.Lost })
	c.Contents = &Contents{Folders: sum.Folders, Items: sum.Items, First: day(sum.First), Last: day(sum.Last), Partial: err != nil || lost}
	c.imap = sum.IMAP
}

// match finds out which account goes with which file.
func (s *scan) match() {
	for i := range s.accounts {
		a := &s.accounts[i]
		if c := s.fileOf(a); c != nil {
			c.Accounts = append(c.Accounts, i)
			if a.File == "" {
				a.File = c.Path
			}
		}
	}
}

// fileOf is the file of an account: the one that the profile names, or where that
// is gone the store that the account delivers to, or else the one that is named
// like the account, as Outlook names new files.
func (s *scan) fileOf(a *Account) *candidate {
	named := s.byPath[pathKey(a.File)]
	if named != nil && named.info != nil {
		return named
	}
	key := hex.EncodeToString(a.store)
	for _, c := range s.list {
		if key != "" && c.Store == key || a.File == "" && slices.Contains(c.Profiles, a.Profile) && namedLike(c.Path, a.Email) {
			return c
		}
	}
	return named
}

// namedLike tells whether a file is named as Outlook names that of an address:
// "anna@example.org.ost", "anna@example.org(1).ost", "anna@example.org - Work.ost".
func namedLike(path, address string) bool {
	name := strings.ToLower(path[strings.LastIndexAny(path, `\/`)+1:])
	rest, ok := strings.CutPrefix(name, strings.ToLower(address))
	return ok && address != "" && rest != "" && strings.ContainsRune(".( -", rune(rest[0]))
}

// classify says what a file is for.
func (s *scan) classify(c *candidate) {
	protocols := map[AccountKind]string{}
	for _, i := range c.Accounts {
		protocols[s.accounts[i].Kind] = s.accounts[i].Label()
	}
	pop, imap, exchange := protocols[AccountPOP], protocols[AccountIMAP], protocols[AccountExchange]
	switch {
	case pop != "":
		c.Kind, c.Why = KindPOP, "the POP account "+pop+" delivers to it: its mail may be nowhere else"
	case imap != "":
		c.Kind, c.Why = KindCache, "the IMAP account "+imap+" is cached in it: likely a copy of what the server has"
	case exchange != "":
		c.Kind, c.Why = KindCache, "the Exchange account "+exchange+" is cached in it: likely a copy of what the server has"
	case c.imap:
		c.Kind, c.Why = KindCache, "it has the folders of an IMAP account: likely a copy of what the server has, or had"
	case c.Type == "ost":
		c.Kind, c.Why = KindCache, "Outlook caches IMAP and Exchange accounts in such files: likely a copy, unless that account is gone"
	case c.Format != "" && len(c.Profiles) > 0:
		c.Kind, c.Why = KindArchive, "Outlook has it open beside the accounts: its mail may be nowhere else"
	case c.Format != "" && s.original(c) != "":
		c.Kind, c.Why = KindArchive, "a copy, of today or of another day, of "+s.original(c)
	case c.Format != "":
		c.Kind, c.Why = KindArchive, "no Outlook profile uses it: an archive, or a copy of another file"
	case c.info == nil:
		c.Why = "an Outlook profile names it, and it is not there"
	default:
		c.Why = "what it is for is not known"
	}
}

// original is the path of the file that an Outlook profile uses and that has the
// same store as another one.
func (s *scan) original(c *candidate) string {
	for _, o := range s.list {
		if o != c && c.Store != "" && o.Store == c.Store && len(o.Profiles) > 0 {
			return o.Path
		}
	}
	return ""
}

// Label is what the person knows an account by.
func (a *Account) Label() string {
	for _, s := range []string{a.Email, a.User, a.Name} {
		if s != "" {
			return s
		}
	}
	return "of " + a.Profile
}
