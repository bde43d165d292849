package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/pst2imap/pst2imap/internal/imapconn"
)

// lastRun is what the dialogue remembers of its last run, so that going on needs few
// answers. The password is not in it.
type lastRun struct {
	Files    []string `json:"files"`
	Left     []string `json:"left_out,omitempty"`
	Host     string   `json:"host"`
	Port     int      `json:"port"`
	TLS      string   `json:"tls"`
	User     string   `json:"user"`
	Aside    bool     `json:"trash_aside"`
	Backup   string   `json:"backup_dir"`
	Complete bool     `json:"complete"`
}

// lastRunPath is beside the jobs.
func lastRunPath() (string, error) {
	dir, err := dataDir()
	return filepath.Join(dir, "guide.json"), err
}

// readLastRun gives nil where there is none that could be gone on with.
func readLastRun() *lastRun {
	path, err := lastRunPath()
	if err != nil {
		return nil
	}
	b, err := os.ReadFile(path)
	l := new(lastRun)
	if err != nil || json.Unmarshal(b, l) != nil || len(l.Files) == 0 || l.Host == "" || l.User == "" {
		return nil
	}
	for _, f := range l.Files {
		if _, err := os.Stat(f); err != nil {
			return nil
		}
	}
	if _, err := security(l.TLS); err != nil {
		return nil
	}
	return l
}

// remember writes down what was answered. Where that cannot be done, the next time
// everything is asked again.
func (g *guide) remember(complete bool) {
	l := lastRun{Files: g.files, Left: g.left, Host: g.cfg.Host, Port: g.cfg.Port, TLS: g.cfg.Security.String(), User: g.cfg.User,
		Aside: g.aside, Backup: g.backup, Complete: complete}
	path, err := lastRunPath()
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		err = writeWhole(path, func(w io.Writer) error { return json.NewEncoder(w).Encode(l) })
	}
	if err != nil {
		g.warn("the answers could not be kept for the next time: %v", err)
	}
}

// takeUp uses the answers of the last run.
func (g *guide) takeUp(l *lastRun) (err error) {
	if g.cfg, err = connectionFlags(g.c); err != nil {
		return err
	}
	how, err := security(l.TLS)
	if err != nil {
		return err
	}
	g.cfg.Host, g.cfg.Port, g.cfg.Security, g.cfg.User = l.Host, l.Port, how, l.User
	g.files, g.left, g.aside, g.backup, g.users = l.Files, l.Left, l.Aside, l.Backup, []string{l.User}
	return nil
}

// name is what the person knows it by.
func (l *lastRun) name() string {
	var names []string
	for _, f := range l.Files {
		names = append(names, filepath.Base(f))
	}
	return fmt.Sprintf("%s for %s", strings.Join(names, ", "), l.User)
}

// What the person can want.
const (
	wantNew = iota
	wantMore
	wantVerify
)

// askLast asks what to do where the dialogue was there before.
func (g *guide) askLast(ctx context.Context) (want int, err error) {
	l := readLastRun()
	if l == nil || g.c.NArg() > 0 || g.c.NumFlags() > 0 && (g.c.String("host") != "" || addressOf(g.c) != "") {
		return wantNew, nil
	}
	options, wants := []string{"Go on with " + l.name(), "Start anew"}, []int{wantMore, wantNew}
	question := "The last run did not finish. What do you want to do?"
	if l.Complete {
		question = "What do you want to do?"
		options, wants = []string{
			"Check that everything of " + l.name() + " is still there",
			"Move what has come since",
			"Move something else",
		}, []int{wantVerify, wantMore, wantNew}
	}
	n, err := g.choose(ctx, question, options)
	if err != nil || wants[n] == wantNew {
		return wantNew, err
	}
	return wants[n], g.takeUp(l)
}

// verify reads everything back again.
func (g *guide) verify(ctx context.Context) error {
	if err := g.askSignIn(ctx); err != nil {
		return err
	}
	args := []string{"pst2imap", "verify", "--host", g.cfg.Host, "--port", fmt.Sprint(g.cfg.Port), "--user", g.cfg.User}
	if g.cfg.Security != imapconn.Implicit {
		args = append(args, "--tls", g.cfg.Security.String())
	}
	args = append(args, g.passedOn(verifyFlags())...)
	g.ui.brief = true
	return newApp(g.ui).RunContext(ctx, append(append(args, "--"), g.files...))
}
