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
		s.mapHash = s.addressMap.Hash()
	})
	return s.addressMap
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

// IDLine is the first line of the uploaded message. Without the result of the conversion,
// nil, it is one of the same length.
func (it *Item) IDLine(res *eml.Result) string {
	if it.entry != nil {
		return it.idLine
	}
	o := *it.src.options()
	if res != nil && res.Mapped {
		_ = it.src.addresses()
		o.AddressMap = it.src.mapHash
	}
	return o.IDLine(it.ItemID)
}
