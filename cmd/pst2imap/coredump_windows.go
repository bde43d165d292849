package main

import "golang.org/x/sys/windows"

// werNoHeap is WER_FAULT_REPORTING_FLAG_NOHEAP: the report of a crash has none of the heap, in which passwords are.
const werNoHeap = 1

// noCoreDumps keeps the memory of this process out of Windows Error Reporting. It does what it can.
func noCoreDumps() {
	set := windows.NewLazySystemDLL("kernel32.dll").NewProc("WerSetFlags")
	if set.Find() == nil {
		_, _, _ = set.Call(werNoHeap)
	}
}
