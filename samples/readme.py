"""`samples/README.md`: what the workbooks hold and every fault in them, rendered from the faults."""

from pathlib import Path

from samples import city, faults
from samples.faults import Fault
from samples.layout import address, sheet_name
from samples.months import iso
from samples.schedule import path_of, sendings

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

`python -m samples LANDING_FOLDER` writes them; `python -m samples --readme` writes this page. The same
bytes each time, nothing taken from the clock. Every figure is counted from invented people
(`people.py`), so the forms agree with each other; only the sums are published: {admitted} admitted in
Lai Châu city from July 2015 to June 2020, {women} of them women, {minority} from ethnic minorities; Đông
Phong ward {dong_phong} against 20.

- **{reports} monthly workbooks** of seven communes: 420 for the sixty months, {later} for July and
  August 2020. Sheets `Kết nạp` (KN-1), `Nguồn` (KN-2), `Đảng viên` (KN-3); a month's files lie in a
  folder of its own, named as each commune's clerk names them. The time of modification is the time of
  sending.
- **{corrections} corrections**: the same workbook again, `…_dinh_chinh.xlsx`, four to eleven days later,
  right this time.
- **2 target workbooks** (CT-1): terms 2015–2020 (400) and 2020–2025 (400), in force from 1 July of their
  first year.
- **Nậm Loỏng** (03406) reports until June 2020. From July its cells report under Sùng Phài (03403, new
  to the city), Đoàn Kết and Quyết Thắng; their opening in July is their closing in June.

## Choices

- The warehouse's history begins in July 2015, so the first year to date begins there; so does the target
  of 2015 (half a year: 40 for the city; 80 a year from 2016 to 2019; 40 for January to June 2020).
- 2020 falls into two terms. The CT-1 of 2015–2020 asks for January to June; the CT-1 of 2020–2025 gives
  the whole calendar year: what the cells were asked in the first half (under whichever commune) plus the
  new term's second half. `Năm 2025` is January to June. Hence the years of 2020–2025 add up to more than
  the term; a note under its table says so. Đông Phong: term 20; years 4, 4, 4, 4, 4, 2.
- Sùng Phài reported to Tam Đường district before July 2020; its own cells' year to date of July holds
  {sung_phai} admissions from there, of which no workbook tells.
- Percentages are blank where no target was asked; some clerks write `-` for zero. Nothing else is left
  blank but notes, and the heads of cells that have none.

## Every fault on purpose

One row for each line and field that breaks a rule; the first cell of the rule is named. Nothing else in
any workbook breaks a rule. `corrected`: by a later file (only the first version breaks the rule);
`open`: in the newest version. July 2020 has none.

"""

_NOT_REPORTED = """
## Not reported

| commune code | commune | month |
|---|---|---|
"""


def readme_text() -> str:
    """The whole page."""
    monthly = sendings()
    corrections = sum(fault.is_corrected for fault in faults.ALL_FAULTS)
    text = _TEXT.format(
        admitted=city.PUBLISHED_ADMITTED,
        women=city.PUBLISHED.women,
        minority=city.PUBLISHED.ethnic_minority,
        dong_phong=city.PUBLISHED_DONG_PHONG,
        reports=len(monthly) - corrections,
        later=len(monthly) - corrections - 420,
        corrections=corrections,
        sung_phai=city.SUNG_PHAI_BEFORE[1],
    )
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *fault_rows()]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    code, month = faults.NOT_REPORTED
    return f"{text}{table}{_NOT_REPORTED}| {code} | {_name(code)} | {iso(month)} |\n"


def fault_rows() -> tuple[tuple[str, ...], ...]:
    """The rows of the table, in the order of COLUMNS."""
    return tuple(row for fault in faults.ALL_FAULTS for row in _rows_of(fault))


def _name(code: str) -> str:
    return next(commune.name for commune in city.COMMUNES if commune.code == code)


def _rows_of(fault: Fault) -> list[tuple[str, ...]]:
    commune = next(c for c in city.COMMUNES if c.code == fault.commune_code)
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
