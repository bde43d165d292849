package discover

import (
	"encoding/hex"
	"slices"
	"strings"
)

// profileRoots are where Outlook keeps its profiles: since 2013 each version has
// its own, before that all of them shared one with Windows.
var profileRoots = []struct{ office, path string }{
	{"16.0", `Software\Microsoft\Office\16.0\Outlook\Profiles`},
	{"15.0", `Software\Microsoft\Office\15.0\Outlook\Profiles`},
	{"14.0", `Software\Microsoft\Office\14.0\Outlook\Profiles`},
	{"older", `Software\Microsoft\Windows NT\CurrentVersion\Windows Messaging Subsystem\Profiles`},
}

// accountsKey is the section of a profile with its accounts, each in a key of its
// own with values of plain names.
const accountsKey = "9375CFF0413111d3B88A00104B2A6676"

// Values of the other sections of a profile are named by property type and
// identifier in hex, so "001f6700" is the Unicode string 0x6700. Their data are
// the bytes of the property.
var (
	// pathValues have the path of a data file: PR_PST_PATH, PR_PROFILE_OFFLINE_STORE_PATH.
	pathValues = []string{"001f6700", "001f6610", "001e6700", "001e6610"}
)

const (
	providersValue    = "01023d00" // PR_STORE_PROVIDERS: UIDs of sections, which name keys
	defaultStoreValue = "000b3400" // PR_DEFAULT_STORE
	resourceValue     = "00033009" // PR_RESOURCE_FLAGS
	statusDefault     = 1          // STATUS_DEFAULT_STORE of it
)

// profile is an Outlook profile.
type profile struct {
	office, name string
	files        []string // paths of all its data files
	main         string   // the one that mail goes to by default
	accounts     []Account
}

// profileReader reads one profile.
type profileReader struct {
	*reader
	path     string
	sections map[string]bool // lower case
	p        profile
}

// readProfiles reads the profiles of all versions.
func readProfiles(r *reader) []profile {
	var list []profile
	for _, root := range profileRoots {
		for _, name := range r.keys(root.path) {
			list = append(list, readProfile(r, root.office, name, root.path+`\`+name))
		}
	}
	return list
}

func readProfile(r *reader, office, name, path string) profile {
	pr := profileReader{reader: r, path: path, sections: map[string]bool{}, p: profile{office: office, name: name}}
	hasAccounts := false
	for _, s := range r.keys(path) {
		if strings.EqualFold(s, accountsKey) {
			hasAccounts = true
			continue
		}
		pr.sections[strings.ToLower(s)] = true
		pr.section(s)
	}
	if len(pr.p.files) == 1 {
		pr.p.main = pr.p.files[0]
	}
	if hasAccounts {
		for _, key := range r.keys(path + `\` + accountsKey) {
			pr.account(path + `\` + accountsKey + `\` + key)
		}
	}
	return pr.p
}

// section takes the data file of a section, if it has one.
func (pr *profileReader) section(name string) {
	at := pr.path + `\` + name
	file := pr.first(at, pathValues)
	if file == "" {
		return
	}
	pr.p.add(file)
	flags, _ := pr.number(at, resourceValue)
	if flag := pr.bytes(at, defaultStoreValue); len(flag) > 0 && flag[0] != 0 || flags&statusDefault != 0 {
		pr.p.main = file
	}
}

// add keeps each path once.
func (p *profile) add(file string) {
	for _, f := range p.files {
		if strings.EqualFold(f, file) {
			return
		}
	}
	p.files = append(p.files, file)
}

// first is the first of some values that is there. A name with type 001e is an
// 8-bit string.
func (pr *profileReader) first(at string, names []string) string {
	for _, name := range names {
		v := pr.value(at, name)
		if b, ok := v.([]byte); ok && strings.HasPrefix(name, "001e") {
			s, _, _ := strings.Cut(string(b), "\x00")
			v = strings.ToValidUTF8(s, "\uFFFD")
		}
		if s := text(v); s != "" {
			return s
		}
	}
	return ""
}

// account reads one account. Those that do not receive mail, such as address
// books, are left out. Passwords are not looked at.
func (pr *profileReader) account(at string) {
	a := Account{Profile: pr.p.name, Office: pr.p.office, Name: pr.text(at, "Account Name"), Email: pr.text(at, "Email")}
	switch {
	case pr.text(at, "POP3 Server") != "":
		a.Kind = AccountPOP
		pr.internet(&a, at, "POP3")
		a.Leave = leave(pr.number(at, "Leave on Server"))
		pr.delivery(&a, at)
	case pr.text(at, "IMAP Server") != "":
		a.Kind = AccountIMAP
		pr.internet(&a, at, "IMAP")
		// Its own store is its cache. "Delivery Store EntryID" can be that of another file.
		if a.File = storePath(pr.bytes(at, "IMAP Store EID")); a.File == "" {
			a.File = pr.serviceFile(at)
		}
	case pr.exchange(at):
		a.Kind = AccountExchange
		if a.File = storePath(pr.bytes(at, "EAS Store EID")); a.File == "" {
			a.File = pr.serviceFile(at)
		}
	default:
		return
	}
	if a.Email == "" && strings.Contains(a.Name, "@") {
		a.Email = a.Name
	}
	if a.File != "" {
		pr.p.add(a.File)
	}
	pr.p.accounts = append(pr.p.accounts, a)
}

// internet reads what POP and IMAP accounts have.
func (pr *profileReader) internet(a *Account, at, protocol string) {
	a.Server, a.User = pr.text(at, protocol+" Server"), pr.text(at, protocol+" User")
	if port, ok := pr.number(at, protocol+" Port"); ok && port < 1<<16 {
		a.Port = int(port)
	}
}

// delivery finds the data file that a POP account delivers to.
func (pr *profileReader) delivery(a *Account, at string) {
	a.File = storePath(pr.bytes(at, "Delivery Store EntryID"))
	a.store = folderStore(pr.bytes(at, "Delivery Folder EntryID"))
	if a.File == "" {
		a.File = pr.p.main
	}
}

// Values of PROP_POP_LEAVE_ON_SERVER; the days are in the upper half.
const (
	leaveOnServer = 1 << iota
	removeAfter
	removeWhenDeleted
)

func leave(v uint32, known bool) *Leave {
	l := &Leave{Known: known, Keep: v&leaveOnServer != 0}
	if l.Keep {
		l.WhenDeleted = v&removeWhenDeleted != 0
		if v&removeAfter != 0 {
			l.Days = int(v >> 16)
		}
	}
	return l
}

// exchange tells whether an account is one of Exchange or of its relatives.
func (pr *profileReader) exchange(at string) bool {
	const outlookCom = "{4DB5CBF0-3B77-4852-BC8E-BB81908861F3}" // CLSID_OlkHotmailAccount
	return strings.EqualFold(pr.text(at, "Service Name"), "MSEMS") || pr.text(at, "EAS User") != "" ||
		strings.EqualFold(pr.text(at, "clsid"), outlookCom)
}

// serviceFile is the data file of the service that an account belongs to: in the
// section of the service, or in that of one of its stores.
func (pr *profileReader) serviceFile(at string) string {
	service := pr.bytes(at, "Service UID")
	if len(service) != uidSize {
		return ""
	}
	uids := slices.Concat(service, pr.bytes(pr.path+`\`+hex.EncodeToString(service), providersValue))
	for ; len(uids) >= uidSize; uids = uids[uidSize:] {
		section := hex.EncodeToString(uids[:uidSize])
		if !pr.sections[section] {
			continue
		}
		if file := pr.first(pr.path+`\`+section, pathValues); file != "" {
			return file
		}
	}
	return ""
}

const uidSize = 16
