"""Communes and cells by a name or a code, with accents or without."""

from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from portal.as_of import address
from portal.asking import Asking
from portal.tables import PLAIN, folded
from portal.view import View
from reference.naming import meant

router = APIRouter()

_MOST = 50
_COMMUNES = f"""
    SELECT commune_code, commune_name, is_current, valid_from, valid_to
    FROM marts.dim_commune
    WHERE is_in_scope AND ($own IS NULL OR commune_code = $own)
        AND (commune_code = $text OR contains({PLAIN.format("commune_name")}, $plain))
    ORDER BY valid_from DESC, commune_name
"""
#: A cell under the newest of its names that fits.
_CELLS = f"""
    SELECT cells.cell_key, cells.cell_name, cells.cell_type, cells.commune_code, communes.commune_name
    FROM marts.dim_cell AS cells JOIN marts.dim_commune AS communes USING (commune_key)
    WHERE ($own IS NULL OR cells.commune_code = $own)
        AND (cells.cell_key = $text OR contains({PLAIN.format("cells.cell_name")}, $plain))
    QUALIFY row_number() OVER (PARTITION BY cells.lineage_key ORDER BY cells.valid_from DESC, cells.cell_key) = 1
    ORDER BY length(cells.cell_name), cells.cell_name, communes.commune_name LIMIT {_MOST + 1}
"""


@dataclass(frozen=True)
class Hit:
    """A commune or a cell that is meant: its name, what tells it from others of that name, its page."""

    name: str
    beside: str
    address: str


@router.get("/search")
def search(view: Asking) -> Response:
    """One hit is gone to, several are listed."""
    view.require("see_figures", view.own_commune)
    text = " ".join(view.query.get("q", "").split())[:100]
    communes = _communes(view, text) if text else []
    # Whoever gives a commune's own name or code means it, and not each cell that has it in its name.
    is_code = len(communes) == 1 and text.isdigit()
    cells = [] if is_code or not text else _cells(view, text)
    hits = [*communes, *cells]
    if len(hits) == 1:
        return view.go_to(hits[0].address)
    return view.html("search.html", text=text, communes=communes, cells=cells[:_MOST], has_more=len(cells) > _MOST)


def _communes(view: View, text: str) -> list[Hit]:
    found = view.rows(_COMMUNES, own=view.own_commune, text=text, plain=folded(text))
    fitting = meant(text, found, lambda row: (row["commune_code"], row["commune_name"]))
    if text.isdigit():
        # The code was given to another one since: the newest is meant, and its page leads to the others.
        fitting = fitting[:1]
    return [
        Hit(row["commune_name"], _beside(view, row), _page(row["commune_code"], row["is_current"], row["valid_to"]))
        for row in fitting
    ]


def _beside(view: View, row: dict[str, object]) -> str:
    code, until = str(row["commune_code"]), row["valid_to"]
    if row["is_current"] or not isinstance(until, date):
        return code
    return f"{code}, {view.say('communes_until', day=view.day(until))}"


def _page(code: str, is_current: bool, until: date) -> str:
    month = None if is_current else f"{until - timedelta(days=1):%Y-%m}"
    return address(f"/communes/{code}", month=month)


def _cells(view: View, text: str) -> list[Hit]:
    found = view.rows(_CELLS, own=view.own_commune, text=text, plain=folded(text))
    return [Hit(row["cell_name"], row["commune_name"], f"/cells/{row['cell_key']}") for row in found]
