package psttest

// Node types ([MS-PST] 2.2.2.1).
const (
	nidFolder       = 0x02
	nidSearchFolder = 0x03
	nidMessage      = 0x04
	nidAttachment   = 0x05
	nidSearchQueue  = 0x06
	nidSearchCrit   = 0x07
	nidAssociated   = 0x08
	nidHierarchy    = 0x0D
	nidContents     = 0x0E
	nidFAIContents  = 0x0F
	nidSearchTable  = 0x10
	nidLTP          = 0x1F
)

// Nodes that every file has ([MS-PST] 2.4.1, 2.7.1).
const (
	nidStore        = 0x21
	nidNameMap      = 0x61
	nidRoot         = 0x122
	nidSearchMgmt   = 0x1E1
	nidSearchActive = 0x201
	nidSearchDomain = 0x261
	nidTmplHier     = 0x60D
	nidTmplContents = 0x60E
	nidTmplFAI      = 0x60F
	nidTmplSearch   = 0x610
	nidReceive      = 0x62B
	nidOutgoing     = 0x64C
	nidTmplAttach   = 0x671
	nidTmplRecip    = 0x692
	nidSpamSearch   = 0x2223
	nidIPMSubtree   = 0x8022
	nidFinder       = 0x8042
	nidDeleted      = 0x8062
)

// firstIndex is the node index after which most types start to count; the
// three below start elsewhere ([MS-PST] 2.2.2.6, rgnid).
const firstIndex = 0x400

func initialIndexes() (last [32]uint32) {
	for i := range last {
		last[i] = firstIndex
	}
	last[nidSearchFolder] = 0x4000
	last[nidMessage] = 0x10000
	last[nidAssociated] = 0x8000
	return last
}

func makeNID(kind, index uint32) uint32 { return index<<5 | kind }

// withType is the node of another type that belongs to the same object, such
// as the contents table of a folder ([MS-PST] 2.4.4).
func withType(nid, kind uint32) uint32 { return nid&^0x1F | kind }
