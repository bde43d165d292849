package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// JSON writes the report in the form of docs/report.schema.json. Characters that
// could steer the terminal of who looks at it are escaped.
func (r *Report) JSON(w io.Writer) error {
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(escapeSteering(b), '\n'))
	return err
}

// escapeSteering escapes what encoding/json leaves as it is: DEL, the controls
// above it, and the marks of direction. They can only be inside of strings.
func escapeSteering(b []byte) []byte {
	if !bytes.ContainsFunc(b, escapable) {
		return b
	}
	var out bytes.Buffer
	for _, c := range string(b) {
		if escapable(c) {
			fmt.Fprintf(&out, `\u%04x`, c)
		} else {
			out.WriteRune(c)
		}
	}
	return out.Bytes()
}

func escapable(c rune) bool { return c != '\n' && steers(c) }
