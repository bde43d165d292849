package main

import (
	"context"
	"errors"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/discover"
)

const popFlagName = "pop-is-off"

// popFlag is what a script says in place of the person's answer.
func popFlag() cli.Flag {
	return &cli.BoolFlag{DisableDefaultText: true, Name: popFlagName, Usage: "POP is switched off in every program and on every device (else this is asked)"}
}

// popIsOff lets nothing be uploaded before POP is switched off: a program that still
// fetches by POP would take what is uploaded to the inbox and remove it from the
// server.
func popIsOff(c *cli.Context, ui *ui) error {
	known := knownPOP(c)
	if c.Bool(popFlagName) {
		for _, a := range known {
			ui.warn("%s: is it switched off?", byPOP(a))
		}
		return nil
	}
	if !ui.interactive() {
		return &failure{exitUsage, errors.New("nothing is uploaded before POP is switched off in every program and on every device: it would fetch what is uploaded and remove it from the server"),
			"switch it off, then say so with --" + popFlagName}
	}
	return askPOP(c.Context, ui, known...)
}

// knownPOP are the accounts of Outlook on this computer that fetch the mailbox of the
// command line by POP. That they cannot be looked up is no reason to stop.
func knownPOP(c *cli.Context) []discover.Account {
	address := addressOf(c)
	if address == "" {
		address = c.String("user")
	}
	if address == "" {
		return nil
	}
	look := c.Args().Slice() // nowhere else: the accounts are known without a search
	if len(look) == 0 {
		look = []string{c.String("rescue")}
	}
	r, err := discover.Scan(c.Context, discover.Options{Dirs: look, Quick: true})
	if err != nil {
		return nil
	}
	return r.POP(address)
}

// byPOP names such an account and what it does to the mail.
func byPOP(a discover.Account) string {
	text := "Outlook on this computer has " + a.Label() + " by POP"
	if a.Leave != nil {
		text += ", which " + a.Leave.String()
	}
	return text
}

// askPOP goes on only with a clear answer. It names the accounts of this computer that
// are known.
func askPOP(ctx context.Context, ui *ui, known ...discover.Account) error {
	about := []string{
		"A program that still fetches this mail by POP takes what is uploaded",
		"and then removes it from the server. Think of every computer, phone",
		"and tablet, and of web mail that collects mail from other accounts.",
	}
	for _, a := range known {
		about = append(about, byPOP(a)+".")
	}
	for {
		off, err := ui.confirm(ctx, "Is POP switched off everywhere?", about...)
		if err != nil || off {
			return err
		}
		again, err := ui.confirm(ctx, "Switch it off now. Nothing is uploaded before.",
			"In Outlook: File, Account Settings, choose the POP account, Remove.",
			"The data file stays where it is. On a phone: remove the account.",
			"Do you want to go on when it is done?")
		if err != nil {
			return err
		}
		if !again {
			return &failure{exitUsage, errors.New("POP is not switched off: nothing was uploaded"), "run the same command again when it is"}
		}
	}
}
