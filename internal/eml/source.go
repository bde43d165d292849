package eml

import (
	"github.com/pst2imap/pst2imap/internal/mapi"
	"github.com/pst2imap/pst2imap/pst"
)

// properties are those of an item, recipient or attachment.
type properties interface {
	mapi.Properties
	// Faults lists what the getters without an error could not read.
	Faults() []error
}

// source is an item where it is stored: in a data file, or in winmail.dat.
type source interface {
	properties
	node() pst.NodeID // tells items of one data file apart
	// Of rows and files those that can be read are returned even with an error.
	rows() ([]properties, error)
	files() ([]sourceFile, error)
}

// sourceFile is an attachment where it is stored.
type sourceFile interface {
	properties
	Err() error // why it could not be opened
	// item is the attached message; the error says why there is none.
	item() (source, error)
}

// pstItem is an item of a data file.
type pstItem struct{ *pst.Message }

func (m pstItem) node() pst.NodeID { return m.ID }

func (m pstItem) rows() ([]properties, error) {
	list, err := m.Recipients()
	out := make([]properties, len(list))
	for i, r := range list {
		out[i] = r
	}
	return out, err
}

func (m pstItem) files() ([]sourceFile, error) {
	list, err := m.Attachments()
	out := make([]sourceFile, len(list))
	for i, a := range list {
		out[i] = pstFile{a}
	}
	return out, err
}

// pstFile is an attachment of an item of a data file.
type pstFile struct{ *pst.Attachment }

func (f pstFile) item() (source, error) {
	m, err := f.Message()
	if err != nil {
		return nil, err
	}
	return pstItem{m}, nil
}
