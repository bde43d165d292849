package main

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"syscall"

	"github.com/pst2imap/pst2imap/internal/account/oauth"
	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/journal"
	"github.com/pst2imap/pst2imap/pst"
	"github.com/pst2imap/pst2imap/upload"
)

// Exit codes (docs/exit-codes.md), imapsync's where it has one.
const (
	exitOK          = 0
	exitInterrupted = 6
	exitLocked      = 8
	exitConnect     = 10
	exitTLS         = 12
	exitSignIn      = 16
	exitNotDataFile = 20
	exitUsage       = 64
	exitMissing     = 30
	exitDifferent   = 31
	exitNoInput     = 66
	exitInternal    = 70
	exitCannotWrite = 73
	exitErrorsMax   = 112
	exitOverQuota   = 113
	exitAppend      = 114
)

// failure is an error with its exit code and a hint for the person.
type failure struct {
	code int
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// exitStatus ends a command that said all there is to say.
type exitStatus int

func (exitStatus) Error() string { return "" }

const hintInterrupted = "run the same command again: it goes on where it stopped"

// explain gives exit code, message and hint of an error.
func explain(ctx context.Context, err error) *failure {
	var f *failure
	var locked *journal.LockedError
	var gone *upload.GoneError
	switch {
	case errors.As(err, &f):
		return f
	case ctx.Err() != nil:
		return &failure{exitInterrupted, errors.New("interrupted"), hintInterrupted}
	case errors.Is(err, upload.ErrTooManyFailures):
		return &failure{exitErrorsMax, err, "the report names each with its reason; --errorsmax sets the bound"}
	case errors.Is(err, upload.ErrRefused):
		return &failure{exitAppend, err, "copies of the messages are in the job folder; ask the provider what its words mean: see the report"}
	case errors.As(err, &gone):
		return &failure{exitMissing, err, "is POP still on somewhere? switch it off and upload them again with migrate --yes; if you removed them yourself, --keep-deleted leaves them out"}
	case errors.As(err, &locked):
		return &failure{exitLocked, err, "wait for it to end; two runs at the same time could double mail"}
	}
	if f := explainServer(err); f != nil {
		return f
	}
	if f := explainBackup(err); f != nil {
		return f
	}
	if file := new(fs.PathError); errors.As(err, &file) {
		return &failure{exitCannotWrite, err, "is there room on the disk? the same command goes on where it stopped"}
	}
	return &failure{exitInternal, err, "this should not happen: please report it"}
}

// explainInput is explain for opening the data file at path.
func explainInput(path string, err error) *failure {
	var perr *fs.PathError
	if errors.As(err, &perr) {
		err = perr.Err
	}
	at := &failure{code: exitNoInput, err: errors.New(path + ": " + err.Error())}
	switch {
	case errors.Is(err, pst.ErrNotDataFile):
		at.code, at.hint = exitNotDataFile, "an Outlook data file ends in .pst or .ost"
	case errors.Is(err, pst.ErrUnsupported):
		at.code, at.hint = exitNotDataFile, "a file that Windows protects has to be opened and exported on the computer that it belongs to"
	case errors.As(err, new(*job.UnknownCodePageError)):
		at.code, at.hint = exitUsage, "a Windows code page has a number such as 1252, 1251 or 932"
	case errors.Is(err, fs.ErrNotExist):
		at.err, at.hint = errors.New(path+": no such file"), "is the path right? Outlook shows it under File, Account Settings, Data Files"
	case errors.Is(err, fs.ErrPermission):
		at.hint = "the file is readable for its owner only, or Outlook holds it: close Outlook and try again"
	case heldOpen(runtime.GOOS, err):
		at.hint = "another program has the file open: close Outlook and try again, or copy it as it is with pst2imap backup --vss"
	case asNDB(err):
		at.code, at.hint = exitNotDataFile, "the file is damaged: nothing in it can be found"
	default:
		at.hint = "can another program read the file?"
	}
	return at
}

func asNDB(err error) bool {
	var e *pst.Error
	return errors.As(err, &e)
}

// What Windows says of a file that another process has open. Their texts are in
// the language of the system, and elsewhere the numbers mean something else.
const (
	errorSharingViolation = syscall.Errno(32)
	errorLockViolation    = syscall.Errno(33)
)

// heldOpen tells whether the system refused because another process has the
// file open, as Outlook does.
func heldOpen(goos string, err error) bool {
	var no syscall.Errno
	return goos == "windows" && errors.As(err, &no) && (no == errorSharingViolation || no == errorLockViolation)
}

func explainServer(err error) *failure {
	var connect *imapconn.ConnectError
	var tls *imapconn.TLSError
	var auth *imapconn.AuthError
	var token *oauth.Error
	switch {
	case errors.As(err, &auth):
		return &failure{exitSignIn, err, authHint(auth)}
	case errors.As(err, &token) && token.Reason == oauth.Network:
		return &failure{exitConnect, token, oauthHint(token)}
	case errors.As(err, &token):
		return &failure{exitSignIn, token, oauthHint(token)}
	case errors.As(err, &tls):
		return &failure{exitTLS, err, tlsHint(tls)}
	case errors.Is(err, imapconn.ErrUnknownOutcome):
		return &failure{exitConnect, err, "run the same command again: it looks what is on the server and goes on from there"}
	case errors.As(err, &connect):
		return &failure{exitConnect, err, connectHint(connect.Reason)}
	}
	var refused *imapconn.CommandError
	if errors.As(err, &refused) {
		return &failure{exitConnect, err, "the server refused a command: try again later, or show this line to its provider"}
	}
	return nil
}

func connectHint(r imapconn.ConnectReason) string {
	switch r {
	case imapconn.Refused:
		return "nothing answers at this host and port: check --host and --port"
	case imapconn.NoSuchHost:
		return "the host name is not known: check --host"
	case imapconn.Protocol:
		return "is this an IMAP server? check --host, --port and --tls"
	case imapconn.Bye:
		return "the server ended the connection: wait some minutes and run the same command again, it goes on where it stopped"
	}
	return "check the network and run the same command again: it goes on where it stopped"
}
