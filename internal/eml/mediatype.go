package eml

import (
	"bytes"
	"strings"
)

const octetStream = "application/octet-stream"

// extensionTypes are the media types of file extensions. The table of the
// operating system is not asked: it differs from machine to machine.
var extensionTypes = map[string]string{
	"7z": "application/x-7z-compressed", "aac": "audio/aac", "avi": "video/x-msvideo", "bmp": "image/bmp",
	"bz2": "application/x-bzip2", "css": "text/css", "csv": "text/csv", "doc": "application/msword",
	"docm": "application/vnd.ms-word.document.macroEnabled.12",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"dot":  "application/msword", "emf": "image/emf", "eps": "application/postscript", "epub": "application/epub+zip",
	"flac": "audio/flac", "gif": "image/gif", "gz": "application/gzip", "htm": "text/html", "html": "text/html",
	"heic": "image/heic", "ico": "image/vnd.microsoft.icon", "ics": "text/calendar", "jpeg": "image/jpeg", "jpg": "image/jpeg",
	"js": "text/javascript", "json": "application/json", "m4a": "audio/mp4", "mov": "video/quicktime",
	"mp3": "audio/mpeg", "mp4": "video/mp4", "mpeg": "video/mpeg", "mpg": "video/mpeg",
	"mpp": "application/vnd.ms-project", "msg": "application/vnd.ms-outlook",
	"odp": "application/vnd.oasis.opendocument.presentation", "ods": "application/vnd.oasis.opendocument.spreadsheet",
	"odt": "application/vnd.oasis.opendocument.text", "ogg": "audio/ogg", "p7c": "application/pkcs7-mime",
	"p7m": "application/pkcs7-mime", "p7s": "application/pkcs7-signature", "pdf": "application/pdf",
	"png": "image/png", "pps": "application/vnd.ms-powerpoint", "ppt": "application/vnd.ms-powerpoint",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	"ps":   "application/postscript", "pub": "application/x-mspublisher", "rar": "application/vnd.rar",
	"rtf": "application/rtf", "svg": "image/svg+xml", "tar": "application/x-tar", "tgz": "application/gzip",
	"tif": "image/tiff", "tiff": "image/tiff", "txt": "text/plain", "vcf": "text/vcard", "vsd": "application/vnd.visio",
	"wav": "audio/wav", "webm": "video/webm", "webp": "image/webp", "wma": "audio/x-ms-wma", "wmf": "image/wmf",
	"wmv": "video/x-ms-wmv", "xls": "application/vnd.ms-excel",
	"xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"xlt":  "application/vnd.ms-excel", "xml": "application/xml", "xps": "application/vnd.ms-xpsdocument",
	"zip": "application/zip",
}

// typeExtensions are the extensions of types that have several, or another one
// than the table says first.
var typeExtensions = map[string]string{
	"image/jpeg": ".jpg", "image/tiff": ".tif", "text/html": ".html", "text/plain": ".txt", "video/mpeg": ".mpg",
	"application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt",
	"application/pkcs7-mime": ".p7m", "application/postscript": ".ps", "application/gzip": ".gz",
	"application/x-ole-storage": ".ole", "message/rfc822": ".eml",
}

// canonicalExtension is the extension of a specific media type with its dot; ""
// for others.
func canonicalExtension(mediaType string) string {
	if ext, ok := typeExtensions[mediaType]; ok {
		return ext
	}
	found := ""
	for ext, t := range extensionTypes {
		if t == mediaType && (found == "" || ext < found) {
			found = ext
		}
	}
	if found == "" {
		return ""
	}
	return "." + found
}

// replacedTypes are names of types that programs use for others (A2).
var replacedTypes = map[string]string{
	"image/pjpeg": "image/jpeg", "image/x-png": "image/png",
	"application/applefile": octetStream, "application/mac-binhex40": octetStream,
}

// magic are the first bytes of some formats.
var magic = []struct{ prefix, mediaType string }{
	{"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"}, {"GIF87a", "image/gif"}, {"GIF89a", "image/gif"},
	{"%PDF-", "application/pdf"}, {"PK\x03\x04", "application/zip"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"}, {"BM", "image/bmp"},
}

// mediaType is the type of a file (A2): the stored one if it is one, else by
// the extension of its name, else by its first bytes. Types that would change
// the structure of the message are not believed.
func mediaType(tag, name string, head []byte) string {
	t, ok := typeToken(tag)
	if r := replacedTypes[t]; r != "" {
		t = r
	}
	if strings.HasPrefix(t, "multipart/") || strings.HasPrefix(t, "message/") {
		t = octetStream
	}
	byName := extensionTypes[extension(name)]
	switch {
	case ok && t != octetStream:
		return t
	case byName != "":
		return byName
	case ok:
		return t
	}
	for _, m := range magic {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.mediaType
		}
	}
	return octetStream
}

// typeToken is a media type without parameters, in lower case; ok is false when
// it is not of the form type "/" subtype (RFC 2045 5.1).
func typeToken(s string) (string, bool) {
	s, _, _ = strings.Cut(s, ";")
	s = strings.ToLower(strings.TrimSpace(s))
	top, sub, found := strings.Cut(s, "/")
	return s, found && isToken(top) && isToken(sub) && len(s) <= 127
}

// isToken tells whether s is a token (RFC 2045 5.1).
func isToken(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || strings.IndexByte(`()<>@,;:\"/[]?=`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}

// isMessageFile tells whether type or name say that a file is a message (A9).
func isMessageFile(tag, name string) bool {
	t, _ := typeToken(tag)
	return t == "message/rfc822" || extension(name) == "eml"
}
