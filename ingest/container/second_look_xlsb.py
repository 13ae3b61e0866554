"""The second look at an .xlsb file. Only Excel writes them, and always with results: errors are all there is to see."""

import re
import struct
import zipfile

from ingest.container.file_kind import Place, SheetLook, attributes, part

#: Kinds of records: a row's head, a cell with an error, a formula whose result is one, a sheet in the list of sheets.
_ROW, _ERROR, _FORMULA_ERROR, _SHEET = 0, 3, 11, 156
_FIRST_FILLED, _LAST_FILLED = 2, 11
_TEXTS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_RELATION_TAG = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")


def look_at_xlsb(archive: zipfile.ZipFile) -> dict[str, SheetLook]:
    """The looks by sheet name."""
    targets = {}
    for tag in _RELATION_TAG.findall(part(archive, "xl/_rels/workbook.bin.rels")):
        known = attributes(tag)
        targets[known[b"Id"].decode()] = known[b"Target"].decode()
    looks = {}
    for kind, body in _records(part(archive, "xl/workbook.bin")):
        if kind == _SHEET:
            state = struct.unpack_from("<I", body)[0]
            relation, end = _string(body, 8)
            name, _ = _string(body, end)
            target = targets[relation]
            content = part(archive, target[1:] if target.startswith("/") else f"xl/{target}")
            errors, grid = _cells(content)
            looks[name] = SheetLook(errors=errors, grid=grid, is_hidden=state != 0)
    return looks


def _cells(content: bytes) -> tuple[dict[Place, str], int]:
    errors = {}
    row, last_row, last_column = 0, -1, -1
    for kind, body in _records(content):
        if kind == _ROW:
            row = struct.unpack_from("<I", body)[0]
        elif _FIRST_FILLED <= kind <= _LAST_FILLED:
            column = struct.unpack_from("<I", body)[0]
            last_row, last_column = row, max(last_column, column)
            if kind in (_ERROR, _FORMULA_ERROR):
                errors[row, column] = _TEXTS.get(body[8], "#ERROR!")
    return errors, (last_row + 1) * (last_column + 1)


def _string(body: bytes, start: int) -> tuple[str, int]:
    length = struct.unpack_from("<I", body, start)[0]
    end = start + 4 + 2 * length
    return body[start + 4 : end].decode("utf-16-le"), end


def _records(content: bytes) -> list[tuple[int, bytes]]:
    """Kind and body of each record; kinds take one or two bytes, sizes up to four, seven bits each."""
    found = []
    position = 0
    while position < len(content):
        kind = content[position]
        position += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | ((content[position] & 0x7F) << 7)
            position += 1
        size = 0
        for shift in (0, 7, 14, 21):
            byte = content[position]
            position += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        found.append((kind, content[position : position + size]))
        position += size
    return found
