"""The repair proposed first for workbooks with one mistyped cell each, beside the fewest cells of an integer programme
that knows nothing of how people mistype."""

import statistics
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from benchmarks.localise import fewest_cells
from benchmarks.measure import run
from benchmarks.mistyped import Mistyped, write_mistyped
from expectations.catalogue import rules
from expectations.publish_rules import row_of
from expectations.repairs.case import Case
from expectations.repairs.load import REPAIRABLE, case_of
from expectations.repairs.propose import propose
from expectations.store import judging
from expectations.store.identities import broken_cases
from samples.months import first_day

_SEEDS = (1, 2, 3)
#: The peer takes its time: it gets one case in this many.
_PEERS_SHARE = 5

#: (Commune's code, month as ISO) of a case.
_Place = tuple[str, str]
#: `Sheet!B14` -> its value.
_Cells = Mapping[str, float]


def compare(folder: Path) -> dict[str, float]:
    """The shares of workbooks whose wrong cell alone is given back its figure, by what `admissions run` proposes first
    and by the peer (for some of them); and milliseconds a case (median, and ratio case by case)."""
    mistyped: dict[tuple[int, _Place], Mistyped] = {}
    proposed: dict[tuple[int, _Place], _Cells] = {}
    peers: list[bool] = []
    ours_ms: list[float] = []
    peer_ms: list[float] = []
    alone_ms: list[float] = []
    for seed in _SEEDS:
        home = folder / f"repairs-{seed}"
        truth = {_place(each): each for each in write_mistyped(home / "landing", seed)}
        run(["-m", "cli", "run"], {"ADMISSIONS_HOME": str(home), "ADMISSIONS_LANDING": str(home / "landing"),
                                   "ADMISSIONS_TODAY": "2025-07-06", "ADMISSIONS_ARRIVAL": "modified"})  # fmt: skip
        mistyped |= {(seed, place): each for place, each in truth.items()}
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{home / 'warehouse.duckdb'}' AS warehouse (READ_ONLY)")
            proposed |= {(seed, place): cells for place, cells in _proposed_first(connection).items()}
            for number, (place, case) in enumerate(_cases(connection, truth.values())):
                if number % _PEERS_SHARE:
                    with _clocked(alone_ms):
                        propose(case)
                    continue
                with _clocked(ours_ms):
                    propose(Case(case.figures, case.identities))
                with _clocked(peer_ms):
                    fewest = fewest_cells(case)
                peers.append(_is_right(_addresses(case, fewest), truth[place]))
    right = [_is_right(proposed.get(key, {}), each) for key, each in mistyped.items()]
    return {
        "workbooks": len(right),
        "right_first": statistics.mean(right),
        "fewest_cells_right": statistics.mean(peers),
        "ours_ms": statistics.median([*ours_ms, *alone_ms]),
        "ours_slowest_ms": max([*ours_ms, *alone_ms]),
        "fewest_cells_ms": statistics.median(peer_ms),
        "ratio": statistics.median(ours / peer for ours, peer in zip(ours_ms, peer_ms, strict=True)),
        **{f"right {slip}": share for slip, share in _by_slip(right, mistyped.values())},
    }


def _place(mistyped: Mistyped) -> _Place:
    return mistyped.commune_code, first_day(mistyped.month).isoformat()


def _proposed_first(connection: duckdb.DuckDBPyConnection) -> dict[_Place, dict[str, float]]:
    """The cells of the first proposal of each case, those that follow by formula left out."""
    found: dict[_Place, dict[str, float]] = {}
    for code, month, cell, value in connection.execute(
        "SELECT commune_code, CAST(month AS VARCHAR), sheet || '!' || cell, value_after"
        " FROM warehouse.quality.proposals WHERE rank = 1 AND slip <> 'follows'"
    ).fetchall():
        found.setdefault((code, month), {})[cell] = value
    return found


def _cases(connection: duckdb.DuckDBPyConnection, mistyped: Iterable[Mistyped]) -> Iterator[tuple[_Place, Case]]:
    """The cases as the check puts them together."""
    by_id = {rule.rule_id: rule for rule in rules()}
    judging.prepare(connection, [row_of(rule) for rule in rules()])
    wanted = {_place(each) for each in mistyped}
    for month in sorted({first_day(each.month) for each in mistyped}):
        for rows in broken_cases(connection, month, REPAIRABLE):
            place = rows.commune_code, month.isoformat()
            if place in wanted:
                yield place, case_of(rows, by_id)


@contextmanager
def _clocked(milliseconds: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    milliseconds.append(1000 * (time.perf_counter() - began))


def _addresses(case: Case, changes: Mapping[int, float]) -> dict[str, float]:
    """The changed cells; totals and sections follow where a cell below them is among these."""
    in_cells = {number: value for number, value in changes.items() if case.figures[number].line_kind == "cell"}
    return {f"{case.figures[n].sheet}!{case.figures[n].cell}": value for n, value in (in_cells or changes).items()}


def _is_right(cells: _Cells, mistyped: Mistyped) -> bool:
    return dict(cells) == {f"{mistyped.sheet}!{mistyped.cell}": float(mistyped.right)}


def _by_slip(right: Iterable[bool], mistyped: Iterable[Mistyped]) -> Iterator[tuple[str, float]]:
    found: dict[str, list[bool]] = {}
    for is_right, each in zip(right, mistyped, strict=True):
        found.setdefault(each.slip, []).append(is_right)
    for slip, of_slip in sorted(found.items()):
        yield slip, statistics.mean(of_slip)
