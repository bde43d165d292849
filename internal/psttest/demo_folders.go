package psttest

func demoSent() []demoMail {
	return []demoMail{
		{
			date: "2012-03-05 09:02", to: demoPaul, prefix: "Re: ", subject: "Willkommen im neuen Postfach", inReplyTo: "in01",
			text: "Danke, alles angekommen.\n\nClara\n",
		},
		{
			date: "2012-11-22 07:30", to: demoMartha, cc: demoJonas, prefix: "Re: ", subject: "Christmas dinner", inReplyTo: "in02",
			text: "Noon is fine. We look forward to it!\n\nClara\n",
		},
		{
			date: "2015-01-20 17:45", to: demoJonas, prefix: "Re: ", subject: "Vertrag zur Durchsicht", inReplyTo: "in05",
			categories: []string{"Büro"},
			text:       "Hallo Jonas,\n\nzwei kleine Korrekturen im Anhang.\n\nViele Grüße\nClara\n",
			files:      []Attachment{demoPDFFile("Vertrag mit Anmerkungen.pdf", "Vertrag, Anmerkungen")},
		},
		{
			date: "2016-07-01 08:00", to: demoPaul, prefix: "Fwd: ", subject: "Train times", text: "Unser Zug, siehe unten.\n",
			files: []Attachment{Embed(demoForwarded("fw01", "2016-06-29 18:20", "Timetable Office <times@rail.example.com>",
				"Your connection", "Departure 09:12, platform 4.\nArrival 13:47.\n"))},
		},
		{
			date: "2018-09-04 20:10", to: demoAylin + "; " + demoPaul, bcc: demoMartha, subject: "Ich bringe Kartoffelsalat",
			text: "Für zwölf Leute, ohne Mayonnaise.\n",
			html: "<html><head><meta charset=\"utf-8\"></head><body><p>Für <b>zwölf</b> Leute, ohne Mayonnaise.</p></body></html>\n",
		},
		{
			date: "2022-10-11 15:20", to: "Hausverwaltung <hv@verwaltung.example.com>", subject: "Heizung im Bad", importance: 1,
			text: "Sehr geehrte Damen und Herren,\n\nder Heizkörper im Bad wird nicht mehr warm.\n\nMit freundlichen Grüßen\nClara Winter\n",
		},
	}
}

func demoDrafts() []demoMail {
	return []demoMail{
		{date: "2023-07-09 22:14", to: demoAylin, subject: "Urlaub im Herbst?", draft: true, text: "Liebe Aylin,\n\nwas hältst du von\n"},
		{date: "2024-02-01 12:12", subject: "Notizen für den Elternabend", draft: true, text: "- Klassenfahrt\n- Kasse\n- Sommerfest\n"},
	}
}

func demoDeleted() []demoMail {
	return []demoMail{
		{
			id: "de01", date: "2014-10-10 10:10", from: demoShop, to: demoOwner, subject: "Newsletter Oktober",
			text: "Neue Bücher im Oktober.\n", html: "<html><body><h2>Neue Bücher im Oktober</h2></body></html>\n",
		},
		{id: "de02", date: "2019-01-03 09:09", from: demoJonas, to: demoOwner, subject: "Bin heute krank", text: "Komme morgen wieder.\n"},
	}
}

func demoJunk() []demoMail {
	return []demoMail{
		{
			id: "ju01", date: "2017-07-07 03:33", from: "Lucky Prize <winner@prize.example.com>", to: demoOwner,
			subject: "You have WON!!!", unread: true, header: "X-Spam-Flag: YES", text: "Claim your prize now.\n",
		},
		{
			id: "ju02", date: "2022-01-30 04:44", from: "Bank Support <service@bank.example.com>", to: demoOwner,
			subject: "Konto gesperrt", header: "X-Spam-Flag: YES", text: "Bitte geben Sie Ihre Daten ein.\n",
		},
	}
}

func demoKitchen() []demoMail {
	return []demoMail{
		{
			id: "ki01", date: "2018-11-12 11:20", from: demoTiler, to: demoOwner, subject: "Angebot Fliesen",
			text:  "Sehr geehrte Frau Winter,\n\nanbei unser Angebot.\n\nFliesen Grün\n",
			files: []Attachment{demoPDFFile("Angebot_2018-117.pdf", "Angebot 2018-117")},
		},
		{
			id: "ki02", date: "2018-11-20 17:00", from: demoPaul, to: demoOwner, subject: "Farben für die Küche", flagged: true,
			text: "Links oder rechts?\n",
			html: "<html><body><p>Links <img src=\"cid:left@mail.example.com\"> oder rechts <img src=\"cid:right@mail.example.com\">?</p></body></html>\n",
			files: []Attachment{
				Inline("links.png", "image/png", "left@mail.example.com", demoPNG(16, 0x80, 0xB0, 0x40)),
				Inline("rechts.png", "image/png", "right@mail.example.com", demoPNG(16, 0xD0, 0x80, 0x30)),
			},
		},
	}
}

func demoKitchen2019() []demoMail {
	inner := demoForwarded("fw02", "2019-02-10 08:08", demoTiler, "Maße der Dusche", "90 x 90 cm, Ablauf links.\n")
	outer := demoForwarded("fw03", "2019-02-11 09:09", demoPaul, "Wtr: Maße der Dusche", "Passt das?\n")
	outer.Attach(Embed(inner)).without(0x0E07)
	return []demoMail{
		{id: "k901", date: "2019-01-15 13:00", from: demoTiler, to: demoOwner, subject: "Termin für das Aufmaß", verb: 102, text: "Donnerstag um 9 Uhr?\n"},
		{date: "2019-01-15 13:30", to: demoTiler, prefix: "Re: ", subject: "Termin für das Aufmaß", inReplyTo: "k901", text: "Ja, gerne.\n"},
		{
			id: "k902", date: "2019-02-12 10:00", from: demoMartha, to: demoOwner, subject: "Two levels of forwarding",
			text: "Paul's message is attached, with the first one in it.\n", files: []Attachment{Embed(outer)},
		},
		{
			id: "k903", date: "2019-04-29 16:40", from: demoTiler, to: demoOwner, subject: "Bad ist fertig", categories: []string{"Küche & Bad"},
			text: "Die Silikonfugen müssen noch zwei Tage trocknen.\n",
		},
	}
}

func demoBills() []demoMail {
	bill := func(id, date, from, subject, name string, categories ...string) demoMail {
		return demoMail{
			id: id, date: date, from: from, to: demoOwner, subject: subject, categories: categories,
			text: "Guten Tag,\n\nIhre Rechnung finden Sie im Anhang.\n", files: []Attachment{demoPDFFile(name, "Rechnung Nr. "+id)},
		}
	}
	return []demoMail{
		bill("re01", "2013-12-31 23:59", demoPower, "Rechnung 2013", "Rechnung 2013.pdf"),
		bill("re02", "2016-12-31 12:00", demoPower, "Rechnung 2016", "Rechnung 2016.pdf"),
		bill("re03", "2019-05-06 09:30", demoTiler, "Schlussrechnung Küche & Bad", "Schlußrechnung Küche.pdf", "Küche & Bad", "Steuer 2019"),
		bill("re04", "2020-04-08 09:00", demoShop, "Rechnung zur Bestellung 4711", "4711.pdf"),
		bill("re05", "2023-12-31 12:00", demoPower, "Rechnung 2023", "Rechnung 2023.pdf", "Steuer 2023"),
		bill("re06", "2024-11-30 12:00", demoPower, "Abschlag 2025", "Abschlag 2025.pdf"),
	}
}
