"""What `admissions changes` shows of a corrected workbook."""

from datetime import date, datetime

from answers.reports import ChangedFigure, FailureLine, VersionLine
from cli.terminal import version_lines

WOMEN = ("count", "Kết nạp: nữ", "Admitted, of which women")
HEAD = ("flag", "Tổ trưởng, trưởng bản là đảng viên", "Head is a member")
PERCENT = ("percent", "Tỷ lệ hoàn thành", "Attainment")


def figure(
    cell: str,
    before: float | None,
    after: float | None,
    field: tuple[str, str, str] = WOMEN,
    cell_name: str = "Chi bộ Bản Một",
    change: str = "changed",
) -> ChangedFigure:
    return ChangedFigure("KN-1", "Kết nạp", cell, "cell", cell_name, 1, *field, before, after, change)


def failure(failure_id: str) -> FailureLine:
    return FailureLine(
        failure_id=failure_id,
        case_id="03408-2020-05",
        rule_id="kn1_women_within_admitted",
        severity="critical",
        form="KN-1",
        commune_code="03408",
        commune_name="Phường Đông Phong",
        month=date(2020, 5, 1),
        submission_id="s",
        sheet="Kết nạp",
        cells=["E9", "D9"],
        cell_name="Chi bộ Bản Một",
        reported=3,
        expected=2,
        difference=1,
        message_vi="Nhiều nữ hơn.",
        message_en="More women.",
        state="open",
        first_seen_at=datetime(2020, 6, 3),
        decision=None,
        decided_by=None,
        decided_reason=None,
        cause_id=None,
    )


def version(
    number: int,
    *changes: ChangedFigure,
    settles: tuple[FailureLine, ...] = (),
    brings: tuple[FailureLine, ...] = (),
) -> VersionLine:
    received = datetime(2020, 6, 2 + number)
    may = date(2020, 5, 1)
    return VersionLine(
        "03408", "Phường Đông Phong", may, number, f"KN {number}.xlsx", received, changes, settles, brings
    )


def shown(*versions: VersionLine, language: str = "en") -> list[str]:
    return version_lines(versions, language).splitlines()


def test_a_changed_figure_is_told_with_sheet_cell_row_and_field_before_and_after() -> None:
    assert shown(version(1), version(2, figure("E9", 3, 2))) == [
        "Phường Đông Phong, report of May 2020",
        "  Version 1, received 03/06/2020: KN 1.xlsx",
        "  Version 2, received 04/06/2020: KN 2.xlsx",
        "    Figures that differ from the version before (before → after): 1",
        "      Kết nạp E9 · Chi bộ Bản Một · Admitted, of which women: 3 → 2",
    ]


def test_fields_are_named_and_figures_written_in_the_user_s_language() -> None:
    lines = shown(version(1), version(2, figure("E9", 3, None), figure("Z9", 12.5, 0, PERCENT)), language="vi")
    assert lines[-2:] == [
        "      Kết nạp E9 · Chi bộ Bản Một · Kết nạp: nữ: 3 → (trống)",
        "      Kết nạp Z9 · Chi bộ Bản Một · Tỷ lệ hoàn thành: 12,5 % → 0 %",
    ]


def test_yes_and_no_are_words() -> None:
    assert shown(version(1), version(2, figure("U9", 0, 1, HEAD)))[-1].endswith("Head is a member: no → yes")


def test_a_row_that_is_new_or_gone_is_one_line() -> None:
    new = [figure(cell, None, 1, cell_name="Bản Mới", change="added") for cell in ("D9", "E9", "F9")]
    gone = figure("D12", 1, None, cell_name="Bản Cũ", change="removed")
    assert shown(version(1), version(2, *new, gone))[-2:] == [
        "      Kết nạp D9–F9 · Bản Mới · new row, figures: 3",
        "      Kết nạp D12 · Bản Cũ · row gone, figures: 1",
    ]


def test_failures_settled_and_brought_are_listed_apart() -> None:
    lines = shown(version(1), version(2, settles=(failure("a" * 32),), brings=(failure("b" * 32),)))
    assert lines[3] == "    No figure differs from the version before."
    settled, brought = lines.index("    Failures that it settles: 1"), lines.index("    Failures that it brings: 1")
    assert "aaaaaaaa" in lines[settled + 1]
    assert "More women." in lines[settled + 2]
    assert brought == settled + 3
    assert "bbbbbbbb" in lines[brought + 1]


def test_communes_that_share_a_part_of_their_name_are_told_apart() -> None:
    other = VersionLine("03387", "Phường Tân Phong", date(2020, 5, 1), 1, "x.xlsx", datetime(2020, 6, 3), (), (), ())
    lines = shown(version(1), other)
    assert [line for line in lines if not line.startswith(" ")] == [
        "Phường Đông Phong, report of May 2020",
        "Phường Tân Phong, report of May 2020",
    ]
