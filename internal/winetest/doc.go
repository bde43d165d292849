// Package winetest runs the Windows program of this project under Wine, as it
// would run on a PC of its own: with a registry, users' folders and drives that
// only the test has.
//
// Wine is not Windows. docs/windows.md lists what it cannot show.
package winetest
