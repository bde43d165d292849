package imapconn

import (
	"math"
	"strconv"
	"strings"
)

// Quota is one resource that the server limits.
type Quota struct {
	Root     string
	Resource string // "STORAGE" in bytes, "MESSAGE" in messages, or another in the server's unit
	Usage    int64
	Limit    int64
}

// quota asks what limits the inbox (RFC 9208 4.1.2). Some servers send lines
// without a list; those limit nothing.
func (s *signIn) quota() ([]Quota, error) {
	if !s.caps.Has("QUOTA") {
		return nil, nil
	}
	var out []Quota
	_, err := s.query("GETQUOTAROOT INBOX", func(r response) {
		values, err := parseValues(r.rest)
		if r.kind != "QUOTA" || err != nil || len(values) < 2 {
			return
		}
		for list := values[1].list; len(list) >= 3; list = list[3:] {
			q := Quota{Root: values[0].text, Resource: strings.ToUpper(list[0].text)}
			usage, err1 := strconv.ParseInt(list[1].text, 10, 64)
			limit, err2 := strconv.ParseInt(list[2].text, 10, 64)
			if err1 != nil || err2 != nil || usage < 0 || limit < 0 {
				continue
			}
			q.Usage, q.Limit = usage, limit
			if q.Resource == "STORAGE" { // in units of 1024 octets (RFC 9208 5.1)
				q.Usage, q.Limit = kibibytes(usage), kibibytes(limit)
			}
			out = append(out, q)
		}
	})
	return out, err
}

func kibibytes(n int64) int64 { return min(n, math.MaxInt64>>10) << 10 }

// appendLimit finds the largest message in bytes that the inbox takes, 0 when the
// server does not say (RFC 7889).
func (s *signIn) appendLimit() (int64, error) {
	if n, ok := s.caps.AppendLimit(); ok {
		return n, nil
	}
	if !s.caps.Has("APPENDLIMIT") {
		return 0, nil
	}
	status, err := s.status("INBOX", "APPENDLIMIT")
	return status["APPENDLIMIT"], err
}

// status asks for numbers about a mailbox whose name needs no encoding. What the
// server refuses or does not tell is not in the result.
func (s *signIn) status(mailbox, items string) (map[string]int64, error) {
	name, ok := quote(mailbox)
	if !ok {
		return nil, nil
	}
	out := map[string]int64{}
	_, err := s.query("STATUS "+name+" ("+items+")", func(r response) {
		values, err := parseValues(r.rest)
		if r.kind != "STATUS" || err != nil || len(values) < 2 {
			return
		}
		for list := values[1].list; len(list) >= 2; list = list[2:] {
			if n, err := strconv.ParseInt(list[1].text, 10, 64); err == nil && n >= 0 {
				out[strings.ToUpper(list[0].text)] = n
			}
		}
	})
	return out, err
}
