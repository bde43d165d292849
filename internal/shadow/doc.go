// Package shadow reads files that another program has open, from a Volume Shadow
// Copy of their drive (Windows).
//
// A shadow copy that nobody removes takes room for as long as the drive has it, so
// it must go however the program ends. That is why a second process, [Serve], makes
// it: it hears nothing of Ctrl-C or a window that is closed, and removes the shadow
// copy when its input ends, which the system sees to when the first process is gone.
//
// Everything but the calls of the system is the same everywhere and tested everywhere.
package shadow
