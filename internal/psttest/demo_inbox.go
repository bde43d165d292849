package psttest

// People of the demonstration mailbox.
const (
	demoJonas  = "Jonas Weber <jonas.weber@example.com>"
	demoAylin  = "Aylin Şahin <aylin.sahin@example.com>"
	demoPaul   = "Paul Winter <paul@example.org>"
	demoMartha = "Martha O'Neil <martha.oneil@example.com>"
	demoTiler  = "Fliesen Grün <info@fliesen.example.com>"
	demoShop   = "Buchladen am Markt <bestellung@buch.example.com>"
	demoPower  = "Stadtwerke <rechnung@strom.example.com>"
	demoList   = "Wanderfreunde <wandern@lists.example.org>"
)

func demoInbox() []demoMail {
	return []demoMail{
		{
			id: "in01", date: "2012-03-05 08:15", from: demoPaul, to: demoOwner,
			subject: "Willkommen im neuen Postfach", verb: 102,
			text: "Hallo Clara,\n\ndas Postfach ist eingerichtet. Das Passwort kennst du ja.\n\nGruß\nPaul\n",
		},
		{
			id: "in02", date: "2012-11-21 19:42", from: demoMartha, to: demoOwner, cc: demoJonas,
			subject: "Christmas dinner", verb: 103, categories: []string{"Familie"},
			text: "Dear both,\n\nshall we meet on the 25th at noon? I'll bring the pudding.\n\nLove,\nMartha\n",
		},
		{
			id: "in03", date: "2013-05-14 12:00", from: demoList, to: demoList,
			subject: "[wandern] Tour am Sonntag: Treffpunkt 8:30 Uhr",
			header:  "List-Id: <wandern.lists.example.org>\r\nList-Unsubscribe: <mailto:wandern-leave@lists.example.org>\r\nPrecedence: list",
			text:    "Liebe Wanderfreunde,\n\nwir treffen uns am Sonntag um 8:30 Uhr am Bahnhof.\nBitte feste Schuhe anziehen.\n",
		},
		{
			id: "in04", date: "2014-08-02 21:07", from: demoAylin, to: demoOwner,
			subject: "Fotos vom See", categories: []string{"Familie", "Urlaub"},
			text: "Schau mal, das erste Bild ist das schönste!\n",
			html: "<html><head><meta charset=\"utf-8\"></head><body><p>Schau mal, das erste Bild ist das <b>schönste</b>!</p>" +
				"<p><img src=\"cid:see1@mail.example.com\" alt=\"See\"></p></body></html>\n",
			files: []Attachment{Inline("see.png", "image/png", "see1@mail.example.com", demoPNG(24, 0x20, 0x60, 0xC0))},
		},
		{
			id: "in05", date: "2015-01-19 10:30", from: demoJonas, to: demoOwner,
			subject: "Vertrag zur Durchsicht", flagged: true, importance: 1, categories: []string{"Büro"},
			header: "Importance: high\r\nX-Priority: 1",
			text:   "Hallo Clara,\n\nanbei der Vertrag. Bitte bis Freitag prüfen.\n\nJonas\n",
			files:  []Attachment{demoPDFFile("Vertrag Entwurf.pdf", "Vertrag, Entwurf 1")},
		},
		{
			id: "in06", date: "2015-01-21 16:05", from: demoJonas, to: demoOwner, inReplyTo: "in05",
			prefix: "Re: ", subject: "Vertrag zur Durchsicht", categories: []string{"Büro"},
			text:  "Danke! Hier die unterschriebene Fassung und die Preisliste.\n",
			files: []Attachment{demoPDFFile("Übersicht Preise 2015.pdf", "Preise 2015"), ByValue("preise.csv", "text/csv", []byte("Artikel;Preis\r\nSchraube;0,12\r\nDübel;0,09\r\n"))},
		},
		{
			id: "in07", date: "2016-06-30 07:55", from: demoMartha, to: demoOwner,
			prefix: "Fwd: ", subject: "Train times", verb: 104,
			text: "See the forwarded message below.\n\nM.\n",
			files: []Attachment{Embed(demoForwarded("fw01", "2016-06-29 18:20", "Timetable Office <times@rail.example.com>",
				"Your connection", "Departure 09:12, platform 4.\nArrival 13:47.\n"))},
		},
		{
			id: "in08", date: "2017-02-14 09:00", from: demoPaul, to: demoOwner,
			subject: "❤", text: "Alles Liebe zum Valentinstag!\n",
			html: "<html><head><meta charset=\"utf-8\"></head><body style=\"color:#b00\">Alles Liebe zum <i>Valentinstag</i>!</body></html>\n",
		},
		{
			id: "in09", date: "2018-09-03 14:25", from: demoAylin, to: demoOwner + "; " + demoPaul + "; " + demoJonas, cc: demoMartha,
			subject: "Einladung: Sommerfest im Garten", categories: []string{"Urlaub"},
			text: "Ihr Lieben,\n\nam 15. September feiern wir im Garten. Bringt gute Laune mit!\n\nAylin\n",
			html: "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body>" +
				"<h1>Sommerfest</h1><p>am <b>15. September</b> feiern wir im Garten.</p><ul><li>Salate</li><li>Grill</li></ul></body></html>\n",
		},
		{
			id: "in10", date: "2020-04-07 11:11", from: demoShop, to: demoOwner,
			subject: "Ihre Bestellung 4711 ist unterwegs",
			header:  "Auto-Submitted: auto-generated\r\nX-Mailer: ShopMail 3.2",
			text:    "Guten Tag,\n\nIhre Bestellung 4711 wurde heute verschickt.\n\nIhr Buchladen am Markt\n",
		},
		{
			id: "in11", date: "2021-12-24 18:00", from: demoMartha, to: demoOwner,
			subject: "Merry Christmas 🎄", text: "Warm wishes from all of us! 🎁\n",
		},
		{
			id: "in12", date: "2023-03-08 06:45", from: demoJonas, to: demoOwner,
			subject: "Langer Bericht", unread: true, categories: []string{"Büro"}, text: demoLongText(),
		},
		{
			id: "in13", date: "2024-05-17 13:37", from: demoAylin, to: demoOwner,
			subject: "Hast du das schon gelesen?", unread: true, flagged: true,
			text: "Ich habe dir einen Artikel abgelegt: https://www.example.com/artikel\n",
			html: "<html><body><p>Ich habe dir einen <a href=\"https://www.example.com/artikel\">Artikel</a> abgelegt.</p></body></html>\n",
		},
		{
			id: "in14", date: "2024-06-01 08:00", from: demoList, to: demoList,
			subject: "[wandern] Protokoll der Versammlung", unread: true,
			header: "List-Id: <wandern.lists.example.org>",
			text:   "Das Protokoll liegt als Text bei.\n",
			files:  []Attachment{ByValue("Protokoll Mitgliederversammlung Frühjahr.txt", "text/plain", []byte("Anwesend: 12 Mitglieder\r\nKasse geprüft.\r\n"))},
		},
	}
}

// demoForwarded is a message inside another one.
func demoForwarded(id, date, from, subject, text string) *Message {
	d := demoMail{id: id, date: date, from: from, to: demoMartha, subject: subject, text: text}
	return d.message()
}

func demoLongText() string {
	text := "Hallo Clara,\n\nhier der ganze Bericht am Stück:\n\n"
	for range 60 {
		text += "Die Messung ergab keine Abweichung vom Sollwert; die Anlage läuft ruhig und ohne Störung weiter.\n"
	}
	return text + "\nJonas\n"
}
