"""Writes the official forms of a period, for the commission or one commune, into a workbook."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from outbox.filled_forms.published_forms import Office, form_lines, offices_of, official_periods
from outbox.filled_forms.workbook import official_bytes
from reference.naming import listed, meant
from reference.offices import ascii_name
from reference.trouble import Trouble
from warehouse.files import write_whole
from warehouse.settings import Settings

_PERIOD = re.compile(r"\d{4}(-H[12])?")


class PeriodNotCovered(Trouble, ValueError):
    """The published file has nothing of the period; the text names it and the periods that there are."""

    text = "error_official_period"


class FormNotInForce(Trouble, ValueError):
    """Another edition was in force in the period; the text names the form asked for and those of the period."""

    text = "error_official_edition"


class NoSuchOffice(Trouble, ValueError):
    """No commune of that code or name was there in the period; the text is what was asked for."""

    text = "error_official_commune"


class SeveralOffices(Trouble, ValueError):
    """More than one commune may be meant; the text lists them."""

    text = "error_official_several"


@dataclass(frozen=True)
class IssuedForms:
    """The workbook: where it is, whose, the forms in it, how many figures of the period they ask for and have."""

    path: Path
    office_name: str
    forms: tuple[str, ...]
    figures: int
    known: int


def is_period(text: str) -> bool:
    """True for `2024`, `2024-H1`, `2024-H2`."""
    return _PERIOD.fullmatch(text) is not None


def issue_forms(
    settings: Settings, period: str, form: str | None = None, commune: str | None = None, path: Path | None = None
) -> IssuedForms:
    """Write the forms of `period` (both, or `form` alone) of `commune` (a code or part of a name), or of the whole.

    `path` is in the outbox when left out; a workbook of the same name is replaced. Raises NothingPublished,
    PeriodNotCovered, FormNotInForce, NoSuchOffice, SeveralOffices, and OSError where the folder cannot be written.
    """
    covered = official_periods(settings)
    if period not in covered:
        raise PeriodNotCovered(f"{period} ({', '.join(covered) or '–'})")
    office = _chosen(offices_of(settings, period), commune)
    forms = form_lines(settings, period, office)
    if form is not None:
        if form not in forms:
            raise FormNotInForce(f"{form} ({period}: {', '.join(forms)})")
        forms = {form: forms[form]}
    path = path or settings.outbox / file_name(period, office, form)
    write_whole(path, official_bytes(period, office, forms, settings.scope))
    asked = [line for lines in forms.values() for line in lines if line.field]
    known = sum(line.this_period is not None for line in asked)
    return IssuedForms(path, office.name, tuple(forms), len(asked), known)


def file_name(period: str, office: Office, form: str | None) -> str:
    """`TK_DongPhong_03408_2024-H1.xlsx`, of all communes `TK_LaiChau_2024.xlsx`: no accents, for old machines."""
    return "_".join(part for part in ("TK", ascii_name(office.name), office.code, form, period) if part) + ".xlsx"


def _chosen(offices: Sequence[Office], wanted: str | None) -> Office:
    if wanted is None:
        return next(office for office in offices if office.key is None)
    communes = [office for office in offices if office.key is not None]
    found = meant(wanted, communes, lambda office: (office.code, office.name))
    # Codes and names are used again: who is there at the period's end is meant, unless nobody is.
    found = [office for office in found if not office.ends_within] or found
    if not found:
        raise NoSuchOffice(wanted)
    if len(found) > 1:
        raise SeveralOffices(listed((office.code, office.name) for office in found))
    return found[0]
