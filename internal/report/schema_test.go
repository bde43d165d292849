package report_test

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/internal/testneed"
)

const (
	schemaFile  = "../../docs/report.schema.json"
	columnsFile = "../../docs/items.csv"
)

// A validator that is not ours accepts every kind of report, and sees a fault.
func TestSchemas(t *testing.T) {
	python := testneed.Python(t, "jsonschema")
	dir := t.TempDir()
	args := []string{"testdata/validate.py", schemaFile, columnsFile}
	for name, r := range kinds() {
		for ext, form := range map[string]func(io.Writer) error{".json": r.JSON, ".csv": r.CSV} {
			f, err := os.Create(filepath.Join(dir, name+ext))
			if err != nil {
				t.Fatal(err)
			}
			if err := form(f); err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
		args = append(args, filepath.Join(dir, name))
	}
	if out, err := exec.Command(python, args...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%.3000s", err, out)
	}
	bad := trouble()
	bad.Items[0].State, bad.Totals.Found = "lost", -1
	f, err := os.Create(filepath.Join(dir, "dry.json"))
	if err == nil {
		err = bad.JSON(f)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	out, err := exec.Command(python, "testdata/validate.py", schemaFile, columnsFile, filepath.Join(dir, "dry")).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "$.items[0].state") || !strings.Contains(string(out), "$.totals.found") {
		t.Errorf("two faults are not seen: %v\n%s", err, out)
	}
}

// object is an object of a JSON schema.
type object struct {
	Properties map[string]any
	Required   []string
	Defs       map[string]object `json:"$defs"`
}

// Every field of the report is in the schema and every property of the schema is a
// field; what may be left out is not required.
func TestSchemaHasEveryField(t *testing.T) {
	b, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var schema object
	if err := json.Unmarshal(b, &schema); err != nil {
		t.Fatal(err)
	}
	types := map[string]any{"source": report.Source{}, "server": report.Server{}, "counts": report.Counts{}, "folder": report.Folder{},
		"verify": report.Verify{}, "besides": report.Besides{}, "repaired": report.Repaired{}, "rescue": report.Rescue{}, "resumed": report.Resumed{}, "damage": report.Damage{}, "item": report.Item{}, "sample": report.Sample{},
		"pim": report.PIM{}, "pim_kind": report.PIMKind{}, "pim_file": report.PIMFile{}}
	compareFields(t, "report", schema, report.Report{})
	for name, def := range schema.Defs {
		v, ok := types[name]
		if !ok {
			t.Errorf("%s is in the schema only", name)
			continue
		}
		compareFields(t, name, def, v)
		delete(types, name)
	}
	for name := range types {
		t.Errorf("%s is not in the schema", name)
	}
}

func compareFields(t *testing.T, name string, o object, v any) {
	t.Helper()
	var all, needed, have []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		if f.Anonymous {
			continue
		}
		tag, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		all = append(all, tag)
		if !strings.Contains(rest, "omitempty") {
			needed = append(needed, tag)
		}
	}
	for p := range o.Properties {
		have = append(have, p)
	}
	slices.Sort(all)
	slices.Sort(needed)
	slices.Sort(have)
	slices.Sort(o.Required)
	if !slices.Equal(all, have) {
		t.Errorf("%s: fields %v, schema %v", name, all, have)
	}
	if !slices.Equal(needed, o.Required) {
		t.Errorf("%s: always there %v, required %v", name, needed, o.Required)
	}
}

// The documented columns are those that are written.
func TestColumns(t *testing.T) {
	f, err := os.Open(columnsFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows[1:] {
		got = append(got, r[0])
	}
	if !slices.Equal(got, report.CSVColumns) {
		t.Errorf("documented %v, written %v", got, report.CSVColumns)
	}
}
