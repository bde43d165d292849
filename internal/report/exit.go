package report

// Exit codes of what a finished run can end with (docs/exit-codes.md).
const (
	ExitOK          = 0
	ExitInterrupted = 6
	ExitDamaged     = 21
	ExitMissing     = 30
	ExitDifferent   = 31
	ExitFailed      = 111
)

// ExitCode is the first exit code that applies to what the report says.
func (r *Report) ExitCode() int {
	readBack := 0 // items that failed because of what was read back
	if r.Verify != nil {
		readBack = r.Verify.Missing + r.Verify.Different
	}
	switch {
	case r.Command == "verify" && r.Totals.Failed > readBack, r.Command != "verify" && r.Totals.Failed > 0:
		return ExitFailed
	case r.Verify != nil && r.Verify.Missing > 0:
		return ExitMissing
	case r.Verify != nil && r.Verify.Different > 0:
		return ExitDifferent
	case r.lost() > 0:
		return ExitDamaged
	}
	return ExitOK
}
