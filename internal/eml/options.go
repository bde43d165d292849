package eml

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/pst2imap/pst2imap/internal/vcard"
)

// ConverterRevision changes whenever the same item gives other bytes than
// before. It is part of [IDLine], so that a later run knows which messages on
// the server it can compare octet by octet.
const ConverterRevision = 4

// Options change how items are converted. The zero value, and nil, are the
// defaults.
type Options struct {
	// Resolver gives the SMTP address of a legacy distinguished name
	// ("/o=ACME/cn=Recipients/cn=jdoe") that the item itself does not tell.
	Resolver func(dn string) (smtp string, ok bool)
	// Contact gives the SMTP address of a contact of the same store: the entry id
	// of the contact and which of its addresses is meant (0 to 2).
	Contact func(entryID []byte, which int) (smtp string, ok bool)
	// Name gives the name of a contact or distribution list of the same store by
	// its entry id.
	Name func(entryID []byte) (name string, ok bool)
	// AddressMap identifies what Resolver and Contact answer, for [IDLine]. An
	// [AddressMap] sets all three, see [AddressMap.Use].
	AddressMap string
	// IMCEADomain is the domain of addresses that no Internet address is known
	// for ([MS-OXCMAIL] 2.1.3.1.8); "imcea.invalid" when empty.
	IMCEADomain string
	// DefaultFrom is the address that drafts without a sender get; such drafts
	// have no From field when it is empty.
	DefaultFrom string
	// AttachDates adds creation and modification dates to attachments.
	AttachDates bool
	// KeepRTF attaches RTF from which HTML is made; that of which parts would be
	// lost is always attached (B20).
	KeepRTF bool
	// MakePlain puts text before HTML of which no text is stored (B3).
	MakePlain bool
	// KeepTNEF leaves winmail.dat as it is instead of opening it (A18).
	KeepTNEF bool
	// CardVersion is the version of vCards.
	CardVersion vcard.Version
	// Items are the kinds of items that are converted although they are no mail.
	Items []Kind
	// MaxDepth is how many levels of attached messages are converted; 20 when 0.
	MaxDepth int
}

func (o *Options) imceaDomain() string {
	if o.IMCEADomain == "" {
		return "imcea.invalid"
	}
	return o.IMCEADomain
}

func (o *Options) maxDepth() int {
	if o.MaxDepth <= 0 {
		return 20
	}
	return o.MaxDepth
}

// hash identifies the options that change the bytes written.
func (o *Options) hash() string {
	if o == nil {
		o = &Options{}
	}
	all := fmt.Appendf(nil, "%q %q %q %v %v %d",
		o.AddressMap, o.imceaDomain(), o.DefaultFrom, o.AttachDates, o.KeepRTF, o.maxDepth())
	// What is new is only added where it is used: without it the bytes are as before.
	if o.CardVersion != vcard.V3 {
		all = fmt.Appendf(all, " vcard %v", o.CardVersion)
	}
	if o.KeepTNEF {
		all = append(all, " keep tnef"...)
	}
	if o.MakePlain {
		all = append(all, " make plain"...)
	}
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:4])
}

// Result describes the message that [Convert] wrote.
type Result struct {
	ID           string    // item id, see [ItemID]
	MessageID    string    // with angle brackets, as in the header
	From         string    // value of the From field as written, unfolded; may be empty in drafts
	Subject      string    // decoded, without the marker of its prefix
	Date         time.Time // instant of the Date field; zero when that cannot be read
	InternalDate time.Time // for APPEND, UTC, whole seconds; zero when there is none
	Flags        []string  // system flags and keywords for APPEND, in a fixed order
	Size         int64     // octets written
	SHA256       [32]byte  // of the octets written
	Mapped       bool      // the [AddressMap] was asked: only then its hash belongs into the [IDLine]
	Warnings     []Warning // what could not be carried over or had to be repaired
}

// Warning says what was lost or repaired and the rule that says how.
type Warning struct {
	Rule   string // for example "A13"
	Detail string
}

// String is rule and detail in one line.
func (w Warning) String() string { return w.Rule + ": " + w.Detail }

// IDField is the name of the header field that carries the item id.
const IDField = "X-Pst2imap-Id"

// IDLine is the first line of an uploaded message: the item id, the revision of
// the converter and a hash of those options that change the bytes. It is to be
// written before the bytes of [Convert].
func (o *Options) IDLine(id string) string {
	return fmt.Sprintf("%s: %s; c=%d-%s\r\n", IDField, id, ConverterRevision, o.hash())
}

// IDLine is [Options.IDLine] for the default options.
func IDLine(id string) string { return (*Options)(nil).IDLine(id) }

// idVersion starts every item id; ids of other versions are not comparable.
const idVersion = "1-"

// isID tells whether s is an item id of this version. It is asked for every
// message of an account.
func isID(s []byte) bool {
	if len(s) != len(idVersion)+32 || string(s[:len(idVersion)]) != idVersion {
		return false
	}
	for i := len(idVersion); i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// ParseIDLine reads the value of the [IDField] header field, folded or not. ok
// is false for an id of an unknown version, which counts as foreign. The id is a
// part of value.
func ParseIDLine(value []byte) (id []byte, ok bool) {
	id, _, _ = bytes.Cut(value, []byte(";"))
	id = bytes.TrimSpace(id)
	return id, isID(id)
}
