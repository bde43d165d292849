package imapconn_test

import (
	"strings"
	"testing"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest"
)

// What servers are known to say when they do not let somebody in.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, code string
		temporary  bool
		contains   string
		answers    []string
	}{
		{"browser needed", "ALERT", false, "Web login required. https://accounts.example.com/continue?x=1", []string{
			"S: * NO [WEBALERT https://accounts.example.com/continue?x=1] Web login required.", "S: $ NO [ALERT] Please log in via your web browser"}},
		{"link with the answer", "WEBALERT", false, "https://accounts.example.com/", []string{"S: $ NO [WEBALERT https://accounts.example.com/] Web login required"}},
		{"alert before", "AUTHENTICATIONFAILED", false, "Maintenance at nine", []string{"S: * OK [ALERT] Maintenance at nine", "S: $ NO [AuthenticationFailed] no"}},
		{"expired", "EXPIRED", false, "", []string{"S: $ NO [EXPIRED] Password is too old"}},
		{"privacy", "PRIVACYREQUIRED", false, "", []string{"S: $ NO [PRIVACYREQUIRED] Plaintext authentication disallowed"}},
		{"contact admin", "CONTACTADMIN", false, "", []string{"S: $ NO [CONTACTADMIN] Account locked"}},
		{"in use", "INUSE", true, "", []string{"S: $ NO [INUSE] Mailbox is locked"}},
		{"rate", "LIMIT", true, "", []string{"S: $ NO [LIMIT] Rate limit hit"}},
		{"throttled without a code", "", true, "299609 milliseconds", []string{"S: $ BAD Request is throttled. Suggested Backoff Time: 299609 milliseconds"}},
		{"too many at once", "ALERT", true, "", []string{"S: $ NO [ALERT] Too many simultaneous connections. (Failure)"}},
		{"no code (Exchange)", "", false, `[Error="Unknown user" X=1] AUTHENTICATE failed.`, []string{`S: $ NO [Error="Unknown user" X=1] AUTHENTICATE failed.`}},
		{"farewell that refuses", "AUTHENTICATIONFAILED", false, "Bad password", []string{"S: * BYE [AUTHENTICATIONFAILED] Bad password", "close"}},
		{"farewell after the refusal", "AUTHENTICATIONFAILED", false, "wrong", []string{"S: $ NO [AUTHENTICATIONFAILED] wrong", "S: * BYE too many attempts"}},
		{"mailbox not opened (Exchange)", "", false, "not connected", []string{"S: $ OK AUTHENTICATE completed.", "C: CAPABILITY", "S: $ BAD User is authenticated but not connected."}},
		{"mailbox not opened later", "", false, "not connected", []string{"S: $ OK [CAPABILITY IMAP4rev1 NAMESPACE] AUTHENTICATE completed.", "C: NAMESPACE",
			"S: $ BAD User is authenticated but not connected."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			steps := append([]string{hello + "AUTH=PLAIN SASL-IR] hi", "C: AUTHENTICATE PLAIN"}, c.answers...)
			if steps[len(steps)-1] == "close" {
				steps = steps[:len(steps)-1]
			} else {
				steps = append(steps, "eof")
			}
			err := dialFails[*imapconn.AuthError](t, plain(imaptest.Script(t, steps...)))
			if err.Code != c.code || err.Temporary() != c.temporary || err.Mechanism != "PLAIN" || err.Host != "127.0.0.1" || !strings.Contains(err.Error(), c.contains) {
				t.Errorf("code %q, temporary %v: %v", err.Code, err.Temporary(), err)
			}
		})
	}
}

// A server that asks for ever is left.
func TestEndlessChallenges(t *testing.T) {
	t.Parallel()
	steps := []string{hello + "AUTH=PLAIN] hi", "C: AUTHENTICATE PLAIN"}
	for range 20 {
		steps = append(steps, "S: + ", "C+ ")
	}
	if err := dialFails[*imapconn.ConnectError](t, plain(imaptest.Script(t, steps...))); err.Reason != imapconn.Protocol {
		t.Errorf("%v", err)
	}
}

// What the server wants the person to see is shown, without the password.
func TestAlerts(t *testing.T) {
	t.Parallel()
	cfg := plain(imaptest.Script(t, afterwards("S: * OK [ALERT] Down at nine", "C: CAPABILITY", "S: * CAPABILITY IMAP4rev1", "S: $ OK",
		"C: LOGIN", "S: * OK [ALERT] Change geheim99 soon", "S: $ OK [ALERT] Mailbox is nearly full",
		"C: CAPABILITY", "S: * CAPABILITY IMAP4rev1 LIST-EXTENDED NAMESPACE", "S: $ OK")...))
	var got []string
	cfg.Alert = func(text string) { got = append(got, text) }
	dial(t, cfg)
	if want := "Down at nine|Change *** soon|Mailbox is nearly full"; strings.Join(got, "|") != want {
		t.Errorf("alerts are %q", got)
	}
}

// Whatever form of the password a server repeats, it does not get into an error.
func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	const password = `Tr0ub4dor "x" \& 3`
	response := b64("\x00anna\x00" + password)
	for _, said := range []string{
		"no: " + password, "no: " + strings.ToUpper(password), `bad command LOGIN "anna" "Tr0ub4dor \"x\" \\& 3"`, "bad: " + response, "bad: " + response[:20] + "...",
		"bad: " + b64("user=anna&password="+password), "bad: " + b64(password), "https://example.org/?p=Tr0ub4dor+%22x%22+%5C%26+3",
		"[" + password + "] no", "[CONTACTADMIN " + b64(password) + "://] no",
	} {
		for _, answer := range []string{"S: $ NO " + said, "S: * NO " + said + "\r\n* BYE", "S: * BYE " + said} {
			cfg := plain(imaptest.Script(t, hello+"AUTH=PLAIN SASL-IR] hi", "C: AUTHENTICATE", answer, "S: $ NO see above"))
			cfg.Password = password
			_, err := imapconn.Dial(t.Context(), cfg)
			if err == nil {
				t.Fatal("signed in")
			}
			text := strings.ToLower(err.Error())
			for _, secret := range []string{"tr0ub4dor", strings.ToLower(response[8:20]), strings.ToLower(b64(password)[:12])} {
				if strings.Contains(text, secret) {
					t.Errorf("%q is in %q", secret, err)
				}
			}
		}
	}
}

// The gaps that a very short password left in a text would tell it.
func TestShortSecretTakesTheWholeText(t *testing.T) {
	t.Parallel()
	cfg := plain(imaptest.Script(t, hello+"] hi", "C: LOGIN", "S: $ NO invalid", "eof"))
	cfg.Password = "in"
	_, err := imapconn.Dial(t.Context(), cfg)
	if err == nil || !strings.HasSuffix(err.Error(), "server refused: ***") {
		t.Errorf("got %v", err)
	}
}

// Whatever is around it, a secret is not in what is left of a text; and a text without one stays as it is.
func FuzzMask(f *testing.F) {
	f.Add("geheim99", "no, ", " is wrong")
	f.Add("pa\xffss", "x", "\xfe")
	f.Add("***", "", "")
	f.Add("{a(b", "[CODE ", "] (")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		for _, form := range []string{secret, b64(secret), b64("user=" + secret + "\x01"), b64("\x00anna\x00" + secret)} {
			got := imapconn.Mask(secret, before+form+after)
			for _, left := range strings.Split(got, "***") {
				if secret != "" && strings.Contains(left, secret) {
					t.Errorf("%q is in %q", secret, got)
				}
			}
		}
		if len(before) < 8 && len(secret) > 8 && imapconn.Mask(secret, before) != before {
			t.Errorf("%q was changed", before)
		}
	})
}
