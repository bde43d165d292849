package psttest

import "github.com/pst2imap/pst2imap/internal/mapi"

// Columns of the tables of every file, without the row id and version that all
// of them have. A file holds an empty table of each kind as a template.
var (
	// hierarchyTags are those of the subfolders of a folder ([MS-PST] 2.4.4.4.1).
	hierarchyTags = []mapi.Tag{
		0x0E300102, 0x0E330014, 0x0E340102, 0x0E380003, 0x3001001F, 0x36020003,
		0x36030003, 0x360A000B, 0x3613001F, 0x66350003, 0x66360003,
	}
	// contentsTags are those of the messages of a folder ([MS-PST] 2.4.4.5.1).
	contentsTags = []mapi.Tag{
		0x00170003, 0x001A001F, 0x00360003, 0x0037001F, 0x00390040, 0x0042001F,
		0x0057000B, 0x0058000B, 0x0070001F, 0x00710102, 0x0E03001F, 0x0E04001F,
		0x0E060040, 0x0E070003, 0x0E080003, 0x0E170003, 0x0E300102, 0x0E330014,
		0x0E340102, 0x0E380003, 0x0E3C0102, 0x0E3D0102, 0x10970003, 0x30080040,
		0x30130102, 0x65C60003,
	}
	// faiTags are those of the associated messages of a folder ([MS-PST] 2.4.4.6.1).
	faiTags = []mapi.Tag{
		0x001A001F, 0x0E070003, 0x0E170003, 0x3001001F, 0x6800001F, 0x6803000B,
		0x68051003, 0x682F001F, 0x70030003, 0x70040102, 0x70050102, 0x7006001F,
		0x70070003,
	}
	// searchTags are those of the hits of a search folder ([MS-PST] 2.4.8.6.2.1).
	searchTags = []mapi.Tag{
		0x00170003, 0x001A001F, 0x00360003, 0x0037001F, 0x0042001F, 0x0057000B,
		0x0058000B, 0x0E03001F, 0x0E04001F, 0x0E05001F, 0x0E060040, 0x0E070003,
		0x0E080003, 0x0E170003, 0x0E2A000B, 0x30080040, 0x67F10003,
	}
	// recipientTags are those of the recipients of a message ([MS-PST] 2.4.5.3.1).
	recipientTags = []mapi.Tag{
		0x0C150003, 0x0E0F000B, 0x0FF90102, 0x0FFE0003, 0x0FFF0102, 0x3001001F,
		0x3002001F, 0x3003001F, 0x300B0102, 0x39000003, 0x39FF001F, 0x3A40000B,
	}
	// attachTags are those of the attachments of a message ([MS-PST] 2.4.6.1.1).
	attachTags = []mapi.Tag{0x0E200003, 0x3704001F, 0x37050003, 0x370B0003}
	// receiveTags are those of the table that tells which folder takes the mail
	// of a message class.
	receiveTags = []mapi.Tag{0x001A001F, receiveFolder}
	// outgoingTags are those of the queue of mail to send.
	outgoingTags = []mapi.Tag{0x00390040, 0x0E100003, 0x0E140003}
)

// receiveFolder is the column that holds the node id of a receive folder.
const receiveFolder mapi.Tag = 0x66050003

// Row layouts of the tables whose columns never change.
var (
	hierarchyLayout = newLayout(hierarchyTags)
	contentsLayout  = newLayout(contentsTags)
	faiLayout       = newLayout(faiTags)
	searchLayout    = newLayout(searchTags)
	recipientLayout = newLayout(recipientTags)
	attachLayout    = newLayout(attachTags)
	receiveLayout   = newLayout(receiveTags)
	outgoingLayout  = newLayout(outgoingTags)
)

// Identifiers that only files have, not items ([MS-PST] 2.4.3.1, 2.4.4).
const (
	storeReplVersion mapi.PropID = 0x0E34
	storeReplFlags   mapi.PropID = 0x0E38
	hiddenCount      mapi.PropID = 0x6635 // PidTagPstHiddenCount
	hiddenUnread     mapi.PropID = 0x6636 // PidTagPstHiddenUnread
	searchReset      mapi.PropID = 0x660B // of a search folder's criteria
)

// cells looks values up in the properties of the object that a row stands for.
// A property of another type than the column's counts as absent.
func cells(props []Prop) cell {
	return func(tag mapi.Tag) ([]byte, bool, error) {
		i := find(props, tag.ID())
		if i < 0 {
			return nil, false, nil
		}
		t, data, err := encodeProp(props[i])
		return data, t == tag.Type(), err
	}
}

// widen is the template's columns and one more for every property of the rows
// that has none; a property of another type replaces the template's column.
func widen(template []mapi.Tag, rows [][]Prop) *rowLayout {
	types := map[mapi.PropID]mapi.PropType{}
	var order []mapi.PropID
	note := func(id mapi.PropID, t mapi.PropType) {
		if _, ok := types[id]; !ok {
			order = append(order, id)
		}
		types[id] = t
	}
	for _, tag := range template {
		note(tag.ID(), tag.Type())
	}
	for _, props := range rows {
		for _, p := range props {
			t := p.Type
			if t == mapi.TypeUnspecified {
				t = typeOf(p.Value)
			}
			note(p.ID, t)
		}
	}
	tags := make([]mapi.Tag, len(order))
	for i, id := range order {
		tags[i] = mapi.MakeTag(id, types[id])
	}
	return newLayout(tags)
}
