package upload_test

import (
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/upload"
)

func TestProfileOf(t *testing.T) {
	for _, tc := range []struct {
		host, software string
		caps           imapconn.Caps
		want           string
	}{
		{"imap.gmail.com", "", nil, "gmail"},
		{"IMAP.GMAIL.COM.", "", nil, "gmail"},
		{"mail.firma.example", "", imapconn.Caps{"X-GM-EXT-1": true}, "gmail"},
		{"outlook.office365.com", "", nil, "microsoft365"},
		{"exchange.firma.example", "Microsoft.Exchange.Imap4.Imap4Server 15.20", nil, "microsoft365"},
		{"notoutlook.com", "", nil, "generic"},
		{"imap.example.org", "Dovecot", imapconn.Caps{"LITERAL+": true}, "generic"},
	} {
		if got := upload.ProfileOf(tc.host, tc.caps, tc.software); got.Name != tc.want || got.Connections < 1 {
			t.Errorf("%s %q: %+v, want %s", tc.host, tc.software, got, tc.want)
		}
	}
}
