package tnef

import "fmt"

// Signature starts every stream, little-endian ([MS-OXTNEF] 2.1.3.1).
const Signature = 0x223E9F78

// level tells what an attribute describes ([MS-OXTNEF] 2.1.3.2).
type level byte

const (
	levelMessage    level = 1
	levelAttachment level = 2
)

// attrID identifies an attribute; the upper half is the type of its data
// ([MS-OXTNEF] 2.1.3.2).
type attrID uint32

const (
	attTnefVersion             attrID = 0x00089006
	attOemCodepage             attrID = 0x00069007
	attMessageClass            attrID = 0x00078008
	attOriginalMessageClass    attrID = 0x00070006
	attFrom                    attrID = 0x00008000
	attSubject                 attrID = 0x00018004
	attDateSent                attrID = 0x00038005
	attDateRecd                attrID = 0x00038006
	attMessageStatus           attrID = 0x00068007
	attMessageID               attrID = 0x00018009
	attParentID                attrID = 0x0001800A
	attConversationID          attrID = 0x0001800B
	attBody                    attrID = 0x0002800C
	attPriority                attrID = 0x0004800D
	attDateModified            attrID = 0x00038020
	attOwner                   attrID = 0x00060000
	attSentFor                 attrID = 0x00060001
	attDelegate                attrID = 0x00060002
	attDateStart               attrID = 0x00030006
	attDateEnd                 attrID = 0x00030007
	attAidOwner                attrID = 0x00050008
	attRequestRes              attrID = 0x00040009
	attMsgProps                attrID = 0x00069003
	attRecipTable              attrID = 0x00069004
	attAttachRenddata          attrID = 0x00069002
	attAttachData              attrID = 0x0006800F
	attAttachTitle             attrID = 0x00018010
	attAttachMetaFile          attrID = 0x00068011
	attAttachCreateDate        attrID = 0x00038012
	attAttachModifyDate        attrID = 0x00038013
	attAttachTransportFilename attrID = 0x00069001
	attAttachment              attrID = 0x00069005
)

// String is the hexadecimal form used in messages.
func (a attrID) String() string { return fmt.Sprintf("0x%08X", uint32(a)) }

// attribute is where the data of an attribute is in the stream.
type attribute struct {
	level level
	id    attrID
	at    section
}

// header is the number of bytes before the data of an attribute, trailer that
// of its checksum.
const (
	header  = 9
	trailer = 2
)
