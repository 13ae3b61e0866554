"""What a second look at a workbook finds, and the tools to look with. All rows and columns are zero-based."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

Place = tuple[int, int]

#: A part of the file that unpacks to more than this is no sheet of ours (and refused before, see precheck).
LARGEST_PART = 200 * 1024 * 1024


@dataclass(frozen=True)
class SheetLook:
    """One sheet. `uncached`: formula texts (without `=`) of cells that were saved without a result. `stale`: of cells
    whose saved result is a mere 0 in a workbook that asks to be calculated when opened (some programs write it so).
    `zeros`: of cells whose saved result is 0 on a sheet on which every formula's is: that may be true, or no result.
    `unsure`: of cells whose empty text may be their result (`IF(A1="","",…)`), on a sheet on which no formula has saved
    any other: it may as well be that nothing was calculated.
    `errors`: what the cell shows. `percents`: numbers shown as percentages; `months`: dates shown as `05/2020`.
    `covered`: filled cells under a merged one, where the file marks each; `texts`: what a cell says where the library
    says something else (words of a drawn shape, figures written above the line). `grid`: how many cells a grid from A1
    to the last filled cell would have at most, which is what the reading library holds in memory; `declared`: the
    last row and column that the sheet claims.
    """

    uncached: Mapping[Place, str] = field(default_factory=dict)
    stale: Mapping[Place, str] = field(default_factory=dict)
    zeros: Mapping[Place, str] = field(default_factory=dict)
    unsure: Mapping[Place, str] = field(default_factory=dict)
    errors: Mapping[Place, str] = field(default_factory=dict)
    percents: frozenset[Place] = frozenset()
    months: frozenset[Place] = frozenset()
    covered: frozenset[Place] = frozenset()
    texts: Mapping[Place, str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False
    grid: int = 0
    declared: Place | None = None


NOTHING = SheetLook()


@dataclass(frozen=True)
class SecondLook:
    """The sheets by name, as the workbook writes it. `complete` is False where the file could not be looked at."""

    sheets: Mapping[str, SheetLook] = field(default_factory=dict)
    complete: bool = True

    def of(self, name: str) -> SheetLook:
        """The look at one sheet; an empty one for a name that is not known."""
        return self.sheets.get(name, NOTHING)


_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')


def shows_percent(number_format: str) -> bool:
    """True for a number format that shows 1.85 as 185%."""
    return "%" in number_format and "%" in _NOT_SHOWN.sub("", number_format)


def shows_month(number_format: str) -> bool:
    """True for a number format that shows a date's month and not its day (`mm/yyyy`, `"Tháng "m" năm "yyyy`)."""
    letters = set(_NOT_SHOWN.sub("", number_format.split(";")[0]).lower())
    return "m" in letters and not letters & set("dhs:0#?@")


_ABOVE_THE_LINE = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")


def above_the_line(text: str) -> str:
    """What is written above the line, in signs that say so: the mark of a note beside 1 does not make it 12."""
    return text.translate(_ABOVE_THE_LINE)


_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def attributes(text: bytes) -> dict[bytes, bytes]:
    """The attributes of a tag."""
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(text)}


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part of the archive. Raises ValueError when it unpacks to too much."""
    info = archive.NameToInfo.get(name)
    if info is None:
        wanted = name.lower()
        info = next((known for known in archive.infolist() if known.filename.lower() == wanted), None)
    if info is None:
        raise KeyError(name)
    if info.file_size > LARGEST_PART:
        raise ValueError(name)
    content = _inflated(archive, info) if info.compress_type == zipfile.ZIP_DEFLATED else archive.read(info)
    if len(content) > LARGEST_PART:
        raise ValueError(name)
    return content


#: A part's own head: its fixed length, and where in it the lengths of name and extra field stand.
_HEAD, _LENGTHS = 30, 26


def _inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A deflated part in one piece: zipfile's own way, chunk by chunk, takes longer than looking at the part."""
    if info.flag_bits & 1 or archive.fp is None:
        raise ValueError(info.filename)
    archive.fp.seek(info.header_offset)
    head = archive.fp.read(_HEAD)
    archive.fp.seek(sum(struct.unpack_from("<HH", head, _LENGTHS)), io.SEEK_CUR)
    content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(archive.fp.read(info.compress_size), LARGEST_PART + 1)
    if len(content) <= LARGEST_PART and zlib.crc32(content) != info.CRC:
        raise zipfile.BadZipFile(info.filename)
    return content
