// Package browsertest shows pages in a headless Chromium to tests: it serves and
// opens them, asks what is on them, takes pictures, and notes what went wrong or was
// asked of the network. The browser is told what to do over the pipe of its debugging
// protocol and can reach nobody but this machine.
package browsertest
