package psttest

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// nameBuckets is the number of hash buckets ([MS-PST] 2.4.7.5).
const nameBuckets = 251

// Properties of the name-to-id map ([MS-PST] 2.4.7).
const (
	nameBucketCount mapi.PropID = 0x0001
	nameGUIDs       mapi.PropID = 0x0002
	nameEntries     mapi.PropID = 0x0003
	nameStrings     mapi.PropID = 0x0004
	nameBucketBase  mapi.PropID = 0x1000
)

// nameMap gives names their identifiers, in order of first use.
type nameMap struct {
	ids   map[mapi.Name]mapi.PropID
	names []mapi.Name
}

// resolve is the identifier of a property.
func (m *nameMap) resolve(p Prop) (mapi.PropID, error) {
	if p.ID != 0 {
		return p.ID, nil
	}
	if p.Name == (mapi.Name{}) {
		return 0, fmt.Errorf("property with neither identifier nor name")
	}
	if id, ok := m.ids[p.Name]; ok {
		return id, nil
	}
	id := mapi.FirstNamed + mapi.PropID(len(m.names))
	if id >= 0xFFFE {
		return 0, fmt.Errorf("no identifier left for named property %v", p.Name)
	}
	if m.ids == nil {
		m.ids = map[mapi.Name]mapi.PropID{}
	}
	m.ids[p.Name] = id
	m.names = append(m.names, p.Name)
	return id, nil
}

// seed enters the names that a new file has. Outlook enters some two dozen; none
// are needed, but a map with empty streams is refused by readers that expect
// what they have always seen.
func (m *nameMap) seed() {
	for _, name := range []mapi.Name{
		{Set: mapi.PSetCommon, LID: 0x8503}, // PidLidReminderSet
		{Set: mapi.PSetCommon, LID: 0x8530}, // PidLidFlagRequest
		{Set: mapi.PSPublicStrings, Str: "Keywords"},
	} {
		// Three names cannot run out of identifiers.
		_, _ = m.resolve(Prop{Name: name})
	}
}

// Fixed values of wGuid ([MS-PST] 2.4.7.1).
const (
	guidMapi      = 1
	guidPublic    = 2
	guidStreamTop = 3 // first of the GUID stream
)

// nameStreams is the content of the map while it is laid out.
type nameStreams struct {
	sets    []mapi.GUID
	entries []byte
	strings []byte
	buckets [nameBuckets][]byte
}

// write adds the name-to-id map's node ([MS-PST] 2.4.7).
func (m *nameMap) write(n *ndb) error {
	var s nameStreams
	for i, name := range m.names {
		s.add(i, name)
	}
	var guids []byte
	for _, g := range s.sets {
		guids = append(guids, g[:]...)
	}
	props := []Prop{
		Int32(nameBucketCount, nameBuckets), Bin(nameGUIDs, guids),
		Bin(nameEntries, s.entries), Bin(nameStrings, s.strings),
	}
	for i, b := range s.buckets {
		if len(b) > 0 {
			props = append(props, Bin(nameBucketBase+mapi.PropID(i), b))
		}
	}
	c := newContext(n, &subnodes{})
	if err := c.putProps(props, m); err != nil {
		return err
	}
	out, err := c.finish()
	n.node(nidNameMap, 0, out)
	return err
}

// add lays out the i-th name: a NAMEID in the entry stream and, with the hash of
// its string in place of the offset, in its bucket ([MS-PST] 2.4.7.1, 2.4.7.5).
func (s *nameStreams) add(i int, name mapi.Name) {
	id, key, guid := name.LID, name.LID, s.guidIndex(name.Set)<<1
	if name.Str != "" {
		text := encodeString(mapi.TypeString, name.Str)
		id, key, guid = uint32(len(s.strings)), checksum(text), guid|1
		s.strings = binary.LittleEndian.AppendUint32(s.strings, uint32(len(text)))
		s.strings = append(s.strings, text...)
		s.strings = append(s.strings, make([]byte, roundUp(len(text), 4)-len(text))...)
	}
	bucket := (key ^ uint32(guid)) % nameBuckets
	s.entries = appendNameID(s.entries, id, guid, i)
	s.buckets[bucket] = appendNameID(s.buckets[bucket], key, guid, i)
}

func appendNameID(b []byte, id uint32, guid uint16, index int) []byte {
	b = binary.LittleEndian.AppendUint32(b, id)
	b = binary.LittleEndian.AppendUint16(b, guid)
	return binary.LittleEndian.AppendUint16(b, uint16(index))
}

func (s *nameStreams) guidIndex(set mapi.GUID) uint16 {
	switch set {
	case mapi.PSMapi:
		return guidMapi
	case mapi.PSPublicStrings:
		return guidPublic
	}
	i := slices.Index(s.sets, set)
	if i < 0 {
		i = len(s.sets)
		s.sets = append(s.sets, set)
	}
	return uint16(i + guidStreamTop)
}
