"""Reads variants with the reader and compares with their truth: `python -m tests.ingest.variant_check --help`.

Each variant is `exact`; or `said` (whatever is wrong or missing has a problem at that cell, for its row, column or
form, or the file was refused); or `silent`: something is wrong or missing and nothing says so.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.model import FormReading, Problem, Reading, Value
from ingest.reader import Context, read_workbook
from tests.ingest.variant_layout import TrueForm, TrueLine
from tests.ingest.variants import Variant, variant

CONTEXT = Context("district:105", date(2026, 11, 24))
HARDNESSES = ("plain", "usual", "hard", "unheard")


@dataclass(frozen=True)
class Difference:
    """Something read otherwise than a person reads it; `said` when a problem tells of it. `cause` groups them."""

    cause: str
    text: str
    said: bool


@dataclass(frozen=True)
class Verdict:
    """How one variant was read. `alarms`: critical problems though all was read exactly."""

    given: Variant
    differences: tuple[Difference, ...]
    alarms: tuple[Problem, ...]

    @property
    def outcome(self) -> str:
        if not self.differences:
            return "exact"
        return "said" if all(difference.said for difference in self.differences) else "silent"


def judge(given: Variant) -> Verdict:
    reading = read_workbook(given.content, given.file_name, CONTEXT)
    differences = tuple(_differences(given, reading))
    alarms = tuple(
        found
        for found in reading.problems
        if found.severity == "critical" and found.code != "sheet_missing" and not differences
    )
    return Verdict(given, differences, alarms)


def _differences(given: Variant, reading: Reading) -> Iterator[Difference]:
    if reading.reason is not None:
        found = next((p.found for p in reading.problems if p.code == reading.reason), None)
        yield Difference(
            f"refused: {reading.reason}", f"found {found!r}; true {given.commune_code} {given.month}", True
        )
        return
    if (reading.commune_code, reading.month) != (given.commune_code, given.month):
        read = f"{reading.commune_code} {reading.month}"
        yield Difference("identity", f"{read} instead of {given.commune_code} {given.month}", False)
    by_form = {form.form: form for form in reading.forms}
    for truth in given.forms:
        problems = [found for found in reading.problems if found.form in (truth.form, None)]
        read_form = by_form.pop(truth.form, None)
        if read_form is None or read_form.sheet != truth.sheet:
            said = any(found.code in ("sheet_missing", "form_repeated") for found in problems)
            yield Difference(f"form missed: {truth.form}", f"sheet {truth.sheet}", said)
        else:
            yield from _of_form(truth, read_form, problems)
    for form, read_form in by_form.items():
        yield Difference("form invented", f"{form} on {read_form.sheet}", False)


def _of_form(truth: TrueForm, read: FormReading, problems: list[Problem]) -> Iterator[Difference]:
    wrong_columns = set()
    for name in sorted(set(truth.columns) | set(read.columns)):
        true, got = truth.columns.get(name), read.columns.get(name)
        if true != got and (name in truth.lines[0].values or got is not None):
            wrong_columns.add(name)
            said = got is None and _column_said(problems, truth, name)
            yield Difference(
                "column not found" if got is None else "column taken for another",
                f"{truth.form} {name}: {got} ({read.headers.get(name)!r}), true {true}"
                f" ({read.unmapped.get(true or '')!r})",
                said or name in ("cell_type", "note", "ordinal"),
            )
    lines = {line.row: line for line in read.lines}
    for true_line in truth.lines:
        line = lines.pop(true_line.row, None)
        if line is None:
            said = any(_row_of(found.cell) == true_line.row and found.sheet == truth.sheet for found in problems)
            said = said or any(found.code in ("no_lines", "form_repeated") for found in problems)
            yield Difference("row missed", f"{truth.form} {true_line.row} {true_line.cell_name!r}", said)
            continue
        if line.kind != true_line.kind:
            yield Difference(
                "kind of row",
                f"{truth.form} row {line.row} {line.cell_name!r}: {line.kind}, true {true_line.kind}",
                False,
            )
        if line.cell_name != true_line.cell_name:
            yield Difference(
                "name of row", f"{truth.form} {line.row}: {line.cell_name!r}, {true_line.cell_name!r}", False
            )
        yield from _of_values(truth, true_line, line.values, problems, wrong_columns)
    for line in lines.values():
        said = any(_row_of(found.cell) == line.row and found.sheet == truth.sheet for found in problems)
        yield Difference("row invented", f"{truth.form} {line.row} {line.kind} {line.cell_name!r}", said)


def _of_values(
    truth: TrueForm, line: TrueLine, read: dict[str, Value], problems: list[Problem], wrong_columns: set[str]
) -> Iterator[Difference]:
    for name, value in line.values.items():
        got = read.get(name)
        if _same(value, got):
            continue
        place = f"{truth.columns.get(name, '?')}{line.row}"
        said = any(found.cell == place and found.sheet == truth.sheet for found in problems) or (
            got is None and _column_said(problems, truth, name)
        )
        if name in wrong_columns and said:
            continue
        yield Difference("value", f"{truth.form} {name} {place} ({line.kind}): {got!r}, true {value!r}", said)


def _same(true: object, got: object) -> bool:
    if true is None or got is None or isinstance(true, bool) or isinstance(got, bool):
        return true is got
    return abs(float(true) - float(got)) < 1e-6  # type: ignore[arg-type]


def _column_said(problems: list[Problem], truth: TrueForm, name: str) -> bool:
    letters = truth.columns.get(name)
    return any(
        found.form == truth.form
        and (found.field == name or (found.code == "column_unknown" and re.sub(r"\d", "", found.cell or "") == letters))
        for found in problems
    )


def _row_of(cell: str | None) -> int:
    match = re.search(r"\d+", cell or "")
    return int(match[0]) if match else -1


def report(verdicts: list[Verdict], hardness: str, most: int) -> None:
    """Shares, then what is not exact by cause, silent ones first."""
    out = sys.stdout
    number = len(verdicts)
    counts = {name: sum(verdict.outcome == name for verdict in verdicts) for name in ("exact", "said", "silent")}
    shares = ", ".join(f"{name} {count} ({100 * count / number:.1f} %)" for name, count in counts.items())
    out.write(f"\n== {hardness}: {number} variants: {shares}; exact with critical problems:")
    out.write(f" {sum(bool(verdict.alarms) for verdict in verdicts)}\n")
    causes: dict[tuple[bool, str], list[tuple[Verdict, Difference]]] = defaultdict(list)
    for verdict in verdicts:
        firsts: dict[tuple[bool, str], Difference] = {}
        for difference in verdict.differences:
            firsts.setdefault((difference.said, difference.cause), difference)
        for key, difference in firsts.items():
            causes[key].append((verdict, difference))
    for (said, cause), found in sorted(causes.items(), key=lambda item: (item[0][0], -len(item[1]))):
        out.write(f"\n-- {'said' if said else 'SILENT'}: {cause}: {len(found)} variants\n")
        for verdict, difference in found[:most]:
            given = verdict.given
            out.write(f"   seed {given.seed}: {difference.text}\n      [{', '.join(given.deviations)}]\n")
    alarms = [verdict for verdict in verdicts if verdict.alarms]
    for verdict in alarms[:most]:
        alarm = verdict.alarms[0]
        out.write(f"   alarm, seed {verdict.given.seed}: {alarm.code} {alarm.form} {alarm.cell} {alarm.found!r}\n")
    by_deviation: dict[str, list[bool]] = defaultdict(list)
    for verdict in verdicts:
        for deviation in verdict.given.deviations:
            by_deviation[deviation].append(verdict.outcome == "exact")
    worst = sorted(by_deviation.items(), key=lambda item: sum(item[1]) / len(item[1]))[:12]
    out.write("\n-- exact by deviation, worst first: ")
    out.write(
        "; ".join(f"{name} {100 * sum(flags) / len(flags):.0f} % of {len(flags)}" for name, flags in worst) + "\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=300, help="how many variants of each hardness")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--hardness", choices=[*HARDNESSES, "all"], default="all")
    parser.add_argument("--most", type=int, default=4, help="examples of each cause")
    parser.add_argument("--show", type=int, help="all differences of this seed, nothing else")
    parser.add_argument("--write", type=Path, help="with --show: write the workbook into this folder")
    given = parser.parse_args()
    for hardness in HARDNESSES if given.hardness == "all" else (given.hardness,):
        if given.show is not None:
            _show(variant(given.show, hardness), given.write)
            continue
        seeds = range(given.first, given.first + given.seeds)
        report([judge(variant(seed, hardness)) for seed in seeds], hardness, given.most)


def _show(given: Variant, folder: Path | None) -> None:
    verdict = judge(given)
    sys.stdout.write(f"{given.hardness} {given.seed}: {verdict.outcome} {given.deviations}\n")
    for difference in verdict.differences:
        sys.stdout.write(f"  {'said  ' if difference.said else 'SILENT'} {difference.cause}: {difference.text}\n")
    if folder is not None:
        path = folder / f"{given.hardness}-{given.seed}{Path(given.file_name).suffix}"
        path.write_bytes(given.content)
        sys.stdout.write(f"  written: {path}\n")


if __name__ == "__main__":
    main()
