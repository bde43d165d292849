package imapconn

import (
	"bytes"
	"io"
)

// What the server says can be lent to a reader that is not the library's: an index of a hundred thousand messages takes the
// library several times as long as the server. The library does not notice, for it waits for bytes all the while.

// lend has what the server says from the next line on come to the returned reader, until [tap.takeBack]. The library must have
// no command under way.
func (t *tap) lend() (io.Reader, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.failed == nil && t.scan.inside() { // the library has half a line
		t.turn.Wait()
	}
	t.lent = t.failed == nil
	return lentReader{t}, t.failed
}

// takeBack lets the library go on, with what the reader has read too much.
func (t *tap) takeBack(rest []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if rest = append(bytes.Clone(rest), t.handed...); len(rest) > 0 {
		t.r = io.MultiReader(bytes.NewReader(rest), t.r)
	}
	t.lent, t.handed = false, nil
	t.turn.Broadcast()
}

// await returns when the library may read, and notes that it does.
func (t *tap) await() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.lent {
		t.turn.Wait()
	}
	t.reading = true
}

// took notes what the library has read. It is not for the library where the connection was lent meanwhile.
func (t *tap) took(p []byte, err error) (forLibrary bool, scanErr error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reading, t.failed = false, err
	defer t.turn.Broadcast()
	if t.lent {
		t.handed = append(t.handed, p...)
		return false, nil
	}
	return true, t.scan.feed(p)
}

// lentReader reads in the library's place.
type lentReader struct{ *tap }

// Read implements io.Reader.
func (l lentReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	for l.reading && len(l.handed) == 0 && l.failed == nil {
		l.turn.Wait() // the library was reading when it lent
	}
	n := copy(p, l.handed)
	l.handed = l.handed[n:]
	err := l.failed
	l.mu.Unlock()
	if n > 0 || err != nil {
		return n, err
	}
	return l.r.Read(p)
}
