package testneed

import "testing"

func TestProcessorTime(t *testing.T) {
	before := ProcessorTime()
	for n := 0; ProcessorTime() == before; n++ {
		if n == 100_000_000 {
			t.Fatal("work takes no time")
		}
	}
}
