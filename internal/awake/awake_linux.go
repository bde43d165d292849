package awake

// hold asks the service manager (org.freedesktop.login1, Inhibit).
func hold() (func(), error) {
	return holdWith("systemd-inhibit", "--what=sleep:idle", "--who=pst2imap", "--why=mail is being moved", "--mode=block", "cat")
}
