package discover

import (
	"encoding/binary"
	"strings"

	"github.com/pst2imap/pst2imap/internal/mapi"
)

// text decodes a string as Outlook stores it: as a string of the registry since
// 2016, before that as UTF-16LE bytes ended by a NUL.
func text(v any) string {
	switch v := v.(type) {
	case string:
		s, _, _ := strings.Cut(v, "\x00")
		return strings.TrimSpace(s)
	case []byte:
		return strings.TrimSpace(mapi.UTF16(v))
	}
	return ""
}

// number decodes a number: a DWORD, or its bytes.
func number(v any) (uint32, bool) {
	switch v := v.(type) {
	case uint64:
		return uint32(v), v <= 1<<32-1
	case []byte:
		if len(v) == 4 {
			return binary.LittleEndian.Uint32(v), true
		}
	}
	return 0, false
}

// storePath is the path of the data file in the entry id of a message store.
// There is no specification of what the providers of data files (mspst.dll,
// pstprx.dll) put there; seen are the header of [MS-OXCDATA] 2.2.4.3, the
// provider's UID and the path as UTF-16LE or, in old profiles, in 8 bits. So the
// path is looked for by its beginning. The stores of Exchange have none.
func storePath(entryID []byte) string {
	const header = 22 // flags, provider UID, version, flag
	for i := header; i+8 <= len(entryID); i++ {
		if wide := entryID[i:]; wide[1] == 0 && wide[3] == 0 && wide[5] == 0 && absolute(string([]byte{wide[0], wide[2], wide[4]})) {
			return mapi.UTF16(wide)
		}
		if narrow := entryID[i:]; absolute(string(narrow[:3])) {
			s, _, _ := strings.Cut(string(narrow), "\x00")
			return strings.ToValidUTF8(s, "\uFFFD")
		}
	}
	return ""
}

// absolute tells whether a path begins with a drive or a server of Windows.
func absolute(path string) bool {
	if len(path) < 3 {
		return false
	}
	letter := path[0] | 0x20
	return letter >= 'a' && letter <= 'z' && path[1] == ':' && path[2] == '\\' ||
		path[0] == '\\' && path[1] == '\\' && path[2] != 0 && path[2] != '\\'
}

// folderStore is the record key of the store in the entry id of a folder
// ([MS-PST] 2.4.3.2): flags, record key, node.
func folderStore(entryID []byte) []byte {
	if len(entryID) != 24 {
		return nil
	}
	return entryID[4:20:20]
}

// equalFold compares names without regard to case.
func equalFold(a, b string) bool { return a != "" && strings.EqualFold(a, b) }
