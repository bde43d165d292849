package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	var o options
	flag.StringVar(&o.sizes, "sizes", "full", "small (a minute) or full (needs 30 GB of disk)")
	flag.StringVar(&o.dir, "dir", "", "folder where the large files are and stay, and where is room for exports; a temporary one when empty")
	flag.StringVar(&o.write, "write", "", "text whose results are replaced")
	list := flag.String("floor", "", "only make the files of this list, in the folder named after it")
	flag.Parse()
	if *list != "" {
		if err := floor(*list, flag.Arg(0)); err != nil {
			fail(err)
		}
		return
	}
	met, err := o.run()
	if err != nil {
		fail(err)
	}
	if !met {
		fail(fmt.Errorf("a goal is missed"))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench-convert:", err)
	os.Exit(1)
}
