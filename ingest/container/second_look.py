"""What calamine hands over as blank or bare: formulas without a saved result, errors, percentages, hidden rows.

calamine gives '' for an empty cell, for a formula that was saved without its result and for `#DIV/0!`, and 1.85 for
a cell that shows 185%. This takes a second look at the file's own parts, by searching their bytes: a whole parse
would cost more than the reading itself. All rows and columns are zero-based. Broken input gives an empty look.
"""

import io
import zipfile

from ingest.container.file_kind import SecondLook, part
from ingest.container.second_look_ods import look_at_content
from ingest.container.second_look_xlsb import look_at_xlsb
from ingest.container.second_look_xlsx import look_at_xlsx


def second_look(content: bytes) -> SecondLook:
    """Look at a workbook's bytes once more. Never raises: what cannot be looked at gives an empty look."""
    try:
        if content.startswith(b"PK\x03\x04"):
            return _zipped(content)
        if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            # Only .xls files need it, and they are few.
            from ingest.container.second_look_xls import look_at_xls

            return SecondLook(look_at_xls(content))
    except Exception:
        # Whatever is broken here is broken for calamine too, which says so in its own words.
        return SecondLook({}, complete=False)
    return SecondLook({}, complete=False)


def _zipped(content: bytes) -> SecondLook:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.NameToInfo
        if "xl/workbook.xml" in names or "xl/Workbook.xml" in names:
            return look_at_xlsx(archive)
        if "xl/workbook.bin" in names:
            # Its formulas and formats are not looked at: blanks may be formulas without a result.
            return SecondLook(look_at_xlsb(archive), complete=False)
        if "content.xml" in names:
            return SecondLook(look_at_content(part(archive, "content.xml")))
        return look_at_xlsx(archive)
