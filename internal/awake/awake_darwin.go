package awake

// hold uses the system's own program: -i holds off sleep for want of input.
func hold() (func(), error) {
	return holdWith("caffeinate", "-i", "cat")
}
