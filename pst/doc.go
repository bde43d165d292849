// Package pst reads Outlook data files: .pst, .ost and .pab.
//
// Open a file, take its inventory, and read each item:
//
//	s, err := pst.Open("archive.pst")
//	if err != nil {
//		return err
//	}
//	defer s.Close()
//	inv, err := s.Inventory()
//	if err != nil {
//		return err
//	}
//	for _, f := range inv.Folders {
//		for _, id := range f.Items {
//			m, err := s.Message(id)
//			if err != nil {
//				log.Print(err) // one unreadable item; the next may be fine
//				continue
//			}
//			fmt.Println(f.Path, m.Subject())
//		}
//	}
//
// The package only reads, and trusts nothing: a damaged or hostile file gives
// errors and a list of [Damage], never a panic, an endless loop or memory
// beyond what the file itself could fill. A wrong checksum is damage that is
// reported, not a reason to lose a message; only what cannot be located or
// decoded is an error. Errors name the structure of the specification
// ([MS-PST]), the field, the node and the file offset.
//
// An [*Inventory] counts messages on the node B-tree, the file's own list of
// all that exists, so that an item which no folder lists is found too.
//
// Large values are streams ([Properties.Open]). A Store is safe for concurrent
// use, a Message and what belongs to it for one goroutine at a time.
//
// It reads every format that Outlook writes: ANSI (97 to 2002), Unicode (2003
// and later) and the 4K pages with compressed blocks of .ost files since 2013,
// and every encoding: none, permute ("compressible") and cyclic ("high"). The
// password of a data file is a checksum that only Outlook asks for; it is not
// needed. What Windows itself encrypts is refused with [ErrUnsupported].
package pst
