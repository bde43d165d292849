package psttest

import (
	"fmt"
	"math/rand/v2"
)

// mixFolder is a folder of the mix and its share of the messages.
type mixFolder struct {
	id     FolderID
	weight float64
	sent   bool // what was written here has no transport headers
}

// mixInbox is the inbox's share of all messages.
const mixInbox = 0.4

// mixFolders declares the 40 folders. The shares of those besides the inbox
// fall as those of people's folders do, by 1/n.
func mixFolders(w *Writer) ([]mixFolder, error) {
	var list []mixFolder
	add := func(parent FolderID, name string, role Role) (FolderID, error) {
		id, err := w.Folder(parent, name, role)
		list = append(list, mixFolder{id: id, sent: role == RoleSent || role == RoleDrafts})
		return id, err
	}
	for _, f := range []struct {
		name string
		role Role
	}{
		{"Inbox", RoleInbox}, {"Sent Items", RoleSent}, {"Deleted Items", RoleTrash},
		{"Junk E-mail", RoleJunk}, {"Drafts", RoleDrafts}, {"Outbox", RoleOutbox},
	} {
		if _, err := add(IPMSubtree, f.name, f.role); err != nil {
			return nil, err
		}
	}
	for _, g := range []struct {
		name, item string
		count      int
	}{{"Archive", "Year %d", 15}, {"Projects", "Project %02d", 16}} {
		parent, err := add(IPMSubtree, g.name, RoleNone)
		for i := 0; i < g.count && err == nil; i++ {
			_, err = add(parent, fmt.Sprintf(g.item, i+1), RoleNone)
		}
		if err != nil {
			return nil, err
		}
	}
	if _, err := add(IPMSubtree, "Travel", RoleNone); err != nil {
		return nil, err
	}
	share(list)
	return list, nil
}

// share sets the weights, which add up to 1.
func share(list []mixFolder) {
	sum := 0.0
	for i := 1; i < len(list); i++ {
		sum += 1 / float64(i)
	}
	list[0].weight = mixInbox
	for i := 1; i < len(list); i++ {
		list[i].weight = (1 - mixInbox) / (sum * float64(i))
	}
}

// pick chooses the index of a folder by weight.
func pick(r *rand.Rand, folders []mixFolder) int {
	x := r.Float64()
	for i := range folders {
		if x -= folders[i].weight; x < 0 {
			return i
		}
	}
	return 0
}
