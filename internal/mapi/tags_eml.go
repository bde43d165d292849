package mapi

// Further properties of messages and attachments that conversion to Internet
// mail reads ([MS-OXPROPS] 2).
const (
	ReadReceiptSearchKey PropID = 0x0053

	// Unified messaging ([MS-OXOUM] 2.2.5).
	VoiceMessageDuration    PropID = 0x6801
	SenderTelephoneNumber   PropID = 0x6802
	VoiceMessageSenderName  PropID = 0x6803
	FaxNumberOfPages        PropID = 0x6804
	VoiceAttachmentOrder    PropID = 0x6805
	CallID                  PropID = 0x6806
	RecipientSearchKey      PropID = SearchKey
	ExceptionReplaceTime    PropID = 0x7FF9
	AttachmentCalendarFlags PropID = 0x7FFD
)

// Values of NativeBody ([MS-OXBBODY] 2.1.3.1).
const (
	NativeUndefined = 0
	NativePlain     = 1
	NativeRTF       = 2
	NativeHTML      = 3
	NativeSigned    = 4
)

// Named properties of mail ([MS-OXPROPS] 2).
var (
	NameKeywords     = Name{Set: PSPublicStrings, Str: "Keywords"}
	NameCategories   = Name{Set: PSetCommon, LID: 0x9000}
	NameFlagRequest  = Name{Set: PSetCommon, LID: 0x8530}
	NameHeaderItem   = Name{Set: PSetCommon, LID: 0x8578}
	NameVerbStream   = Name{Set: PSetCommon, LID: 0x8520}
	NameVerbResponse = Name{Set: PSetCommon, LID: 0x8524}
	NameRssURL       = Name{Set: PSetPostRss, LID: 0x8900}
	NameRssLink      = Name{Set: PSetPostRss, LID: 0x8901}
	NameRssGUID      = Name{Set: PSetPostRss, LID: 0x8903}
	NameRssChannel   = Name{Set: PSetPostRss, LID: 0x8904}
	NameNoteColor    = Name{Set: PSetNote, LID: 0x8B00}
	NameContentType  = Name{Set: PSInternetHeaders, Str: "content-type"}
)
