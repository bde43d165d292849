// Package outlooktest makes what Outlook keeps in the registry: profiles with
// accounts and data files, as versions from 2003 to 2024 write them. Tests read
// it as it is, or import it into a registry with [Registry.Export].
package outlooktest

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
)

// Registry is HKEY_CURRENT_USER: the values of each key, []byte, string or
// uint32. A nil map stands for a key that may not be read.
type Registry map[string]map[string]any

// Set sets a value and makes the key.
func (r Registry) Set(key, name string, value any) {
	if r[key] == nil {
		r[key] = map[string]any{}
	}
	r[key][name] = value
}

// Keys are the names of the keys below a key.
func (r Registry) Keys(path string) ([]string, error) {
	if values, ok := r.find(path); ok && values == nil {
		return nil, fs.ErrPermission
	}
	names := map[string]bool{}
	prefix := strings.ToLower(path) + `\`
	for key := range r {
		if strings.HasPrefix(strings.ToLower(key), prefix) {
			name, _, _ := strings.Cut(key[len(prefix):], `\`)
			names[name] = true
		}
	}
	if len(names) == 0 {
		return nil, fs.ErrNotExist
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// Value is the data of a value.
func (r Registry) Value(path, name string) (any, error) {
	values, ok := r.find(path)
	if ok && values == nil {
		return nil, fs.ErrPermission
	}
	for n, v := range values {
		if strings.EqualFold(n, name) {
			if n, ok := v.(uint32); ok {
				return uint64(n), nil
			}
			return v, nil
		}
	}
	return nil, fs.ErrNotExist
}

func (r Registry) find(path string) (map[string]any, bool) {
	for key, values := range r {
		if strings.EqualFold(key, path) {
			return values, true
		}
	}
	return nil, false
}

// Export is a file that regedit imports.
func (r Registry) Export() []byte {
	var s strings.Builder
	s.WriteString("Windows Registry Editor Version 5.00\r\n")
	for _, key := range slices.Sorted(maps.Keys(r)) {
		fmt.Fprintf(&s, "\r\n[HKEY_CURRENT_USER\\%s]\r\n", key)
		for _, name := range slices.Sorted(maps.Keys(r[key])) {
			fmt.Fprintf(&s, "%q=%s\r\n", name, data(r[key][name]))
		}
	}
	return append([]byte{0xFF, 0xFE}, wide(s.String())...)
}

func data(v any) string {
	switch v := v.(type) {
	case uint32:
		return fmt.Sprintf("dword:%08x", v)
	case string:
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
	case []byte:
		parts := make([]string, len(v))
		for i, b := range v {
			parts[i] = fmt.Sprintf("%02x", b)
		}
		return "hex:" + strings.Join(parts, ",")
	}
	return "-"
}

// wide is UTF-16LE without an end.
func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// Wide is UTF-16LE ended by a NUL, as Outlook stores strings in binary values.
func Wide(s string) []byte { return append(wide(s), 0, 0) }

// Profile is a profile under construction.
type Profile struct {
	r       Registry
	path    string
	strings bool // of the registry, as Outlook writes them since 2016
	n       int
}

const accounts = `\9375CFF0413111d3B88A00104B2A6676`

// Profile begins a profile of an Office version, such as "16.0"; "older" is where
// all versions up to 2010 have theirs.
func (r Registry) Profile(office, name string) *Profile {
	path := `Software\Microsoft\Office\` + office + `\Outlook\Profiles\` + name
	if office == "older" {
		path = `Software\Microsoft\Windows NT\CurrentVersion\Windows Messaging Subsystem\Profiles\` + name
	}
	p := &Profile{r: r, path: path, strings: office == "16.0"}
	r.Set(path+`\0a0d020000000000c000000000000046`, "00033009", []byte{0, 0, 0, 0}) // a section of every profile
	p.account(map[string]any{"clsid": "{ED475414-B0D6-11D2-8C3B-00104B2A6676}", "Service Name": "CONTAB", "Account Name": "Outlook Address Book"})
	return p
}

// text is a string of an account.
func (p *Profile) text(s string) any {
	if p.strings {
		return s
	}
	return Wide(s)
}

func (p *Profile) account(values map[string]any) {
	p.n++
	key := fmt.Sprintf(`%s%s\%08x`, p.path, accounts, p.n)
	for name, v := range values {
		if s, ok := v.(string); ok && name != "clsid" {
			v = p.text(s)
		}
		p.r.Set(key, name, v)
	}
}

// section is the key of the n-th section and its UID.
func (p *Profile) section() (key string, uid []byte) {
	p.n++
	uid = bytes.Repeat([]byte{byte(p.n)}, 16)
	return p.path + `\` + hex.EncodeToString(uid), uid
}

// Store adds a data file. One is the default for mail.
func (p *Profile) Store(path string, isDefault bool) {
	key, _ := p.section()
	p.r.Set(key, "001f3001", Wide("Outlook Data File"))
	p.r.Set(key, "001f6700", Wide(path))
	if isDefault {
		p.r.Set(key, "000b3400", []byte{1, 0})
	}
}

// Providers of stores in files.
const (
	providerPST = "mspst.dll"
	providerOST = "pstprx.dll"
)

// uidNITA is the UID of the provider of data files.
var uidNITA = []byte("NITA\xF9\xBF\xB8\x01\x00\xAA\x00\x37\xD9\x6E\x00\x00")

// storeEntryID is the entry id of a store in a file: the header of [MS-OXCDATA]
// 2.2.4.3, then what the provider needs.
func storeEntryID(provider, path string) []byte {
	b := []byte("\x00\x00\x00\x00\x38\xA1\xBB\x10\x05\xE5\x10\x1A\xA1\xBB\x08\x00\x2B\x2A\x56\xC2\x00\x00")
	b = append(append(b, provider...), make([]byte, 12-len(provider))...)
	b = append(append(b, 0, 0, 0, 0), uidNITA...)
	return append(b, Wide(path)...)
}

// Internet is an account of POP or IMAP.
type Internet struct {
	Name, Email, Server, User string
	Port                      uint32 // 0: not stored
	File                      string // empty: it has no store of its own
	RecordKey                 []byte // of the store that POP delivers to
	Leave                     any    // uint32: the value of POP; nil: not stored
}

func (a Internet) values(protocol, clsid string) map[string]any {
	v := map[string]any{"clsid": clsid, "Account Name": a.Name, "Display Name": "Anna", "Email": a.Email,
		protocol + " Server": a.Server, protocol + " User": a.User, protocol + " Password": []byte("\x02secret"),
		"SMTP Server": "smtp.example.org"}
	if a.Port > 0 {
		v[protocol+" Port"] = a.Port
	}
	return v
}

// POP adds a POP account.
func (p *Profile) POP(a Internet) {
	v := a.values("POP3", "{ED475411-B0D6-11D2-8C3B-00104B2A6676}")
	if a.File != "" {
		v["Delivery Store EntryID"] = storeEntryID(providerPST, a.File)
	}
	if a.RecordKey != nil {
		v["Delivery Folder EntryID"] = append(append([]byte{0, 0, 0, 0}, a.RecordKey...), 0x82, 0x80, 0, 0)
	}
	if a.Leave != nil {
		v["Leave on Server"] = a.Leave
	}
	p.account(v)
}

// IMAP adds an IMAP account with its cache.
func (p *Profile) IMAP(a Internet) {
	v := a.values("IMAP", "{ED475412-B0D6-11D2-8C3B-00104B2A6676}")
	if a.File != "" {
		v["IMAP Store EID"] = storeEntryID(providerOST, a.File)
	}
	p.account(v)
}

// Exchange adds an Exchange account. The path of its cache is in a section that
// the account's service leads to.
func (p *Profile) Exchange(email, file string) {
	service, uid := p.section()
	store, storeUID := p.section()
	p.r.Set(service, "01023d00", storeUID)
	p.r.Set(store, "001f6610", Wide(file))
	p.account(map[string]any{"clsid": "{ED475414-B0D6-11D2-8C3B-00104B2A6676}", "Service Name": "MSEMS", "Account Name": email, "Service UID": uid})
}
