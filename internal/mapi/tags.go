package mapi

// Property identifiers that this program reads ([MS-OXPROPS] 2). The names are
// the specification's without the "PidTag" prefix, which would be on all.
const (
	// Message store and folders.
	RecordKey            PropID = 0x0FF9
	DisplayName          PropID = 0x3001
	ContainerClass       PropID = 0x3613
	ContentCount         PropID = 0x3602
	ContentUnreadCount   PropID = 0x3603
	Subfolders           PropID = 0x360A
	ValidFolderMask      PropID = 0x35DF
	IpmSubTreeEntryID    PropID = 0x35E0
	IpmInboxEntryID      PropID = 0x35E1
	IpmOutboxEntryID     PropID = 0x35E2
	IpmWastebasketEntry  PropID = 0x35E3
	IpmSentMailEntryID   PropID = 0x35E4
	IpmDraftsEntryID     PropID = 0x36D7
	AdditionalRenEntryID PropID = 0x36D8 // multi-value; element 4 is Junk E-mail ([MS-OXOSFLD] 2.2.4)
	FinderEntryID        PropID = 0x35E7
	PstPassword          PropID = 0x67FF
	LtpRowID             PropID = 0x67F2
	LtpRowVer            PropID = 0x67F3

	// Message.
	MessageClass             PropID = 0x001A
	Importance               PropID = 0x0017
	Priority                 PropID = 0x0026
	Sensitivity              PropID = 0x0036
	Subject                  PropID = 0x0037
	SubjectPrefix            PropID = 0x003D
	NormalizedSubject        PropID = 0x0E1D
	ConversationTopic        PropID = 0x0070
	ConversationIndex        PropID = 0x0071
	ClientSubmitTime         PropID = 0x0039
	MessageDeliveryTime      PropID = 0x0E06
	CreationTime             PropID = 0x3007
	LastModificationTime     PropID = 0x3008
	MessageFlags             PropID = 0x0E07
	MessageSize              PropID = 0x0E08
	HasAttachments           PropID = 0x0E1B
	TransportMessageHeaders  PropID = 0x007D
	MimeSkeleton             PropID = 0x64F0
	InternetMessageID        PropID = 0x1035
	InReplyToID              PropID = 0x1042
	InternetReferences       PropID = 0x1039
	ListHelp                 PropID = 0x1043
	ListSubscribe            PropID = 0x1044
	ListUnsubscribe          PropID = 0x1045
	OriginalMessageID        PropID = 0x1046
	LastVerbExecuted         PropID = 0x1081
	IconIndex                PropID = 0x1080
	FlagStatus               PropID = 0x1090
	FlagCompleteTime         PropID = 0x1091
	FollowupIcon             PropID = 0x1095
	SearchKey                PropID = 0x300B
	InternetCodepage         PropID = 0x3FDE
	MessageCodepage          PropID = 0x3FFD
	AutoResponseSuppress     PropID = 0x3FDF
	AutoForwarded            PropID = 0x0005
	ExpiryTime               PropID = 0x0015
	ReplyTime                PropID = 0x0030
	ReadReceiptRequested     PropID = 0x0029
	OriginatorDeliveryReport PropID = 0x0023
	ReplyRecipientEntries    PropID = 0x004F
	ReplyRecipientNames      PropID = 0x0050

	// Bodies.
	Body          PropID = 0x1000
	RtfCompressed PropID = 0x1009
	RtfInSync     PropID = 0x0E1F
	HTML          PropID = 0x1013
	NativeBody    PropID = 0x1016
	BodyLocation  PropID = 0x1014
	BodyContentID PropID = 0x1015

	// Address groups (conversion.md H8).
	SentRepresentingName        PropID = 0x0042
	SentRepresentingAddressType PropID = 0x0064
	SentRepresentingEmail       PropID = 0x0065
	SentRepresentingEntryID     PropID = 0x0041
	SentRepresentingSMTP        PropID = 0x5D02
	SentRepresentingSearchKey   PropID = 0x003B
	SenderName                  PropID = 0x0C1A
	SenderAddressType           PropID = 0x0C1E
	SenderEmail                 PropID = 0x0C1F
	SenderEntryID               PropID = 0x0C19
	SenderSMTP                  PropID = 0x5D01
	SenderSearchKey             PropID = 0x0C1D
	ReadReceiptName             PropID = 0x402B
	ReadReceiptAddressType      PropID = 0x4029
	ReadReceiptEmail            PropID = 0x402A
	ReadReceiptEntryID          PropID = 0x0046
	ReadReceiptSMTP             PropID = 0x5D05
	DisplayTo                   PropID = 0x0E04
	DisplayCc                   PropID = 0x0E03
	DisplayBcc                  PropID = 0x0E02

	// Recipient rows.
	RecipientType          PropID = 0x0C15
	RecipientFlags         PropID = 0x5FFD
	RecipientDisplayName   PropID = 0x5FF6
	RecipientEntryID       PropID = 0x5FF7
	EntryID                PropID = 0x0FFF
	AddressType            PropID = 0x3002
	EmailAddress           PropID = 0x3003
	SmtpAddress            PropID = 0x39FE
	TransmittableName      PropID = 0x3A20
	SevenBitDisplayName    PropID = 0x39FF
	Responsibility         PropID = 0x0E0F
	ObjectType             PropID = 0x0FFE
	DisplayType            PropID = 0x3900
	SendRichInfo           PropID = 0x3A40
	RecipientTrackStatus   PropID = 0x5FFF
	PredecessorChangeList  PropID = 0x65E3
	SearchFolderDefinition PropID = 0x6845

	// Attachments.
	AttachNumber       PropID = 0x0E21
	AttachSize         PropID = 0x0E20
	AttachMethod       PropID = 0x3705
	AttachData         PropID = 0x3701
	AttachEncoding     PropID = 0x3702
	AttachExtension    PropID = 0x3703
	AttachFilename     PropID = 0x3704
	AttachLongFilename PropID = 0x3707
	AttachPathname     PropID = 0x3708
	AttachLongPathname PropID = 0x370D
	AttachTag          PropID = 0x370A
	RenderingPosition  PropID = 0x370B
	AttachMimeTag      PropID = 0x370E
	AttachContentBase  PropID = 0x3711
	AttachContentID    PropID = 0x3712
	AttachLocation     PropID = 0x3713
	AttachFlags        PropID = 0x3714
	AttachDisposition  PropID = 0x3716
	AttachCharset      PropID = 0x371B
	AttachmentHidden   PropID = 0x7FFE
)

// Bits of MessageFlags ([MS-OXCMSG] 2.2.1.6).
const (
	FlagRead       = 0x1
	FlagUnmodified = 0x2
	FlagSubmitted  = 0x4
	FlagUnsent     = 0x8
	FlagHasAttach  = 0x10
	FlagFromMe     = 0x20
	FlagAssociated = 0x40
)

// Values of AttachMethod ([MS-OXCMSG] 2.2.2.9).
const (
	AttachNone         = 0
	AttachByValue      = 1
	AttachByReference  = 2
	AttachByRefResolve = 3
	AttachByRefOnly    = 4
	AttachEmbedded     = 5
	AttachOLE          = 6
	AttachByWebRef     = 7
)
