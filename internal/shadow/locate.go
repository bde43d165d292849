package shadow

import "strings"

// split takes apart a path of the form that GetFinalPathNameByHandle gives, \\?\C:\…
// or \\?\UNC\server\share\…, whose volume begins at root. name gives the name of a
// volume that is mounted at a folder. It works on text, so that it is the same
// wherever it is tested.
func split(path, root string, name func(root string) (string, error)) (volume, rest string, err error) {
	const long, remote = `\\?\`, `\\?\UNC\`
	if strings.HasPrefix(path, remote) || strings.HasPrefix(path, `\\`) && !strings.HasPrefix(path, long) {
		return "", "", ErrNotLocal
	}
	path, root = strings.TrimPrefix(path, long), strings.TrimPrefix(root, long)
	if !strings.HasSuffix(root, `\`) {
		root += `\`
	}
	if len(path) < len(root) || !strings.EqualFold(path[:len(root)], root) {
		return "", "", ErrNotLocal
	}
	rest = path[len(root):]
	if len(root) == len(`C:\`) {
		return strings.ToUpper(root), rest, nil
	}
	volume, err = name(root)
	return volume, rest, err
}
