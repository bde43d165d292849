package main

import (
	"context"
	"net"
)

// network is how other computers are reached, their names looked up and pages shown; nil is the system's way. Tests put one of their own here.
var network struct {
	dialer   func(ctx context.Context, network, addr string) (net.Conn, error)
	resolver *net.Resolver
	browser  func(page string)
}
