"""Files that a browser saves."""

from pathlib import PurePath
from urllib.parse import quote

from fastapi.responses import Response

_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".txt": "text/plain; charset=utf-8",
}


def attachment(content: bytes, name: str) -> Response:
    """`content` under that name, whatever letters it has: an older browser is told one without them."""
    plain = "".join(letter if (letter.isascii() and letter.isalnum()) or letter in "-_. " else "_" for letter in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    media_type = _TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream")
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})
