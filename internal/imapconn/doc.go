// Package imapconn is one IMAP connection for uploading mail and proving that it arrived.
//
// Start with [Dial]: it connects, starts TLS, signs in and asks the server what it can do. A [Conn] then lists and creates
// mailboxes, indexes and reads back messages and appends new ones. A Conn serves one goroutine at a time; [Conn.Alive],
// [Conn.Traffic] and [Conn.Close] may be called from any.
//
// What it promises on top of the IMAP library underneath:
//
//   - No call waits for ever. Every byte that moves extends a rolling limit (Config.Timeout), so an upload may take hours but a
//     silent server ends with an error; cancelling the context ends the call at once, by closing the connection.
//   - Nothing but well-formed messages, dates and flags reaches the wire (RFC 9051 section 9): a message body can never be read
//     as a command.
//   - An append either has a known result or its error satisfies errors.Is(err, ErrUnknownOutcome).
//   - Errors are typed by what the caller can do about them: [ConnectError], [TLSError], [AuthError], [CommandError],
//     [AppendError]. None of them carries the password or token.
//
// Greeting, STARTTLS and sign-in are done here on plain lines, before the library sees the connection: that way nothing is sent
// before TLS is up, a server's odd response codes at sign-in do no harm, and the text of a BYE is not lost. The library is
// handed an already authenticated connection and IMAP4rev1 as its only capability, which makes it use synchronizing literals and
// modified UTF-7 throughout. No type of the library appears in this package's API.
package imapconn
