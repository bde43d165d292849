package imapconn

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const (
	masked = "***"

	// minSecret is the shortest secret that can be cut out of a text; the gaps that a shorter one left would tell it.
	minSecret = 4
	// minPart is the shortest part of a secret that is recognized as one.
	minPart = 16
)

// secrets are what must not be shown, whatever the server repeats in its texts.
type secrets struct {
	raw  []string // password or token
	sent []string // responses in base64, as they went over the line
}

func (s *secrets) add(secret string) {
	if secret != "" {
		s.raw = append(s.raw, secret)
	}
}

func (s *secrets) addSent(response string) {
	if len(response) >= 8 {
		s.sent = append(s.sent, response)
	}
}

// mask replaces the secrets in a text of the server: as they are, quoted, percent-encoded, in base64 alone or with other text
// around, and cut off.
func (s *secrets) mask(text string) string {
	if text == "" || len(s.raw) == 0 {
		return text
	}
	var forms []string
	for _, secret := range s.raw {
		if len(secret) < minSecret {
			if strings.Contains(text, secret) {
				return masked
			}
			continue
		}
		if quoted, ok := quote(secret); ok {
			forms = append(forms, quoted[1:len(quoted)-1])
		}
		forms = append(forms, secret, url.QueryEscape(secret), url.PathEscape(secret),
			base64.StdEncoding.EncodeToString([]byte(secret)))
	}
	text = replaceFold(text, append(forms, s.sent...))
	return base64Run.ReplaceAllStringFunc(text, func(run string) string {
		if s.isPart(run) || s.holds(run) {
			return masked
		}
		return run
	})
}

// base64Run is a piece of text that may be base64 or a token.
var base64Run = regexp.MustCompile(`[A-Za-z0-9+/_.~-]{8,}=*`)

// replaceFold replaces all forms, in any case and the longest first.
func replaceFold(text string, forms []string) string {
	slices.SortFunc(forms, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var patterns []string
	for _, f := range forms {
		if len(f) >= minSecret {
			text = strings.ReplaceAll(text, f, masked)
			patterns = append(patterns, regexp.QuoteMeta(f))
		}
	}
	if len(patterns) == 0 {
		return text
	}
	// No expression is made of a password that is no UTF-8: then it is masked only as it is.
	if re, err := regexp.Compile("(?i)" + strings.Join(patterns, "|")); err == nil {
		text = re.ReplaceAllLiteralString(text, masked)
	}
	return text
}

// isPart tells whether run is a piece of a response or of a secret.
func (s *secrets) isPart(run string) bool {
	run = strings.Trim(run, "._~-=")
	if len(run) < 8 {
		return false
	}
	part := func(whole string) bool { return strings.Contains(whole, run) }
	return slices.ContainsFunc(s.sent, part) || len(run) >= minPart && slices.ContainsFunc(s.raw, part)
}

// holds tells whether a secret is inside of what run encodes, wherever in run that begins.
func (s *secrets) holds(run string) bool {
	run = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(run, "="))
	for start := range min(4, len(run)) {
		data, _ := base64.RawStdEncoding.DecodeString(run[start:]) // what could be decoded before an error counts too
		if slices.ContainsFunc(s.raw, func(secret string) bool {
			return len(secret) >= minSecret && strings.Contains(string(data), secret)
		}) {
			return true
		}
	}
	return false
}
