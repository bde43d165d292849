package pst

import (
	"encoding/binary"

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

// ipmSubtree is the top of the user's folders. A store that does not say has
// none, and its folders then count from the root.
func (s *Store) ipmSubtree() NodeID {
	b, _ := s.props.Bytes(mapi.IpmSubTreeEntryID)
	return entryNode(b)
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
