package eml

import (
	"io"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// link is an attachment whose data is elsewhere: on a disk or in the web (A12).
type link struct {
	target string
	web    bool
}

// findLink is where the data is; nil when it is here, or nowhere.
func (a *attachment) findLink() *link {
	l := &link{web: a.method == mapi.AttachByWebRef}
	if !l.web && (!a.byReference() || a.Has(mapi.AttachData)) {
		return nil
	}
	for _, id := range []mapi.PropID{mapi.AttachLongPathname, mapi.AttachPathname} {
		if s, _ := a.Text(id); l.target == "" {
			l.target = cleanText(s)
		}
	}
	if l.target == "" {
		return nil
	}
	return l
}

func (a *attachment) byReference() bool {
	switch a.method {
	case mapi.AttachByReference, mapi.AttachByRefResolve, mapi.AttachByRefOnly:
		return true
	}
	return false
}

// linkPart is a small file that says where the data is: a text, or what
// desktops call an Internet shortcut.
func (it *item) linkPart(a *attachment) *part {
	if !a.link.web {
		return textPart("text/plain", a.link.target+"\r\n", it.disposition(a, a.name+".link.txt"))
	}
	name := a.name + ".url"
	f := newField("Content-Type")
	f.word("application/internet-shortcut;")
	f.nameParameter(name)
	return base64Part(f.end()+"Content-Transfer-Encoding: base64\r\n"+it.places(a)+it.disposition(a, name), func(w io.Writer) error {
		_, err := io.WriteString(w, "[InternetShortcut]\r\nURL="+a.link.target+"\r\n")
		return err
	})
}
