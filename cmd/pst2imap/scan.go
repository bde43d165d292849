package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pst2imap/pst2imap/internal/discover"
)

func scanCommand(ui *ui) *cli.Command {
	return &cli.Command{
		Name: "scan", ArgsUsage: "[FOLDER...]",
		Usage: "find the data files on this computer, and say which of them may hold mail that is nowhere else",
		Flags: []cli.Flag{
			&cli.BoolFlag{DisableDefaultText: true, Name: "quick", Usage: "do not look at what is in the files"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "json", Usage: "print the result as JSON"},
		},
		Action: func(c *cli.Context) error {
			if err := foldersExist(c.Args().Slice()); err != nil {
				return err
			}
			r, err := discover.Scan(c.Context, discover.Options{Dirs: c.Args().Slice(), Quick: c.Bool("quick"), Listener: ui})
			if err != nil {
				return err
			}
			ui.stopProgress()
			if c.Bool("json") {
				return writeJSON(ui.out, r)
			}
			printScan(ui, r)
			return nil
		},
	}
}

// foldersExist refuses a mistyped folder, before the search of another takes long.
func foldersExist(dirs []string) error {
	for _, dir := range dirs {
		if _, err := os.Stat(dir); err != nil {
			var perr *os.PathError
			if errors.As(err, &perr) {
				err = perr.Err
			}
			return &failure{exitNoInput, fmt.Errorf("%s: %w", dir, err), "give folders, drives such as D:\\, or data files; without any, the usual folders are searched"}
		}
	}
	return nil
}

// kindWords fit the narrow column of the table.
var kindWords = map[discover.Kind]string{
	discover.KindPOP: "POP", discover.KindArchive: "archive", discover.KindCache: "cache", discover.KindUnknown: "?",
}

func printScan(ui *ui, r *discover.Result) {
	if len(r.Files) == 0 {
		ui.println("no data file was found")
	} else {
		printScannedFiles(ui, r)
	}
	if len(r.Accounts) > 0 {
		ui.println("")
		printScannedAccounts(ui, r)
	}
	printScanProblems(ui, r.Problems)
	printScanHints(ui, r)
}

// maxAccount is how wide the address of an account may be beside the figures.
const maxAccount = 18

func printScannedFiles(ui *ui, r *discover.Result) {
	t := newTable(">#", "kind", ">size", ">items", "oldest", "newest", "open", "account")
	for i, f := range r.Files {
		items, oldest, newest := "", "", ""
		if c := f.Contents; c != nil {
			items, oldest, newest = number(c.Items), c.First, c.Last
			if c.Partial {
				items += "+"
			}
		}
		open := map[discover.InUse]string{discover.InUseYes: "yes", discover.InUseNo: "no"}[f.InUse]
		t.row(strconv.Itoa(i+1), kindWords[f.Kind], byteSize(f.Size), items, oldest, newest, open, shorten(clean(accountsOf(r, f)), maxAccount))
	}
	t.print(ui)
	for i, f := range r.Files {
		ui.println("")
		ui.println(clean(fmt.Sprintf("%d  %s", i+1, f.Path)))
		ui.println(clean("   " + strings.Join(details(f), ", ")))
		ui.println(clean("   " + f.Why))
		if f.Error != "" {
			ui.println(clean("   not read: " + f.Error))
		}
	}
}

// accountsOf are the addresses of the accounts that go with a file.
func accountsOf(r *discover.Result, f discover.File) string {
	var list []string
	for _, i := range f.Accounts {
		list = append(list, r.Accounts[i].Label())
	}
	return strings.Join(list, ", ")
}

// details are the small facts about a file.
func details(f discover.File) []string {
	var list []string
	add := func(format, value string) {
		if value != "" {
			list = append(list, fmt.Sprintf(format, value))
		}
	}
	add("%s", f.Type)
	add("%s", f.Format)
	day, _, _ := strings.Cut(f.Modified, "T")
	add("changed %s", day)
	add("in the Outlook profile %s", strings.Join(f.Profiles, ", "))
	return list
}

func printScannedAccounts(ui *ui, r *discover.Result) {
	t := newTable("account", "by", "server", ">file")
	for i, a := range r.Accounts {
		t.row(shorten(clean(a.Label()), maxCell), strings.ToUpper(string(a.Kind)), a.Server, fileNumber(r, i))
	}
	t.print(ui)
	for _, a := range r.POP("") {
		ui.println("")
		ui.println(clean(fmt.Sprintf("warning: %s is fetched by POP,", a.Label())))
		ui.println(clean(fmt.Sprintf("  which %s.", a.Leave)))
		ui.println("  Switch POP off, on every device, before you migrate: it would fetch what is")
		ui.println("  uploaded to the inbox, and may remove it from the server.")
	}
}

// fileNumber is the number of an account's file in the table above.
func fileNumber(r *discover.Result, account int) string {
	for i, f := range r.Files {
		for _, a := range f.Accounts {
			if a == account {
				return strconv.Itoa(i + 1)
			}
		}
	}
	return ""
}

func printScanProblems(ui *ui, list []discover.Problem) {
	if len(list) == 0 {
		return
	}
	ui.println("")
	ui.println("could not be searched:")
	for i, p := range list {
		if i == shownDamage {
			ui.println(fmt.Sprintf("  … and %s more, all with --json", number(len(list)-i)))
			break
		}
		ui.println("  " + clean(p.Path+": "+p.What))
	}
}

// printScanHints says what to do now.
func printScanHints(ui *ui, r *discover.Result) {
	var at, cached bool
	for _, f := range r.Files {
		at = at || f.Kind != discover.KindCache && f.Error == ""
		cached = cached || f.Kind == discover.KindCache && f.Error == ""
	}
	ui.println("")
	switch {
	case at:
		ui.println("next: pst2imap check FILE --email ADDRESS says what would be done,")
		ui.println("      pst2imap migrate FILE... --email ADDRESS does it")
	case len(r.Files) == 0:
		ui.println("next: name folders or drives to search, such as pst2imap scan D:\\;")
		ui.println("      Outlook shows its files under File, Account Settings, Data Files")
	}
	if cached {
		ui.println("a cache is likely a copy: pst2imap check --compare FILE lists what only it has")
	}
}
