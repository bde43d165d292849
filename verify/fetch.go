package verify

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pst2imap/pst2imap/internal/claim"
	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// fetched is a message as the server has it.
type fetched struct {
	whole bool     // its bytes were read
	sum   [32]byte // of the bytes behind our own first line
	size  int64
	flags string // sorted, lower case
	date  time.Time
}

// fetchAll reads messages, mailbox by mailbox.
func (v *verifier) fetchAll(ctx context.Context, list []*claim.Copy) error {
	by := map[string][]*claim.Copy{}
	for _, c := range list {
		by[c.Mailbox] = append(by[c.Mailbox], c)
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		if err := v.fetchMailbox(ctx, name, by[name]); err != nil {
			return err
		}
	}
	return nil
}

// fetchMailbox reads messages of one mailbox. When the connection breaks it goes
// on with what is left.
func (v *verifier) fetchMailbox(ctx context.Context, name string, list []*claim.Copy) error {
	open := map[uint32]*claim.Copy{}
	for _, c := range list {
		open[c.UID] = c
	}
	return v.job.Do(ctx, func(conn *imapconn.Conn) error {
		if len(open) == 0 {
			return nil
		}
		if _, err := conn.Examine(ctx, name); err != nil {
			return v.gone(err)
		}
		var whole, meta []uint32
		for uid, c := range open {
			if v.sampled(c.ID) {
				whole = append(whole, uid)
			} else {
				meta = append(meta, uid)
			}
		}
		take := func(f imapconn.Fetched) error {
			c, ok := open[f.UID]
			if !ok {
				return nil
			}
			g, err := receive(f)
			if err == nil {
				v.keep(c, g)
				delete(open, f.UID)
			}
			return err
		}
		if err := conn.FetchMeta(ctx, meta, take); err != nil {
			return err
		}
		return conn.Fetch(ctx, whole, take)
	})
}

// gone lets a mailbox that cannot be read count as an empty one.
func (v *verifier) gone(err error) error {
	var refused *imapconn.CommandError
	if errors.As(err, &refused) {
		return nil
	}
	return err
}

func (v *verifier) keep(c *claim.Copy, g *fetched) {
	v.mu.Lock()
	v.got[c] = g
	v.mu.Unlock()
	v.step(-1, g.size)
}

// receive hashes one message.
func receive(f imapconn.Fetched) (*fetched, error) {
	g := &fetched{size: f.Size, flags: strings.Join(normalFlags(f.Flags), " "), date: f.Date}
	if f.Body == nil {
		return g, nil
	}
	h := hashes.Get().(hash.Hash)
	defer hashes.Put(h)
	h.Reset()
	if err := hashBody(h, f.Body); err != nil {
		return nil, err
	}
	g.whole, g.sum = true, [32]byte(h.Sum(nil))
	return g, nil
}

var hashes = sync.Pool{New: func() any { return sha256.New() }}

// hashBody hashes a message without our own first line.
func hashBody(h io.Writer, body io.Reader) error {
	br := readers.Get().(*bufio.Reader)
	defer readers.Put(br)
	br.Reset(body)
	first, err := br.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return err
	}
	if !hasPrefixFold(first, eml.IDField+":") {
		_, _ = h.Write(first) // a hash does not fail
	}
	_, err = io.Copy(h, br)
	return err
}

var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 32<<10) }}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && strings.EqualFold(string(b[:len(prefix)]), prefix)
}

// chance is a number from 0 up to 1 that an identity and a seed give.
func chance(id string, seed uint64) float64 {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], seed)
	sum := sha256.Sum256(append(b[:], id...))
	return float64(binary.LittleEndian.Uint64(sum[:])>>11) / (1 << 53)
}
