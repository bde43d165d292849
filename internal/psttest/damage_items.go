package psttest

import (
	"fmt"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// damagedItems are messages of which a part cannot be read or leads astray.
func damagedItems() []damageRecipe {
	spoilSub := func(nid uint32) func(d *damaged) {
		return func(d *damaged) {
			_, sl := d.nodeBIDs(damageVictim)
			data, _ := d.subBIDs(sl, nid)
			d.spoil(d.firstLeaf(data))
		}
	}
	return []damageRecipe{
		{DamageCase: but(1, "message-unreadable", "the properties of a message cannot be read"), patch: func(d *damaged) { d.spoil(d.victimData()) }},
		{DamageCase: but(1, "message-without-data", "the node of a message has no data"), patch: func(d *damaged) {
			d.node(damageVictim, func(e []byte) { clear(e[8:24]) })
		}},
		{DamageCase: all("attachment-table-unreadable", "the attachment table of a message cannot be read"), patch: spoilSub(nidTmplAttach)},
		{DamageCase: all("recipient-table-unreadable", "the recipient table of a message cannot be read"), patch: spoilSub(nidTmplRecip)},
		{DamageCase: all("attachment-unreadable", "the properties of an attachment cannot be read"), patch: spoilSub(damageSmall)},
		{DamageCase: all("attachment-missing", "the attachment table lists an attachment that does not exist"), patch: func(d *damaged) {
			_, sl := d.nodeBIDs(damageVictim)
			d.subnode(sl, damageInner, func(e []byte) { leBytes.PutUint64(e, damageInner+32) })
		}},
		{DamageCase: all("subnodes-unreadable", "the subnode tree of a message cannot be read"), patch: func(d *damaged) {
			_, sl := d.nodeBIDs(damageVictim)
			d.spoil(sl)
		}},
		{DamageCase: all("attachment-block-lost", "the second block of an attachment lies beyond the end of the file"), patch: func(d *damaged) {
			_, sl := d.nodeBIDs(damageVictim)
			_, below := d.subBIDs(sl, damageBig)
			tree, _ := d.subBIDs(below, 0)
			var second uint64
			d.data(tree, func(b []byte) { second = leBytes.Uint64(b[16:]) })
			d.blockEntry(second, func(e []byte) { leBytes.PutUint64(e[8:], 1<<40) })
		}},
		{DamageCase: all("message-embeds-itself", "the message that an attachment embeds is the message around it").sound(), patch: func(d *damaged) {
			data, sl := d.nodeBIDs(damageVictim)
			_, below := d.subBIDs(sl, damageInner)
			d.subnode(below, 0, func(e []byte) {
				leBytes.PutUint64(e[8:], data)
				leBytes.PutUint64(e[16:], sl)
			})
		}},
	}
}

// unusual are files that are as they should be, of a kind that nobody expects.
func unusual() []damageRecipe {
	add := func(m func() *Message) func(t *Tree) {
		return func(t *Tree) { t.Folders[0].Messages = append(t.Folders[0].Messages, m()) }
	}
	return []damageRecipe{
		{DamageCase: all("embedded-300", "300 messages are within each other").more(1).sound(), tree: add(func() *Message {
			m := Mail("Level 300", "ann@example.org", "", "text")
			for i := 299; i > 0; i-- {
				m = Mail(fmt.Sprint("Level ", i), "ann@example.org", "", "text").Attach(Embed(m))
			}
			return m
		})},
		{DamageCase: all("properties-600", "a message has 600 named properties").more(1).sound(), tree: add(func() *Message {
			m := Mail("600 properties", "ann@example.org", "", "text")
			for i := range 600 {
				m.With(Named(mapi.Name{Set: mapi.PSetTask, LID: uint32(0xA000 + i)}, mapi.TypeString, strings.Repeat("x", 30)))
			}
			return m
		})},
		{DamageCase: all("attachments-500", "a message has 500 attachments").more(1).sound(), tree: add(func() *Message {
			m := Mail("500 attachments", "ann@example.org", "", "text")
			for i := range 500 {
				m.Attach(ByValue(fmt.Sprintf("%03d.txt", i), "text/plain", []byte(strings.Repeat("x", i))))
			}
			return m
		})},
		{DamageCase: all("value-types", "properties have values of lengths and types that they never have").more(1), tree: add(oddValues)},
	}
}

// oddValues is a message whose values are not what their types promise.
func oddValues() *Message {
	m := Mail("Odd values", "ann@example.org", "", "text")
	return m.With(
		Bin(mapi.MessageDeliveryTime, []byte{1}),
		Prop{ID: mapi.ConversationTopic, Type: mapi.TypeString, Value: []byte{0x41, 0, 0x42}}, // half a character
		Prop{ID: mapi.ClientSubmitTime, Type: mapi.TypeTime, Value: uint64(1<<64 - 1)},
		Prop{ID: 0x6001, Type: mapi.TypeString | mapi.MultiValue, Value: []byte{0xFF, 0xFF, 0xFF, 0xFF, 8, 0, 0, 0}},
		Prop{ID: 0x6002, Type: mapi.TypeBinary | mapi.MultiValue, Value: []byte{2, 0, 0, 0, 12, 0, 0, 0, 4, 0, 0, 0}},
		Prop{ID: 0x6003, Type: 0x0FFF, Value: []byte("no such type")},
		Prop{ID: 0x6004, Type: mapi.TypeInt32 | mapi.MultiValue, Value: []byte{1, 2, 3}},
		Prop{ID: mapi.HTML, Type: mapi.TypeString, Value: "HTML as text"},
		Prop{ID: mapi.NativeBody, Type: mapi.TypeInt32, Value: -1},
	)
}
