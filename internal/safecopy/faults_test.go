package safecopy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// faulty is the real disk with faults between. Each hook may be nil.
type faulty struct {
	realDisk
	reading func(off int64) error           // before a block of the file is read
	writing func(off int64, b []byte) error // before a block of the copy is written; it may change b
	back    func(off int64, b []byte) error // after a block of the copy was read back; it may change b

	wrote int64 // bytes
}

type faultySource struct {
	source
	f *faulty
}

type faultyPart struct {
	part
	f *faulty
}

// faultyBack reads only where Windows would.
type faultyBack struct {
	back
	f   *faulty
	off int64
}

func (f *faulty) source(path string) (source, error) {
	s, err := f.realDisk.source(path)
	return &faultySource{s, f}, err
}

func (f *faulty) part(path string) (part, error) {
	p, err := f.realDisk.part(path)
	return &faultyPart{p, f}, err
}

func (f *faulty) readBack(path string) (back, error) {
	r, err := f.realDisk.readBack(path)
	return &faultyBack{r, f, 0}, err
}

func (s *faultySource) ReadAt(b []byte, off int64) (int, error) {
	if s.f.reading != nil {
		if err := s.f.reading(off); err != nil {
			return 0, err
		}
	}
	return s.source.ReadAt(b, off)
}

func (p *faultyPart) WriteAt(b []byte, off int64) (int, error) {
	if p.f.writing != nil {
		if err := p.f.writing(off, b); err != nil {
			return 0, err
		}
	}
	p.f.wrote += int64(len(b))
	return p.part.WriteAt(b, off)
}

func (r *faultyBack) Read(b []byte) (int, error) {
	if r.off%4096 != 0 || len(b)%4096 != 0 {
		return 0, syscall.EINVAL
	}
	n, err := r.back.Read(b)
	if r.f.back != nil {
		if err := r.f.back(r.off, b[:n]); err != nil {
			return 0, err
		}
	}
	r.off += int64(n)
	return n, err
}

// scene is a file of some blocks and a folder for its copy.
type scene struct {
	t        *testing.T
	file, to string
	in       []byte
	said     listener
}

const sceneSize = 4*blockSize + 100

func newScene(t *testing.T) *scene {
	t.Helper()
	dir := t.TempDir()
	s := &scene{t: t, file: filepath.Join(dir, "x", "mail.pst"), to: filepath.Join(dir, "to")}
	s.in = dataFile(t, s.file, sceneSize, 1)
	return s
}

func (s *scene) copy(ctx context.Context, d disk) (*Result, error) {
	s.t.Helper()
	s.said = listener{}
	return Copy(ctx, Options{Files: []string{s.file}, Dir: s.to, Listener: &s.said, disk: d})
}

// complete makes sure that the copy is there, right and said to be.
func (s *scene) complete(r *Result, err error) {
	s.t.Helper()
	if err != nil || len(r.Files) != 1 {
		s.t.Fatalf("%v, notes %q", err, s.said.notes)
	}
	holds(s.t, r.Files[0].Path, s.in)
	found, err := Check(context.Background(), s.to, nil)
	if err != nil || slices.ContainsFunc(found, func(f Finding) bool { return f.Condition != Right }) {
		s.t.Errorf("a check finds %+v, %v", found, err)
	}
}

// incomplete makes sure that nothing has the name of a copy.
func (s *scene) incomplete() {
	s.t.Helper()
	if got := names(s.t, s.to); got != "mail.pst"+partSuffix {
		s.t.Errorf("the folder has %s", got)
	}
}

// incompleteListed is incomplete where an earlier copy is in the manifest.
func (s *scene) incompleteListed() {
	s.t.Helper()
	if got := names(s.t, s.to); got != "SHA256SUMS mail.pst"+partSuffix+" manifest.json" {
		s.t.Errorf("the folder has %s", got)
	}
}

// times is a fault that happens so many times.
func times(n int, fault func()) func() {
	return func() {
		if n > 0 {
			n--
			fault()
		}
	}
}

func TestFlippedByteIsWritten(t *testing.T) {
	s := newScene(t)
	const at = 2*blockSize + 77
	d := &faulty{writing: func(off int64, b []byte) error {
		if off == 2*blockSize {
			b[77] ^= 1
		}
		return nil
	}}
	_, err := s.copy(context.Background(), d)
	var differs *MismatchError
	if !errors.As(err, &differs) || differs.Offset != at {
		t.Fatalf("error %v", err)
	}
	if got := strings.Count(strings.Join(s.said.notes, "\n"), "differs from byte 2097229 on; it is tried again"); got != attempts-1 {
		t.Errorf("notes %q", s.said.notes)
	}
	s.incomplete()
	s.complete(s.copy(context.Background(), nil))
}

func TestFlippedByteOnce(t *testing.T) {
	for name, d := range map[string]*faulty{
		"written": {writing: func() func(int64, []byte) error {
			left := 1
			return func(_ int64, b []byte) error {
				b[0] ^= byte(left)
				left = 0
				return nil
			}
		}()},
		"read back": {back: func() func(int64, []byte) error {
			left := 1
			return func(_ int64, b []byte) error {
				b[0] ^= byte(left)
				left = 0
				return nil
			}
		}()},
	} {
		s := newScene(t)
		s.complete(s.copy(context.Background(), d))
		if !s.said.said("it is tried again") {
			t.Errorf("%s: notes %q", name, s.said.notes)
		}
	}
}

// A copy that cannot be read is as good as none.
func TestCopyCannotBeReadBack(t *testing.T) {
	s := newScene(t)
	left := 2
	broken := &faulty{back: func(off int64, _ []byte) error {
		if left--; left >= 0 {
			return &os.PathError{Op: "read", Path: "x", Err: syscall.EIO}
		}
		return nil
	}}
	s.complete(s.copy(context.Background(), broken))
	if !s.said.said("the copy cannot be read at byte 0: input/output error; it is tried again") {
		t.Errorf("notes %q", s.said.notes)
	}
	left = 1 // of the copy that is there
	s.complete(s.copy(context.Background(), broken))
	if !s.said.said("input/output error; it is made again") {
		t.Errorf("notes %q", s.said.notes)
	}
	left = 100
	_, err := s.copy(context.Background(), broken)
	var differs *MismatchError
	if !errors.As(err, &differs) || !errors.Is(err, syscall.EIO) {
		t.Errorf("error %v", err)
	}
	s.incompleteListed()
}

// A file that changes while it is copied is copied again, however the change is seen.
func TestSourceChanges(t *testing.T) {
	keepTime := func(s *scene, change func()) {
		info, err := os.Stat(s.file)
		if err != nil {
			s.t.Fatal(err)
		}
		change()
		if err := os.Chtimes(s.file, info.ModTime(), info.ModTime()); err != nil {
			s.t.Fatal(err)
		}
	}
	for name, change := range map[string]func(s *scene){
		"time":    func(s *scene) { s.in = dataFile(s.t, s.file, sceneSize, 2); s.touch(time.Hour) },
		"longer":  func(s *scene) { s.in = dataFile(s.t, s.file, sceneSize+1, 2) },
		"shorter": func(s *scene) { s.in = dataFile(s.t, s.file, 3*blockSize, 2) },
		"only its header shows it": func(s *scene) {
			keepTime(s, func() { s.in = dataFile(s.t, s.file, sceneSize, 2) })
		},
	} {
		s := newScene(t)
		once := times(1, func() { change(s) })
		s.complete(s.copy(context.Background(), &faulty{reading: func(off int64) error {
			if off == 3*blockSize {
				once()
			}
			return nil
		}}))
		if !s.said.said("it changed while it was copied; it is tried again") {
			t.Errorf("%s: notes %q", name, s.said.notes)
		}
	}
}

// touch sets the file's time ahead.
func (s *scene) touch(d time.Duration) {
	s.t.Helper()
	when := time.Now().Add(d)
	if err := os.Chtimes(s.file, when, when); err != nil {
		s.t.Fatal(err)
	}
}

func TestSourceKeepsChanging(t *testing.T) {
	s := newScene(t)
	n := time.Duration(0)
	_, err := s.copy(context.Background(), &faulty{reading: func(off int64) error {
		if off == blockSize {
			n++
			s.touch(n * time.Hour)
		}
		return nil
	}})
	if !errors.Is(err, ErrChanged) || !aboutSource(err) || n != attempts {
		t.Errorf("error %v after %d changes", err, n)
	}
	s.incomplete()
}

// What is there is compared, and only what differs is written.
func TestResume(t *testing.T) {
	s := newScene(t)
	ctx, cancel := context.WithCancel(context.Background())
	d := &faulty{writing: func(off int64, _ []byte) error {
		if off == 2*blockSize {
			cancel()
		}
		return nil
	}}
	if _, err := s.copy(ctx, d); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	s.incomplete()
	if d.wrote != 3*blockSize {
		t.Fatalf("%d bytes were written before the end", d.wrote)
	}
	part, err := os.OpenFile(filepath.Join(s.to, "mail.pst"+partSuffix), os.O_RDWR, 0)
	if err == nil {
		_, err = part.WriteAt([]byte("what a power cut left"), blockSize+5)
	}
	if err = errors.Join(err, part.Close()); err != nil {
		t.Fatal(err)
	}
	d = &faulty{}
	s.complete(s.copy(context.Background(), d))
	if want := int64(sceneSize - 2*blockSize); d.wrote != want {
		t.Errorf("%d bytes were written to complete it, want %d", d.wrote, want)
	}
}

// A run that ended between manifest and name is completed without writing anything.
func TestResumeBeforeName(t *testing.T) {
	s := newScene(t)
	s.complete(s.copy(context.Background(), nil))
	if err := os.Rename(filepath.Join(s.to, "mail.pst"), filepath.Join(s.to, "mail.pst"+partSuffix)); err != nil {
		t.Fatal(err)
	}
	found, err := Check(context.Background(), s.to, nil)
	if err != nil || found[0].Condition != Missing || !strings.Contains(found[0].Why, "run the same backup again") {
		t.Errorf("a check finds %+v, %v", found, err)
	}
	d := &faulty{}
	s.complete(s.copy(context.Background(), d))
	if d.wrote != 0 {
		t.Errorf("%d bytes were written", d.wrote)
	}
}

// A copy that went bad is found and made right by the next run.
func TestCopyWentBad(t *testing.T) {
	s := newScene(t)
	s.complete(s.copy(context.Background(), nil))
	for name, spoil := range map[string]func(f *os.File) error{
		"changed":  func(f *os.File) error { _, err := f.WriteAt([]byte{^s.in[blockSize]}, blockSize); return err },
		"cut":      func(f *os.File) error { return f.Truncate(blockSize) },
		"appended": func(f *os.File) error { return f.Truncate(sceneSize + 1) },
	} {
		f, err := os.OpenFile(filepath.Join(s.to, "mail.pst"), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(spoil(f), f.Close()); err != nil {
			t.Fatal(err)
		}
		found, err := Check(context.Background(), s.to, nil)
		if err != nil || found[0].Condition != Changed {
			t.Errorf("%s: a check finds %+v, %v", name, found, err)
		}
		s.complete(s.copy(context.Background(), nil))
		if !s.said.said("it is made again") {
			t.Errorf("%s: notes %q", name, s.said.notes)
		}
	}
}

func TestSourceCannotBeRead(t *testing.T) {
	s := newScene(t)
	_, err := s.copy(context.Background(), &faulty{reading: func(off int64) error {
		if off == 3*blockSize {
			return &os.PathError{Op: "read", Path: s.file, Err: syscall.EIO}
		}
		return nil
	}})
	var source *SourceError
	if !errors.As(err, &source) || source.Offset != 3*blockSize || !errors.Is(err, syscall.EIO) {
		t.Errorf("error %v", err)
	}
	s.incomplete()
}

func TestLocked(t *testing.T) {
	s := newScene(t)
	var second error
	s.complete(s.copy(context.Background(), &faulty{reading: func(off int64) error {
		if off == blockSize {
			_, second = Copy(context.Background(), Options{Files: []string{s.file}, Dir: s.to})
		}
		return nil
	}}))
	if !errors.Is(second, ErrLocked) {
		t.Errorf("a second run at the same time: %v", second)
	}
}

// What does not fit is not begun.
func TestNoRoom(t *testing.T) {
	s := newScene(t)
	s.to = filepath.Join(testneed.SmallDisk(t, 2<<20), "to")
	_, err := s.copy(context.Background(), nil)
	var room *RoomError
	if !errors.As(err, &room) || room.Need != sceneSize+slack || room.Free <= 0 || room.Free > 2<<20 {
		t.Errorf("error %v", err)
	}
	if got := names(t, s.to); got != "" {
		t.Errorf("the folder has %s", got)
	}
}

// A disk that fills up meanwhile leaves what is to be gone on with.
func TestDiskFull(t *testing.T) {
	s := newScene(t)
	disk := testneed.SmallDisk(t, 8<<20)
	s.to = filepath.Join(disk, "to")
	other := filepath.Join(disk, "other")
	_, err := s.copy(context.Background(), &faulty{reading: func(off int64) error {
		if off != 2*blockSize {
			return nil
		}
		if err := os.WriteFile(other, make([]byte, 7<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("the disk is not full: %v", err)
		}
		return nil
	}})
	var room *RoomError
	if !errors.As(err, &room) || room.Need != sceneSize-2*blockSize || room.Free != 0 {
		t.Errorf("error %v", err)
	}
	s.incomplete()
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	s.complete(s.copy(context.Background(), nil))
}
