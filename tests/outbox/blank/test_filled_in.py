"""Blank workbooks issued, filled in with LibreOffice and sent back: nothing is wrong with them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

import steps
from ingest.reader import Context, read_workbook
from outbox.blank.issue import Issued, issue
from reference.fields import MONTHLY_FORMS, TRAINING_FORM
from reference.sheet_layout import column_of, sheet_name
from samples.layout import targets_bytes
from samples.model import targets_2020
from samples.months import iso
from samples.schedule import sendings
from samples.write import sending_bytes
from tests.outbox.blank.filling import Filled, fill_in, table_rows
from tests.outbox.blank.office import recalculated
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[3]
SEPTEMBER = date(2020, 9, 1)
#: One went on reporting, one stopped in July, one has never reported.
GOES_ON, STOPPED, NEW = "03408", "03388", "03403"
#: In one nobody was admitted in September, and the clerk enters nothing else; one sends its workbook back as it came.
QUIET, UNTOUCHED = "03386", "03387"
SENT = {
    *((GOES_ON, month) for month in ("2020-07", "2020-08")),
    *((QUIET, month) for month in ("2020-07", "2020-08")),
    *((UNTOUCHED, month) for month in ("2020-07", "2020-08")),
    (STOPPED, "2020-07"),
}
NEW_NAMES = {
    GOES_ON: {0: "Chi bộ Hợp tác xã Rau sạch"},
    STOPPED: {},
    NEW: {0: "Chi bộ Bản Sùng Phài", 1: "Chi bộ Bản Cư Nhà La", 2: "Chi bộ Trường Tiểu học"},
}


@dataclass(frozen=True)
class Round:
    """What was issued, filled in and sent back, by commune code; and the home in which it was judged."""

    settings: Settings
    issued: dict[str, Issued]
    filled: dict[str, Filled]
    sent_back: dict[str, Path]


def settings_of(home: Path, today: str) -> Settings:
    return load_settings({"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": today, "ADMISSIONS_WORKERS": "1"}, ROOT)


@pytest.fixture(scope="module")
def there_and_back(tmp_path_factory: pytest.TempPathFactory) -> Round:
    home = tmp_path_factory.mktemp("office") / "var"
    before = settings_of(home, "2020-09-06")
    before.landing.mkdir(parents=True)
    (before.landing / "CT-1.xlsx").write_bytes(targets_bytes(targets_2020()))
    for sending in sendings():
        report = sending.report
        if (report.commune.code, iso(report.month)) in SENT:
            (before.landing / f"{report.commune.code}_{sending.path.name}").write_bytes(sending_bytes(sending))
    list(steps.run(before))

    issued = {code: issue(before, SEPTEMBER, code)[0] for code in NEW_NAMES}
    filled = {code: fill_in(blank.path, NEW_NAMES[code]) for code, blank in issued.items()}
    after = settings_of(home, "2020-10-03")
    recalculated(with_noughts(issue(before, SEPTEMBER, QUIET)[0].path), after.landing)
    recalculated(issue(before, SEPTEMBER, UNTOUCHED)[0].path, after.landing)
    sent_back = {code: recalculated(blank.path, after.landing) for code, blank in issued.items()}
    list(steps.run(after))
    return Round(after, issued, filled, sent_back)


def with_noughts(path: Path) -> Path:
    """Of each cell that has a name, the admissions: none."""
    book = openpyxl.load_workbook(path)
    sheet = book[sheet_name("KN-1")]
    for row in table_rows(sheet):
        if sheet.cell(row, 2).value is not None:
            sheet[f"{column_of('KN-1', 'admitted')}{row}"].value = 0
    book.save(path)
    return path


@pytest.fixture
def published(there_and_back: Round) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(there_and_back.settings.published), read_only=True) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def test_the_workbooks_know_as_much_as_was_reported(there_and_back: Round) -> None:
    known = {code: (blank.known_from, blank.goes_on) for code, blank in there_and_back.issued.items()}
    assert known == {
        GOES_ON: (date(2020, 8, 1), True),
        STOPPED: (date(2020, 7, 1), False),
        NEW: (None, False),
    }
    assert there_and_back.filled[GOES_ON].rows == there_and_back.issued[GOES_ON].cells + 1 > 10
    assert there_and_back.filled[STOPPED].rows == there_and_back.issued[STOPPED].cells > 5
    assert there_and_back.filled[NEW].rows == 3


@pytest.mark.parametrize("code", sorted(NEW_NAMES))
def test_the_reader_takes_it_without_a_problem(there_and_back: Round, code: str) -> None:
    path = there_and_back.sent_back[code]
    reading = read_workbook(path.read_bytes(), path.name, Context("district:105", date(2020, 10, 3)))
    assert reading.problems == ()
    assert (reading.commune_code, reading.month) == (code, SEPTEMBER)
    assert [form.form for form in reading.forms] == [*MONTHLY_FORMS, TRAINING_FORM]
    for form in reading.forms[:3]:
        cells = [line for line in form.lines if line.kind == "cell"]
        assert len(cells) == there_and_back.filled[code].rows


def test_it_comes_back_with_nothing_to_say_but_that_a_cell_is_new(published: duckdb.DuckDBPyConnection) -> None:
    accepted = "SELECT commune_code FROM raw.submissions WHERE month = DATE '2020-09-01' AND status = 'accepted'"
    assert {code for (code,) in rows(published, accepted)} == {*NEW_NAMES, QUIET, UNTOUCHED}
    failures = (
        "SELECT commune_code, rule_id, severity, cell_name FROM quality.failures"
        f" WHERE month = '2020-09-01' AND commune_code != '{UNTOUCHED}'"
    )
    [new_cell] = NEW_NAMES[GOES_ON].values()
    assert set(rows(published, failures)) == {
        (GOES_ON, f"{form}_cell_unknown", "info", new_cell) for form in ("kn1", "kn2", "kn3")
    }
    held_back = "SELECT commune_code FROM quality.held_back WHERE month = '2020-09-01'"
    assert rows(published, held_back) == [(UNTOUCHED,)]
    of_september = "submission_id IN (SELECT submission_id FROM raw.submissions WHERE month = DATE '2020-09-01')"
    assert rows(published, f"SELECT code FROM raw.problems WHERE {of_september}") == [("nothing_reported",)]


def test_a_quiet_month_takes_one_nought_a_cell_and_is_no_copy_of_the_month_before(
    there_and_back: Round, published: duckdb.DuckDBPyConnection
) -> None:
    figures = (
        "SELECT count(*), count(admitted), sum(admitted), count(women), sum(women) FROM marts.fct_admissions"
        f" JOIN marts.dim_commune USING (commune_key) WHERE month = '2020-09-01' AND commune_code = '{QUIET}'"
    )
    [(cells, admitted, people, women, of_them)] = rows(published, figures)
    assert cells == admitted == women > 5
    assert (people, of_them) == (0, 0)
    # Candidates and ages are those of August.
    stays = (
        "SELECT month, sum(candidates), sum(files_complete), sum(age_to_30), sum(closing) FROM marts.fct_candidates"
        " JOIN marts.fct_membership USING (cell_key, commune_key, month) JOIN marts.dim_commune USING (commune_key)"
        f" WHERE commune_code = '{QUIET}' AND month >= '2020-08-01' GROUP BY month ORDER BY month"
    )
    [august, september] = rows(published, stays)
    assert august[1:] == september[1:]


def test_a_workbook_that_comes_back_as_it_was_issued_is_held_back_and_no_month_of_noughts(
    published: duckdb.DuckDBPyConnection,
) -> None:
    failures = (
        "SELECT rule_id, severity, message_en FROM quality.failures"
        f" WHERE month = '2020-09-01' AND commune_code = '{UNTOUCHED}' AND severity = 'critical'"
    )
    [(rule, severity, sentence)] = rows(published, failures)
    assert (rule, severity) == ("kn1_value_unread", "critical")
    assert "sent back as it was issued" in sentence
    lines = (
        "SELECT count(admitted), count(women), count(admitted_ytd), count(age_18_30) FROM raw.report_lines_kn1"
        " JOIN raw.submissions USING (submission_id)"
        f" WHERE month = DATE '2020-09-01' AND commune_code = '{UNTOUCHED}'"
    )
    assert rows(published, lines) == [(0, 0, 0, 0)]
    fact = (
        "SELECT count(*) FROM marts.fct_admissions JOIN marts.dim_commune USING (commune_key)"
        f" WHERE month = '2020-09-01' AND commune_code = '{UNTOUCHED}'"
    )
    assert rows(published, fact) == [(0,)]


def test_the_rules_had_something_to_judge(there_and_back: Round) -> None:
    with duckdb.connect(str(there_and_back.settings.store), read_only=True) as store:
        judged = rows(
            store,
            "SELECT DISTINCT rule_id FROM intermediate.reconciliations"
            f" WHERE month = '2020-09-01' AND commune_code = '{GOES_ON}'",
        )
    expected = {"kn1_ytd_carried", "kn1_ttd_carried", "kn1_ages", "kn1_year_target_on_file", "kn1_column_total"}
    expected |= {"kn1_section_total", "kn3_opening_carried", "kn3_admitted_as_kn1", "kn3_balance", "kn3_ages"}
    assert expected | {"kn2_introduced", "kn1_attainment_recomputed"} <= {rule for (rule,) in judged}


def test_the_figures_are_those_that_were_typed(there_and_back: Round, published: duckdb.DuckDBPyConnection) -> None:
    counted = rows(
        published,
        "SELECT commune_code, sum(admitted), sum(women) FROM marts.fct_admissions"
        " JOIN marts.dim_commune USING (commune_key)"
        f" WHERE month = '2020-09-01' AND commune_code != '{QUIET}' GROUP BY ALL ORDER BY ALL",
    )
    # Every other row admitted one person, the first row included.
    assert counted == [
        (code, (there_and_back.filled[code].rows + 1) // 2, (there_and_back.filled[code].rows + 1) // 2)
        for code in sorted(NEW_NAMES)
    ]


def shown(book: Workbook) -> dict[tuple[str, str], Any]:
    """Every cell's value; a blank and an empty text look the same."""
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


@pytest.mark.parametrize("code", sorted(NEW_NAMES))
def test_the_values_kept_with_the_formulas_are_what_libreoffice_makes_of_them(
    there_and_back: Round, tmp_path: Path, code: str
) -> None:
    before = settings_of(there_and_back.settings.home, "2020-09-06")
    (blank,) = issue(before, SEPTEMBER, code, tmp_path / "blank")
    kept = shown(openpyxl.load_workbook(blank.path, data_only=True))
    formulas = openpyxl.load_workbook(blank.path)
    formulas.save(tmp_path / blank.path.name)  # openpyxl drops the values that were kept
    worked_out = shown(
        openpyxl.load_workbook(recalculated(tmp_path / blank.path.name, tmp_path / "out"), data_only=True)
    )
    assert worked_out == kept


# What a program checks while somebody types cannot be watched from outside; so the conditions are written into cells
# of their own, and LibreOffice says of each whether it holds.


def shifted(formula: str, areas: Any) -> Iterator[tuple[str, str]]:
    """(cell, formula) for each cell of the areas; the formula is written for their first cell."""
    for area in areas:
        start = f"{get_column_letter(area.min_col)}{area.min_row}"
        for row, column in area.cells:
            cell = f"{get_column_letter(column)}{row}"
            yield cell, Translator(f"={formula.removeprefix('=')}", start).translate_formula(cell)


def validations(book: Workbook) -> Iterator[tuple[str, str, str]]:
    """(sheet, cell, formula) of each figure that is typed in: the formula is true when it may stand."""
    for form in MONTHLY_FORMS:
        sheet = book[sheet_name(form)]
        for validation in sheet.data_validations.dataValidation:
            if validation.type == "custom":
                for cell, formula in shifted(validation.formula1, validation.sqref.ranges):
                    # What a formula proposes was not typed.
                    if sheet[cell].value is not None and sheet[cell].data_type != "f":
                        yield sheet.title, cell, formula


def colours(book: Workbook) -> Iterator[tuple[str, str, str]]:
    """(sheet, cell, formula) of each coloured condition: the formula is true when the cell is to be looked at."""
    return _conditions(book, to_fill=False)


def gaps(book: Workbook) -> Iterator[tuple[str, str, str]]:
    """The same of the conditions that turn a cell yellow: it is still to be filled in."""
    return _conditions(book, to_fill=True)


def _conditions(book: Workbook, *, to_fill: bool) -> Iterator[tuple[str, str, str]]:
    for form in MONTHLY_FORMS:
        sheet = book[sheet_name(form)]
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                if rule.type == "expression" and (rule.dxf.fill.bgColor.rgb == "FFFFF9DB") == to_fill:
                    for cell, formula in shifted(rule.formula[0], area.sqref.ranges):
                        yield sheet.title, cell, formula


Asked = Callable[[Workbook], Iterator[tuple[str, str, str]]]
Changes = dict[tuple[str, str], Any]


def holding(path: Path, folder: Path, asked: Asked, changes: Changes, *, holds: bool) -> set[tuple[str, str]]:
    """The cells of which a condition holds (or does not) when `changes` ((sheet, cell) -> value) were typed in."""
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in changes.items():
        book[sheet][cell].value = value
    questions = list(asked(book))
    assert len(questions) > 100
    book.create_sheet("asked")
    for row, (sheet, _, formula) in enumerate(questions, start=1):
        there = re.sub(r"(?<![A-Z'!:$])(\$?[A-Z]{1,2}\$?\d+(?::\$?[A-Z]{1,2}\$?\d+)?)", rf"'{sheet}'!\1", formula)
        book["asked"].cell(row, 1).value = f"=IFERROR({there.removeprefix('=')},FALSE)"
    folder.mkdir()
    book.save(folder / path.name)
    told = openpyxl.load_workbook(recalculated(folder / path.name, folder / "out"), data_only=True)["asked"]
    answers = [told.cell(row, 1).value for row in range(1, len(questions) + 1)]
    assert set(answers) <= {True, False}
    return {(sheet, cell) for (sheet, cell, _), answer in zip(questions, answers, strict=True) if answer is holds}


def test_checks_while_typing_let_right_figures_pass(there_and_back: Round, tmp_path: Path) -> None:
    for code, blank in there_and_back.issued.items():
        assert holding(blank.path, tmp_path / code, validations, {}, holds=False) == set()


def test_nothing_is_coloured_where_figures_agree(there_and_back: Round, tmp_path: Path) -> None:
    for code, blank in there_and_back.issued.items():
        assert holding(blank.path, tmp_path / code, colours, {}, holds=True) == set()


def wrong_figures(path: Path) -> Changes:
    """Figures that do not belong into the workbook at `path`, one in a row."""
    rows = table_rows(openpyxl.load_workbook(path)[sheet_name("KN-1")])

    def at(form: str, field: str, number: int) -> tuple[str, str]:
        return sheet_name(form), f"{column_of(form, field)}{rows[number]}"

    return {
        at("KN-1", "women", 0): 2,
        at("KN-1", "age_over_50", 1): 1,
        at("KN-1", "occupation_other", 2): 1,
        at("KN-2", "introduced_other", 0): 1,
        at("KN-2", "class_attended", 1): 6,
        at("KN-3", "age_over_60", 1): 3,
        at("KN-3", "decrease_resigned", 3): 500,
        # A program refuses these, too; coloured they are not, as the reader says what is wrong with them.
        at("KN-1", "religious", 3): "không",
        at("KN-1", "militia", 4): 0.5,
        at("KN-1", "religious", 5): -1,
    }


def test_checks_while_typing_refuse_what_the_gate_would_find(there_and_back: Round, tmp_path: Path) -> None:
    path = there_and_back.issued[GOES_ON].path
    wrong = wrong_figures(path)
    assert set(wrong) <= holding(path, tmp_path / "wrong", validations, wrong, holds=False)


def test_what_was_pasted_over_the_checks_is_coloured(there_and_back: Round, tmp_path: Path) -> None:
    path = there_and_back.issued[GOES_ON].path
    wrong = wrong_figures(path)
    coloured = holding(path, tmp_path / "wrong", colours, wrong, holds=True)
    assert set(list(wrong)[:6]) <= coloured
    sheet, resigned = list(wrong)[6]
    assert (sheet, f"{column_of('KN-3', 'closing')}{resigned[1:]}") in coloured


def test_what_is_still_missing_turns_yellow(there_and_back: Round, tmp_path: Path) -> None:
    path = there_and_back.issued[GOES_ON].path
    rows = table_rows(openpyxl.load_workbook(path)[sheet_name("KN-1")])
    missing: Changes = {
        (sheet_name(form), f"{column_of(form, field)}{rows[number]}"): None
        for form, field, number in (
            ("KN-1", "women", 0),
            ("KN-1", "age_over_50", 2),
            ("KN-2", "candidates", 0),
            ("KN-2", "files_complete", 3),
            ("KN-3", "mean_age", 1),
        )
    }
    before = holding(path, tmp_path / "complete", gaps, {}, holds=True)
    after = holding(path, tmp_path / "missing", gaps, missing, holds=True)
    assert after - before == set(missing)
    # A row without a name asks for nothing.
    empty = max(rows)
    assert not [cell for _, cell in after if cell.endswith(str(empty))]


def test_what_narrows_on_the_way_is_coloured_when_it_does_not(there_and_back: Round, tmp_path: Path) -> None:
    path = there_and_back.issued[GOES_ON].path
    cell = f"{column_of('KN-2', 'files_complete')}{table_rows(openpyxl.load_workbook(path)[sheet_name('KN-1')])[0]}"
    place = (sheet_name("KN-2"), cell)
    assert holding(path, tmp_path / "funnel", colours, {place: 3}, holds=True) == {place}
