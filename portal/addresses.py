"""What stands in addresses of several pages, read and written: months and reports."""

import re
from datetime import date

from portal.as_of import address
from portal.view import NotFound, View

_CODE = re.compile("[0-9]{5}")
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def month_in_address(written: str) -> date:
    """The month that is written `2025-07`. Raises NotFound."""
    matched = _MONTH.fullmatch(written)
    if matched is None:
        raise NotFound(written)
    return date(int(matched[1]), int(matched[2]), 1)


def code_in_address(written: str) -> str:
    """A commune's code. Raises NotFound for what is none: a part of a name would mean others, too."""
    if not _CODE.fullmatch(written):
        raise NotFound(written)
    return written


def report_address(commune_code: str, month: date) -> str:
    """`/reports/03408/2025-07`."""
    return f"/reports/{commune_code}/{month:%Y-%m}"


def chart_address(view: View, name: str, month: date, commune: str | None = None) -> str:
    """Of the version that the page itself is of: `/charts/term.svg?month=2025-07&version=…`."""
    version = view.version.name if view.version else None
    return address(f"/charts/{name}.svg", month=f"{month:%Y-%m}", commune=commune, version=version)
