"""`samples/README.md`: what the workbooks hold and every fault in them, rendered from the faults."""

from collections.abc import Iterator
from pathlib import Path

from samples import city, faults, model, official, plan, revision, wards
from samples.cells import Cell
from samples.faults import Fault
from samples.layout import address, sheet_name
from samples.months import MERGER, iso
from samples.official_layout import official_address
from samples.schedule import OfficialSending, Sending, official_sendings, path_of, sendings
from samples.training import classes_of

README = Path(__file__).parent / "README.md"

COLUMNS = (
    "commune code",
    "commune",
    "month",
    "file",
    "sheet",
    "cell",
    "rule_id",
    "found",
    "should be",
    "state",
    "what happened",
)

_TEXT = """\
# The sample workbooks

`python -m samples LANDING_FOLDER` writes them (`--until 2020-08`: only until that month's reports);
`python -m samples --readme` writes this page. The same bytes each time, nothing taken from the clock. Every
figure is counted from invented people (`people.py`), so the forms agree with each other; only the sums of the
first term are published: {admitted} admitted in Lai Châu city from July 2015 to June 2020, {women} of them women,
{minority} from ethnic minorities; Đông Phong ward {dong_phong} against 20.

- **{reports} monthly workbooks**: seven communes from July 2015 to June 2025 (120 months but for one report that
  never came), the two wards that they became from July to December 2025. Sheets `Kết nạp` (KN-1), `Nguồn` (KN-2),
  `Đảng viên` (KN-3); a month's files lie in a folder of its own, named as each commune's clerk names
  them. The time of modification is the time of sending.
- **{resent} of them sent again**, four to eleven days later: {corrections} corrections (`…_dinh_chinh.xlsx`, right
  this time), and one whose first version broke no rule either (`…_bo_sung.xlsx`, below).
- **{targets} target workbooks** (CT-1): terms 2015–2020 (400), 2020–2025 (400; amended to {amended} from 1 January
  2023 on, Tân Phong 95 → 101) and 2025–2030 (the two wards, {wards_asked}), in force from 1 July of their first year.
- **{training} of them have a fourth sheet** `Bồi dưỡng` (BD-1), in months of 2024 and 2025 in which classes were held.
- **{official} workbooks of official forms** (1-BTCTW and 2-BTCTW): the seven communes' of the first half of 2024 and
  of 2024, the two wards' of 2025.
- **Nậm Loỏng** (03406) reports until June 2020. From July its cells report under Sùng Phài (03403, new
  to the city), Đoàn Kết and Quyết Thắng; their opening in July is their closing in June.

The demonstration plays on 6 January 2026, the day after the reports of December 2025 were due; that of the first
part (`--until 2020-08`) on 6 September 2020.

## July 2025

Seven communes become the wards Tân Phong and Đoàn Kết, and the term 2025–2030 begins. Codes are reused: 03408 was
Đông Phong's, 03388 Quyết Tiến's. The cells go on under their names, with June's closing as opening and their year
to date; the term to date begins anew.

| ward | cells | what is not as before |
|---|---|---|
{merger}

The cells from Nùng Nàng, Bản Giang (Tam Đường district) and Lản Nhì Thàng (Phong Thổ district) never reported to the
city: their year to date holds {outside} admissions from there.

## Choices

- The warehouse's history begins in July 2015, so the first year to date begins there; so does the target
  of 2015 (half a year: 40 for the city; 80 a year from 2016 to 2019; 40 for January to June 2020).
- 2020 falls into two terms. The CT-1 of 2015–2020 asks for January to June; the CT-1 of 2020–2025 gives
  the whole calendar year: what the cells were asked in the first half (under whichever commune) plus the
  new term's second half. `Năm 2025` is January to June. Hence the years of 2020–2025 add up to more than
  the term; a note under its table says so. Đông Phong: term 20; years 4, 4, 4, 4, 4, 2. In the same way the
  CT-1 of 2025–2030 gives the whole of 2025, for the cells that the wards have.
- Sùng Phài reported to Tam Đường district before July 2020; its own cells' year to date of July holds
  {sung_phai} admissions from there, of which no workbook tells.
- Percentages are blank where no target was asked; some clerks write `-` for zero. Nothing else is left
  blank but notes, and the heads of cells that have none.
- The wards' official forms of 2025 count from 1 July, when the wards began; the column of the year before is blank.

## Sent twice, right both times

{revision}

## What the official forms do not agree in

Everything that the months know, the official forms repeat, but for one: {one_too_many}

## Every fault on purpose

One row for each line and field that breaks a rule; the first cell of the rule is named. Nothing else in
any workbook breaks a rule. `corrected`: by a later file (only the first version breaks the rule);
`open`: in the newest version. July 2020 has none, nor has any month after August 2020.

"""

_NOT_REPORTED = """
## Not reported

| commune code | commune | month |
|---|---|---|
"""


def readme_text() -> str:
    """The whole page."""
    monthly = sendings()
    resent = sum(sending.is_second for sending in monthly)
    text = _TEXT.format(
        admitted=plan.PUBLISHED_ADMITTED,
        women=plan.PUBLISHED.women,
        minority=plan.PUBLISHED.ethnic_minority,
        dong_phong=plan.PUBLISHED_DONG_PHONG,
        reports=len(monthly) - resent,
        resent=resent,
        corrections=sum(fault.is_corrected for fault in faults.ALL_FAULTS),
        targets=len(model.all_targets()),
        amended=sum(line.term for line in model.targets_2023().lines),
        wards_asked=sum(line.term for line in model.targets_2025().lines),
        training=sum(bool(classes_of(sending.report.commune, sending.report.month)) for sending in monthly),
        official=len(official.official_reports()),
        merger="\n".join(_merger_rows()),
        outside=sum(plan.OUTSIDE_BEFORE.values()),
        sung_phai=plan.SUNG_PHAI_BEFORE[1],
        revision=_revision(),
        one_too_many=_one_too_many(),
    )
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *fault_rows()]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    code, month = faults.NOT_REPORTED
    return f"{text}{table}{_NOT_REPORTED}| {code} | {_name(code, month)} | {iso(month)} |\n"


def _merger_rows() -> Iterator[str]:
    for ward in wards.WARDS:
        cells = city.cells_reporting(ward, MERGER)
        came = [cell for code in wards.MERGED_FROM[ward.code] for cell in _cells_in_june(code)]
        changes = [f"`{cell.was}` is now `{cell.name}`" for cell in cells if cell.was and cell.half is None]
        for cell in came:
            if parts := wards.SPLIT.get(cell.name):
                changes.append(f"`{cell.name}` was split into `{parts[0]}` and `{parts[1]}`")
            if taker := wards.CLOSED.get(cell.name):
                changes.append(f"`{cell.name}` was closed, its members moved to `{taker}`")
        new = [f"`{cell.name}`" for outside in wards.OUTSIDE for cell in outside.cells if cell in cells]
        changes.append(f"from other districts: {', '.join(new)}")
        yield f"| {ward.code} {ward.name} | {len(cells)} | {'; '.join(changes)} |"


def _cells_in_june(code: str) -> tuple[Cell, ...]:
    return city.cells_reporting(city.commune_of(code, MERGER - 1), MERGER - 1)


def _revision() -> str:
    code, month = revision.COMMUNE_CODE, revision.MONTH
    first, second = (
        report.sheet("KN-1").lines[-1].values["admitted"]
        for report in (revision.first_version(), model.report_of(code, month))
    )
    paths = [f"`{sending.path}` ({sending.sent_at:%d/%m/%Y})" for sending in sendings() if _is_of(sending, code, month)]
    return (
        f"{code} {_name(code, month)}, {iso(month)}:\n{paths[0]} says {first} admitted,\n{paths[1]} says {second}.\n"
        "One admission was not known when the first was written; whoever was admitted is still a candidate there, and\n"
        "no member."
    )


def _is_of(sending: Sending, code: str, month: int) -> bool:
    return (sending.report.commune.code, sending.report.month) == (code, month)


def _place(sending: OfficialSending) -> tuple[str, str]:
    return (sending.report.commune.code, sending.report.period)


def _one_too_many() -> str:
    wrong = next(sending for sending in official_sendings() if _place(sending) == official.ONE_TOO_MANY)
    report = wrong.report
    right = official.official_figures(report.commune, report.first_month, report.last_month)
    places = [
        f"{form} {official_address(form, field)} ({report.this_period[field]} instead of {right[field]})"
        for form, field in (("2-BTCTW", "admitted"), ("1-BTCTW", "increase_admitted"), ("1-BTCTW", "closing"))
    ]
    return (
        f"`{wrong.path}`\ncounts an admission of the following January: {', '.join(places)}.\n"
        "What follows from them (the rise, and the person's group of each kind) is one too many, too. The two forms "
        "agree\nwith each other."
    )


def fault_rows() -> tuple[tuple[str, ...], ...]:
    """The rows of the table, in the order of COLUMNS."""
    return tuple(row for fault in faults.ALL_FAULTS for row in _rows_of(fault))


def _name(code: str, month: int) -> str:
    return city.commune_of(code, month).name


def _rows_of(fault: Fault) -> list[tuple[str, ...]]:
    commune = city.commune_of(fault.commune_code, fault.month)
    return [
        (
            commune.code,
            commune.name,
            iso(fault.month),
            str(path_of(commune, fault.month)),
            sheet_name(broken.form),
            address(broken.form, broken.field, broken.line_number),
            broken.rule_id,
            str(broken.reported),
            str(broken.expected),
            "corrected" if fault.is_corrected else "open",
            fault.remark,
        )
        for broken in faults.breaks_by(fault)
    ]
