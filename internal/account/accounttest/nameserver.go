package accounttest

import (
	"net"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// nameServer answers questions for MX and SRV records over UDP.
type nameServer struct {
	addr string

	mu      sync.Mutex
	records map[string][]dnsmessage.ResourceBody // by type and name, as in "MX example.test"
	asked   []string
}

func newNameServer(t testing.TB) *nameServer {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &nameServer{addr: conn.LocalAddr().String(), records: map[string][]dnsmessage.ResourceBody{}}
	var running sync.WaitGroup
	running.Go(func() { s.serve(conn) })
	t.Cleanup(func() {
		_ = conn.Close()
		running.Wait()
	})
	return s
}

func (s *nameServer) addMX(domain, host string) {
	s.add("MX "+domain, &dnsmessage.MXResource{Pref: 10, MX: dnsmessage.MustNewName(host + ".")})
}

func (s *nameServer) addSRV(name, host string, port uint16) {
	s.add("SRV "+name, &dnsmessage.SRVResource{Port: port, Target: dnsmessage.MustNewName(strings.TrimSuffix(host, ".") + ".")})
}

func (s *nameServer) add(key string, body dnsmessage.ResourceBody) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records[key] = append(s.records[key], body)
}

func (s *nameServer) questions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

func (s *nameServer) serve(conn net.PacketConn) {
	buf := make([]byte, 4096)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if b, err := s.answer(buf[:n]); err == nil {
			_, _ = conn.WriteTo(b, from) // a client that is gone asks no more
		}
	}
}

func (s *nameServer) answer(query []byte) ([]byte, error) {
	var p dnsmessage.Parser
	head, err := p.Start(query)
	if err != nil {
		return nil, err
	}
	q, err := p.Question()
	if err != nil {
		return nil, err
	}
	key := strings.TrimPrefix(q.Type.String(), "Type") + " " + strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, key)
	msg := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: head.ID, Response: true, Authoritative: true, RecursionAvailable: true},
		Questions: []dnsmessage.Question{q},
	}
	if len(s.records[key]) == 0 {
		msg.RCode = dnsmessage.RCodeNameError
	}
	for _, body := range s.records[key] {
		msg.Answers = append(msg.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 60}, Body: body})
	}
	return msg.Pack()
}
