package line

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

// pipe is a line between two ends in memory, for tests with a clock of their own.
func pipe(t *testing.T, o Options) (l *Line, client, server net.Conn) {
	t.Helper()
	l = New(o)
	client, near := net.Pipe()
	far, server := net.Pipe()
	l.running.Go(func() { l.join(near, far) })
	t.Cleanup(func() {
		_ = client.Close()
		_ = server.Close()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l, client, server
}

func random(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(b) // never fails
	return b
}

func TestRateAndDelay(t *testing.T) {
	for name, tc := range map[string]struct {
		o    Options
		size int
		want time.Duration
	}{
		"100 Mbit/s, 50 ms round trip": {Even(25*time.Millisecond, 12_500_000), 12_500_000, 1025 * time.Millisecond},
		"1 Mbit/s":                     {Even(0, 125_000), 250_000, 2 * time.Second},
		"delay only":                   {Even(25*time.Millisecond, 0), 10_000_000, 25 * time.Millisecond},
		"the other way does not count": {Options{Down: Way{time.Hour, 1}}, 1000, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, client, server := pipe(t, tc.o)
				sent, start := random(tc.size), time.Now()
				go func() {
					_, _ = client.Write(sent) // the reader sees what is missing
				}()
				got := make([]byte, tc.size)
				if _, err := io.ReadFull(server, got); err != nil || !bytes.Equal(got, sent) {
					t.Fatalf("what arrived differs, %v", err)
				}
				if took := time.Since(start); took < tc.want-ahead || took > tc.want+ahead {
					t.Errorf("%d bytes took %v, want %v", tc.size, took, tc.want)
				}
			})
		})
	}
}

// Two connections together have the rate of the line.
func TestConnectionsShareTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, client, server := pipe(t, Even(10*time.Millisecond, 1_000_000))
		client2, near := net.Pipe()
		far, server2 := net.Pipe()
		l.running.Go(func() { l.join(near, far) })
		start, done := time.Now(), make(chan int64)
		for _, c := range [][2]net.Conn{{client, server}, {client2, server2}} {
			go func() {
				_, _ = c[0].Write(make([]byte, 500_000)) // the reader counts
				_ = c[0].Close()
			}()
			go func() {
				n, _ := io.Copy(io.Discard, c[1]) // ends with the connection
				done <- n
			}()
		}
		if n := <-done + <-done; n != 1_000_000 {
			t.Errorf("%d bytes arrived", n)
		}
		if took := time.Since(start); took < time.Second-ahead || took > time.Second+2*ahead {
			t.Errorf("took %v, want a second", took)
		}
		_ = server2.Close()
	})
}

// Small messages with pauses between them take their time on the line each: an idle line saves nothing up.
func TestIdleLineSavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, client, server := pipe(t, Even(10*time.Millisecond, 1_000_000))
		for range 3 {
			time.Sleep(time.Second)
			start := time.Now()
			go func() { _, _ = client.Write(make([]byte, 30_000)) }() // the reader counts
			if _, err := io.ReadFull(server, make([]byte, 30_000)); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took < 39*time.Millisecond || took > 41*time.Millisecond {
				t.Errorf("30 ms of data took %v to the far end", took)
			}
		}
	})
}

// The round trip of a small question and answer is twice the delay, also right after a pause.
func TestRoundTrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, client, server := pipe(t, Even(25*time.Millisecond, 12_500_000))
		go func() { _, _ = io.Copy(server, server) }() // ends with the connection
		for range 3 {
			time.Sleep(time.Second)
			start := time.Now()
			if _, err := client.Write([]byte("a")); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(client, make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took < 50*time.Millisecond || took > 51*time.Millisecond {
				t.Errorf("round trip took %v", took)
			}
		}
	})
}

func TestCutAtByte(t *testing.T) {
	for name, tc := range map[string]struct {
		how   How
		after int64
	}{"reset": {Reset, 1}, "finish": {Finish, 123_456}, "at once": {Finish, 0}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, client, server := pipe(t, Even(time.Millisecond, 1_000_000))
				l.Cut(Cut{In: Up, After: tc.after, How: tc.how})
				go func() {
					_, _ = client.Write(make([]byte, 1_000_000)) // fails on the way
				}()
				n, err := io.Copy(io.Discard, server)
				if n != tc.after || err != nil {
					t.Errorf("%d bytes arrived, want %d; %v", n, tc.after, err)
				}
				if up, _ := l.Carried(); up != tc.after || l.Broken() != 1 {
					t.Errorf("carried %d, %d cuts", up, l.Broken())
				}
				if _, err := client.Read(make([]byte, 1)); err == nil {
					t.Error("the client still has a connection")
				}
			})
		})
	}
}

func TestFreezeTellsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, client, server := pipe(t, Options{})
		l.Cut(Cut{In: Up, After: 5, How: Freeze})
		go func() {
			_, _ = client.Write([]byte("0123456789")) // passes into the line
		}()
		if b := make([]byte, 5); true {
			if _, err := io.ReadFull(server, b); err != nil || string(b) != "01234" {
				t.Fatalf("got %q, %v", b, err)
			}
		}
		for _, end := range []net.Conn{client, server} {
			_ = end.SetReadDeadline(time.Now().Add(time.Hour))
			if _, err := end.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("an end learned of it: %v", err)
			}
		}
	})
}

// echo is a server that sends back all it gets.
func echo(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c) // ends with the connection
				_ = c.Close()
			}()
		}
	}()
	return ln.Addr().String()
}

func listen(t testing.TB, l *Line, target string) string {
	t.Helper()
	port, err := l.Listen(target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

func dial(t testing.TB, addr string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.(*net.TCPConn)
}

func TestHalfClose(t *testing.T) {
	t.Parallel()
	c := dial(t, listen(t, New(Even(5*time.Millisecond, 100_000_000)), echo(t)))
	sent := random(3_000_000)
	go func() {
		_, _ = c.Write(sent) // the reader sees what is missing
		_ = c.CloseWrite()
	}()
	if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	l := New(Options{})
	addr := listen(t, l, echo(t))
	c := dial(t, addr)
	answers := func() error {
		if _, err := c.Write([]byte("x")); err != nil {
			return err
		}
		_, err := io.ReadFull(c, make([]byte, 1))
		return err
	}
	if err := answers(); err != nil {
		t.Fatal(err)
	}
	l.Refuse(time.Hour)
	if _, err := net.Dial("tcp", addr); err == nil {
		t.Error("a new connection was accepted")
	}
	if err := answers(); err != nil {
		t.Errorf("the old connection does not work: %v", err)
	}
	l.Refuse(0)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if c, err := net.Dial("tcp", addr); err == nil {
			_ = c.Close()
			return
		} else if time.Now().After(end) {
			t.Fatalf("connections are refused for ever: %v", err)
		}
	}
}

func TestBreakReachesBothSides(t *testing.T) {
	t.Parallel()
	l := New(Options{})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	client := dial(t, listen(t, l, ln.Addr().String()))
	server, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(server, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	l.Break(Reset)
	for name, c := range map[string]net.Conn{"client": client, "server": server} {
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second)) // the read shows any failure
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s sees %v, want a reset", name, err)
		}
	}
}

// BenchmarkPush tells what share of 100 Mbit/s a push gets on this machine, and the CPU time is that of the benchmark.
func BenchmarkPush(b *testing.B) {
	const rate, size = 12_500_000, 25_000_000
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = ln.Close() })
	addr := listen(b, New(Even(25*time.Millisecond, rate)), ln.Addr().String())
	data := make([]byte, size)
	for b.Loop() {
		start := time.Now()
		c := dial(b, addr)
		server, err := ln.Accept()
		if err != nil {
			b.Fatal(err)
		}
		go func() {
			_, _ = c.Write(data) // the reader counts
			_ = c.CloseWrite()
		}()
		if n, err := io.Copy(io.Discard, server); n != size {
			b.Fatalf("%d bytes, %v", n, err)
		}
		b.ReportMetric(float64(size)/rate/time.Since(start).Seconds(), "of-rate")
		_ = server.Close()
	}
}
