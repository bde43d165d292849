package psttest

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// MixOptions say how much mail [Mix] writes.
type MixOptions struct {
	Size     int64  // bytes of the finished file, met within 5 % from 10 MB on
	Messages int    // number of messages, met exactly
	Seed     uint64 // the same seed gives the same file on the same kind of processor
}

// Shape of the mix: sizes of messages as mailboxes have them, log-normal with
// most of them small and most of the bytes in few.
const (
	mixMedian    = 8 << 10   // bytes in the file that half of the messages stay below
	mixLeast     = 5 << 10   // bytes in the file per message below which nothing is left to choose
	mixLarge     = 10 << 20  // mean size of the few large attachments
	mixLargePart = 0.1       // share of all bytes that those have
	mixOverhead  = 4 << 10   // bytes that a message takes besides its bodies and attachments
	mixFixed     = 384 << 10 // bytes that the file takes besides its messages
	mixLast      = 8         // messages at the end that make up for what is missing
)

// Mix writes a mailbox of any size in bounded memory and completes the file:
// 40 folders, of which the inbox has 40 % of all messages, with transport
// headers, plain and HTML bodies and attachments. It fails when so many messages
// do not fit the size.
func Mix(w *Writer, o MixOptions) error {
	if o.Messages < 1 || (o.Size-mixFixed)/int64(o.Messages) < mixLeast {
		return fmt.Errorf("%d messages do not fit %d bytes: each takes %d, the file %d", o.Messages, o.Size, mixLeast, mixFixed)
	}
	folders, err := mixFolders(w)
	if err != nil {
		return err
	}
	m := newMixer(o)
	for i := range o.Messages {
		f := &folders[pick(m.r, folders)]
		size := m.next(w.n.written(), o.Messages-i)
		if _, err := w.Add(f.id, m.message(i, size, f)); err != nil {
			return err
		}
	}
	return w.Close()
}

// written is how large the file would be if it were closed now, the tables of
// folders aside.
func (n *ndb) written() int64 {
	const page, nbt, bbt = 512, 15, 20 // entries of a full leaf
	return int64(n.s.base) + int64(n.s.next) + int64(len(n.nodes)/nbt+len(n.blocks)/bbt)*page
}

// mixer makes the messages of one mailbox.
type mixer struct {
	o     MixOptions
	r     *rand.Rand
	text  *mixText
	mean  float64 // bytes of a message in the file, large ones aside
	mu    float64 // of the log-normal distribution
	sigma float64
	large float64 // probability of a large attachment
}

func newMixer(o MixOptions) *mixer {
	r := rand.New(rand.NewPCG(o.Seed, 0x6D6978))
	m := &mixer{o: o, r: r, text: newMixText(r)}
	perMessage := float64(o.Size-mixFixed) / float64(o.Messages)
	m.mean = perMessage
	if o.Size > 20*mixLarge {
		m.mean = perMessage * (1 - mixLargePart)
		m.large = min(mixLargePart*perMessage/mixLarge, 0.5)
	}
	median := min(mixMedian, m.mean/1.3)
	m.mu, m.sigma = math.Log(median), math.Sqrt(2*math.Log(m.mean/median))
	return m
}

// next is the number of bytes for the next message. What earlier ones took too
// much or too little is spread over those to come, so that the sum comes out
// although the distribution has a long tail.
func (m *mixer) next(written int64, left int) int64 {
	remaining := float64(m.o.Size - mixFixed - written)
	fair := remaining / float64(left)
	if left <= mixLast {
		return int64(max(fair, 0))
	}
	if m.r.Float64() < m.large && remaining > 4*mixLarge {
		return mixLarge/2 + m.r.Int64N(mixLarge)
	}
	size := math.Exp(m.mu + m.sigma*m.r.NormFloat64())
	size *= min(max(fair*(1-m.share())/m.mean, 0.2), 5)
	return int64(min(size, max(remaining/8, fair), 64*mixLarge))
}

// share is the part of the bytes that large attachments are expected to take.
func (m *mixer) share() float64 {
	if m.large == 0 {
		return 0
	}
	return mixLargePart
}
