package pst

import (
	"encoding/binary"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// Role is what a store uses a folder for.
type Role string

// Roles that matter for mail.
const (
	RoleNone   Role = ""
	RoleInbox  Role = "inbox"
	RoleSent   Role = "sent"
	RoleDrafts Role = "drafts"
	RoleTrash  Role = "trash"
	RoleJunk   Role = "junk"
	RoleOutbox Role = "outbox"
)

// roleEntries are the properties that hold the entry id of a special folder.
var roleEntries = []struct {
	id   mapi.PropID
	role Role
}{
	{mapi.IpmInboxEntryID, RoleInbox},
	{mapi.IpmOutboxEntryID, RoleOutbox},
	{mapi.IpmWastebasketEntry, RoleTrash},
	{mapi.IpmSentMailEntryID, RoleSent},
	{mapi.IpmDraftsEntryID, RoleDrafts},
}

// junkElement is where PidTagAdditionalRenEntryIds has Junk E-mail
// ([MS-OXOSFLD] 2.2.4).
const junkElement = 4

// entryNode takes the node out of an EntryID: four bytes of flags, sixteen of
// the store's record key, then the node ([MS-PST] 2.4.3.2).
func entryNode(b []byte) NodeID {
	if len(b) < 24 {
		return 0
	}
	return NodeID(binary.LittleEndian.Uint32(b[20:]))
}

// ipmSubtree is the top of the user's folders. The store of an .ost file names
// it by an entry id of the server: there it is the folder that the inbox is in.
// A file with neither has none, and its folders then count from the root.
func (s *Store) ipmSubtree() NodeID {
	b, _ := s.props.Bytes(mapi.IpmSubTreeEntryID)
	if id := entryNode(b); s.isFolder(id) {
		return id
	}
	if n, err := s.file.Node(s.receiveFolder()); err == nil && s.isFolder(n.Parent) && n.Parent != ndb.NIDRootFolder {
		return n.Parent
	}
	return 0
}

// roles collects the entry ids of special folders from where Outlook keeps
// them: the store, the root folder, the top of the folders and the inbox
// ([MS-OXOSFLD] 2.2.3).
func (s *Store) roles(top NodeID) map[NodeID]Role {
	out := make(map[NodeID]Role)
	add := func(b []byte, r Role) {
		if id := entryNode(b); id != 0 && id.Type() == ndb.TypeFolder && out[id] == RoleNone {
			out[id] = r
		}
	}
	if id := s.receiveFolder(); id != 0 {
		out[id] = RoleInbox
	}
	places := []*Properties{s.props, s.object(ndb.NIDRootFolder)}
	if top != 0 {
		places = append(places, s.object(top))
	}
	if b, ok := s.props.Bytes(mapi.IpmInboxEntryID); ok && entryNode(b) != 0 {
		places = append(places, s.object(entryNode(b)))
	}
	for _, p := range places {
		for _, e := range roleEntries {
			if b, ok := p.Bytes(e.id); ok {
				add(b, e.role)
			}
		}
		if v, ok := p.get(mapi.AdditionalRenEntryID); ok {
			if list, _ := v.Elements(); len(list) > junkElement {
				add(list[junkElement].Data, RoleJunk)
			}
		}
	}
	return out
}

// nidReceiveFolders is the table of receive folders, the place where a PST says
// which folder is the inbox: each row has a message class and the folder into
// which mail of that class is delivered. [MS-PST] does not describe the table;
// the meaning is that of PidTagMessageClass in [MS-OXCSTOR] 2.2.1.2.
const nidReceiveFolders NodeID = 0x62B

// receiveFolderID is the column with the node of the folder.
const receiveFolderID mapi.PropID = 0x6605

// receiveFolder is the folder that mail is delivered into: that of class IPM,
// else that of all classes. A file that nothing is delivered into names its root.
func (s *Store) receiveFolder() NodeID {
	t, err := s.nodeTable(nidReceiveFolders)
	if err != nil {
		return 0
	}
	var general NodeID
	for row, err := range t.Rows() {
		if err != nil {
			continue
		}
		props, err := t.Row(row)
		if err != nil {
			continue
		}
		p := s.properties(props, nidReceiveFolders, nil)
		class, _ := p.Text(mapi.MessageClass)
		n, _ := p.Int(receiveFolderID)
		id := NodeID(n)
		if id == ndb.NIDRootFolder || id.Type() != ndb.TypeFolder {
			continue
		}
		switch {
		case strings.EqualFold(class, "IPM"):
			return id
		case class == "":
			general = id
		}
	}
	return general
}
