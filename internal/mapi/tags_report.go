package mapi

// Properties of reports, of embedded objects and of addresses in contacts
// ([MS-OXPROPS] 2).
const (
	OriginalSubject        PropID = 0x0049
	OriginalSubmitTime     PropID = 0x004E
	ReportText             PropID = 0x1001
	ReportingMTA           PropID = 0x6820
	SupplementaryInfo      PropID = 0x0C1B
	NonDeliveryStatusCode  PropID = 0x0C20
	RemoteMTA              PropID = 0x0C21
	ReportDisposition      PropID = 0x0080
	ReportDispositionMode  PropID = 0x0081
	ParentKey              PropID = 0x0025
	ReceivedByName         PropID = 0x0040
	ReceivedByAddressType  PropID = 0x0075
	ReceivedByEmail        PropID = 0x0076
	ReceivedByEntryID      PropID = 0x003F
	ReceivedBySMTP         PropID = 0x5D07
	ReceivedBySearchKey    PropID = 0x0051
	ReceivedForName        PropID = 0x0044 // PidTagReceivedRepresentingName and its like
	ReceivedForAddressType PropID = 0x0077
	ReceivedForEmail       PropID = 0x0078
	ReceivedForEntryID     PropID = 0x0043
	ReceivedForSMTP        PropID = 0x5D08
	ReceivedForSearchKey   PropID = 0x0052
)

// NameMacContentType is the media type of the data fork of an attachment in
// MacBinary ([MS-OXPROPS] 2.1, PidNameAttachmentMacContentType).
var NameMacContentType = Name{Set: PSPublicStrings, Str: "AttachmentMacContentType"}

// ContactAddress names the properties of one of the three addresses of a contact
// ([MS-OXOCNTC] 2.2.1.2): type, address and the name that it was entered with.
type ContactAddress struct{ Type, Address, Original Name }

// ContactAddresses are those of a contact, from the first to the third.
var ContactAddresses = [3]ContactAddress{contactAddress(0x8082), contactAddress(0x8092), contactAddress(0x80A2)}

func contactAddress(lid uint32) ContactAddress {
	n := func(i uint32) Name { return Name{Set: PSetAddress, LID: lid + i} }
	return ContactAddress{Type: n(0), Address: n(1), Original: n(2)}
}
