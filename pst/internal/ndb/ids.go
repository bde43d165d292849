package ndb

import "fmt"

// NID identifies a node: five bits of type, 27 bits of index ([MS-PST] 2.2.2.1).
type NID uint32

// NIDType is the type part of a NID.
type NIDType uint8

// Node types ([MS-PST] 2.2.2.1).
const (
	TypeHID             NIDType = 0x00
	TypeInternal        NIDType = 0x01
	TypeFolder          NIDType = 0x02
	TypeSearchFolder    NIDType = 0x03
	TypeMessage         NIDType = 0x04
	TypeAttachment      NIDType = 0x05
	TypeAssociated      NIDType = 0x08
	TypeHierarchyTable  NIDType = 0x0D
	TypeContentsTable   NIDType = 0x0E
	TypeAssocContents   NIDType = 0x0F
	TypeAttachmentTable NIDType = 0x11
	TypeRecipientTable  NIDType = 0x12
)

// Nodes with a fixed identifier ([MS-PST] 2.4.1).
const (
	NIDMessageStore    NID = 0x21
	NIDNameToIDMap     NID = 0x61
	NIDRootFolder      NID = 0x122
	NIDAttachmentTable NID = 0x671
	NIDRecipientTable  NID = 0x692
)

// Type is the type part of the identifier.
func (n NID) Type() NIDType { return NIDType(n & 0x1F) }

// WithType is the identifier of another type with the same index: a folder's
// tables have the folder's index ([MS-PST] 2.4.4).
func (n NID) WithType(t NIDType) NID { return n&^0x1F | NID(t) }

// String is the hexadecimal form, for example "0x8082".
func (n NID) String() string { return fmt.Sprintf("0x%x", uint32(n)) }

// BID identifies a block ([MS-PST] 2.2.2.2). Bit 0 is reserved and ignored.
type BID uint64

// Internal tells whether the block holds metadata (a data-tree or subnode
// block), which is never encoded.
func (b BID) Internal() bool { return b&2 != 0 }

func (b BID) key() uint64 { return uint64(b) &^ 1 }

// String is the hexadecimal form.
func (b BID) String() string { return fmt.Sprintf("0x%x", uint64(b)) }
