package bench

import (
	"fmt"
	"time"
)

// MB is a number of bytes in units of 2^20.
func MB(n int64) float64 { return float64(n) / (1 << 20) }

// Seconds is a time with as many digits as mean something.
func Seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.3f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
