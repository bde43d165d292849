package upload

import (
	"strings"

	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/rescue"
)

// copyIn stands before the path of the copy in the reason of an item.
const copyIn = "; a copy is in "

// rescue keeps a message that the server does not take and says so behind the
// reason. The spool has the whole message.
func (u *uploader) rescue(c *job.Converted, category, reason string) (string, error) {
	if u.opt.Rescue == nil {
		return reason, nil
	}
	path, err := u.opt.Rescue.Keep(u.job.Rescue(c.Item, c.Result, category, reason), c.Spool.Reader())
	return reason + copyIn + path, err
}

// tidyRescue takes out of the rescue folder what is on the server now, and notes of
// the rest why it still is not.
func (u *uploader) tidyRescue() error {
	if u.opt.Dry || u.opt.Rescue == nil {
		return nil
	}
	if n, _ := u.opt.Rescue.Count(); n == 0 {
		return nil
	}
	at := make(map[journal.Node]int, len(u.ledger.refs))
	for n, r := range u.ledger.refs {
		at[u.job.Node(r)] = n
	}
	return u.opt.Rescue.Settle(func(e *rescue.Entry) (stays bool) {
		n, ok := at[journal.Node{Store: e.Store, Node: e.Node}]
		if !ok {
			return true // of another data file
		}
		state, detail := u.ledger.get(n)
		switch state {
		case report.Uploaded, report.Present:
			it, err := u.job.Identify(u.ledger.refs[n])
			return err != nil || it.ItemID != e.Item // the data file has another item there by now
		case report.Failed:
			e.Category = detail.category
			e.Reason, _, _ = strings.Cut(detail.item.Reason, copyIn)
		}
		return true
	})
}
