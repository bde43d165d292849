package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/job"
)

// sourceFlags say how the data file is read.
func sourceFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "recover", Usage: "`deep` searches the whole file for lost and deleted items too"},
		&cli.IntFlag{Name: "codepage", Usage: "Windows code page `NUMBER` for old texts that do not name theirs, such as 1251", DefaultText: "the one that most items name"},
	}
}

// itemsFlag says which kinds of items become messages on the server.
func itemsFlag() cli.Flag {
	return &cli.StringFlag{Name: "items", DefaultText: "mail", Usage: "`KINDS` to have as messages, with commas: " + strings.Join(job.ItemNames(), ", ")}
}

// fileItemsFlag says which kinds of items are taken where files are made of them.
func fileItemsFlag() cli.Flag {
	return &cli.StringFlag{Name: "items", DefaultText: "all but conflicts", Usage: "`KINDS` to take, with commas: " + strings.Join(job.ItemNames(), ", ")}
}

// sourceOptions reads the flags; forFiles as in [job.ParseItems].
func sourceOptions(c *cli.Context, forFiles bool) (job.SourceOptions, error) {
	o := job.SourceOptions{CodePage: c.Int("codepage")}
	switch how := c.String("recover"); how {
	case "":
	case "deep":
		o.Deep = true
	default:
		return o, usageError(c, fmt.Errorf("--recover %q is not deep", how), true)
	}
	if err := conversionOf(c, &o); err != nil {
		return o, err
	}
	var err error
	if o.Items, err = job.ParseItems(c.String("items"), forFiles); err != nil {
		return o, usageError(c, fmt.Errorf("--items: %w", err), true)
	}
	if c.Bool("no-pim") {
		o.Items = o.Items.WithoutFiles()
	}
	return o, nil
}
