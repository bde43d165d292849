package main

import (
	"errors"
	"fmt"
	"net/mail"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/eml"
	"github.com/pst2imap/pst2imap/internal/job"
	"github.com/pst2imap/pst2imap/internal/vcard"
)

// conversionFlags change the messages that are made. Whoever verifies names the
// same as who uploaded; with others, messages count as rewritten.
func conversionFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "address-map", Usage: "`FILE` of internal names and their addresses, a line each: /o=…/cn=NAME, a tab, ADDRESS"},
		&cli.StringFlag{Name: "imcea-domain", DefaultText: "imcea.invalid", Usage: "`DOMAIN` of people of whom the data file knows no Internet address"},
		&cli.StringFlag{Name: "default-from", Usage: "`ADDRESS` for drafts that name no sender"},
		&cli.BoolFlag{Name: "attach-dates", Usage: "note with each attachment when it was made and changed"},
		&cli.StringFlag{Name: "vcard", Value: vcard.V3.String(), Usage: "`VERSION` of contacts as vCards: 3.0, which most programs import, or 4.0"},
		&cli.StringFlag{Name: "tnef", Value: "expand", Usage: "`WHAT` to do with winmail.dat: expand it into the text and files that are in it, or keep it"},
		&cli.BoolFlag{Name: "keep-rtf", Usage: "also attach the formatted text (RTF) that a message was made from"},
		&cli.BoolFlag{Name: "make-plain", Usage: "put plain text before messages of which only HTML is stored"},
	}
}

// conversionOf reads those flags into the options of the data file.
func conversionOf(c *cli.Context, o *job.SourceOptions) error {
	to := &o.Conversion
	to.AttachDates, to.KeepRTF, to.MakePlain = c.Bool("attach-dates"), c.Bool("keep-rtf"), c.Bool("make-plain")
	switch v := c.String("vcard"); v {
	case "", vcard.V3.String():
	case vcard.V4.String():
		to.CardVersion = vcard.V4
	default:
		return usageError(c, fmt.Errorf("--vcard %q is not 3.0 or 4.0", v), true)
	}
	switch what := c.String("tnef"); what {
	case "", "expand", "keep": // check does not have the option
		to.KeepTNEF = what == "keep"
	default:
		return usageError(c, fmt.Errorf("--tnef %q is neither expand nor keep", what), true)
	}
	if to.IMCEADomain = c.String("imcea-domain"); strings.ContainsFunc(to.IMCEADomain, notOfDomain) {
		return usageError(c, fmt.Errorf("--imcea-domain %q is no domain", to.IMCEADomain), true)
	}
	if from := c.String("default-from"); from != "" {
		addr, err := mail.ParseAddress(from)
		if err != nil || addr.Name != "" {
			return usageError(c, fmt.Errorf("--default-from %q is no e-mail address", from), true)
		}
		to.DefaultFrom = addr.Address
	}
	var err error
	o.Names, err = namesOf(c.String("address-map"))
	return err
}

// notOfDomain tells what no domain name has; that of others is written as
// A-labels (RFC 5890 2.3.2.1).
func notOfDomain(r rune) bool {
	return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.", r)
}

func namesOf(path string) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, explainInput(path, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	names, err := eml.ParseNames(f)
	var bad *eml.NamesError
	if errors.As(err, &bad) {
		return nil, &failure{code: exitUsage, err: fmt.Errorf("%s: %w", path, err),
			hint: "each line is a name that begins with a slash, a tab or an equals sign that stands last, and an e-mail address"}
	}
	if err != nil {
		return nil, explainInput(path, err)
	}
	return names, nil
}
