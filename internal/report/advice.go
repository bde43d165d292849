package report

// Categories of items that failed, by who decides about them.
const (
	reasonUnreadable    = "unreadable"
	reasonInconvertible = "not convertible"
	reasonTooLarge      = "too large"
	reasonOverQuota     = "over quota"
	reasonRefused       = "refused by the server"
	reasonVanished      = "not there after the upload"
	reasonHeaderOnly    = "header only"
)

// advice is what a category of items means for the person, and what to do.
type advice struct {
	title string
	next  string
}

const (
	whyRescued = "A copy of each is in the folder “rescue” of the job folder, as .eml; a mail program can open it. “pst2imap upload --rescue” with that folder tries just these again. "
	runAgain   = "Run the same command again: it sends only what is missing and doubles nothing."
)

// advices are by category.
var advices = map[string]advice{
	reasonUnreadable:     {"Could not be read from the data file", "The data file is damaged there. Make a copy of it, let Outlook's Inbox Repair Tool (scanpst) repair the copy, and run the command with the copy; an older backup of the file may have them too."},
	reasonInconvertible:  {"Could not be converted", "This is a fault of this program or an unusual item. Open the item in Outlook and save it by hand; please report the fault with the reason shown here."},
	reasonTooLarge:       {"Too large for the server", whyRescued + "Ask the provider for its limit, or keep these messages in the data file."},
	ReasonSpoilt:         {"Copies in the rescue folder that are gone or were changed", "The data file still has these messages: run upload with it instead. It sends only what is missing and doubles nothing."},
	reasonOverQuota:      {"Not sent because the mailbox is full", "Make room or get more from the provider. " + runAgain},
	reasonRefused:        {"Refused by the server", whyRescued + "Show the words of the server to the provider, then run the same command again."},
	ReasonUnwritable:     {"Could not be written to a file", "Is there room, and may you write there? Run the same command again, or give another folder."},
	reasonVanished:       {"Accepted by the server, but not there", "Is a POP program or a rule still at work on this mailbox? Switch it off. " + runAgain},
	string(Missing):      {"Missing on the server", "Is a POP program still on somewhere? Switch it off, then run migrate again: it sends only what is missing and doubles nothing."},
	string(Different):    {"Different on the server", "Compare a few of them in your mail program with Outlook. The data file still has the original; keep it."},
	reasonHeaderOnly:     {"Outlook never fetched the whole message", "Let Outlook download these messages completely (Send/Receive, then Download), close it, and run the same command again."},
	ReasonNotAsked:       {"Of a kind that was not asked for", "Name the kind with --items and run the same command again if you want them too."},
	ReasonWritten:        {"No mail: in files for calendars and address books", "Import the files into a calendar or address book; each reason says which file."},
	ReasonNotWritten:     {"No mail, and not in files for calendars and address books", "Run migrate or export, which write such files; verify finds those of the same job folder, or of --pim-dir."},
	ReasonDuplicate:      {"Twice in one folder", "Nothing: each is on the server once."},
	ReasonNoContent:      {"Settings of a program, no mail", "Nothing: no one would miss them."},
	string(Moved):        {"In another folder on the server", "Nothing, if you moved them yourself."},
	string(Rewritten):    {"The same content in other bytes", "Nothing: text, attachments and kept headers are the same."},
	string(StateChanged): {"Other flags than in the data file", "Nothing, if you have read or flagged them since."},
	string(Present):      {"Was there before", "Nothing: they are on the server."},
}

// advice is that of the item's category, or where it has none of its own, of its state.
func (it *Item) advice() advice {
	for _, key := range []string{it.Category, string(it.State)} {
		if a, ok := advices[key]; ok {
			return a
		}
	}
	switch it.State {
	case Failed:
		return advice{"Failed", "See the reason. " + runAgain}
	case Skipped:
		return advice{"Left out", "They stay in the data file: keep it."}
	}
	return advice{title: string(it.State)}
}

// Wrong tells whether the item is not on the server as it should be.
func (it *Item) Wrong() bool {
	return it.State == Failed || it.State == Missing || it.State == Different
}

// harmless tells whether a skip does not stand against the verdict "complete".
func harmless(category string) bool {
	return category == ReasonDuplicate || category == ReasonNoContent || category == ReasonWritten
}
