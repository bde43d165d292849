package keyring

import (
	"errors"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
)

func TestSystem(t *testing.T) {
	keyring.MockInit()
	for name, r := range map[string]Record{
		Name("Anna@Example.org", "", ""):      {Host: "imap.example.org", User: "anna", Password: `a "b" ü`},
		Name("", "anna", "imap.Example.org"):  {Host: "imap.example.org", User: "anna", Refresh: "1//x", Server: "google", ClientID: "id"},
		Name("", "bernd", "imap.example.org"): {Host: "imap.example.org", User: "bernd", Password: "p"},
	} {
		if err := (System{}).Set(name, r); err != nil {
			t.Fatal(err)
		}
		if got, err := (System{}).Get(strings.ToLower(name)); got != r || err != nil {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	if err := (System{}).Delete("anna@example.org"); err != nil {
		t.Error(err)
	}
	if _, err := (System{}).Get("anna@example.org"); !errors.Is(err, ErrNone) {
		t.Errorf("after it was forgotten: %v", err)
	}
	if err := (System{}).Delete("anna@example.org"); !errors.Is(err, ErrNone) {
		t.Errorf("forgotten twice: %v", err)
	}
}

// What is not ours is refused and not shown.
func TestForeignRecords(t *testing.T) {
	keyring.MockInit()
	for _, text := range []string{"", "planted-secret", `{"password":"planted-secret"}`, `{"host":"h"}`, `{"host":"h","password":"planted-secret","refresh_token":"x"}`} {
		if err := keyring.Set(service, "x", text); err != nil {
			t.Fatal(err)
		}
		if _, err := (System{}).Get("x"); err == nil || errors.Is(err, ErrNone) || strings.Contains(err.Error(), "planted") {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, cause := range []error{keyring.ErrSetDataTooBig, keyring.ErrUnsupportedPlatform, errors.New("no D-Bus")} {
		keyring.MockInitWithError(cause)
		if err := (System{}).Set("x", Record{}); err == nil || errors.Is(err, ErrNone) {
			t.Errorf("%v: %v", cause, err)
		}
	}
}
