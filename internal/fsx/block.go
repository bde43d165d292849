package fsx

import "unsafe"

// sector is what an address and a length must be a multiple of where reading goes
// past the cache (Windows: FILE_FLAG_NO_BUFFERING); drives have 512 or 4096.
const sector = 4096

// Block is memory that can be read into past the cache. size is a multiple of 4096.
func Block(size int) []byte {
	b := make([]byte, size+sector)
	skip := 0
	if over := int(uintptr(unsafe.Pointer(unsafe.SliceData(b))) % sector); over > 0 {
		skip = sector - over
	}
	return b[skip : skip+size : skip+size]
}
