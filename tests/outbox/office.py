"""A small office of the tests' own: reports in its archive, and a published file with what is unsettled in them."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from ingest.archive import archive_file
from reference.communes import all_communes
from warehouse.connections import writing
from warehouse.settings import Settings
from warehouse.tables import create_tables
from warehouse.versions import expect

MAY = date(2020, 5, 1)
RECEIVED = datetime(2020, 6, 3, 1, 30)


@dataclass(frozen=True)
class Fault:
    """A failure as the gate would have kept it."""

    cells: Sequence[str]
    severity: str = "critical"
    sheet: str | None = "Kết nạp"
    form: str = "KN-1"
    field: str | None = "admitted"
    cell_name: str = "Chi bộ Tổ dân phố số 1"
    reported: float | None = 2
    expected: float | None = 3
    state: str = "open"
    message: str = "Ghi 2, cần là 3; đề nghị sửa ô này."


@dataclass(frozen=True)
class Proposal:
    """A change of the best repair; `settles` are places among the report's faults."""

    cell: str
    before: float | None
    after: float | None
    settles: Sequence[int] = (0,)
    sheet: str = "Kết nạp"
    rank: int = 1
    is_clear: bool = True
    field: str = "admitted"
    cell_name: str = "Chi bộ Tổ dân phố số 2"


@dataclass(frozen=True)
class Cause:
    """What explains some of the report's faults (by their places)."""

    kind: str
    cells: Sequence[str]
    failures: Sequence[int]
    message: str
    severity: str = "critical"


@dataclass(frozen=True)
class Sent:
    """A report that a commune has sent, and what is the matter with it."""

    content: bytes
    code: str = "03408"
    file_name: str = "KN Đông Phong 5-2020.xlsx"
    month: date = MAY
    version: int = 1
    period: str | None = None
    status: str = "accepted"
    faults: Sequence[Fault] = ()
    proposals: Sequence[Proposal] = ()
    causes: Sequence[Cause] = ()

    @property
    def submission_id(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def publish(settings: Settings, reports: Sequence[Sent], folder: Path) -> None:
    """Archive the reports and write the published file; `folder` is for files on their way."""
    with writing(settings) as connection:
        create_tables(connection)
        scope = {"today": settings.current_day(), "due_day": 5, "scope": "district:105"}
        _insert(connection, "raw.run_settings", **scope, scope_name="Thành phố Lai Châu")
        for sent in reports:
            _archive(settings, sent, folder)
            _enter(connection, sent)
        expect(connection)
    settings.published.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(settings.store, settings.published)


def _enter(connection: duckdb.DuckDBPyConnection, sent: Sent) -> None:
    commune = next(each for each in all_communes() if each.code == sent.code and each.is_valid_in(sent.month))
    whose = {"commune_key": commune.key, "commune_code": commune.code, "submission_id": sent.submission_id}
    _insert(
        connection,
        "raw.submissions",
        **whose,
        kind="report" if sent.period is None else "official",
        file_name=sent.file_name,
        received_at=RECEIVED,
        status=sent.status,
        commune_name=commune.name,
        month=sent.month if sent.period is None else None,
        version=sent.version,
        period=sent.period,
    )
    case = f"{sent.code}-{sent.month:%Y-%m}"
    for number, fault in enumerate(sent.faults):
        values = {name: value for name, value in asdict(fault).items() if name not in ("message", "cells")}
        _insert(
            connection,
            "quality.failures",
            **{**whose, **values},
            failure_id=f"{case}-{number}",
            case_id=case,
            rule_id="rule",
            month=sent.month,
            version=sent.version,
            cells=list(fault.cells),
            line_number=number,
            message_vi=fault.message,
        )
    for proposal in sent.proposals:
        _insert(
            connection,
            "quality.proposals",
            **whose,
            case_id=case,
            rank=proposal.rank,
            month=sent.month,
            sheet=proposal.sheet,
            cell=proposal.cell,
            value_before=proposal.before,
            value_after=proposal.after,
            settles=[f"{case}-{number}" for number in proposal.settles],
            slip="other",
            is_clear=proposal.is_clear,
            form="KN-1",
            field=proposal.field,
            cell_name=proposal.cell_name,
        )
    for position, cause in enumerate(sent.causes, start=1):
        _insert(
            connection,
            "quality.causes",
            **whose,
            cause_id=f"{case}-{position}",
            case_id=case,
            position=position,
            month=sent.month,
            kind=cause.kind,
            severity=cause.severity,
            cells=list(cause.cells),
            failures=[f"{case}-{number}" for number in cause.failures],
            message_vi=cause.message,
        )


def _insert(connection: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO warehouse.{table} ({names}) VALUES ({marks})", list(values.values()))


def _archive(settings: Settings, sent: Sent, folder: Path) -> None:
    path = folder / sent.file_name
    path.write_bytes(sent.content)
    archive_file(
        settings.archive,
        path,
        submission_id=sent.submission_id,
        path_name=sent.file_name,
        modified_at=RECEIVED,
        received_at=RECEIVED,
    )
