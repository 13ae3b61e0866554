"""The office's own list of addresses, a line each: `contacts.csv`, read strictly."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reference.communes import FOLDER, Commune, communes_in_scope, successors_of
from reference.mail_address import is_mail_address
from reference.texts import say
from reference.trouble import Trouble
from warehouse.settings import LANGUAGES, Settings

COLUMNS = ("commune_code", "name", "email", "role", "language")
COMMUNE, STEWARD, ABOVE = ROLES = ("commune", "steward", "above")
_LONGEST_NAME = 100
#: So many bad lines are told at once.
_TOLD = 5


class BadContacts(Trouble, ValueError):
    """Lines of the list cannot be used; nobody is written to by half a list."""

    def __init__(self, path: Path, lines: list[tuple[int, str, str]]) -> None:
        """`lines`: the number of each bad line, the key of what is wrong with it, and what stands there."""
        super().__init__(str(path))
        self._path, self._lines = path, lines

    def sentence(self, language: str) -> str:
        told = [
            say("contacts_line", language, line=line, wrong=say(wrong, language, found=found))
            for line, wrong, found in self._lines[:_TOLD]
        ]
        if len(self._lines) > _TOLD:
            told.append(say("contacts_more_lines", language, number=len(self._lines) - _TOLD))
        return say("contacts_bad", language, path=self._path, lines=" ".join(told))

    def __str__(self) -> str:
        return self.sentence("en")


@dataclass(frozen=True)
class Contact:
    """An address: a commune's (by its code), a steward's, or that of somebody above the commission (no code)."""

    commune_code: str
    name: str
    email: str
    role: str
    language: str


@dataclass(frozen=True)
class Contacts:
    """The list as it is in force on a day."""

    everybody: tuple[Contact, ...]
    scope: str
    day: date

    def of_role(self, role: str) -> tuple[Contact, ...]:
        return tuple(contact for contact in self.everybody if contact.role == role)

    def of_commune(self, commune: Commune) -> tuple[Contact, ...]:
        """Who is written to about the commune's report. Codes are reused, so an address is that of the commune which
        holds the code on the day; for one that has ended meanwhile it is that of its only successor."""
        own = tuple(contact for contact in self.of_role(COMMUNE) if self._holder(contact.commune_code) == commune)
        successors = successors_of(commune) if commune.valid_to <= self.day else ()
        if own or len(successors) != 1:
            return own
        return self.of_commune(successors[0])

    def _holder(self, code: str) -> Commune | None:
        of_code = [commune for commune in communes_in_scope(self.scope) if commune.code == code]
        now = [commune for commune in of_code if commune.valid_from <= self.day < commune.valid_to]
        # One that was dissolved is still itself while nobody else has its code.
        before = [commune for commune in of_code if commune.valid_to <= self.day]
        return now[0] if now else max(before, key=lambda commune: commune.valid_to, default=None)


def places_of(settings: Settings) -> tuple[Path, Path]:
    """Where the list may lie: in the home, or else beside what is known of the communes."""
    return settings.contacts, FOLDER / settings.contacts.name


def contacts(settings: Settings) -> Contacts:
    """The addresses; none where there is no list. Raises BadContacts, and OSError where it cannot be read."""
    path = next((path for path in places_of(settings) if path.exists()), None)
    found = _read(path, settings.scope) if path else ()
    return Contacts(found, settings.scope, settings.current_day())


def _read(path: Path, scope: str) -> tuple[Contact, ...]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadContacts(path, [(1, "contacts_encoding", "")]) from error
    # Spreadsheet programs of this country part columns by semicolons.
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise BadContacts(path, [(rows.line_num, "contacts_columns", str(error))]) from error
    header = [name.strip() for name in lines[0][1]] if lines else []
    if sorted(header) != sorted(COLUMNS):
        raise BadContacts(path, [(lines[0][0] if lines else 1, "contacts_header", ", ".join(header))])
    codes = {commune.code for commune in communes_in_scope(scope)}
    seen: set[tuple[str, str, str]] = set()
    found: list[Contact] = []
    bad: list[tuple[int, str, str]] = []
    for number, row in lines[1:]:
        if len(row) != len(header):
            bad.append((number, "contacts_columns", str(len(row))))
            continue
        values = dict(zip(header, (unicodedata.normalize("NFC", cell.strip()) for cell in row), strict=True))
        contact = Contact(**values | {"language": values["language"] or LANGUAGES[0]})
        key = (contact.commune_code, contact.email.lower(), contact.role)
        wrong = list(_wrong(contact, codes))
        if not wrong and key in seen:
            wrong = [("contacts_twice", contact.email)]
        bad += [(number, what, _shown(value)) for what, value in wrong]
        seen.add(key)
        found.append(contact)
    if bad:
        raise BadContacts(path, bad)
    return tuple(found)


def _wrong(contact: Contact, codes: set[str]) -> Iterator[tuple[str, str]]:
    if contact.role not in ROLES:
        yield "contacts_role", contact.role
    elif contact.role == COMMUNE and contact.commune_code not in codes:
        yield "contacts_commune", contact.commune_code
    elif contact.role != COMMUNE and contact.commune_code:
        yield "contacts_no_commune", contact.commune_code
    if not is_mail_address(contact.email):
        yield "contacts_email", contact.email
    # What is not a letter or a sign would be acted upon where the name stands in the head of a mail.
    if len(contact.name) > _LONGEST_NAME or not contact.name.isprintable():
        yield "contacts_name", contact.name
    if contact.language not in LANGUAGES:
        yield "contacts_language", contact.language


def _shown(value: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in value)[:_LONGEST_NAME]
