package eml

import (
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Kind is what an item is, as its message class says ([MS-OXCMAIL] 2.2.2).
type Kind int

// The kinds of items.
const (
	KindNote        Kind = iota // mail
	KindClearSigned             // S/MIME multipart/signed
	KindOpaque                  // S/MIME enveloped or opaque signed
	KindVoice                   // voice mail, missed call, fax, text message: mail with more fields
	KindDSN                     // delivery report
	KindMDN                     // read receipt
	KindMeeting                 // meeting request, cancellation, response and the like
	KindTaskRequest
	KindPost     // posted item, feed entry
	KindDocument // a file in a folder
	KindOther    // unknown class, treated as mail
	KindEvent
	KindContact
	KindGroup // distribution list
	KindTask
	KindJournal
	KindSticky     // sticky note
	KindConflict   // copy that a synchronization left
	KindAssociated // configuration of programs, no user content
)

var kindNames = [...]string{"mail", "signed mail", "encrypted mail", "voice mail", "delivery report", "read receipt",
	"meeting mail", "task request", "post", "document", "item of unknown class", "appointment", "contact",
	"distribution list", "task", "journal entry", "note", "conflict copy", "configuration item"}

// String names the kind in plain words.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "item"
	}
	return kindNames[k]
}

// IsPIM tells whether items of the kind are personal information that is no mail:
// what calendars and address books are made of.
func (k Kind) IsPIM() bool { return k >= KindEvent && k <= KindSticky }

// IsCard tells whether items of the kind belong into an address book.
func (k Kind) IsCard() bool { return k == KindContact || k == KindGroup }

// IsMail tells whether items of the kind go to an IMAP server unless the user
// says otherwise.
func (k Kind) IsMail() bool { return k <= KindOther }

// classes maps prefixes of message classes to kinds; the longest that ends at a
// dot counts. A class that equals one of them is canonical (K4).
var classes = map[string]Kind{
	"ipm.note": KindNote, "ipm.infopathform": KindNote, "ipm.sharing": KindNote, "ipm.outlook.recall": KindNote,
	"ipm.recall.report": KindNote, "ipm.note.rules.ooftemplate": KindNote, "ipm.note.rules.replytemplate": KindNote,
	"ipm.note.storagequotawarning": KindNote, "ipm.note.notsupportedical": KindNote,
	"ipm.note.smime.multipartsigned": KindClearSigned, "ipm.note.smime": KindOpaque,
	"ipm.note.secure": KindOpaque, "ipm.note.secure.sign": KindOpaque,
	"ipm.note.microsoft.voicemail.um": KindVoice, "ipm.note.microsoft.voicemail.um.ca": KindVoice,
	"ipm.note.microsoft.missed.voice": KindVoice, "ipm.note.microsoft.conversation.voice": KindVoice,
	"ipm.note.microsoft.fax": KindVoice, "ipm.note.microsoft.fax.ca": KindVoice,
	"ipm.note.mobile.sms": KindVoice, "ipm.note.mobile.mms": KindVoice,
	"ipm.schedule.meeting.request": KindMeeting, "ipm.schedule.meeting.canceled": KindMeeting,
	"ipm.schedule.meeting.resp.pos": KindMeeting, "ipm.schedule.meeting.resp.neg": KindMeeting,
	"ipm.schedule.meeting.resp.tent": KindMeeting, "ipm.schedule.meeting.notification.forward": KindMeeting,
	"ipm.schedule":    KindMeeting,
	"ipm.taskrequest": KindTaskRequest, "ipm.taskrequest.accept": KindTaskRequest,
	"ipm.taskrequest.decline": KindTaskRequest, "ipm.taskrequest.update": KindTaskRequest,
	"ipm.post": KindPost, "ipm.post.rss": KindPost, "ipm.document": KindDocument,
	"ipm.appointment": KindEvent, "ipm.ole.class.{00061055-0000-0000-c000-000000000046}": KindEvent,
	"ipm.contact": KindContact, "ipm.abchperson": KindContact, "ipm.distlist": KindGroup, "ipm.task": KindTask,
	"ipm.activity": KindJournal, "ipm.stickynote": KindSticky,
	"ipm.conflict": KindConflict, "ipm.conflict.resolution.message": KindConflict,
	"ipm.microsoft": KindAssociated, "ipm.configuration": KindAssociated,
	"ipm.extendedrule.message": KindAssociated, "ipm.ruleorganizer": KindAssociated,
	"ipm.aggregation": KindAssociated, "ipm.externalsharing": KindAssociated, "ipc": KindAssociated,
	"report": KindNote,
}

// families are classes of the table that stand for what is below them, not for
// items of their own.
var families = map[string]bool{"ipm.schedule": true, "ipm.outlook": true, "report": true}

// Classify tells the kind of an item from PidTagMessageClass and
// PidTagMessageFlags ([MS-OXCMSG] 2.2.1.3, 2.2.1.6). The class is compared by
// parts between dots and without letter case; no class at all is mail.
func Classify(class string, messageFlags int64) Kind {
	class = normalClass(class)
	if messageFlags&mapi.FlagAssociated != 0 || strings.HasPrefix(class, "ipm.rule") {
		return KindAssociated // K1: before the class is looked at
	}
	if k, ok := classifySuffix(class); ok {
		return k
	}
	for prefix := class; prefix != ""; prefix = parentClass(prefix) {
		if k, ok := classes[prefix]; ok {
			return k
		}
	}
	return KindOther
}

// classifySuffix handles the classes that are made by adding to another one.
func classifySuffix(class string) (Kind, bool) {
	switch {
	case strings.HasSuffix(class, ".smime.multipartsigned"):
		return KindClearSigned, true
	case strings.HasSuffix(class, ".smime"):
		return KindOpaque, true
	case !strings.HasPrefix(class, "report."):
		return 0, false
	case strings.HasSuffix(class, ".ipnrn"), strings.HasSuffix(class, ".ipnnrn"):
		return KindMDN, true
	case strings.HasSuffix(class, ".ndr"), strings.HasSuffix(class, ".dr"):
		return KindDSN, true
	}
	return 0, false
}

func parentClass(class string) string {
	return class[:max(strings.LastIndexByte(class, '.'), 0)]
}

// normalClass is the class in lower case, that of mail when there is none.
func normalClass(class string) string {
	class = strings.ToLower(strings.Trim(strings.TrimSpace(class), "."))
	if class == "" {
		return "ipm.note"
	}
	return class
}

// canonicalClass tells whether the class says no more than the kind (K4).
func canonicalClass(class string) bool {
	class = normalClass(class)
	_, ok := classes[class]
	return ok && !families[class]
}

// voiceContentClass is the Content-Class of voice mail and fax (H40).
func voiceContentClass(class string) string {
	for _, c := range []struct{ prefix, value string }{
		{"ipm.note.microsoft.voicemail.um.ca", "voice-ca"}, {"ipm.note.microsoft.voicemail", "voice"},
		{"ipm.note.microsoft.conversation.voice", "voice-uc"}, {"ipm.note.microsoft.missed.voice", "missedcall"},
		{"ipm.note.microsoft.fax.ca", "fax-ca"}, {"ipm.note.microsoft.fax", "fax"},
	} {
		if n := normalClass(class); n == c.prefix || strings.HasPrefix(n, c.prefix+".") {
			return c.value
		}
	}
	return ""
}
