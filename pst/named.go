package pst

import (
	"encoding/binary"
	"fmt"

	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst/internal/ndb"
)

// Streams of the name-to-id map ([MS-PST] 2.4.7).
const (
	nameGUIDs   mapi.PropID = 0x0002
	nameEntries mapi.PropID = 0x0003
	nameStrings mapi.PropID = 0x0004
)

// nameMap is the store's list of named properties.
type nameMap struct {
	ids   map[mapi.Name]mapi.PropID
	names map[mapi.PropID]mapi.Name
}

// Named tells which identifier a named property has in this store.
func (s *Store) Named(n mapi.Name) (mapi.PropID, bool) {
	s.namesOnce.Do(s.loadNames)
	id, ok := s.names.ids[n]
	return id, ok
}

// NameOf is the inverse of [Store.Named].
func (s *Store) NameOf(id mapi.PropID) (mapi.Name, bool) {
	s.namesOnce.Do(s.loadNames)
	n, ok := s.names.names[id]
	return n, ok
}

// loadNames reads node 0x61. What cannot be read of it is damage: the named
// properties concerned then look absent.
func (s *Store) loadNames() {
	s.names = nameMap{ids: map[mapi.Name]mapi.PropID{}, names: map[mapi.PropID]mapi.Name{}}
	p := s.object(ndb.NIDNameToIDMap)
	entries, _ := p.Bytes(nameEntries)
	guids, _ := p.Bytes(nameGUIDs)
	strs, _ := p.Bytes(nameStrings)
	// Names of a sound file do not overlap; those of a hostile one can all be
	// the whole stream.
	room := 4*len(strs) + 1<<16
	for e := entries; len(e) >= 8; e = e[8:] {
		n, err := parseName(e, guids, strs)
		if room -= len(n.Str); room < 0 {
			err = errOverlap
		}
		if err != nil {
			s.file.Log.AddLoss(&ndb.Error{Structure: "NAMEID", Offset: -1, NID: ndb.NIDNameToIDMap, Problem: err.Error()})
			if room < 0 {
				return
			}
			continue
		}
		id := mapi.FirstNamed + mapi.PropID(binary.LittleEndian.Uint16(e[6:]))
		if _, dup := s.names.ids[n]; !dup {
			s.names.ids[n] = id
		}
		s.names.names[id] = n
	}
}

// parseName reads a NAMEID ([MS-PST] 2.4.7.1).
func parseName(e, guids, strs []byte) (mapi.Name, error) {
	value, flags := binary.LittleEndian.Uint32(e), binary.LittleEndian.Uint16(e[4:])
	var n mapi.Name
	switch i := int(flags >> 1); {
	case i == 0: // no property set
	case i == 1:
		n.Set = mapi.PSMapi
	case i == 2:
		n.Set = mapi.PSPublicStrings
	case len(guids) >= 16*(i-2):
		n.Set = mapi.GUID(guids[16*(i-3):])
	default:
		return n, fmt.Errorf("property set %d of %d", i-3, len(guids)/16)
	}
	if flags&1 == 0 {
		n.LID = value
		return n, nil
	}
	if uint64(value)+4 > uint64(len(strs)) {
		return n, fmt.Errorf("name at %d of %d bytes", value, len(strs))
	}
	size := uint64(binary.LittleEndian.Uint32(strs[value:]))
	rest := strs[value+4:]
	if size > uint64(len(rest)) {
		return n, fmt.Errorf("a name of %d bytes at %d of %d", size, value, len(strs))
	}
	n.Str = mapi.UTF16(rest[:size])
	return n, nil
}
