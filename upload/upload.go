// Package upload appends the items of a data file to an IMAP account, each
// exactly once.
//
// An item that the server already accounts for (package claim) is not appended
// again, so that the same run can be repeated, here or on another computer,
// until nothing is left to do. An item that cannot be read, converted or
// appended never ends the run: it is counted with its reason.
package upload

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/event"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/spool"
)

// Options of a run.
type Options struct {
	Dry     bool             // decide everything, change nothing
	Journal *journal.Journal // record of what was appended; nil for none
	Rescue  string           // folder for messages that the server refuses; empty for none
}

// Result says what a run did beyond the report.
type Result struct {
	// OnServer are the items that are uploaded or present, to be verified.
	OnServer map[job.Ref]bool
	// OverQuota tells that the server took no more for lack of room.
	OverQuota bool
}

// Run uploads the items of j, whose plan and index must be there. Every item
// found is counted in rec exactly once if Run returns no error; an error is one
// of the connection, of the local disk or of ctx, and the run can be repeated.
func Run(ctx context.Context, j *job.Job, o Options, rec *report.Recorder) (*Result, error) {
	u := &uploader{
		job: j, opt: o, rec: rec,
		seen: map[string]bool{}, keywords: map[string]bool{},
		result: &Result{OnServer: map[job.Ref]bool{}},
	}
	defer u.spool.Close()
	if !o.Dry {
		if err := j.CreateMailboxes(ctx); err != nil {
			return u.result, err
		}
	}
	for ref := range j.Items() {
		if err := u.item(ctx, ref); err != nil {
			return u.result, err
		}
	}
	for _, ref := range u.deferred {
		if err := u.elsewhere(ctx, ref); err != nil {
			return u.result, err
		}
	}
	return u.result, u.confirm(ctx)
}

type uploader struct {
	job      *job.Job
	opt      Options
	rec      *report.Recorder
	result   *Result
	spool    spool.Spool
	seen     map[string]bool // mailbox and item id, to find exact duplicates
	deferred []job.Ref       // items that only another mailbox may account for
	keywords map[string]bool // mailboxes that take keywords, once asked
	appended []appended
	done     int
}

// appended is a message to look for once more at the end.
type appended struct {
	ref     job.Ref
	mailbox string
	id      string
}

// item decides about one item, or puts it off.
func (u *uploader) item(ctx context.Context, ref job.Ref) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	it, err := u.job.Open(ref)
	if err != nil {
		return u.refuse(ref, it, err)
	}
	key := it.Mailbox + "\x00" + it.ItemID
	if u.seen[key] {
		u.count(ref, it, report.Skipped, report.ReasonDuplicate, "the same message is in this folder twice")
		return nil
	}
	if c := u.job.Index.OursHere(it.Claim(nil)); c != nil {
		u.seen[key] = true
		u.count(ref, it, report.Present, "", "")
		return nil
	}
	res, err := u.convert(it)
	if err != nil {
		return u.refuse(ref, it, err)
	}
	u.seen[key] = true
	if c, _ := u.job.Index.Here(it.Claim(res)); c != nil {
		u.count(ref, it, report.Present, "", "")
		return nil
	}
	if u.job.Index.MayBeElsewhere(it.Claim(res)) {
		u.deferred = append(u.deferred, ref)
		return nil
	}
	return u.append(ctx, it, res)
}

// elsewhere decides about an item that had been put off.
func (u *uploader) elsewhere(ctx context.Context, ref job.Ref) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	it, err := u.job.Open(ref)
	if err != nil {
		return u.refuse(ref, it, err)
	}
	res, err := u.convert(it)
	if err != nil {
		return u.refuse(ref, it, err)
	}
	if c, how := u.job.Index.Elsewhere(it.Claim(res)); c != nil {
		u.count(ref, it, report.Present, "", whereabouts(how, c.Mailbox, it.Mailbox))
		return nil
	}
	return u.append(ctx, it, res)
}

func whereabouts(how claim.How, is, belongs string) string {
	if how == claim.InInbox {
		return fmt.Sprintf("the message is in INBOX, not in %q", belongs)
	}
	return fmt.Sprintf("the message is in %q, not in %q: it was moved there", is, belongs)
}

// convert fills the spool with the bytes to upload.
func (u *uploader) convert(it *job.Item) (*eml.Result, error) {
	if err := u.spool.Reset(); err != nil {
		return nil, err
	}
	if _, err := u.spool.Write([]byte(it.IDLine())); err != nil {
		return nil, err
	}
	return it.Convert(&u.spool)
}

// refuse counts an item that is not converted; other errors end the run.
func (u *uploader) refuse(ref job.Ref, it *job.Item, err error) error {
	var r *job.Refusal
	if !errors.As(err, &r) {
		return err
	}
	u.count(ref, it, r.State, r.Category, r.Detail)
	return nil
}

// append sends the spool. What the server refuses is that item's failure.
func (u *uploader) append(ctx context.Context, it *job.Item, res *eml.Result) error {
	for _, w := range res.Warnings {
		u.rec.Warn(w.Rule)
	}
	if u.opt.Dry {
		u.count(it.Ref, it, report.Uploaded, "", "")
		return nil
	}
	if u.result.OverQuota {
		u.count(it.Ref, it, report.Failed, "over quota", "not sent: the mailbox is full")
		return nil
	}
	got, err := u.send(ctx, it, res)
	if err != nil {
		return u.failed(ctx, it, err)
	}
	u.appended = append(u.appended, appended{it.Ref, it.Mailbox, it.ItemID})
	u.count(it.Ref, it, report.Uploaded, "", "")
	if u.opt.Journal == nil {
		return nil
	}
	return u.opt.Journal.Append(journal.Entry{
		Item: it.ItemID, Node: uint32(it.ID), Mailbox: it.Mailbox, UIDValidity: got.UIDValidity, UID: got.UID,
		Size: u.spool.Size(), SHA256: hex.EncodeToString(res.SHA256[:]),
	})
}

func (u *uploader) send(ctx context.Context, it *job.Item, res *eml.Result) (imapconn.Appended, error) {
	if err := u.job.EnsureMailbox(ctx, it.Mailbox); err != nil {
		return imapconn.Appended{}, err
	}
	flags, err := u.flags(ctx, it.Mailbox, res.Flags)
	if err != nil {
		return imapconn.Appended{}, err
	}
	return u.job.Conn.Append(ctx, it.Mailbox, imapconn.Message{
		Flags: flags, Date: res.InternalDate, Size: u.spool.Size(), Body: u.spool.Reader(),
	})
}

// flags leaves out keywords where the mailbox takes none (RFC 9051 7.1.2).
func (u *uploader) flags(ctx context.Context, mailbox string, flags []string) ([]string, error) {
	allowed, known := u.keywords[mailbox]
	if !known {
		st, err := u.job.Conn.Select(ctx, mailbox)
		if err != nil {
			return nil, err
		}
		allowed = st.KeywordsAllowed
		u.keywords[mailbox] = allowed
	}
	if allowed {
		return flags, nil
	}
	var out []string
	for _, f := range flags {
		if strings.HasPrefix(f, `\`) {
			out = append(out, f)
		} else {
			u.rec.Warn("F7")
		}
	}
	return out, nil
}

func (u *uploader) count(ref job.Ref, it *job.Item, s report.State, category, reason string) {
	if s == report.Uploaded || s == report.Present {
		u.result.OnServer[ref] = true
	}
	if reason == "" {
		u.rec.Item(ref.Folder, report.Item{State: s}, category)
	} else {
		u.rec.Item(ref.Folder, it.Describe(s, reason), category)
	}
	u.done++
	sent := int64(0)
	if u.job.Conn != nil {
		sent, _ = u.job.Conn.Traffic()
	}
	u.job.Tell(event.Progress{
		Stage: event.StageUpload, Folder: u.job.PathOf(ref.Folder),
		Done: u.done, Total: u.job.Messages(), Bytes: sent,
	})
}
