package imapconn

import "unicode/utf8"

// learn asks what is worth knowing before the first mailbox: name space, the server's name and, where LIST will not tell, the
// subscriptions. None of it is needed, so a refusal is no error.
func (s *signIn) learn() error {
	if err := s.learnNamespace(); err != nil {
		return err
	}
	if s.caps.Has("ID") {
		if err := s.learnID(); err != nil {
			return err
		}
	}
	if !s.caps.Has("LIST-EXTENDED") {
		return s.learnSubscribed()
	}
	return nil
}

// learnNamespace takes prefix and delimiter from NAMESPACE (RFC 2342), or the delimiter from LIST.
func (s *signIn) learnNamespace() error {
	found := false
	if s.caps.Has("NAMESPACE") {
		_, err := s.ask("NAMESPACE", func(r response) {
			if r.kind == "NAMESPACE" {
				found = s.takeNamespace(r)
			}
		})
		if err != nil || found {
			return err
		}
	}
	_, err := s.ask(`LIST "" ""`, func(r response) {
		if _, delim, ok := parseList(r, "LIST"); ok {
			s.delim = delim
		}
	})
	return err
}

func (s *signIn) takeNamespace(r response) bool {
	values, err := parseValues(r.rest)
	if err != nil || len(values) == 0 || len(values[0].list) == 0 || len(values[0].list[0].list) < 2 {
		return false
	}
	personal := values[0].list[0].list
	s.prefix, s.delim = decodeUTF7(personal[0].text), delimOf(personal[1])
	return true
}

// learnID exchanges names with the server (RFC 2971); some providers insist on it.
func (s *signIn) learnID() error {
	_, err := s.ask(`ID ("name" "pst2imap")`, func(r response) {
		values, err := parseValues(r.rest)
		if r.kind != "ID" || err != nil || len(values) == 0 {
			return
		}
		s.serverID = map[string]string{}
		for pair := values[0].list; len(pair) >= 2; pair = pair[2:] {
			if !pair[1].isNil {
				s.serverID[pair[0].text] = pair[1].text
			}
		}
	})
	return err
}

func (s *signIn) learnSubscribed() error {
	s.subscribed = map[string]bool{}
	_, err := s.ask(`LSUB "" "*"`, func(r response) {
		if name, _, ok := parseList(r, "LSUB"); ok {
			s.subscribed[name] = true
		}
	})
	return err
}

// parseList reads a LIST or LSUB response: attributes, delimiter, name (RFC 3501 7.2.2).
func parseList(r response, kind string) (name string, delim rune, ok bool) {
	values, err := parseValues(r.rest)
	if r.kind != kind || err != nil || len(values) < 3 {
		return "", 0, false
	}
	return canonicalName(decodeUTF7(values[2].text)), delimOf(values[1]), true
}

// delimOf returns 0 for NIL: no hierarchy.
func delimOf(v value) rune {
	if v.isNil || v.text == "" {
		return 0
	}
	delim, _ := utf8.DecodeRuneInString(v.text)
	return delim
}
