package plan

import "strings"

// mailRoles are the roles that have a mailbox of their own, in the order in
// which they are placed.
var mailRoles = []Role{RoleInbox, RoleSent, RoleDrafts, RoleTrash, RoleJunk}

// roles places the folders that have a role: in the server's own mailboxes, or,
// below a subfolder, under their own names but for the outbox.
func (m *mapper) roles() {
	if !m.keep {
		m.trashAside()
		for _, role := range mailRoles {
			m.role(role)
		}
	}
	m.outboxes()
}

// role places all folders of one role in one mailbox.
func (m *mapper) role(role Role) {
	nodes := m.withRole(role)
	if role == RoleDrafts && m.draftsSpot() == nil {
		nodes = append(nodes, m.withRole(RoleOutbox)...)
	}
	if len(nodes) == 0 {
		return
	}
	s := m.specialSpot(role, nodes)
	m.special[role] = s
	for _, n := range nodes {
		m.seat(n, s, ReasonRole)
	}
}

// trashAside gives the folders of the trash a mailbox that no server empties, if
// the user wants that.
func (m *mapper) trashAside() {
	nodes := m.withRole(RoleTrash)
	if !m.aside || len(nodes) == 0 {
		return
	}
	level, _ := m.level(AsideName)
	s := m.atRoot(wish{level: level, hash: nodes[0].hash()})
	for _, n := range nodes {
		m.seat(n, s, ReasonAsked)
	}
}

// bins are the mailboxes that servers empty, with their roles.
func (m *mapper) bins() map[string]Role {
	bins := map[string]Role{}
	for _, role := range []Role{RoleTrash, RoleJunk} {
		if s := m.special[role]; s != nil {
			bins[s.mailbox] = role
		} else if box, _, ok := m.srv.special(role); ok {
			bins[box.Name] = role
		}
	}
	return bins
}

// binOf is the role of the one in which a mailbox lies, or "".
func (m *mapper) binOf(mailbox string, bins map[string]Role) Role {
	for {
		if role, ok := bins[mailbox]; ok {
			return role
		}
		i := -1
		if m.srv.delim != "" {
			i = strings.LastIndex(mailbox, m.srv.delim)
		}
		if i < 0 {
			return ""
		}
		mailbox = mailbox[:i]
	}
}

// withRole returns the nodes of a role that have no place yet.
func (m *mapper) withRole(role Role) []*node {
	var nodes []*node
	for _, n := range m.tree.all() {
		if n.role == role && n.spot == nil {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// seat gives a folder the place of its role.
func (m *mapper) seat(n *node, s *spot, why ...Reason) {
	n.spot, n.why = s, why
	if n.role == RoleOutbox {
		n.why = append(n.why, ReasonOutbox)
	}
	// The name that Outlook shows is its own, not the user's: nothing is lost
	// when the server calls the mailbox otherwise.
	n.cleaned = false
}

// specialSpot finds or invents the mailbox of a role.
func (m *mapper) specialSpot(role Role, nodes []*node) *spot {
	if role == RoleInbox {
		return m.inboxSpot()
	}
	found, better, ok := m.srv.special(role)
	for _, name := range better {
		m.reserved[fold(name)] = true
	}
	if ok {
		return m.foundSpot(found)
	}
	return m.atRoot(wish{level: m.newName(role), hash: nodes[0].hash()})
}

// newName is the first usual name of a role that does not exist: one that does
// was looked at before and cannot be used. The names before it stay reserved.
func (m *mapper) newName(role Role) string {
	for _, level := range usual[role] {
		name := m.srv.prefix + level
		_, exists := m.srv.lookup(name)
		if cleaned, _ := m.level(level); !exists && cleaned == level && !m.taken[fold(name)] {
			return level
		}
		m.reserved[fold(name)] = true
	}
	for _, name := range m.srv.candidates(role) {
		m.reserved[fold(name)] = true
	}
	level, _ := m.level(usual[role][0])
	return level
}

// atRoot places what no folder of the tree is above.
func (m *mapper) atRoot(w wish) *spot {
	w.home, w.lead = m.root.below()
	s, _ := m.place(w)
	return s
}

// inboxSpot is the place of INBOX. Its children go below it where the server's
// prefix says that they can, else to the top ("Inbox - Projects").
func (m *mapper) inboxSpot() *spot {
	box, _ := m.srv.lookup(inbox)
	kids := inbox + m.srv.delim
	inner := m.srv.prefix == "" || m.isInboxKids(m.srv.prefix)
	if m.isInboxKids(m.srv.prefix) {
		kids = m.srv.prefix
	}
	return &spot{
		mailbox: inbox, level: "Inbox", kids: kids, home: m.outer,
		flat: box.NoInferiors || m.srv.delim == "" || !inner,
	}
}

// foundSpot is the place of a role's mailbox that exists.
func (m *mapper) foundSpot(box Mailbox) *spot {
	m.taken[fold(box.Name)] = true
	s := m.spotOf(box, m.outer)
	s.create = m.fresh[box.Name]
	s.flat = s.flat || m.srv.inContainer(box.Name)
	return s
}

// draftsSpot is where drafts go if a folder with that role has a place.
func (m *mapper) draftsSpot() *spot {
	for _, n := range m.tree.all() {
		if n.role == RoleDrafts && n.spot != nil {
			return n.spot
		}
	}
	return nil
}

// outboxes places what could not be placed with the drafts: unsent mail goes to
// the folder of the drafts wherever that is, never to a mailbox named Outbox.
func (m *mapper) outboxes() {
	nodes := m.withRole(RoleOutbox)
	if len(nodes) == 0 {
		return
	}
	for _, n := range m.withRole(RoleDrafts) {
		m.ensure(n)
	}
	s := m.draftsSpot()
	if s == nil {
		s = m.atRoot(wish{level: usual[RoleDrafts][0], hash: nodes[0].hash()})
	}
	for _, n := range nodes {
		m.seat(n, s)
	}
}
