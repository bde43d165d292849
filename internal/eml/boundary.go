package eml

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// boundaryPrefix starts every boundary. "=_" occurs neither in quoted-printable
// nor in base64, and texts that contain it are never written as 7bit.
const boundaryPrefix = "=_p2i_"

// boundary is the boundary of the multipart at a place in a message (M3). rootID
// is the Message-ID of the outermost message and path the place: numbers as in
// IMAP ("1.2"), with "/" where an attached message is entered ("1.2/1"). Both
// together make boundaries unique even in a message that contains itself.
func boundary(rootID, path string) string {
	sum := sha256.Sum256([]byte("pst2imap:bnd:1\x00" + rootID + "\x00" + path))
	return boundaryPrefix + hex.EncodeToString(sum[:])[:24]
}

// generatedCID is a content id for what has none and is shown in HTML that was
// made from RTF (B20): the n-th of its kind in the message at a place.
func generatedCID(kind string, n int, rootID, place string) string {
	sum := sha256.Sum256([]byte("pst2imap:cid:1\x00" + rootID + "\x00" + place))
	return kind + strconv.Itoa(n) + "." + hex.EncodeToString(sum[:])[:16] + "@pst2imap.invalid"
}

// free makes a boundary that no line of the verbatim parts below starts with.
func free(boundary string, marks map[string]bool) string {
	for {
		taken := false
		for m := range marks {
			taken = taken || strings.HasPrefix(m, "--"+boundary)
		}
		if !taken {
			return boundary
		}
		boundary += "x"
	}
}
