// Package plan decides what goes where: it maps the folder tree of a data file
// to mailbox names on one IMAP server.
//
// Start with [Map]. Everything here is a pure function: no I/O, no clock, no
// randomness, and the order in which the server listed its mailboxes does not
// matter. A second run over the same file, on the server that the first run
// left behind, plans the same mailboxes, which is what makes resuming possible.
//
// Two promises are kept whatever the input is. A folder shares its mailbox with
// another one only where both have the same role (outbox and drafts count as
// one) or where the user asked for it, and nothing is ever planned into a
// mailbox named like Outlook's outbox, because some servers send what is put
// there.
package plan

// Role is what a folder is for. Roles of the data file come from entry ids
// ([MS-OXOSFLD] 2.2), roles of the server from SPECIAL-USE (RFC 6154 2).
type Role = string

// Roles of folders and mailboxes. The empty role is an ordinary folder.
const (
	RoleInbox  Role = "inbox"
	RoleSent   Role = "sent"
	RoleDrafts Role = "drafts"
	RoleTrash  Role = "trash"
	RoleJunk   Role = "junk"
	// RoleOutbox is only found in data files; such items go to drafts.
	RoleOutbox Role = "outbox"
	// RoleSync is Outlook's "Sync Issues" and RoleRSS its "RSS Feeds". Both
	// are known by name only and are mapped like ordinary folders.
	RoleSync Role = "sync"
	RoleRSS  Role = "rss"
	// The next ones are only found on servers: \Archive is an ordinary place
	// to put mail, \All, \Flagged and \Important are views that nothing is
	// ever put into.
	RoleArchive   Role = "archive"
	RoleAll       Role = "all"
	RoleFlagged   Role = "flagged"
	RoleImportant Role = "important"
)

// Folder is one folder of the data file.
type Folder struct {
	// Path has the names from the top of the tree that the user sees to the
	// folder, unchanged: {"Inbox", "Projects"}. An empty path is the top itself.
	Path []string
	// Role is what entry ids say; "" when they say nothing.
	Role Role
	// HasItems tells whether anything is in the folder itself.
	HasItems bool
}

// Mailbox is one line of the server's LIST answer (RFC 9051 7.3.1).
type Mailbox struct {
	Name        string // decoded to Unicode
	Role        Role   // from SPECIAL-USE, or ""
	NoSelect    bool   // \NoSelect or \NonExistent: it may hold others, and mail once it is created
	NoInferiors bool   // \NoInferiors
}

// Server is what has to be known of the server.
type Server struct {
	// Prefix is that of the personal namespace with its delimiter (RFC 2342),
	// for example "" or "INBOX.".
	Prefix string
	// Delim is the hierarchy delimiter; 0 means that there is no hierarchy.
	Delim rune
	// Mailboxes lists what exists, in any order.
	Mailboxes []Mailbox
	// Refused has characters that this server is known to refuse in names,
	// beyond those that none takes: `."\` for example.
	Refused string
	// BMPOnly tells that the server refuses characters above U+FFFF.
	BMPOnly bool
	// RefusedNames are full names that the server did not let be created; see
	// [Server.Refuse].
	RefusedNames []string
}

// Options are the user's wishes. The zero value is the default.
type Options struct {
	// Subfolder puts the whole tree below this mailbox path; special folders
	// then keep their names instead of going to the server's own. Levels are
	// separated by "/" or by the server's delimiter.
	Subfolder string
	// Rename maps a folder path, joined by "/" and compared without case, to
	// a mailbox path like that of Subfolder. Folders below follow. Renamed
	// folders may share a mailbox with others.
	Rename map[string]string
	// TrashAside puts what Outlook's Deleted Items has into a mailbox of its
	// own, [AsideName], instead of the server's trash.
	TrashAside bool
}

// AsideName is the mailbox that [Options].TrashAside makes.
const AsideName = "Deleted Items (Outlook)"

// Target is where the items of one folder go.
type Target struct {
	Folder  int    // index into the folders given to Map
	Mailbox string // full mailbox name, Unicode
	Role    Role   // of the folder: from entry ids or guessed, or ""
	Guessed bool   // Role was guessed from the folder's name
	Create  bool   // the mailbox does not exist yet
	Cleaned bool   // the folder's own name could not be kept
	Bin     Role   // RoleTrash or RoleJunk where the mailbox is the server's or lies below it: providers empty those; or ""
	Reasons []Reason
}
