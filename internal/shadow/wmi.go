package shadow

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// WMI makes shadow copies by the class Win32_ShadowCopy, the only way that every
// edition of Windows has: vssadmin and diskshadow can do it on servers only, and
// wmic is gone from newer systems.
type WMI struct {
	// Run runs a script of Windows PowerShell and gives what it writes.
	Run func(script string) (string, error)
}

// What may stand in a script. Both come from the system and are checked all the same,
// because an administrator's rights are at stake.
var (
	volumeForm = regexp.MustCompile(`^([A-Za-z]:|\\\\\?\\Volume\{[0-9A-Fa-f-]{36}\})\\$`)
	idForm     = regexp.MustCompile(`^\{[0-9A-Fa-f-]{36}\}$`)
	madeForm   = regexp.MustCompile(`^made (\{[0-9A-Fa-f-]{36}\}) (\\\\\?\\GLOBALROOT\\Device\\[A-Za-z0-9]+)$`)
)

// The scripts use cmdlets only, so that they also run where PowerShell is restricted
// (constrained language mode).
const (
	createScript = `$ErrorActionPreference = 'Stop'
$r = Invoke-CimMethod -ClassName Win32_ShadowCopy -MethodName Create -Arguments @{ Volume = '%s'; Context = 'ClientAccessible' }
if ($r.ReturnValue -ne 0) { Write-Output ('code ' + $r.ReturnValue); exit }
$s = Get-CimInstance -ClassName Win32_ShadowCopy -Filter ('ID = ''' + $r.ShadowID + '''')
Write-Output ('made ' + $r.ShadowID + ' ' + $s.DeviceObject)`

	removeScript = `$ErrorActionPreference = 'Stop'
Get-CimInstance -ClassName Win32_ShadowCopy -Filter 'ID = ''%s''' | Remove-CimInstance
Write-Output 'removed'`
)

// Create implements System.
func (w WMI) Create(volume string) (Copy, error) {
	if !volumeForm.MatchString(volume) {
		return Copy{}, fmt.Errorf("%q is no volume", volume)
	}
	said, err := w.Run(fmt.Sprintf(createScript, volume))
	if err != nil {
		return Copy{}, err
	}
	said = strings.TrimSpace(said)
	if m := madeForm.FindStringSubmatch(said); m != nil {
		return Copy{ID: m[1], Device: m[2]}, nil
	}
	if text, ok := strings.CutPrefix(said, "code "); ok {
		return Copy{}, refusal(text)
	}
	return Copy{}, fmt.Errorf("an answer that is not understood: %q", said)
}

// Remove implements System.
func (w WMI) Remove(id string) error {
	if !idForm.MatchString(id) {
		return fmt.Errorf("%q is no shadow copy", id)
	}
	said, err := w.Run(fmt.Sprintf(removeScript, id))
	if err == nil && strings.TrimSpace(said) != "removed" {
		err = fmt.Errorf("an answer that is not understood: %q", said)
	}
	return err
}

// refusals are the return values of Win32_ShadowCopy.Create.
var refusals = map[int]string{
	1:  "access is denied: it can be made by an administrator only",
	2:  "an argument is not valid",
	3:  "the volume was not found",
	4:  "the volume cannot have shadow copies; only NTFS and ReFS volumes can",
	5:  "this kind of shadow copy is not supported",
	6:  "there is not enough room for it on the drive",
	7:  "the volume is in use",
	8:  "the volume has as many shadow copies as it may have; vssadmin list shadows shows them",
	9:  "another shadow copy is just being made: try again in a minute",
	10: "a shadow copy provider refused",
	11: "the shadow copy provider is not registered",
	12: "the shadow copy provider failed",
	13: "an unknown error",
}

func refusal(code string) error {
	n, err := strconv.Atoi(code)
	if err != nil || refusals[n] == "" {
		return fmt.Errorf("the system answered %q", code)
	}
	return errors.New(refusals[n])
}
