package verify

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
	"sync"

	"github.com/pst2imap/pst2imap/internal/job"
)

// sums makes the sums by which messages are compared: every byte counts, and two different
// messages have the same sum with a probability of less than 2^-110.
//
// A sum is the SHA-256 of the authentication tags of its chunks (GMAC, NIST SP 800-38D), under a
// key that the data files give. Every processor of the last fifteen years makes tags at several
// times the speed of SHA-256, which would be a good part of the work of a verification. That the
// nonce is always the same does no harm: nobody sees a tag.
type sums struct {
	tags cipher.AEAD
	name string // of the key: sums of different names are not to be compared
	free sync.Pool
}

// sumsOf makes the sums for the data files of a job.
func sumsOf(j *job.Job) *sums {
	var files []string
	for _, s := range j.Sources {
		files = append(files, s.Key())
	}
	return newSums(files)
}

// newSums makes the sums for the data files with the given names, in their order.
func newSums(files []string) *sums {
	key := sha256.Sum256([]byte("pst2imap:sums:1\x00" + strings.Join(files, "\x00")))
	block, err := aes.NewCipher(key[:16])
	if err == nil {
		var s sums
		if s.tags, err = cipher.NewGCM(block); err == nil {
			s.name = hex.EncodeToString(key[16:24])
			return &s
		}
	}
	panic(err) // the size of the key is one of AES
}

// chunk is how many bytes have a tag of their own. It is a good part of what is read at once.
const chunk = 4 << 10

// summer makes one sum after the other. It is for one goroutine.
type summer struct {
	of     *sums
	chunk  [chunk]byte
	n      int // bytes in it
	nonce  [12]byte
	tag    [16]byte
	all    hash.Hash // of the tags
	result [sha256.Size]byte
}

// summer gives one that has seen nothing; done takes it back.
func (s *sums) summer() *summer {
	h, ok := s.free.Get().(*summer)
	if !ok {
		h = &summer{of: s, all: sha256.New()}
	}
	h.reset()
	return h
}

func (s *sums) done(h *summer) { s.free.Put(h) }

func (h *summer) reset() {
	h.n = 0
	h.all.Reset()
}

// Write implements io.Writer. It does not fail.
func (h *summer) Write(p []byte) (int, error) {
	size := len(p)
	for len(p) > 0 {
		if h.n == 0 && len(p) >= chunk {
			h.add(p[:chunk])
			p = p[chunk:]
			continue
		}
		n := copy(h.chunk[h.n:], p)
		p = p[n:]
		if h.n += n; h.n == chunk {
			h.add(h.chunk[:])
			h.n = 0
		}
	}
	return size, nil
}

// add adds the tag of a chunk.
func (h *summer) add(b []byte) {
	_, _ = h.all.Write(h.of.tags.Seal(h.tag[:0], h.nonce[:], nil, b)) // a hash does not fail
}

// sum is that of all that was written since the last reset.
func (h *summer) sum() [sha256.Size]byte {
	if h.n > 0 {
		h.add(h.chunk[:h.n])
		h.n = 0
	}
	h.all.Sum(h.result[:0])
	return h.result
}
