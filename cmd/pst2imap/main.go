package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pst2imap/pst2imap/internal/inspect"
	"github.com/pst2imap/pst2imap/pst"
)

func main() {
	s, err := pst.Open(os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(20)
	}
	r, err := inspect.File(context.Background(), s, os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(20)
	}
	json.NewEncoder(os.Stdout).Encode(r)
}
