"""Writes testdata/golden: what Python's codecs, glibc's iconv and Perl's Encode
make of each code of each code page.

Run by `go generate` in the package's folder. singles.txt has a line per page:
number, source, and the code points of the bytes 00 to FF in hexadecimal, "-"
for an error and "+" within a sequence. Each PAGE.txt.gz has a line that names
the source and the bytes before and after each code, then a line per lead bytes:
these and the last bytes' range in hexadecimal, and the characters, U+FFFD where
the code is no one character. utf7.gz has texts of consecutive characters as
Python writes them, and the texts in UTF-8, in hexadecimal. What tablegen/tables.py took from one source is
compared with another where there is one.
"""
import gzip
import subprocess

FOLDER = "testdata/golden/"
HOLE = "\ufffd"


def python(name, code):
    try:
        return code.decode(name)
    except UnicodeDecodeError:
        return ""


def iconv(name, code):
    r = subprocess.run(["iconv", "-f", name, "-t", "UTF-8"], input=code, capture_output=True)
    return r.stdout.decode() if r.returncode == 0 else ""


def perl(name, code):
    script = 'binmode STDOUT, ":utf8"; print eval { decode($ARGV[0], pack("H*", $ARGV[1]), Encode::FB_CROAK) } // ""'
    return subprocess.run(["perl", "-MEncode", "-e", script, name, code.hex()], capture_output=True).stdout.decode()


SINGLES = {cp: (python, "cp%d" % cp) for cp in (
    437, 720, 850, 852, 855, 858, 860, 862, 863, 865, 866, 874, *range(1250, 1259), 932, 949, 950, 1140)}
SINGLES |= {28590 + n: (python, "iso8859_%d" % n) for n in (*range(1, 12), *range(13, 17))}
SINGLES |= {cp: (iconv, name) for cp, name in {
    500: "IBM500", 708: "ASMO-708", 737: "CP737", 775: "CP775", 857: "IBM857", 861: "IBM861", 864: "IBM864",
    869: "IBM869", 1047: "IBM1047", 10017: "MAC-UK", 10029: "MAC-CENTRALEUROPE"}.items()}
SINGLES |= {cp: (perl, name) for cp, name in {
    10004: "MacArabic", 10005: "MacHebrew", 10006: "MacGreek", 10010: "MacRomanian", 10021: "MacThai", 10079: "MacIcelandic",
    10081: "MacTurkish", 10082: "MacCroatian"}.items()}
SINGLES |= {cp: (python, name) for cp, name in {
    37: "cp037", 10000: "mac_roman", 10007: "mac_cyrillic", 20127: "ascii", 20866: "koi8_r", 21866: "koi8_u",
    38598: "iso8859_8", 936: "gbk", 1361: "johab", 51932: "euc_jp", 51936: "gb2312", 51949: "euc_kr",
    54936: "gb18030"}.items()}


def single(cp):
    source, name = SINGLES[cp]
    texts = [source(name, bytes([i])) for i in range(256)]
    fields = ["+".join("%04X" % ord(c) for c in t) or "-" for t in texts]
    return "%d\t%s %s\t%s\n" % (cp, source.__name__, name, " ".join(fields))


def pairs(first=0x80):
    return [(bytes([a]), range(256)) for a in range(first, 256)]


GRID = [(bytes([a]), range(0x21, 0x7F)) for a in range(0x21, 0x7F)]
SUPPLEMENT = [(bytes([0x8F, a]), range(0xA1, 0xFF)) for a in range(0xA1, 0xFF)]
FOUR = [(bytes([a, b, c]), range(0x30, 0x3A))
        for a in (*range(0x81, 0x85), 0x90, 0x95, 0xE3) for b in range(0x30, 0x3A) for c in range(0x81, 0xFF)]

# page -> codec, bytes before, bytes after, codes
CODES = {
    "932": ("cp932", b"", b"", pairs()), "936": ("gbk", b"", b"", pairs()), "949": ("cp949", b"", b"", pairs()),
    "950": ("cp950", b"", b"", pairs()), "950-hkscs": ("big5hkscs", b"", b"", pairs()),
    "1361": ("johab", b"", b"", pairs()), "10001": ("shift_jis", b"", b"", pairs()),
    "10002": ("big5", b"", b"", pairs()), "10003": ("euc_kr", b"", b"", pairs()),
    "10008": ("gb2312", b"", b"", pairs()), "20932": ("euc_jp", b"", b"", pairs() + SUPPLEMENT),
    "51932": ("euc_jp", b"", b"", pairs() + SUPPLEMENT), "51936": ("gb2312", b"", b"", pairs()),
    "51949": ("euc_kr", b"", b"", pairs()), "54936": ("gb18030", b"", b"", pairs() + FOUR),
    "50220": ("iso2022_jp_ext", b"\x1b$B", b"\x1b(B", GRID), "50221": ("iso2022_jp_ext", b"\x1b$(D", b"\x1b(B", GRID),
    "50222": ("iso2022_jp_ext", b"\x1b(I", b"\x1b(B", [(b"", range(0x21, 0x7F))]),
    "50225": ("iso2022_kr", b"\x1b$)C\x0e", b"\x0f", GRID), "52936": ("hz", b"~{", b"~}", GRID),
}


def multiple(page):
    codec, before, after, codes = CODES[page]
    yield "python %s\t%s\t%s\n" % (codec, before.hex(), after.hex())
    for lead, lasts in codes:
        texts = [python(codec, before + lead + bytes([last]) + after) for last in lasts]
        row = "".join(t if len(t) == 1 else HOLE for t in texts)
        if row.strip(HOLE):
            yield "%s\t%02x\t%02x\t%s\n" % (lead.hex(), lasts[0], lasts[-1], row)


def utf7():
    for size in (1, 2, 3, 64):
        last = 0x2000 if size < 64 else 0x12000
        for first in range(0x20, last, size if size == 64 else 7 * size):
            text = "".join(chr(c) for c in range(first, first + size) if not 0xD800 <= c < 0xE000)
            if text:
                yield "%s\t%s\n" % (text.encode("utf-7").hex(), text.encode().hex())


with open(FOLDER + "singles.txt", "w", newline="\n") as f:
    f.writelines(single(cp) for cp in sorted(SINGLES))
for page in CODES:
    with open(FOLDER + page + ".txt.gz", "wb") as f:
        with gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
            z.write("".join(multiple(page)).encode())
with open(FOLDER + "utf7.gz", "wb") as f:
    with gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write("".join(utf7()).encode())
