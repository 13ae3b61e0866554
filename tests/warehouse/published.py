"""A published file of the tests' own, with what the terminal's questions about cases need and nothing else."""

import shutil
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

import duckdb

from warehouse.connections import writing
from warehouse.settings import Settings
from warehouse.tables import create_tables

JULY = date(2020, 7, 1)
COMMUNES = {"03408": "Phường Đông Phong", "03387": "Phường Tân Phong", "03389": "Phường Đoàn Kết"}
MARTS = (
    "dim_commune (commune_key VARCHAR, commune_code VARCHAR, commune_name VARCHAR)",
    "mart_steward_queue (commune_key VARCHAR, month DATE, queue_position INTEGER, admitted_as_sent INTEGER,"
    " has_repair BOOLEAN, city_admitted INTEGER, city_admitted_with INTEGER, city_admitted_ytd INTEGER,"
    " city_admitted_ytd_with INTEGER)",
    "mart_term_review (level VARCHAR, commune_name VARCHAR, term VARCHAR, admitted INTEGER, women INTEGER,"
    " ethnic_minority INTEGER, mean_per_year DOUBLE, term_target INTEGER, attainment DOUBLE)",
    "mart_reporting_rates (month DATE, status VARCHAR)",
)


@dataclass(frozen=True)
class Kept:
    """A failure as the gate would have kept it."""

    failure_id: str
    commune_code: str = "03408"
    severity: str = "critical"
    state: str = "open"
    month: date = JULY
    rule_id: str = "kn1_ages"
    form: str = "KN-1"
    sheet: str = "Kết nạp"
    cells: list[str] = field(default_factory=lambda: ["D12"])
    submission_id: str = "s"
    message_vi: str = "Sai."
    message_en: str = "Wrong."

    @property
    def case_id(self) -> str:
        return f"{self.commune_code}-{self.month:%Y-%m}"


def publish(settings: Settings, *failures: Kept) -> None:
    """Write the store, and the published file with these failures."""
    with writing(settings) as connection:
        create_tables(connection)
        connection.execute("CREATE SCHEMA IF NOT EXISTS warehouse.marts")
        for table in MARTS:
            connection.execute(f"CREATE OR REPLACE TABLE warehouse.marts.{table}")
        for code, name in COMMUNES.items():
            insert(connection, "marts.dim_commune", commune_key=key(code), commune_code=code, commune_name=name)
        connection.execute("DELETE FROM warehouse.quality.failures")
        for failure in failures:
            insert(
                connection,
                "quality.failures",
                **asdict(failure),
                case_id=failure.case_id,
                commune_key=key(failure.commune_code),
                version=1,
                difference=1.0,
                first_seen_at=datetime(2020, 8, 3),
            )
    copy(settings)


def copy(settings: Settings) -> None:
    """The published file is the store as it is now."""
    settings.published.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(settings.store, settings.published)


def key(code: str) -> str:
    return f"key of {code}"


def insert(connection: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO warehouse.{table} ({names}) VALUES ({marks})", list(values.values()))
