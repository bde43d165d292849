package discover

// usualDepth is how many levels below Documents and the like are searched.
const usualDepth = 6

// configuredPlaces are folders that the administrator or the person set for new
// data files, and where the shell's own settings say that Documents are.
func configuredPlaces(from Registry) []string {
	if from == nil {
		return nil
	}
	r := reader{from: from} // that a setting cannot be read is no loss: these are guesses
	var list []string
	for _, office := range []string{"16.0", "15.0", "14.0", "12.0", "11.0"} {
		for _, root := range []string{`Software\Microsoft\Office\`, `Software\Policies\Microsoft\Office\`} {
			for _, name := range []string{"ForcePSTPath", "ForceOSTPath"} {
				if dir := r.text(root+office+`\Outlook`, name); dir != "" {
					list = append(list, dir)
				}
			}
		}
	}
	const shell = `Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders`
	if dir := r.text(shell, "Personal"); dir != "" {
		list = append(list, dir)
	}
	return list
}
