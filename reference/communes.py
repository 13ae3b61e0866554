"""Communes with their validity: which unit a code stood for, and when.

Codes are reused (3,310 of the 3,321 communes of July 2025 carry a predecessor's code), so the key of a commune
is its code together with the day from which it held it. `valid_to` is exclusive.
"""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from reference.trouble import Trouble

FOLDER = Path(__file__).parent

#: Communes merged and districts ended on this day.
REFORM = date(2025, 7, 1)
#: The lists do not say since when a commune has existed; they begin before every term we know.
SINCE_EVER = date(1900, 1, 1)
#: Open end of a validity.
FOR_EVER = date(9999, 12, 31)

UNIT_TYPES = {"Phường": "ward", "Xã": "commune", "Thị trấn": "township", "Đặc khu": "special_zone"}


@dataclass(frozen=True)
class Commune:
    """A commune during one validity (`valid_from` inclusive, `valid_to` exclusive)."""

    code: str
    name: str
    unit_type: str
    district_code: str
    district_name: str
    province_code: str
    province_name: str
    valid_from: date
    valid_to: date

    @property
    def key(self) -> str:
        """Surrogate key: MD5 of code and first day of validity (the same formula stands in dim_commune)."""
        return hashlib.md5(f"{self.code}|{self.valid_from.isoformat()}".encode()).hexdigest()

    def is_valid_in(self, month: date) -> bool:
        return self.valid_from <= month < self.valid_to


def _rows(name: str) -> Iterable[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _commune(row: dict[str, str], valid_from: date, valid_to: date) -> Commune:
    return Commune(
        code=row["commune_code"],
        name=row["name"],
        unit_type=UNIT_TYPES[row["unit_type"]],
        district_code=row.get("district_code", ""),
        district_name=row.get("district_name", ""),
        province_code=row["province_code"],
        province_name=row["province_name"],
        valid_from=valid_from,
        valid_to=valid_to,
    )


@cache
def all_communes() -> tuple[Commune, ...]:
    """Every commune and validity: the lists before and after July 2025 with the amendments in their place."""
    amended = [
        _commune(row, date.fromisoformat(row["valid_from"]), date.fromisoformat(row["valid_to"]))
        for row in _rows("commune_amendments.csv")
    ]
    replaced = {(commune.code, commune.name) for commune in amended}
    before = (_commune(row, SINCE_EVER, REFORM) for row in _rows("communes_before_2025_07.csv"))
    after = (_commune(row, REFORM, FOR_EVER) for row in _rows("communes_from_2025_07.csv"))
    kept = [commune for commune in before if (commune.code, commune.name) not in replaced]
    return tuple(sorted([*kept, *amended, *after], key=lambda c: (c.code, c.valid_from, c.name)))


@cache
def coordinates() -> dict[str, tuple[float, float]]:
    """Latitude and longitude (degrees) of the communes since July 2025, by code; where the others lay is not known."""
    return {
        row["commune_code"]: (float(row["latitude"]), float(row["longitude"]))
        for row in _rows("communes_from_2025_07.csv")
        if row["latitude"] and row["longitude"]
    }


@cache
def successors() -> dict[str, frozenset[str]]:
    """Code before July 2025 -> codes since then."""
    found: dict[str, set[str]] = {}
    for row in _rows("commune_succession_2025_07.csv"):
        found.setdefault(row["predecessor_code"], set()).add(row["successor_code"])
    return {code: frozenset(codes) for code, codes in found.items()}


def successors_of(commune: Commune) -> tuple[Commune, ...]:
    """Who reports for the territory of `commune` after its end; none for one that lasts."""
    named = {
        row["successor_code"]
        for row in _rows("commune_succession_amendments.csv")
        if (row["predecessor_code"], row["predecessor_name"]) == (commune.code, commune.name)
    }
    if commune.valid_to == REFORM:
        named = set(successors().get(commune.code, ()))
    return tuple(each for each in all_communes() if each.code in named and each.is_valid_in(commune.valid_to))


def predecessors_of(commune: Commune) -> tuple[Commune, ...]:
    """Who reported for the territory of `commune` before July 2025; none for one that existed then."""
    if commune.valid_from != REFORM:
        return ()
    named = {code for code, codes in successors().items() if commune.code in codes}
    return tuple(each for each in all_communes() if each.code in named and each.valid_to == REFORM)


class UnknownScope(Trouble, ValueError):
    """A part of ADMISSIONS_SCOPE is not `country`, `province:NN`, `district:NNN` or `commune:NNNNN`."""

    text = "error_scope"


@cache
def communes_in_scope(scope: str) -> tuple[Commune, ...]:
    """The communes whose reports are received under `scope`, with all their validities.

    `scope` is a comma list of `province:NN`, `district:NNN`, `commune:NNNNN` (codes before July 2025; their
    successors count from then on) or the word `country`. A commune counts with every validity of its code and
    name when one of them lies in the scope: a commune that joined the city later belongs with its past too.

    Raises UnknownScope when a part is of another shape or matches no commune.
    """
    if scope.strip() == "country":
        return all_communes()
    before = [commune for commune in all_communes() if commune.valid_from < REFORM]
    named: set[tuple[str, str]] = set()
    ended: set[str] = set()
    for part in (part.strip() for part in scope.split(",")):
        level, _, code = part.partition(":")
        matching = [commune for commune in before if _is_inside(commune, level, code)]
        if not matching:
            raise UnknownScope(part)
        named |= {(commune.code, commune.name) for commune in matching}
        ended |= {commune.code for commune in matching if commune.valid_to == REFORM}
    later = {code for predecessor in ended for code in successors().get(predecessor, ())}
    return tuple(
        commune
        for commune in all_communes()
        if (commune.valid_from < REFORM and (commune.code, commune.name) in named)
        or (commune.valid_from >= REFORM and commune.code in later)
    )


@cache
def communes_expected(scope: str) -> tuple[Commune, ...]:
    """The communes that owe reports under `scope`: of those in scope, each validity that itself lies in it.

    A commune that joined the city later is in scope with its past, yet owed that past's reports to another
    office. From July 2025 there are no districts: every successor in scope is expected.
    """
    parts = [part.strip().partition(":") for part in scope.split(",")]
    return tuple(
        commune
        for commune in communes_in_scope(scope)
        if scope.strip() == "country"
        or commune.valid_from >= REFORM
        or any(_is_inside(commune, level, code) for level, _, code in parts)
    )


def _is_inside(commune: Commune, level: str, code: str) -> bool:
    match level:
        case "province":
            return commune.province_code == code
        case "district":
            return commune.district_code == code
        case "commune":
            return commune.code == code
        case _:
            return False
