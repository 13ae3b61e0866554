"""Why a file is no workbook or cannot be opened: what it is instead, and the libraries' own reasons in words."""

import io
import re
import zipfile
import zlib

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: How a file of another kind begins, and how it is called.
_KINDS = (
    (re.compile(rb"%PDF-"), "PDF"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0|II\*\0|MM\0\*", re.DOTALL), "ảnh / a picture"),
    (re.compile(rb"Rar!|7z\xbc\xaf|\x1f\x8b"), "tệp nén / an archive"),
    (re.compile(rb"\{\\rtf"), "văn bản RTF / an RTF text"),
    (
        re.compile(rb"<\?xml[^>]*\?>\s*<\?mso-application|<\?xml.{0,400}<(?:\w+:)?Workbook\b", re.DOTALL),
        "bảng tính XML / an XML spreadsheet",
    ),
    (re.compile(rb"(?:<\?xml.{0,400})?<office:document\b", re.DOTALL), "bảng tính .fods / a flat .fods spreadsheet"),
    (
        re.compile(rb"<!doctype html|<html|<table|<meta|<head|<body|<div", re.IGNORECASE),
        "trang web HTML / an HTML web page",
    ),
    (re.compile(rb"<\?xml|<\w"), "XML"),
    (re.compile(rb"MIME-Version:", re.IGNORECASE), "trang web MHTML / an MHTML web page"),
)
_MARKS_OF_ORDER = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 4096

#: What the libraries say, and the sentence that says it in words.
_SAID = (
    (re.compile(r"not found$|not found in archive|no item named|relationship", re.IGNORECASE), "unreadable_missing"),
    (re.compile(r"\bzip|deflate|CRC|uncompressed|central directory|compress", re.IGNORECASE), "unreadable_archive"),
    (re.compile(r"syntax error|ill-formed|attribute|utf-?8|xml|node|escape|entity", re.IGNORECASE), "unreadable_part"),
)


def kind_of(content: bytes) -> str:
    """What a file is instead when it is no workbook, in both languages."""
    start = content[:_LOOKED_AT]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", errors="ignore").encode()
    for mark in _MARKS_OF_ORDER:
        start = start.removeprefix(mark)
    start = start.lstrip()
    for pattern, name in _KINDS:
        if pattern.match(start):
            return name
    return (
        "văn bản (CSV) / plain text (CSV)" if start and b"\0" not in start and _is_text(start) else "không rõ / unknown"
    )


def _is_text(start: bytes) -> bool:
    try:
        start.decode()
    except UnicodeDecodeError as error:
        # The last letter may be cut in two; a Vietnamese text may come in an old code page.
        return error.start > len(start) - 4 or sum(byte < 9 or 13 < byte < 32 for byte in start) == 0
    return True


def sentence_for(said: str, content: bytes) -> str:
    """The code of the sentence (in problems.csv) for what a library says of a file that it cannot open."""
    if content.startswith(_OLE):
        return "unreadable_old"
    return next((code for pattern, code in _SAID if pattern.search(said)), "unreadable_workbook")


def reason_of(content: bytes) -> str:
    """What is wrong with a file when the reading library only says that it is none of the kinds it knows."""
    if content.startswith(_OLE):
        return _of_ole(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if damaged := archive.testzip():
                return f"bad CRC: {damaged}"
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError) as error:
        return str(error) or type(error).__name__
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        return "xl/workbook.xml not found"
    return "xl/workbook.xml: XML"


def _of_ole(content: bytes) -> str:
    # Only asked of old files that cannot be opened.
    import xlrd  # type: ignore[import-untyped]

    try:
        xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    except Exception as error:
        return str(error) or type(error).__name__
    return "OLE"
