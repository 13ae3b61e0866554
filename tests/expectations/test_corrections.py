"""A steward's value that does not fit is told as the steward's, and the report's as the report's."""

from datetime import date, datetime

import duckdb
import pytest
from small_store import Reconciled

from warehouse.connections import writing
from warehouse.corrections import corrections_in_force

pytestmark = pytest.mark.pipeline

AT = datetime(2020, 8, 11, 2)


def check(settings):
    from expectations.check import check as judge

    return judge(settings)


def rows(settings, statement):
    with writing(settings) as connection:
        return connection.execute(statement).fetchall()


def decide(
    settings, failure_id, decision, before=None, after=None, at=AT, by="Lò Văn A", cell="D12", report="first", month=7
):
    with writing(settings) as connection:
        connection.execute(
            "INSERT INTO warehouse.quality.decisions (decision_id, failure_id, case_id, decision, decided_by,"
            " decided_at, reason, submission_id, month, sheet, cell, value_before, value_after)"
            " VALUES (?, ?, '03408-2020-07', ?, ?, ?, 'gọi điện', ?, ?, ?, ?, ?, ?)",
            [
                f"{failure_id} {decision} {at}",
                *(failure_id, decision, by, at, report, date(2020, month, 1)),
                *(("Kết nạp", cell) if decision == "correct" else (None, None)),
                *(before, after),
            ],
        )


def total(reported, expected, variant="sent"):
    """The total of the column, whose cells are D12 and D13."""
    return Reconciled(
        reported=reported,
        expected=expected,
        variant=variant,
        is_effective=variant == "corrected",
        is_last_variant=variant == "corrected",
        cells=("D38", "D12", "D13"),
    )


def ages(reported, expected, variant="sent"):
    """The row of D12 against its age bands."""
    return Reconciled(
        rule_id="kn1_ages",
        kind="row_identity",
        reported=reported,
        expected=expected,
        variant=variant,
        is_effective=variant == "corrected",
        is_last_variant=variant == "corrected",
        line_number=1,
        line_kind="cell",
        cell_name="Chi bộ Một",
        cells=("D12", "I12", "J12"),
    )


#: The total says 5 where the rows make 4, so a steward sets D12 to 3; it said 2, and its age bands make 2.
WRONG_CORRECTION = (total(5, 4), total(5, 5, "corrected"), ages(2, 2), ages(3, 2, "corrected"))


def corrected_store(reconciled, *lines):
    settings = reconciled(*lines)
    check(settings)
    ((failure_id,),) = rows(
        settings,
        "SELECT failure_id FROM warehouse.quality.failures WHERE rule_id = 'kn1_column_total' AND field = 'admitted'",
    )
    decide(settings, failure_id, "correct", 2, 3)
    check(settings)
    return settings, failure_id


def test_what_a_wrong_correction_brings_says_who_set_the_figure_and_what_the_report_says(reconciled):
    settings, _ = corrected_store(reconciled, *WRONG_CORRECTION)
    ((vi, en),) = rows(
        settings, "SELECT message_vi, message_en FROM warehouse.quality.failures WHERE rule_id = 'kn1_ages'"
    )
    assert en.startswith("With cell D12 set to 3 by Lò Văn A on 11/08/2020 (the report says 2): sheet “Kết nạp”")
    assert en.endswith(
        "If the value that was set is wrong, reopen that decision; if it is right, correct the other cells, too."
    )
    assert vi.startswith("Với ô D12 do Lò Văn A sửa thành 3 ngày 11/08/2020 (báo cáo ghi 2): trang tính “Kết nạp”")
    assert rows(settings, "SELECT state FROM warehouse.quality.failures ORDER BY rule_id") == [
        ("open",),
        ("corrected",),
    ]


def test_the_correction_is_named_as_the_cause_with_cell_value_name_and_day(reconciled):
    settings, _ = corrected_store(reconciled, *WRONG_CORRECTION)
    assert rows(settings, "SELECT kind, cells, length(reopen), message_en FROM warehouse.quality.causes") == [
        (
            "correction",
            ["Kết nạp!D12"],
            1,
            "Lò Văn A changed cell Kết nạp!D12 from 2 to 3 on 11/08/2020; with that the report does not agree."
            " If the new value is wrong, reopen the decision.",
        )
    ]


def test_what_fails_as_it_was_sent_is_not_laid_at_the_correction_s_door(reconciled):
    """The rows of another column never added up: that is the sender's, whatever a steward set elsewhere."""
    women = [
        Reconciled(
            field="women",
            reported=6,
            expected=7,
            variant=variant,
            is_effective=variant == "corrected",
            is_last_variant=variant == "corrected",
            cells=("E38",),
        )
        for variant in ("sent", "corrected")
    ]
    settings, _ = corrected_store(reconciled, total(5, 4), total(5, 5, "corrected"), *women)
    assert rows(settings, "SELECT kind FROM warehouse.quality.causes") == [("unexplained",)]
    ((message,),) = rows(
        settings, "SELECT message_en FROM warehouse.quality.failures WHERE field = 'women' AND state = 'open'"
    )
    assert message.startswith("Sheet “Kết nạp”, cell E38")


def test_a_failure_that_a_correction_does_not_settle_still_says_whose_figure_it_is(reconciled):
    settings, _ = corrected_store(reconciled, total(5, 4), total(5, 6, "corrected"))
    ((state, message),) = rows(settings, "SELECT state, message_en FROM warehouse.quality.failures")
    assert state == "open"
    assert message.startswith("With cell D12 set to 3 by Lò Văn A on 11/08/2020 (the report says 2): sheet")
    assert message.endswith("then send the file again.")


def test_of_several_values_for_a_cell_the_last_stands_and_what_was_sent_is_what_stood_first(reconciled):
    settings = reconciled()
    decide(settings, "f", "correct", 2, 3)
    decide(settings, "f", "correct", 3, 4, at=AT.replace(hour=3), by="Lò Thị B")
    decide(settings, "g", "correct", 1, 9, cell="D13")
    decide(settings, "g", "reopen", at=AT.replace(hour=4))

    def standing() -> list[tuple[object, ...]]:
        with writing(settings) as connection:
            return [
                (each.address, each.value_before, each.value_after, each.decided_by)
                for each in corrections_in_force(connection).get("first", ())
            ]

    assert standing() == [("Kết nạp!D12", 2, 4, "Lò Thị B")]
    decide(settings, "f", "reopen", at=AT.replace(hour=5))
    assert standing() == []


def carried(reported, expected):
    """The year's sum of Chi bộ Một, which goes on from June's."""
    return Reconciled(
        rule_id="kn1_ytd_carried",
        kind="carry_forward",
        field="admitted_ytd",
        reported=reported,
        expected=expected,
        line_number=1,
        line_kind="cell",
        cell_name="Chi bộ Một",
        cells=("W12", "D12"),
    )


def june(settings):
    """June's report, published, in which a steward has set Chi bộ Một's sum to 5; it said 3."""
    with writing(settings) as connection:
        insert = "INSERT INTO warehouse."
        connection.execute(
            insert + "quality.versions (submission_id, commune_key, commune_code, month, version, open_critical,"
            " is_judged, is_newest, is_published, was_published, is_set_aside)"
            " VALUES ('june', 'key of 03408', '03408', DATE '2020-06-01', 1, 0, true, true, true, true, false)"
        )
        connection.execute(
            insert + "raw.column_map (submission_id, form, sheet, field, column_letter)"
            " VALUES ('june', 'KN-1', 'Kết nạp', 'admitted_ytd', 'W')"
        )
        connection.execute(
            insert
            + "raw.report_lines_kn1 (submission_id, line_number, sheet, sheet_row, kind, cell_name, admitted_ytd)"
            " VALUES ('june', 1, 'Kết nạp', 12, 'cell', 'Chi bộ Một', 3)"
        )
    decide(settings, "of june", "correct", 3, 5, cell="W12", report="june", month=6)


def test_what_does_not_go_on_from_a_steward_s_value_of_last_month_names_that_value(reconciled):
    """July goes on from the 3 that June's report says, and not from the 5 that a steward set there."""
    settings = reconciled(carried(4, 6))
    june(settings)
    check(settings)
    assert rows(settings, "SELECT kind, cells, reopen, message_en FROM warehouse.quality.causes") == [
        (
            "correction",
            ["Kết nạp!W12"],
            ["of june"],
            "Lò Văn A changed cell Kết nạp!W12 of the report of June 2020 from 3 to 5 on 11/08/2020; with that the"
            " report does not agree. If the new value is wrong, reopen the decision.",
        )
    ]
    ((vi,),) = rows(settings, "SELECT message_vi FROM warehouse.quality.failures")
    assert vi.startswith(
        "Với ô Kết nạp!W12 của báo cáo tháng 6/2020 do Lò Văn A sửa thành 5 ngày 11/08/2020 (báo cáo ghi 3): trang tính"
    )


def test_what_goes_on_from_neither_is_not_laid_at_the_correction_s_door(reconciled):
    settings = reconciled(carried(7, 6))
    june(settings)
    check(settings)
    assert rows(settings, "SELECT kind, reopen FROM warehouse.quality.causes") == [("unexplained", [])]


def test_no_correction_stands_where_nothing_was_decided(reconciled):
    with writing(reconciled()) as connection:
        assert isinstance(connection, duckdb.DuckDBPyConnection)
        assert corrections_in_force(connection) == {}
