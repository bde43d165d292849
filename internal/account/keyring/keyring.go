// Package keyring keeps what is needed to sign in in the keyring of the system: the Credential Manager of Windows, the Keychain of
// macOS, the Secret Service (GNOME Keyring, KWallet, KeePassXC) elsewhere. Nothing is kept that was not asked for.
package keyring

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/zalando/go-keyring"
)

// service is the name under which a keyring shows what is kept here.
const service = "pst2imap"

// Record is what is kept for one account: a password, or a refresh token and what it is for.
type Record struct {
	// Host is the only server that the secret is for: whoever can change what a name server says must not get it.
	Host     string `json:"host"`
	User     string `json:"user"`
	Password string `json:"password,omitempty"`
	Refresh  string `json:"refresh_token,omitempty"`
	Server   string `json:"oauth_server,omitempty"` // who gave the refresh token
	// ClientID and ClientSecret are to whom; the secret is one in name only.
	ClientID     string `json:"client_id,omitempty"`
	ClientSecret string `json:"client_secret,omitempty"`
}

// Store keeps records under names.
type Store interface {
	Set(name string, r Record) error
	// Get fails with ErrNone if nothing is kept under the name.
	Get(name string) (Record, error)
	// Delete fails with ErrNone likewise.
	Delete(name string) error
}

// ErrNone means that nothing is kept under that name.
var ErrNone = errors.New("nothing is kept for this account")

// Name is what the records of an account are kept under: its e-mail address if it was given, else user and host.
func Name(email, user, host string) string {
	if email == "" {
		email = user + " at " + host
	}
	return strings.ToLower(email)
}

// System is the keyring of this system and user.
type System struct{}

// Set implements Store.
func (System) Set(name string, r Record) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return explain(keyring.Set(service, name, string(b)))
}

// Get implements Store.
func (System) Get(name string) (Record, error) {
	text, err := keyring.Get(service, name)
	if err != nil {
		return Record{}, explain(err)
	}
	return parse(text)
}

// Delete implements Store.
func (System) Delete(name string) error { return explain(keyring.Delete(service, name)) }

// parse never shows the text, which has a secret in it.
func parse(text string) (Record, error) {
	var r Record
	if json.Unmarshal([]byte(text), &r) != nil || r.Host == "" || (r.Password == "") == (r.Refresh == "") {
		return Record{}, errors.New("what the keyring has under this name is not from pst2imap")
	}
	return r, nil
}

func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNone
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return errors.New("the keyring of this system does not take secrets of this length")
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return errors.New("this system has no keyring that is known here")
	}
	return fmt.Errorf("the keyring of this system: %w", err)
}
