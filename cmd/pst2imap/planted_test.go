package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// forms are the ways in which a secret may appear: as it is, quoted, percent-encoded, and in base64 at any place.
func forms(secret string) []string {
	quoted := strconv.Quote(secret)
	list := []string{secret, quoted[1 : len(quoted)-1], url.QueryEscape(secret), url.PathEscape(secret)}
	for shift := range 3 {
		// The characters at both ends depend on what is beside the secret.
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
		text = strings.TrimRight(text, "=")
		if from, to := (8*shift+5)/6, len(text)-1; to-from >= 8 {
			list = append(list, text[from:to])
		}
	}
	return list
}

// cmdNoSecret looks for secrets in all files of the script, the insides of zip files and names of files included, and in the last output.
// Left out are the files that a secret was put into: those that the script names, and *.input.
//
//	nosecret FILE...      the secrets are the first lines of the files with names in *.secret
func cmdNoSecret(ts *testscript.TestScript, _ bool, args []string) {
	given, err := filepath.Glob(ts.MkAbs("*.secret"))
	ts.Check(err)
	var secrets []string
	for _, path := range given {
		line, _, _ := strings.Cut(ts.ReadFile(path), "\n")
		for _, form := range forms(line) {
			secrets = append(secrets, strings.ToLower(form)) // servers may answer in another case
		}
	}
	if len(given) == 0 {
		ts.Fatalf("there are no secrets")
	}
	look := func(where string, b []byte) {
		b = bytes.ToLower(b)
		for _, s := range secrets {
			if i := bytes.Index(b, []byte(s)); i >= 0 {
				ts.Fatalf("%s has a secret: %q", where, b[max(0, i-40):min(len(b), i+80)])
			}
		}
	}
	look("standard output", []byte(ts.ReadFile("stdout")))
	look("standard error", []byte(ts.ReadFile("stderr")))
	files := 0
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(path string, d fs.DirEntry, err error) error {
		name := filepath.Base(path)
		if err != nil || d.IsDir() || slices.Contains([]string{".secret", ".input"}, filepath.Ext(name)) || slices.Contains(args, name) {
			return err
		}
		files++
		look("the name of "+name, []byte(name))
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		look(name, b)
		if filepath.Ext(name) == ".zip" {
			return eachInZip(path, look)
		}
		return nil
	}))
	if files < 5 {
		ts.Fatalf("only %d files were looked into", files)
	}
}

func eachInZip(path string, look func(string, []byte)) error {
	z, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		look(filepath.Base(path)+"/"+f.Name, b)
	}
	return nil
}

// cmdSpy starts the program, and while it runs writes what other processes can see of it to spied: arguments and limits.
func cmdSpy(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PST2IMAP_PASSWORD", "HOME", "XDG_DATA_HOME", "PATH"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	ts.Check(cmd.Start())
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	proc := filepath.Join("/proc", strconv.Itoa(cmd.Process.Pid))
	for range 200 {
		limits, err := os.ReadFile(filepath.Join(proc, "limits"))
		ts.Check(err)
		argv, err := os.ReadFile(filepath.Join(proc, "cmdline"))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs("spied"), slices.Concat(bytes.ReplaceAll(argv, []byte{0}, []byte(" ")), []byte("\n"), limits), 0o600))
		if strings.Contains(ts.ReadFile("spied"), "Max core file size        0                    0 ") {
			return
		}
		time.Sleep(20 * time.Millisecond) // the program has just begun
	}
}

// systemBrowser stands for xdg-open: it keeps what a child of the program gets to see, and then is the browser.
func systemBrowser() {
	text := strings.Join(os.Environ(), "\n") + "\n" + strings.Join(os.Args, "\n")
	if os.WriteFile("child.seen", []byte(text), 0o600) != nil {
		os.Exit(1)
	}
	browse(testNetwork())(os.Args[1])
}
