package mapi

// Properties of contacts ([MS-OXOCNTC] 2.2.1).
const (
	Account                PropID = 0x3A00
	CallbackPhone          PropID = 0x3A02
	Generation             PropID = 0x3A05
	GivenName              PropID = 0x3A06
	GovernmentIDNumber     PropID = 0x3A07
	BusinessPhone          PropID = 0x3A08
	HomePhone              PropID = 0x3A09
	Surname                PropID = 0x3A11
	CompanyName            PropID = 0x3A16
	JobTitle               PropID = 0x3A17
	DepartmentName         PropID = 0x3A18
	OfficeLocation         PropID = 0x3A19
	PrimaryPhone           PropID = 0x3A1A
	Business2Phone         PropID = 0x3A1B
	MobilePhone            PropID = 0x3A1C
	RadioPhone             PropID = 0x3A1D
	CarPhone               PropID = 0x3A1E
	OtherPhone             PropID = 0x3A1F
	Pager                  PropID = 0x3A21
	PrimaryFax             PropID = 0x3A23
	BusinessFax            PropID = 0x3A24
	HomeFax                PropID = 0x3A25
	TelexNumber            PropID = 0x3A2C
	IsdnNumber             PropID = 0x3A2D
	AssistantPhone         PropID = 0x3A2E
	Home2Phone             PropID = 0x3A2F
	Assistant              PropID = 0x3A30
	WeddingAnniversary     PropID = 0x3A41
	Birthday               PropID = 0x3A42
	Hobbies                PropID = 0x3A43
	MiddleName             PropID = 0x3A44
	DisplayNamePrefix      PropID = 0x3A45
	Profession             PropID = 0x3A46
	SpouseName             PropID = 0x3A48
	TTYTDDPhone            PropID = 0x3A4B
	Gender                 PropID = 0x3A4D
	ManagerName            PropID = 0x3A4E
	Nickname               PropID = 0x3A4F
	PersonalHomePage       PropID = 0x3A50
	BusinessHomePage       PropID = 0x3A51
	CompanyMainPhone       PropID = 0x3A57
	ChildrensNames         PropID = 0x3A58
	HomeCity               PropID = 0x3A59
	HomeCountry            PropID = 0x3A5A
	HomePostalCode         PropID = 0x3A5B
	HomeState              PropID = 0x3A5C
	HomeStreet             PropID = 0x3A5D
	HomePostOfficeBox      PropID = 0x3A5E
	OtherCity              PropID = 0x3A5F
	OtherCountry           PropID = 0x3A60
	OtherPostalCode        PropID = 0x3A61
	OtherState             PropID = 0x3A62
	OtherStreet            PropID = 0x3A63
	OtherPostOfficeBox     PropID = 0x3A64
	UserX509Certificate    PropID = 0x3A70
	AttachmentContactPhoto PropID = 0x7FFF
)

// Values of Gender ([MS-OXOCNTC] 2.2.1.10.20).
const (
	GenderFemale = 1
	GenderMale   = 2
)
