package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/imapconn"
	"github.com/pst2imap/pst2imap/internal/imaptest/memserver"
	"github.com/pst2imap/pst2imap/internal/report"
	"github.com/pst2imap/pst2imap/testdata"
)

// The account of the demonstration server, which only this computer can reach.
const (
	demoUser     = "demo"
	demoPassword = "demo"
)

func demoCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name:  "demo",
		Usage: "show the whole journey on this computer, with a sample data file",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "pst", Usage: "use this data `FILE` instead of the sample"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "keep", Usage: "leave the server up and say how to connect a mail program, until Ctrl-C"},
		},
		Action: func(c *cli.Context) error {
			if c.NArg() > 0 {
				return usageError(c, fmt.Errorf("unexpected %q; use --pst FILE for another data file", c.Args().First()), true)
			}
			return demo(c.Context, ui, c.String("pst"), c.Bool("keep"))
		},
	}
}

func demo(ctx context.Context, ui *ui, path string, keep bool) (err error) {
	dir, err := os.MkdirTemp("", "pst2imap-demo-*")
	if err != nil {
		return cannotWrite(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	sample := path == ""
	if sample {
		path = filepath.Join(dir, "demo.pst")
		if err := os.WriteFile(path, testdata.Demo, 0o600); err != nil {
			return cannotWrite(err)
		}
	}
	server, err := memserver.Start(demoUser, demoPassword)
	if err != nil {
		return &failure{code: exitConnect, err: err, hint: "the demonstration needs a free port on this computer"}
	}
	defer server.Close()
	ui.say("demonstration: an IMAP server in memory on %s, ports %d (TLS) and %d; nothing leaves this computer", server.Host, server.TLSPort, server.Port)
	if err := demoMigrate(ctx, ui, server, path, dir, sample); err != nil && !keep {
		return err
	}
	if keep {
		return demoKeep(ctx, ui, server)
	}
	return nil
}

// demoMigrate goes the whole way. A file of the person's own is not copied: it may be
// large, and nothing leaves this computer.
func demoMigrate(ctx context.Context, ui *ui, server *memserver.Server, path, dir string, sample bool) error {
	t := &run{
		ui: ui, watch: newWatch(ui), in: input{paths: []string{path}}, jobDir: filepath.Join(dir, "job"), backupDir: filepath.Join(dir, "backup"), passing: true,
		cfg: imapconn.Config{Host: server.Host, Port: server.TLSPort, RootCAs: server.Pool, User: demoUser, Password: demoPassword},
	}
	s := stages{check: true, backup: sample, upload: true, verify: true}
	ui.plan(s.steps()...)
	if err := t.enter(ctx, false); err != nil {
		return err
	}
	defer t.close()
	rec := report.NewRecorder("migrate")
	if err := t.do(ctx, s, rec); err != nil {
		return err
	}
	return finish(t, rec, outputs{})
}

// demoKeep waits for Ctrl-C, which is the expected end.
func demoKeep(ctx context.Context, ui *ui, server *memserver.Server) error {
	ui.println("")
	ui.println("The server stays up until Ctrl-C. To look at it with a mail program, add an IMAP account:")
	ui.println(fmt.Sprintf("  server    %s", server.Host))
	ui.println(fmt.Sprintf("  port      %d without encryption or with STARTTLS, %d with TLS (the certificate is made up)", server.Port, server.TLSPort))
	ui.println(fmt.Sprintf("  user      %s", demoUser))
	ui.println(fmt.Sprintf("  password  %s", demoPassword))
	<-ctx.Done()
	return nil
}
