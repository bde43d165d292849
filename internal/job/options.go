package job

import (
	"iter"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/pst"
)

// options are those of every conversion of the file. They know the map of the
// store's internal names to Internet addresses, for which one pass over all items
// is made as soon as a conversion needs it: an address that one mail tells may be
// missing in another. Identities do not depend on it.
func (s *Source) options() *eml.Options {
	s.optionsOnce.Do(func() {
		o := s.asked.Conversion
		o.Resolver = func(dn string) (string, bool) { return s.addresses().Resolve(dn) }
		o.Contact = func(entry []byte, which int) (string, bool) { return s.addresses().Contact(entry, which) }
		o.Name = func(entry []byte) (string, bool) { return s.addresses().Name(entry) }
		o.Items = s.asked.Items.messages
		s.conversion = &o
	})
	return s.conversion
}

// addresses is the address map.
func (s *Source) addresses() *eml.AddressMap {
	s.mapOnce.Do(func() {
		s.addressMap = eml.BuildAddressMap(s.Store, s.ids())
		s.addressMap.Add(s.asked.Names)
		s.options().AddressMap = s.addressMap.Hash()
	})
	return s.addressMap
}

// Prepare begins with what every conversion needs, the address maps, beside whatever
// is done next.
func (j *Job) Prepare() {
	for _, s := range j.Sources {
		if s.kept == nil {
			go s.addresses()
		}
	}
}

// Fresh tells whether there are items whose mailbox the server does not have: they will
// be converted, whatever else it has.
func (j *Job) Fresh() bool {
	for i, f := range j.Folders {
		if len(f.Items) > 0 && f.HoldsMail() && j.Targets[i].Create && j.leftOut(i) == "" {
			return true
		}
	}
	return false
}

func (s *Source) ids() iter.Seq[pst.NodeID] {
	return func(yield func(pst.NodeID) bool) {
		for _, f := range s.Inventory.Folders {
			for _, id := range f.Items {
				if !yield(id) {
					return
				}
			}
		}
	}
}

// IDLine is the first line of the uploaded message.
func (it *Item) IDLine() string {
	if it.entry != nil {
		return it.idLine
	}
	_ = it.src.addresses() // its hash is in the line
	return it.options.IDLine(it.ItemID)
}
