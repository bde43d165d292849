package main

import (
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/pst2imap/pst2imap/internal/testneed"
)

// jsonLines judges each line of standard input by a schema, with a validator that is
// not this project's.
const jsonLines = `
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for line in sys.stdin:
    for fault in validator.iter_errors(json.loads(line)):
        print(line, fault.message)
`

func cmdJSONLines(ts *testscript.TestScript, _ bool, args []string) {
	t := hostOf(ts).t
	text := ts.ReadFile(args[0])
	if strings.TrimSpace(text) == "" {
		ts.Fatalf("%s is empty", args[0])
	}
	cmd := exec.Command(testneed.Python(t, "jsonschema"), "-c", jsonLines, filepath.Join(testneed.Root(t), "docs", args[1]))
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		ts.Fatalf("%v\n%s", err, out)
	}
}
