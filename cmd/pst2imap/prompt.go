package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/term"
)

// Questions are asked one after the other, as lines that stay on the screen: what
// was asked and answered can be scrolled to, read out on the phone and read by a
// screen reader, and every terminal can show it. Nothing is asked without one.

// errNoAnswer says that the person closed the input.
var errNoAnswer = &failure{code: exitUsage, err: errors.New("no answer was given"), hint: "every question has an option: see --help"}

// interactive tells whether there is a person to ask.
func (u *ui) interactive() bool {
	return u.tty && term.IsTerminal(int(os.Stdin.Fd()))
}

// ask shows a question, with what explains it in lines below, and reads a line.
func (u *ui) ask(ctx context.Context, question string, about ...string) (string, error) {
	u.question(question, about...)
	return u.answer(ctx, func() (string, error) { return readLine(os.Stdin) })
}

// askSecret is ask for what must not be seen.
func (u *ui) askSecret(ctx context.Context, question string, about ...string) (string, error) {
	u.question(question, about...)
	fd := int(os.Stdin.Fd())
	if state, err := term.GetState(fd); err == nil {
		// Whoever interrupts gets a terminal back that shows what is typed.
		defer func() { _ = term.Restore(fd, state) }()
	}
	text, err := u.answer(ctx, func() (string, error) {
		b, err := term.ReadPassword(fd)
		return string(b), err
	})
	fmt.Fprintln(u.err)
	return text, err
}

// choose lets the person choose by number. What is the first is taken for Enter.
func (u *ui) choose(ctx context.Context, question string, options []string, about ...string) (int, error) {
	u.question(question, about...)
	for i, o := range options {
		fmt.Fprintln(u.err, wrapped(u.err, fmt.Sprintf("  %d  %s", i+1, clean(o))))
	}
	for {
		fmt.Fprintf(u.err, "\nType a number and press Enter; Enter alone is 1.\n")
		text, err := u.answer(ctx, func() (string, error) { return readLine(os.Stdin) })
		if err != nil {
			return 0, err
		}
		if text == "" {
			return 0, nil
		}
		if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(options) {
			return n - 1, nil
		}
		fmt.Fprintf(u.err, "\nThat is not a number from 1 to %d.\n", len(options))
	}
}

// confirm asks for yes or no, and takes nothing else for an answer.
func (u *ui) confirm(ctx context.Context, question string, about ...string) (bool, error) {
	u.question(question, about...)
	for {
		fmt.Fprintln(u.err, "Type yes or no, and press Enter.")
		text, err := u.answer(ctx, func() (string, error) { return readLine(os.Stdin) })
		if err != nil {
			return false, err
		}
		switch strings.ToLower(text) {
		case "yes", "y":
			return true, nil
		case "no", "n":
			return false, nil
		}
		fmt.Fprintln(u.err)
	}
}

// hold keeps a window open that would close with the program, until the person has
// read what is in it.
func (u *ui) hold() {
	if !u.interactive() || !ownConsole() {
		return
	}
	fmt.Fprint(u.err, "\nPress Enter to close this window.")
	_, _ = readLine(os.Stdin) // any answer will do
}

func (u *ui) question(question string, about ...string) {
	u.stopProgress()
	fmt.Fprintln(u.err)
	fmt.Fprintln(u.err, u.bold(clean(question)))
	for _, a := range about {
		fmt.Fprintln(u.err, wrapped(u.err, "  "+clean(a)))
	}
	if len(about) > 0 {
		fmt.Fprintln(u.err)
	}
}

// answer reads behind the sign that something is to be typed.
func (u *ui) answer(ctx context.Context, read func() (string, error)) (string, error) {
	u.asking.Store(true)
	defer u.asking.Store(false)
	fmt.Fprint(u.err, "> ")
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := read()
		done <- result{text, err}
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(u.err)
		return "", ctx.Err()
	case r := <-done:
		if r.err != nil {
			fmt.Fprintln(u.err)
			return "", errNoAnswer
		}
		return r.text, nil
	}
}

// readLine takes one line and leaves what comes after it. Blanks around it and what
// a terminal sends for keys that move are no part of an answer.
func readLine(r io.Reader) (string, error) {
	var line []byte
	b := make([]byte, 1)
	for len(line) < maxSecret {
		n, err := r.Read(b)
		if err != nil {
			return "", err
		}
		if n == 0 {
			continue
		}
		if b[0] == '\n' {
			break
		}
		line = append(line, b[0])
	}
	text := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(string(line), ""))
	return strings.TrimSpace(text), nil
}

// bold makes a text stand out where the terminal can do that and the person lets it.
func (u *ui) bold(s string) string {
	if !u.colour {
		return s
	}
	return "\x1b[1m" + s + "\x1b[0m"
}

// canColour tells whether the terminal knows escape sequences, as far as its
// environment says, and https://no-color.org lets them.
func canColour(f *os.File) bool {
	t := os.Getenv("TERM")
	return os.Getenv("NO_COLOR") == "" && t != "dumb" && escapes(f, t)
}
