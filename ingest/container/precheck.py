"""What can be told from a file's bytes before any library opens it: archive bombs, passwords, no workbook at all."""

import io
import zipfile
import zlib
from collections import Counter

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: All parts of a workbook together may unpack to this; one part beyond the second limit only at that ratio.
_LARGEST_UNPACKED = 200 * 1024 * 1024
_LARGE_PART = 10 * 1024 * 1024
_HIGHEST_RATIO = 100
_MOST_PARTS = 5000
#: Deflate cannot make more than this of a byte: archives that are small even so need not be unpacked to be judged.
_DEFLATE_RATIO = 1032
_CHUNK = 1 << 20
#: What unpacking a damaged archive raises.
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError)
#: Streams of an OLE file that hold an encrypted .xlsx; names stand at the start of a directory entry of 128 bytes.
_ENCRYPTED_STREAMS = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))
_DIRECTORY_ENTRY = 128
_OTHER_DOCUMENTS = ("word/document.xml", "ppt/presentation.xml")
SPREADSHEET_KIND = b"application/vnd.oasis.opendocument.spreadsheet"


def refuse_before_opening(content: bytes) -> str | None:
    """The code of the problem for which a file is refused unopened; None when it may be opened.

    A file that is merely damaged is not refused here: the library that opens it says best what it lacks.
    """
    if not content:
        return "empty_file"
    if content.startswith(_OLE):
        return "encrypted_workbook" if _is_encrypted_package(content) else None
    if not content.startswith(_ZIP):
        return "not_a_workbook"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _refuse_archive(archive, content)
    except _DAMAGED:
        return None


def _is_encrypted_package(content: bytes) -> bool:
    for name in _ENCRYPTED_STREAMS:
        position = content.find(name)
        while position >= 0:
            if position % _DIRECTORY_ENTRY == 0:
                return True
            position = content.find(name, position + 1)
    return False


def _refuse_archive(archive: zipfile.ZipFile, content: bytes) -> str | None:
    parts = archive.infolist()
    packed = sum(part.compress_size for part in parts)
    # Parts that lie over one another make a bomb that tells the truth about each of them.
    if len(parts) > _MOST_PARTS or packed > len(content) or sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
        return "archive_bomb"
    for part in parts:
        if part.file_size > _LARGE_PART and part.file_size > _HIGHEST_RATIO * part.compress_size:
            return "archive_bomb"
        if part.flag_bits & 1:
            return "encrypted_workbook"
    if packed * _DEFLATE_RATIO > _LARGEST_UNPACKED and _unpacks_to_more(archive, parts):
        return "archive_bomb"
    names = archive.NameToInfo
    if len(names) < len(parts) and max(Counter(part.filename for part in parts).values()) > 1:
        return "archive_ambiguous"
    if any(name in names for name in _OTHER_DOCUMENTS):
        return "not_a_workbook"
    if "content.xml" in names and "[Content_Types].xml" not in names:
        return _refuse_open_document(archive)
    return None


def _unpacks_to_more(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bool:
    """True when parts unpack to more than the archive's directory says."""
    for part in parts:
        if part.compress_type != zipfile.ZIP_DEFLATED:
            continue
        unpacked = 0
        # The directory's size is not believed: zipfile would stop there, other libraries do not.
        believed, part.file_size = part.file_size, _LARGEST_UNPACKED + 1
        try:
            with archive.open(part) as opened:
                while unpacked <= believed and (chunk := opened.read(_CHUNK)):
                    unpacked += len(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            # Damaged, or its checksum is wrong: it has been unpacked to its end.
            pass
        finally:
            part.file_size = believed
        if unpacked > believed:
            return True
    return False


def _refuse_open_document(archive: zipfile.ZipFile) -> str | None:
    if "META-INF/manifest.xml" in archive.NameToInfo and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        return "encrypted_workbook"
    kind = archive.read("mimetype")[:200].strip() if "mimetype" in archive.NameToInfo else b""
    if kind and not kind.startswith(SPREADSHEET_KIND):
        return "not_a_workbook"
    return None if kind or b"<office:spreadsheet" in archive.read("content.xml") else "not_a_workbook"


def with_mimetype(content: bytes) -> bytes:
    """An OpenDocument spreadsheet that does not say what it is (the office programs do not mind) with its mimetype in
    front; any other file as it is."""
    if not content.startswith(_ZIP) or b"content.xml" not in content:
        # Names stand in an archive as they are.
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.NameToInfo
            if "content.xml" not in names or "[Content_Types].xml" in names:
                return content
            if "mimetype" in names and archive.read("mimetype").strip():
                return content
            written = io.BytesIO()
            with zipfile.ZipFile(written, "w") as whole:
                whole.writestr("mimetype", SPREADSHEET_KIND)
                for name in names:
                    if name != "mimetype":
                        whole.writestr(name, archive.read(name))
    except _DAMAGED:
        return content
    return written.getvalue()
