package codepage

import (
	"sync"

	"golang.org/x/text/encoding/korean"
)

// cp949 is EUC-KR with the rest of the syllables (UHC) and 188 user-defined
// characters.
var cp949 = sync.OnceValue(func() *double {
	t := fromEncoding(korean.EUCKR)
	t.userDefined(span{0xC9, 0xC9, 0, 0}, span{0xA1, 0xFE, 0, 0}, 0xE000)
	t.userDefined(span{0xFE, 0xFE, 0, 0}, span{0xA1, 0xFE, 0, 0}, 0xE05E)
	return t
})
