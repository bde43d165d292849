package verify

import "github.com/pst2imap/pst2imap/internal/job"

// SumsName names the sums of a job's data files.
func SumsName(j *job.Job) string { return sumsOf(j).name }

// Sum is that of what some writes write, for the data files of the given names.
func Sum(files []string, writes ...[]byte) [32]byte {
	s := newSums(files)
	h := s.summer()
	defer s.done(h)
	for _, b := range writes {
		_, _ = h.Write(b) // it does not fail
	}
	return h.sum()
}
