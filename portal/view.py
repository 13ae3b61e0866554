"""What a page has at hand: who asks, in which language, for which version of the published file, and how it answers."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import duckdb
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from portal.accounts import nobody_signs_in
from portal.attempts import Attempts
from portal.drawing import Drawing
from portal.people import Person, may
from portal.published import PublishedFile, Version
from portal.tables import Asked, Table, TableOf, as_file, fetched
from portal.templating import TEMPLATES
from portal.words import says
from portal.work import Work
from reference.figures import decimal, fixed, month_name
from reference.trouble import Trouble
from warehouse.connections import reading_published
from warehouse.settings import OFFICE_TIME, Settings

_FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class NotAllowed(Exception):
    """This person may not do that."""


class NotFound(Exception):
    """There is no such page, commune, case; `detail` is what was asked for, `text` the key of the sentence."""

    def __init__(self, detail: str, text: str = "portal_not_found") -> None:
        super().__init__(detail)
        self.text = text


class Busy(Exception):
    """Too many ask for the same at a time; a little later it goes."""


class BadRequest(Trouble, ValueError):
    """What was sent cannot be used; `text` is the key of the sentence."""

    def __init__(self, text: str, detail: str = "") -> None:
        super().__init__(detail)
        self.text = text

    def sentence(self, language: str) -> str:
        return says(self.text, language, detail=str(self))


@dataclass(frozen=True)
class Portal:
    """What all pages share."""

    settings: Settings
    published: PublishedFile
    attempts: Attempts
    work: Work
    drawing: Drawing

    @property
    def is_open(self) -> bool:
        """Whether nobody signs in: there is no account and no provider, and only this machine is heard.
        Raises AccountsDamaged."""
        return nobody_signs_in(self.settings)


@dataclass(frozen=True)
class View:
    """One request as its page sees it."""

    request: Request
    portal: Portal
    person: Person
    language: str
    version: Version | None
    #: `csv` or `xlsx` where the address ends so: the page's table as a file.
    form: str = ""

    @property
    def settings(self) -> Settings:
        return self.portal.settings

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    @cached_property
    def asked(self) -> Asked:
        return Asked.of(self.query)

    def say(self, text: str, **values: object) -> str:
        return says(text, self.language, **values)

    def told(self, vi: str, en: str) -> str:
        """Whichever of the two sentences is in the language."""
        return vi if self.language == "vi" else en

    # --- who may what ---

    def may(self, action: str, commune_code: str | None = None) -> bool:
        return may(self.person, action, commune_code)

    def require(self, action: str, commune_code: str | None = None) -> None:
        """Raises NotAllowed."""
        if not self.may(action, commune_code):
            raise NotAllowed

    @property
    def own_commune(self) -> str | None:
        """The code to which the tables of a commune's account are narrowed; None for all others."""
        return self.person.commune_code if self.person.is_commune else None

    # --- what is read ---

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The published file; SQL names its tables `marts.…`. Raises NothingPublished."""
        with reading_published(self.settings) as connection:
            connection.execute("USE warehouse")
            yield connection

    def table(self, of: TableOf) -> Table:
        """The page of rows that the address asks for."""
        with self.reading() as connection:
            return fetched(connection, of, self.asked)

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """The answer of a statement on the published file, as dicts."""
        with self.reading() as connection:
            answer = connection.execute(sql, values or None)
            names = [described[0] for described in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    # --- how it answers ---

    def page(self, template: str, table: TableOf | None = None, *, status: int = 200, **context: Any) -> Response:
        """The page of this template; or, where the address asks for it, its table as a file."""
        if self.form:
            if table is None:
                raise NotFound(self.request.url.path)
            return self.file(table)
        shown = self.table(table) if table else None
        return self.html(template, status=status, table=shown, **context)

    def file(self, table: TableOf, connection: duckdb.DuckDBPyConnection | None = None) -> Response:
        """All rows of the table; `connection` where the table is one of its own."""
        with nullcontext(connection) if connection else self.reading() as reading:
            content = as_file(reading, table, self.asked, self.form)
        name = f"{table.name}.{self.form}"
        return Response(
            content, media_type=_FILES[self.form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    def html(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        text = TEMPLATES.get_template(template).render(view=self, say=self.say, **context)
        return HTMLResponse(text, status_code=status)

    def go_to(self, address: str) -> RedirectResponse:
        """After a form: the browser looks at `address`, and reloading does not send the form again."""
        return RedirectResponse(address, status_code=303)

    def address(self, **changed: object) -> str:
        """This page's address with some of its query changed; None takes a part away."""
        parts: dict[str, object] = {**self.query, **changed}
        if "lang" not in changed:
            parts.pop("lang", None)
        kept = {name: value for name, value in parts.items() if value is not None}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    def file_address(self, form: str) -> str:
        path = "/overview" if self.path == "/" else self.path
        parts = {name: value for name, value in self.query.items() if name not in ("lang", "page")}
        return f"{path}.{form}" + (f"?{urlencode(parts)}" if parts else "")

    @property
    def path(self) -> str:
        return self.request.url.path

    # --- how figures are written ---

    def count(self, value: float | None) -> str:
        """A whole number, or one with its decimals; a dash where nothing was reported."""
        return "–" if value is None else decimal(value, 2, self.language)

    def share(self, ratio: float | None, places: int = 1) -> str:
        """A ratio in percent: `106,3 %`."""
        return "–" if ratio is None else f"{fixed(ratio * 100, places, self.language)} %"

    def day(self, value: date | None) -> str:
        return "–" if value is None else f"{value:%d/%m/%Y}"

    def instant(self, value: datetime | None) -> str:
        """A moment of the store (naive UTC) in the office's time zone."""
        if value is None:
            return "–"
        known = value if value.tzinfo else value.replace(tzinfo=UTC)
        return f"{known.astimezone(OFFICE_TIME):%d/%m/%Y %H:%M}"

    def month(self, value: date | None) -> str:
        return "–" if value is None else month_name(value, self.language)

    def written(self, kind: str, value: Any) -> str:
        """A value of a table's cell as its column's kind is written."""
        if value is None:
            return "–"
        if kind == "yes_no":
            return self.say("yes" if value else "no")
        ways: dict[str, Callable[[Any], str]] = {
            "count": self.count,
            "figure": self.count,
            "share": self.share,
            "day": self.day,
            "instant": self.instant,
            "month": self.month,
        }
        return ways[kind](value) if kind in ways else str(value)
