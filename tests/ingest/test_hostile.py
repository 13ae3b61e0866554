"""Files that would crash, stop or fill up the intake, through the guarded readers: each has its sentence."""

import base64
import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import xlwt
from xlwt.CompoundDoc import XlsDoc

from ingest.container.precheck import refuse_before_opening
from ingest.guard import FileToRead, GuardedReaders
from ingest.model import Reading
from ingest.problems import catalogue
from ingest.reader import Context, read_workbook
from tests.ingest.sheets import workbook

CONTEXT = Context("district:105", date(2026, 11, 24))
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
#: What reading one file may take here, on a slow machine; the guard's own limit is 10 s.
SECONDS = 6

Change = Callable[[bytes], bytes]


def repacked(changes: dict[str, Change], more: dict[str, bytes] | None = None) -> bytes:
    """The sound workbook with some of its parts changed, and with more parts."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as sound,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in sound.infolist():
            content = sound.read(part)
            archive.writestr(part.filename, changes[part.filename](content) if part.filename in changes else content)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return written.getvalue()


def with_rows(rows: bytes) -> bytes:
    """The sound workbook with rows appended to its first sheet."""
    return repacked({SHEET: lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")})


def million_blank_rows() -> bytes:
    return with_rows(b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (row, row) for row in range(50, 1048577)))


def sixteen_thousand_columns() -> bytes:
    """A value in the last column of the first row."""
    return repacked(
        {SHEET: lambda xml: xml.replace(b'</c></row><row r="2"', b'</c><c r="XFD1"><v>1</v></c></row><row r="2"', 1)}
    )


def stray_cell_in_the_last_corner() -> bytes:
    return with_rows(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def stray_cell_in_the_last_row() -> bytes:
    return with_rows(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')


def lying_dimension() -> bytes:
    return repacked({SHEET: lambda xml: xml.replace(b'<dimension ref="A1:', b'<dimension ref="A1:XFD1048576" x="')})


def expanding_entities() -> bytes:
    declared = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(9)
    )
    return repacked({STRINGS: lambda xml: xml.replace(b"<sst", declared + b"]><sst").replace(b"<t>STT<", b"<t>&j;<")})


def entity_that_names_a_file() -> bytes:
    declared = b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst'
    return repacked({STRINGS: lambda xml: xml.replace(b"<sst", declared).replace(b"<t>STT<", b"<t>&a;<")})


def bomb_that_tells_the_truth() -> bytes:
    return repacked({}, {"xl/media/image1.png": b"\0" * (220 << 20)})


def bomb_in_one_part() -> bytes:
    return with_rows(b" " * (40 << 20))


def bomb_that_lies_about_its_size() -> bytes:
    """300 MB of which the archive's directory says that they are 1000 bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(300)) + packer.flush()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(SHEET, packed)
    content = bytearray(written.getvalue())
    head, directory = 0, content.rindex(b"PK\x01\x02")
    for place, offset in ((head, 8), (directory, 10)):
        struct.pack_into("<H", content, place + offset, zipfile.ZIP_DEFLATED)
    for place, offset in ((head, 22), (directory, 24)):
        struct.pack_into("<I", content, place + offset, 1000)
    return bytes(content)


def parts_over_one_another() -> bytes:
    """Fifty parts in the directory that all are the same bytes of the archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(range(256)) * 4000)
        first = archive.filelist[0]
        for number in range(50):
            again = zipfile.ZipInfo(f"a{number}")
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(again, name, getattr(first, name))
            archive.filelist.append(again)
        archive._didModify = True
    return written.getvalue()


def archive_of_archives() -> bytes:
    inner = b"\0" * 1000
    for level in range(5):
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(8):
                archive.writestr(f"{level}-{number}.zip", inner)
        inner = written.getvalue()
    return inner


def two_parts_of_one_name() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return repacked({}, {SHEET: b"<worksheet/>"})


def paths_out_of_the_archive() -> bytes:
    return repacked({}, {"../../../tmp/x": b"x", "/etc/passwd": b"x", "C:\\x": b"x", "..\\..\\x": b"x"})


def zip_with_password() -> bytes:
    content = bytearray(workbook())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = content.find(mark)
        while position >= 0:
            content[position + offset] |= 1
            position = content.find(mark, position + 4)
    return bytes(content)


def ods_with_password() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", b"\x8f\x01" * 500)
        archive.writestr("META-INF/manifest.xml", "<m:file-entry><m:encryption-data/></m:file-entry>")
    return written.getvalue()


def xlsx_with_password() -> bytes:
    """The directory of an OLE file as Excel writes it around an encrypted package."""

    def entry(name: str) -> bytes:
        written = name.encode("utf-16-le")
        return written.ljust(64, b"\0") + struct.pack("<H", len(written) + 2) + b"\x02\x01" + b"\xff" * 60

    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return (
        head + b"".join(map(entry, ["Root Entry", "DataSpaces", "EncryptionInfo", "EncryptedPackage"])) + b"\x11" * 4096
    )


def text_document() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return written.getvalue()


def ods_of_repeated_values() -> bytes:
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="A"><table:table-row table:number-rows-repeated="1048576">{cell}'
            "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return written.getvalue()


XML_2003 = (
    b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)

#: What becomes of each: None = read like the sound one.
HOSTILE: list[tuple[str, Callable[[], bytes], set[str | None]]] = [
    ("x.xlsx", million_blank_rows, {None}),
    ("x.xlsx", sixteen_thousand_columns, {None}),
    ("x.xlsx", lying_dimension, {None}),
    ("x.xlsx", paths_out_of_the_archive, {None}),
    ("x.xlsx", stray_cell_in_the_last_corner, {"sheet_too_large"}),
    ("x.xlsx", stray_cell_in_the_last_row, {"sheet_too_large"}),
    ("x.ods", ods_of_repeated_values, {"sheet_too_large"}),
    ("x.xlsx", expanding_entities, {"unreadable_workbook"}),
    ("x.xlsx", entity_that_names_a_file, {"unreadable_workbook"}),
    ("x.xlsx", bomb_that_tells_the_truth, {"archive_bomb"}),
    ("x.xlsx", bomb_in_one_part, {"archive_bomb"}),
    ("x.xlsx", bomb_that_lies_about_its_size, {"archive_bomb"}),
    ("x.xlsx", parts_over_one_another, {"archive_bomb"}),
    ("x.xlsx", archive_of_archives, {"unreadable_workbook"}),
    ("x.xlsx", two_parts_of_one_name, {"archive_ambiguous"}),
    ("x.xlsx", zip_with_password, {"encrypted_workbook"}),
    ("x.ods", ods_with_password, {"encrypted_workbook"}),
    ("x.xlsx", xlsx_with_password, {"encrypted_workbook"}),
    ("x.xlsx", text_document, {"not_a_workbook"}),
    ("x.xls", lambda: b"<html><table><tr><td>STT</td></tr></table></html>", {"not_a_workbook"}),
    ("x.xls", lambda: "STT;Chi bộ;Nữ\n1;A;2\n".encode("utf-8-sig"), {"not_a_workbook"}),
    ("x.xls", lambda: XML_2003, {"not_a_workbook"}),
    ("x.xlsx", lambda: workbook()[: len(workbook()) // 2], {"unreadable_workbook"}),
    ("x.xlsx", lambda: workbook()[:-10], {"unreadable_workbook"}),
    ("x.xlsx", lambda: workbook()[100:], {"not_a_workbook"}),
    ("x.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + base64.b64encode(b"x" * 5000), {"unreadable_workbook"}),
]
OWN_CODES = {"archive_bomb", "archive_ambiguous", "sheet_too_large"}


@pytest.fixture(scope="module")
def readers() -> Iterator[GuardedReaders]:
    with GuardedReaders(1, CONTEXT, seconds=10, memory_mb=1024) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "make", "reasons"), HOSTILE, ids=[getattr(case[1], "__name__", "") for case in HOSTILE]
)
def test_a_hostile_file_is_read_or_refused_in_time(
    name: str, make: Callable[[], bytes], reasons: set[str | None], readers: GuardedReaders, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    started = time.monotonic()
    (reading,) = readers.read_all([FileToRead(path, name)])
    assert isinstance(reading, Reading)
    assert reading.reason in reasons
    assert time.monotonic() - started < SECONDS
    if reading.reason is None:
        assert reading.forms == read_workbook(workbook(), name, CONTEXT).forms
    else:
        assert [found.code for found in reading.problems] == [reading.reason]
        assert all(found.message_vi and found.message_en for found in reading.problems)
        assert "root:" not in repr(reading)


def test_the_next_file_is_read_by_the_same_process(readers: GuardedReaders, tmp_path: Path) -> None:
    files = []
    for number, make in enumerate((stray_cell_in_the_last_corner, bomb_that_lies_about_its_size, workbook)):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(make())
        files.append(FileToRead(path, path.name))
    process = None
    for child in readers._all:
        child._connection or child.start()
        process = child._process
    *_, last = readers.read_all(files)
    assert isinstance(last, Reading)
    assert last.reason is None
    assert readers._all[0]._process is process


def test_ordinary_workbooks_are_let_through() -> None:
    assert refuse_before_opening(workbook()) is None


def test_every_code_has_its_sentences() -> None:
    assert catalogue().keys() >= OWN_CODES


@pytest.mark.parametrize("cut", range(0, 3000, 97))
def test_no_half_file_stops_the_precheck(cut: int) -> None:
    content = workbook()[:cut]
    assert refuse_before_opening(content) in (None, "empty_file", "not_a_workbook")


OTHER_FILES = {
    "trang web HTML / an HTML web page": "\ufeff<HTML><table><tr><td>STT</td></tr></table></HTML>".encode(),
    "bảng tính XML / an XML spreadsheet": XML_2003,
    "bảng tính .fods / a flat .fods spreadsheet": b'<?xml version="1.0"?>\n<office:document xmlns:office="x"/>',
    "văn bản (CSV) / plain text (CSV)": "STT;Chi bộ;Nữ\n1;A;2\n".encode("utf-16"),
    "PDF": b"%PDF-1.7\n",
    "ảnh / a picture": b"\x89PNG\r\n\x1a\n",
    "tệp nén / an archive": b"Rar!\x1a\x07\x00",
    "không rõ / unknown": b"\x00\x01\x02\x03" * 50,
}


@pytest.mark.parametrize(("kind", "content"), OTHER_FILES.items())
@pytest.mark.parametrize("name", ["x.xls", "x.xlsx"])
def test_what_is_no_workbook_is_called_by_what_it_is(kind: str, content: bytes, name: str) -> None:
    (found,) = read_workbook(content, name, CONTEXT).problems
    assert (found.code, found.found) == ("not_a_workbook", kind)
    assert "lưu lại (Save As) thành .xlsx" in found.message_vi
    assert "save it as .xlsx" in found.message_en


def xls_with_password(body: bytes) -> bytes:
    """An .xls file with the record that says that what follows is encrypted."""
    book = xlwt.Workbook()
    book.add_sheet("A").write(0, 0, "x")
    stream = book.get_biff_data()
    first = 4 + struct.unpack_from("<H", stream, 2)[0]
    written = io.BytesIO()
    record = struct.pack("<HH", 0x2F, len(body)) + body
    XlsDoc().save(written, stream[:first] + record + stream[first:])
    return written.getvalue()


@pytest.mark.parametrize("body", [b"\x01\x00\x01\x00" + bytes(50), bytes(4), b"\x00\x00\x12\x34\x56\x78"])
def test_an_xls_file_with_a_password_is_said_to_be_encrypted(body: bytes) -> None:
    reading = read_workbook(xls_with_password(body), "x.xls", CONTEXT)
    assert (reading.reason, [found.code for found in reading.problems]) == (
        "encrypted_workbook",
        ["encrypted_workbook"],
    )


def cut_in_two() -> bytes:
    return workbook()[: len(workbook()) // 2]


def without_any_sheet() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("photo.txt", "not a sheet")
    return written.getvalue()


@pytest.mark.parametrize(
    ("make", "said", "words"),
    [
        (cut_in_two, "File is not a zip file", "damaged or cut short"),
        (without_any_sheet, "not found", "a part inside the file is missing"),
        (lambda: repacked({SHEET: lambda xml: xml[:2000]}), "", "a part inside the file is damaged"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "", "of the old kind (.xls)"),
    ],
)
def test_the_libraries_reason_is_kept_and_put_in_words(make: Callable[[], bytes], said: str, words: str) -> None:
    (found,) = read_workbook(make(), "x.xlsx", CONTEXT).problems
    assert found.code == "unreadable_workbook"
    assert said in str(found.found)
    assert found.found
    assert found.found != "Cannot detect file format"
    assert words in found.message_en
    assert found.found in found.message_en
    assert found.found in found.message_vi


def ods_with(mimetype: bytes | None, *, last: bool = False, body: bytes = b"") -> bytes:
    sound = (Path(__file__).parent.parent / "fixtures" / "odd_workbooks" / "ods without mimetype.ods").read_bytes()
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as given, zipfile.ZipFile(written, "w") as archive:
        if mimetype is not None and not last:
            archive.writestr("mimetype", mimetype)
        for part in given.namelist():
            archive.writestr(part, body if body and part == "content.xml" else given.read(part))
        if mimetype is not None and last:
            archive.writestr("mimetype", mimetype)
    return written.getvalue()


ODS = b"application/vnd.oasis.opendocument.spreadsheet"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (ods_with(None), None),
        (ods_with(b""), None),
        (ods_with(ODS, last=True), None),
        (ods_with(ODS + b"\r\n"), None),
        (ods_with(ODS + b"-template"), None),
        (ods_with(b"application/vnd.oasis.opendocument.text"), "not_a_workbook"),
        (ods_with(None, body=b"<office:document-content><office:text/></office:document-content>"), "not_a_workbook"),
    ],
)
def test_an_ods_file_is_read_however_it_says_what_it_is(content: bytes, reason: str | None) -> None:
    assert read_workbook(content, "x.ods", CONTEXT).reason == reason
