package verify

import (
	"context"

	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/report"
)

// Early is the conversion of a job's items, begun before there is a connection.
type Early struct {
	v    *verifier
	stop context.CancelFunc
	done chan struct{}
	err  error // once it is done
}

// Begin converts the items of j for a [Run] with the same level, beside the sign-in and
// the plan, which over a long line take as long as hundreds of conversions. Whoever calls
// it calls [Early.End].
func Begin(ctx context.Context, j *job.Job, o Options) *Early {
	ctx, stop := context.WithCancel(ctx)
	e := &Early{v: newVerifier(j, o), stop: stop, done: make(chan struct{})}
	go func() {
		defer close(e.done)
		e.err = e.v.convertAll(ctx)
	}()
	return e
}

// End ends what is still under way. It does nothing after a Run.
func (e *Early) End() {
	e.stop()
	<-e.done
}

// verifier is the one that converts, for a Run with these options.
func (e *Early) verifier(o Options, rec *report.Recorder) *verifier {
	v := e.v // it is at work: only what that does not look at may be changed
	v.opt.Memory, v.opt.PIM, v.rec, v.early = o.Memory, o.PIM, rec, e
	return v
}

// wait waits for the end of the conversion, or ends it with ctx.
func (e *Early) wait(ctx context.Context) error {
	select {
	case <-e.done:
		return e.err
	case <-ctx.Done():
		e.End()
		return ctx.Err()
	}
}
