// Package discover finds Outlook data files on this computer and says what each
// of them is: the file that a POP account delivers to, whose mail may be nowhere
// else; the cache of an IMAP or Exchange account, which is likely a copy; or an
// archive.
//
// [Scan] looks into the Outlook profiles of the Windows registry, the usual
// folders, and folders that are given. It only reads, opens no file that is kept
// in the cloud alone, and does not get in the way of an Outlook that runs. What
// it could not look at is named in the result.
package discover
