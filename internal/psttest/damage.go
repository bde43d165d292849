package psttest

import (
	"fmt"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// DamageCase is a data file that is broken, hostile or merely unusual in one way.
type DamageCase struct {
	Name string // for Damaged
	What string // what is wrong, in words
	// Messages is how many items, embedded ones not counted, a reader that
	// trusts nothing still finds at least: in the node B-tree, or by a scan of
	// the file when Refused is set.
	Messages int
	// Readable is of how many of them it can at least read the subject.
	Readable int
	// Refused says that nothing can be read without a scan of the file.
	Refused bool
	// Sound says that the structures of the node database are in order, so that a
	// reader need not complain: the file is unusual, or hostile to those who
	// use what it says.
	Sound bool
}

// DamagedCases lists the files that [Damaged] makes, in a fixed order.
func DamagedCases() []DamageCase {
	recipes := damageRecipes()
	out := make([]DamageCase, len(recipes))
	for i := range recipes {
		out[i] = recipes[i].DamageCase
	}
	return out
}

// Damaged is the file of one case of [DamagedCases]. All its checksums are right
// unless the case is about them. The error says that there is no such case.
func Damaged(name string) ([]byte, error) {
	for _, r := range damageRecipes() {
		if r.Name == name {
			b, err := r.make()
			if err != nil {
				return nil, fmt.Errorf("damaged file %s: %w", name, err)
			}
			return b, nil
		}
	}
	return nil, fmt.Errorf("no damaged file is called %q", name)
}

// damageRecipe says how to make a case. Each step may be nil.
type damageRecipe struct {
	DamageCase
	bidBase uint64                 // number of the block before the first
	tree    func(t *Tree)          // changes what is written
	early   func(d *damaged) error // before folders are written
	late    func(d *damaged) error // before the B-trees are written
	patch   func(d *damaged)       // changes the finished file
}

// damaged is a file while it is damaged.
type damaged struct {
	w    *Writer
	m    memory // the finished file
	mark uint64 // what a step leaves for the next one
	err  error  // of the first change that had no place
}

func damageRecipes() []damageRecipe {
	var all []damageRecipe
	for _, list := range [][]damageRecipe{
		damagedBlocks(), damagedPages(), damagedFile(), damagedHeaps(), damagedNames(),
		damagedFolders(), damagedTables(), damagedItems(), unusual(),
	} {
		all = append(all, list...)
	}
	return all
}

func (r *damageRecipe) make() ([]byte, error) {
	t := damageBase()
	if r.tree != nil {
		r.tree(t)
	}
	d := &damaged{}
	w, err := NewWriter(&d.m, t.Options)
	if err != nil {
		return nil, err
	}
	d.w = w
	w.n.bidBase = r.bidBase
	if r.late != nil {
		w.late = func() error { return r.late(d) }
	}
	if err := w.writeAll(IPMSubtree, t.Folders); err != nil {
		return nil, err
	}
	if r.early != nil {
		if err := r.early(d); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if r.patch != nil {
		r.patch(d)
	}
	return d.m, d.err
}

// Nodes of the file that all cases start from. Its third message has all that
// a message can have; it is the one that suffers.
const (
	damageInbox  = 0x8082
	damageSent   = 0x80A2
	damageWork   = 0x80C2
	damageSub    = 0x80E2
	damageVictim = (0x10003 << 5) | nidMessage
	damageLast   = (0x1000D << 5) | nidMessage // an embedded message has a number too
	damageSmall  = (0x401 << 5) | nidAttachment
	damageBig    = (0x402 << 5) | nidAttachment
	damageInner  = (0x403 << 5) | nidAttachment // the embedded message
)

// damageCount is the number of messages of damageBase.
const damageCount = 12

// damageBase is a sound mailbox of 12 messages in 4 folders.
func damageBase() *Tree {
	var list []*Message
	for i := range damageCount {
		m := Mail(fmt.Sprintf("Message %d", i+1), "Ann Lee <ann@example.org>", "Bob Ray <bob@example.org>", fmt.Sprintf("Text %d\r\n", i+1))
		if i == 2 {
			m.WithRecipients(Cc("Cid Fox", "cid@example.org")).With(Keywords("Work"),
				Named(mapi.Name{Set: mapi.PSetTask, LID: 0x9000}, mapi.TypeString, "named"),
				Bin(mapi.HTML, []byte("<p>"+strings.Repeat("Text 3. ", 1500)+"</p>")))
			m.Attach(ByValue("small.txt", "text/plain", []byte("a small file")),
				ByValue("big.bin", "application/octet-stream", []byte(strings.Repeat("0123456789abcdef", 1250))),
				Embed(Mail("Inner message", "Cid Fox <cid@example.org>", "Ann Lee <ann@example.org>", "Inside\r\n")))
		}
		list = append(list, m)
	}
	return &Tree{
		Options: Options{Encryption: EncryptPermute},
		Folders: []Folder{
			{Name: "Inbox", Role: RoleInbox, Messages: list[:4]},
			{Name: "Sent Items", Role: RoleSent, Messages: list[4:7]},
			{Name: "Work", Messages: list[7:10], Folders: []Folder{{Name: "Sub", Messages: list[10:]}}},
		},
	}
}
