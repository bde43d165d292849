package psttest

import (
	"encoding/binary"
	"fmt"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Close writes the tables of all folders, the store's own objects, the B-trees
// and the header. It does not close the underlying file.
func (w *Writer) Close() error {
	if err := w.usable(); err != nil {
		return err
	}
	if w.roles[RoleTrash] == nil {
		if _, err := w.Folder(IPMSubtree, "Deleted Items", RoleTrash); err != nil {
			return err
		}
	}
	w.closed = true
	for _, f := range w.folders {
		if err := w.writeFolder(f, w.roleProps(f)...); err != nil {
			return w.fail(fmt.Errorf("folder %#x: %w", f.nid, err))
		}
	}
	steps := []func() error{w.writeStore, w.writeReceive, w.writeTemplates, w.writeSearch, func() error { return w.names.write(w.n) }}
	if w.late != nil {
		steps = append(steps, w.late)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return w.fail(err)
		}
	}
	folders := w.last[nidFolder]
	w.last[nidHierarchy], w.last[nidContents], w.last[nidFAIContents] = folders, folders, folders
	if err := w.n.close(w.last); err != nil {
		return w.fail(err)
	}
	return nil
}

// Bits of PidTagValidFolderMask ([MS-OXOSFLD] has no such table; these are
// FOLDER_*_VALID of the MAPI headers).
const (
	validSubtree = 0x01
	validInbox   = 0x02
	validOutbox  = 0x04
	validTrash   = 0x08
	validSent    = 0x10
	validFinder  = 0x80
)

// storeRoles are the special folders that the message store refers to. The
// inbox is not among them: the receive folder table tells it.
var storeRoles = []struct {
	role Role
	id   mapi.PropID
	bit  int
}{
	{RoleTrash, mapi.IpmWastebasketEntry, validTrash},
	{RoleOutbox, mapi.IpmOutboxEntryID, validOutbox},
	{RoleSent, mapi.IpmSentMailEntryID, validSent},
}

// writeStore writes the message store object ([MS-PST] 2.4.3).
func (w *Writer) writeStore() error {
	mask := validSubtree | validFinder
	props := []Prop{
		Bin(mapi.RecordKey, w.o.RecordKey[:]),
		Str(mapi.DisplayName, w.o.Name),
		Bin(mapi.IpmSubTreeEntryID, w.entryID(nidIPMSubtree)),
		Bin(mapi.FinderEntryID, w.entryID(nidFinder)),
		Int32(mapi.PstPassword, 0),
		Bin(storeReplVersion, w.replVersion()),
		Int32(storeReplFlags, 0),
	}
	for _, r := range storeRoles {
		if f := w.role(r.role); f != nil {
			props = append(props, Bin(r.id, w.entryID(f.nid)))
			mask |= r.bit
		}
	}
	if w.role(RoleInbox) != nil {
		mask |= validInbox
	}
	c := newContext(w.n, &subnodes{})
	if err := c.putProps(append(props, Int32(mapi.ValidFolderMask, mask)), &w.names); err != nil {
		return fmt.Errorf("message store: %w", err)
	}
	out, err := c.finish()
	w.n.node(nidStore, 0, out)
	return err
}

// replVersion is PidTagReplVersionHistory: a count, an identity, a version.
func (w *Writer) replVersion() []byte {
	b := binary.LittleEndian.AppendUint32(nil, 1)
	b = append(b, w.o.RecordKey[:]...)
	return binary.LittleEndian.AppendUint32(b, 1)
}

// role is the folder of a role, or nil when there is none to tell.
func (w *Writer) role(r Role) *folder {
	if w.o.NoRoles {
		return nil
	}
	return w.roles[r]
}

// roleProps are the entry ids of drafts and junk mail, which stand on the root
// folder and on the inbox ([MS-OXOSFLD] 2.2.3, 2.2.4).
func (w *Writer) roleProps(f *folder) []Prop {
	if f.nid != nidRoot && f != w.role(RoleInbox) {
		return nil
	}
	var props []Prop
	if d := w.role(RoleDrafts); d != nil {
		props = append(props, Bin(mapi.IpmDraftsEntryID, w.entryID(d.nid)))
	}
	if j := w.role(RoleJunk); j != nil {
		ids := make([][]byte, 6) // conflicts, sync issues, two failures, junk, reserved
		ids[4] = w.entryID(j.nid)
		props = append(props, Prop{ID: mapi.AdditionalRenEntryID, Value: ids})
	}
	return props
}

// writeReceive writes the receive folder table: which folder takes incoming
// items, by message class ([MS-OXCSTOR] 1.3.3). It always has a row for all classes.
func (w *Writer) writeReceive() error {
	t := newTable(w.n, receiveLayout)
	inbox := w.role(RoleInbox)
	rows := []struct {
		class string
		nid   uint32
	}{{"", nidRoot}}
	if inbox != nil {
		rows[0].nid = inbox.nid
		for _, class := range []string{"IPM", "Report.IPM"} {
			rows = append(rows, struct {
				class string
				nid   uint32
			}{class, inbox.nid})
		}
	}
	for i, r := range rows {
		row := []Prop{Str(mapi.MessageClass, r.class), {ID: receiveFolder.ID(), Value: r.nid}}
		if err := t.add(uint32(i+1), cells(row)); err != nil {
			return fmt.Errorf("receive folder table: %w", err)
		}
	}
	return w.writeTable(nidReceive, t, receiveLayout)
}

// writeTemplates writes the empty tables that new objects start from and the
// empty queue of outgoing mail ([MS-PST] 2.7.1).
func (w *Writer) writeTemplates() error {
	for _, t := range []struct {
		nid    uint32
		layout *rowLayout
	}{
		{nidTmplHier, hierarchyLayout}, {nidTmplContents, contentsLayout}, {nidTmplFAI, faiLayout},
		{nidTmplSearch, searchLayout}, {nidOutgoing, outgoingLayout},
		{nidTmplAttach, attachLayout}, {nidTmplRecip, recipientLayout},
	} {
		if err := w.writeTable(t.nid, nil, t.layout); err != nil {
			return fmt.Errorf("template %#x: %w", t.nid, err)
		}
	}
	return nil
}

// writeSearch writes the nodes of searching, which have nothing to do: queues
// without entries, and the search folder for junk mail, which Outlook expects
// ([MS-PST] 2.4.8, 2.7.1). It is listed nowhere but in the list of active searches.
func (w *Writer) writeSearch() error {
	active := w.n.block(binary.LittleEndian.AppendUint32(nil, nidSpamSearch))
	w.n.node(nidSearchMgmt, 0, part{})
	w.n.node(nidSearchActive, 0, part{data: active})
	w.n.node(nidSearchDomain, 0, part{})
	w.n.node(withType(nidSpamSearch, nidSearchQueue), 0, part{})
	if err := w.writeProps(nidSpamSearch, nidRoot,
		Str(mapi.DisplayName, "SPAM Search Folder 2"), Int32(mapi.ContentCount, 0),
		Int32(mapi.ContentUnreadCount, 0), Bool(mapi.Subfolders, false)); err != nil {
		return err
	}
	if err := w.writeProps(withType(nidSpamSearch, nidSearchCrit), 0, Int32(searchReset, 0)); err != nil {
		return err
	}
	return w.writeTable(withType(nidSpamSearch, nidSearchTable), nil, searchLayout)
}

// writeProps writes a node that is nothing but a property context.
func (w *Writer) writeProps(nid, parent uint32, props ...Prop) error {
	c := newContext(w.n, &subnodes{})
	if err := c.putProps(props, &w.names); err != nil {
		return fmt.Errorf("node %#x: %w", nid, err)
	}
	out, err := c.finish()
	w.n.node(nid, parent, out)
	return err
}
