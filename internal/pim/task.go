package pim

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/pst2imap/pst2imap/internal/ical"
	"github.com/pst2imap/pst2imap/internal/mapi"
)

// Named properties of tasks ([MS-OXOTASK] 2.2.2.2) and of all that can remind
// ([MS-OXORMDR] 2.2.1).
const (
	lidTaskStatus      = 0x8101
	lidPercentComplete = 0x8102
	lidTaskStart       = 0x8104
	lidTaskDue         = 0x8105
	lidDateCompleted   = 0x810F
	lidTaskRecurrence  = 0x8116
	lidTaskOwner       = 0x811F
	lidTaskGlobalID    = 0x8519 // of PSETID_Common
	lidReminderTime    = 0x8502
	lidReminderSet     = 0x8503
)

// taskStatuses are the values of PidLidTaskStatus as STATUS has them. What it has
// no word for is told besides.
var taskStatuses = [...]struct{ status, more string }{
	{"NEEDS-ACTION", ""}, {"IN-PROCESS", ""}, {"COMPLETED", ""}, {"NEEDS-ACTION", "WAITING"}, {"NEEDS-ACTION", "DEFERRED"},
}

func (i *Item) task() named { return named{i.Properties, mapi.PSetTask} }

// Task is a task (M48).
func (i *Item) Task() ical.Todo {
	t := ical.Todo{Common: i.base(), Percent: i.percent(), Priority: i.priority()}
	t.UID = i.taskUID()
	if n, ok := i.task().number(lidTaskStatus); ok && n >= 0 && n < len(taskStatuses) {
		t.Status = taskStatuses[n].status
		if more := taskStatuses[n].more; more != "" {
			t.Extra = append(t.Extra, ical.Text("X-MICROSOFT-TASK-STATUS", more))
		}
	}
	// Dates of tasks are those of the calendar on the wall, stored as if it hung in
	// Greenwich.
	t.Start = date(i.task().instant(lidTaskStart))
	t.Due = date(i.task().instant(lidTaskDue))
	if t.Status == "COMPLETED" {
		t.Completed = i.task().instant(lidDateCompleted)
	}
	if owner := i.task().text(lidTaskOwner); owner != "" {
		t.Extra = append(t.Extra, ical.Text("X-OWNER", owner))
	}
	if at := i.common().instant(lidReminderTime); i.common().flag(lidReminderSet) && !at.IsZero() {
		t.Alarms = []ical.Alarm{{At: at}}
	}
	i.recur(&t)
	t.Extra = append(t.Extra, i.enclosed()...)
	return t
}

// date is the day of a stored time, no date if there is none.
func date(t time.Time) ical.Time {
	if t.IsZero() {
		return ical.Time{}
	}
	return ical.Time{Frame: ical.Frame{AllDay: true}, Wall: t}
}

// percent is PERCENT-COMPLETE, negative when the item does not say.
func (i *Item) percent() int {
	v, err := i.Value(i.task().id(lidPercentComplete))
	f, ok := v.Float()
	if err != nil || !ok || f < 0 || f > 1 {
		return -1
	}
	return int(math.Round(f * 100))
}

// taskUID is the identity that the task has for those whom it was sent to, or
// else one that is made of what does not change.
func (i *Item) taskUID() string {
	if id := i.common().bytes(lidTaskGlobalID); strings.Trim(string(id), "\x00") != "" {
		return strings.ToUpper(hex.EncodeToString(id))
	}
	return i.madeUID()
}

// noEnd is from which year on an end is none (P4).
const noEnd = 4500

// recur adds the rule of a task that is to be done again and again. What is stored
// as the dates of the task are those of the next time, so an end by number becomes
// one by date.
func (i *Item) recur(t *ical.Todo) {
	blob := i.task().bytes(lidTaskRecurrence)
	if len(blob) == 0 {
		return
	}
	r, err := ical.ParseTaskRecurrence(blob)
	if err != nil {
		i.Warn("M48", "recurrence: %v", err)
	}
	if r == nil {
		return
	}
	i.anchor(t, r)
	if r.End == ical.EndCount && !t.Start.Wall.Equal(r.First()) && r.EndDate.Wall().Year() < noEnd {
		r.End = ical.EndDate
	}
	t.Recurrence, err = r.Properties(t.Start.Frame)
	if err != nil {
		i.Warn("M48", "recurrence: %v", err)
	}
}

// anchor makes the start of the task a day of its rule, because readers count from
// there: it is the day on which the task is due, when that is in the rule and the
// start is not.
func (i *Item) anchor(t *ical.Todo, r *ical.Recurrence) {
	switch {
	case t.Start.IsZero() && t.Due.IsZero():
		t.Start = date(r.First())
	case t.Start.IsZero():
		t.Start = t.Due
	case !r.On(t.Start.Wall) && !t.Due.IsZero() && r.On(t.Due.Wall):
		days := int(t.Due.Wall.Sub(t.Start.Wall).Hours() / 24)
		t.Extra = append(t.Extra, ical.Text("X-PST2IMAP-DAYS-BEFORE-DUE", strconv.Itoa(days)))
		t.Start = t.Due
	}
}
