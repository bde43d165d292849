package imapconn

import (
	"context"
	"io"

	"golang.org/x/time/rate"
)

// Pace holds an upload back: so many bytes and messages a second, over all connections that share it. nil does not.
type Pace struct {
	bytes, messages *rate.Limiter
}

// NewPace makes one. A limit of 0 or less is none.
func NewPace(bytesPerSecond, messagesPerSecond float64) *Pace {
	return &Pace{bytes: limiter(bytesPerSecond, maxWrite), messages: limiter(messagesPerSecond, 1)}
}

func limiter(perSecond float64, burst int) *rate.Limiter {
	if perSecond <= 0 {
		return nil
	}
	return rate.NewLimiter(rate.Limit(perSecond), burst)
}

// Message waits until another message may be sent.
func (p *Pace) Message(ctx context.Context) error {
	if p == nil || p.messages == nil {
		return ctx.Err()
	}
	return p.messages.Wait(ctx)
}

// anyBytes tells whether bytes need not wait.
func (p *Pace) anyBytes() bool { return p == nil || p.bytes == nil }

// paced is a writer that waits for its turn.
type paced struct {
	ctx  context.Context //nolint:containedctx // of the connection
	w    io.Writer
	pace *Pace
}

// Write implements io.Writer.
func (p *paced) Write(b []byte) (n int, err error) {
	if p.pace.anyBytes() {
		return p.w.Write(b)
	}
	for len(b) > 0 && err == nil {
		chunk := b[:min(len(b), maxWrite)]
		if err = p.pace.bytes.WaitN(p.ctx, len(chunk)); err != nil {
			break
		}
		var k int
		k, err = p.w.Write(chunk)
		n, b = n+k, b[k:]
	}
	return n, err
}
