"""The check of a city's month and of the whole country's, beside the build of the same month that comes before it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks import country
from benchmarks.measure import Run, run
from samples.months import AUGUST_2020, first_day
from samples.write import write_samples
from warehouse.connections import writing

#: Communes of the country with a mistyped figure each, on KN-1 and on KN-3.
_FAULTY = 300


@dataclass(frozen=True)
class _Pair:
    check: Run
    build: Run


def compare(folder: Path) -> dict[str, float]:
    """Seconds, the largest process in MB, and the ratio to the build: `city` with start-up, `country` of 600 cases."""
    pairs = {"city": _city(folder / "city"), "country": _country(folder / "country")}
    return {
        f"{name}_{key}": value
        for name, pair in pairs.items()
        for key, value in {
            "wall": pair.check.wall,
            "peak_mb": pair.check.peak_mb,
            "build_wall": pair.build.wall,
            "ratio_wall": pair.check.wall / pair.build.wall,
        }.items()
    }


def _city(home: Path) -> _Pair:
    """August 2020 of the sample city arrives after the five years before it."""
    landing = home / "landing"
    environment = {
        "ADMISSIONS_HOME": str(home),
        "ADMISSIONS_LANDING": str(landing),
        "ADMISSIONS_TODAY": "2020-09-06",
        "ADMISSIONS_ARRIVAL": "modified",
    }
    write_samples(landing, until=first_day(AUGUST_2020 - 1))
    run(["-m", "cli", "run"], environment)
    write_samples(landing, until=date(2020, 8, 31))
    run(["-m", "cli", "load"], environment)
    built = run(["-m", "cli", "build"], environment)
    return _Pair(run(["-m", "cli", "check"], environment), built)


def _country(home: Path) -> _Pair:
    store = country.new_store(home)
    country.write_first_month(store.settings)
    with writing(store.settings) as connection:
        for table, field, value, line, order in (("kn1", "women", 3, 7, "ASC"), ("kn3", "age_31_40", 100, 12, "DESC")):
            connection.execute(
                f"UPDATE warehouse.raw.report_lines_{table} SET {field} = {value} WHERE line_number = {line}"
                " AND submission_id IN (SELECT submission_id FROM warehouse.raw.submissions"
                f" ORDER BY md5(submission_id) {order} LIMIT {_FAULTY})"
            )
    built = run(["-m", "benchmarks.country_build", "build"], store.environment)
    return _Pair(run(["-m", "benchmarks.country_build", "check"], store.environment), built)
