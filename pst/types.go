package pst

import "github.com/pst2imap/pst2imap/internal/mapi"

// PropID is the 16-bit identifier of a property ([MS-OXPROPS] 2); those from
// 0x8000 on are named properties, see [Store.Named].
type PropID = mapi.PropID

// PropType is the 16-bit type of a property ([MS-OXCDATA] 2.11.1).
type PropType = mapi.PropType

// Value is the type and the stored bytes of a property.
type Value = mapi.Value

// Name names a property that has no fixed identifier.
type Name = mapi.Name

// GUID identifies a set of named properties.
type GUID = mapi.GUID

// Properties that most readers ask for. Any other can be asked for by its
// number in [MS-OXPROPS].
const (
	PropMessageClass     = mapi.MessageClass            // string: "IPM.Note" for mail
	PropSubject          = mapi.Subject                 // string; see Message.Subject
	PropTransportHeaders = mapi.TransportMessageHeaders // string: header of received mail
	PropBody             = mapi.Body                    // string: plain text
	PropHTML             = mapi.HTML                    // binary: HTML in the code page of PropInternetCodepage
	PropRtfCompressed    = mapi.RtfCompressed           // binary ([MS-OXRTFCP])
	PropInternetCodepage = mapi.InternetCodepage        // number
	PropSubmitTime       = mapi.ClientSubmitTime        // time
	PropDeliveryTime     = mapi.MessageDeliveryTime     // time
	PropMessageFlags     = mapi.MessageFlags            // number ([MS-OXCMSG] 2.2.1.6)
	PropSenderName       = mapi.SenderName              // string
	PropSenderEmail      = mapi.SenderEmail             // string
	PropDisplayName      = mapi.DisplayName             // string: of folders and recipients
	PropEmailAddress     = mapi.EmailAddress            // string: of recipients
	PropAttachFilename   = mapi.AttachLongFilename      // string
	PropAttachMethod     = mapi.AttachMethod            // number ([MS-OXCMSG] 2.2.2.9)
	PropAttachData       = mapi.AttachData              // binary, or the object of an embedded message
)
