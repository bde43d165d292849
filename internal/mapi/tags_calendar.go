package mapi

// Properties of events and of the mail about them ([MS-OXOCAL] 2.2).
const (
	StartDate          PropID = 0x0060
	EndDate            PropID = 0x0061
	OwnerAppointmentID PropID = 0x0062
	ResponseRequested  PropID = 0x0063
)
