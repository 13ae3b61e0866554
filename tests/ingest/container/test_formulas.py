"""Formulas without a saved result."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.container.formulas import compute, from_odf, moved, result_of
from ingest.values.numbers import Raw
from ingest.values.text import address

#: A1..A4 = 1, 2, blank, "x"; B1..B4 = 10, 0, "5" (text), 2.5; C1 true.
CELLS: dict[str, Raw] = {"A1": 1.0, "A2": 2, "A4": "x", "B1": 10.0, "B2": 0.0, "B3": "5", "B4": 2.5, "C1": True}
OTHER: dict[str, Raw] = {"A1": 7.0}


def value_at(sheet: str | None, row: int, column: int) -> Raw:
    return (OTHER if sheet in ("Đảng viên", "KN1") else CELLS).get(address(row, column), "")


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("SUM(A1:A4)", 3),
        ("=SUM(A1:A4)", 3),
        ("sum($A$1:A$2;B1)", 13),
        ("SUM(A1,A2,B4,1)", 6.5),
        ("SUM(A3:A4)", 0),
        ("A1+A2-B1", -7),
        ("A3+1", 1),
        ("-A1+-2", -3),
        ("2*(A1+A2)/4", 1.5),
        ("A1/A2*100", 50),
        ("50%+A1", 1.5),
        ("'Đảng viên'!A1+KN1!$A$1", 14),
        ("SUM('Đảng viên'!A1:A3)", 7),
        ("ROUND(A1/3*100,2)", 33.33),
        ("ROUND(2.5,0)", 3),
        ("ROUND(-2.5;0)", -3),
        ("ROUND(1.005*1000,-1)", 1010),
        ("IF(B2=0,0,A1/B2)", 0),
        ("IF(B1=0;0;A2/B1)", 0.2),
        ("IF(B1<>0,A2/B1*100)", 20),
        ('IF(A3="",4,5)', 4),
        ("IFERROR(A1/B2,0)", 0),
        ("IFERROR(A1/B2*(1+2);9)", 9),
        ("IFERROR(A1/A2,0)", 0.5),
        ("IF(AND(A1),1,2)", 1),
        ("IF(OR(N(A4)=0,A3=1),5,6)", 5),
        ("IF(NOT(ISBLANK(A3)),5,6)", 6),
        ("N(A1)+N(A4)", 1),
        ("SUMPRODUCT(A1:A2,B1:B2)", 10),
        ('SUMIF(B1:B2,">0",A1:A2)', 1),
        ('SUMIF(A1:A2,"2")', 2),
        ("IF(COUNT(A3:A4)=0,9,SUM(A1:A4))", 9),
        ("IF(COUNT(A1:A4)=0,9,SUM(A1:A4))", 3),
        ("COUNT(A1:A4,B1,7)", 4),
        ("COUNT(B1:B4)", None),
        ("MAX(A1:A4,B1)-MIN(A1:A4)", 9),
        ("MAX(A3:A4)", 0),
        ("AVERAGE(A1:A4)", 1.5),
        ("IFERROR(AVERAGE(A3:A4),7)", 7),
        ("COUNTA(A1:A4)+COUNTBLANK(A1:A4)", 4),
        ('COUNTIF(A1:A4,">1")', 1),
        ("ABS(0-B4)+INT(B4)", 4.5),
        ("IF(ISNUMBER(A1),IF(ISNUMBER(A4),1,2),3)", 2),
        ("IF(TRUE(),1,2)", 1),
        ("SUMPRODUCT(A1:A2,B1:B3)", None),
        ('SUMIF(A1:A2,"x")', None),
        ("IF(OR(A4),1,2)", None),
        ("A1/B2", None),
        ('IF(B2=0,"",1)', None),
        ("A4+1", None),
        ("B3*2", None),
        ("SUM(B1:B4)", None),
        ("VLOOKUP(A1,B1:B4,1)", None),
        ("SUM(A1:A2", None),
        ("SUM(A1:A2))", None),
        ("A1:A2", None),
        ("A1=1", None),
        ("#REF!+1", None),
        ("[1]Sheet1!A1", None),
        ("1e308*10", None),
        ("", None),
        ("SUM(A1:XFD1048576)", None),
        ("(" * 5000 + "1", None),
    ],
)
def test_what_totals_and_shares_are_made_of(formula: str, result: float | None) -> None:
    assert compute(formula, value_at) == result


def test_a_formula_that_gives_a_text_gives_no_number() -> None:
    assert result_of('IF(B2=0,"",1)', value_at) == ""
    assert result_of("SUM(A1:A2)", value_at) == 3
    assert result_of("VLOOKUP(A1,B1:B4,1)", value_at) is None


def test_a_formula_whose_text_is_not_known_is_no_blank() -> None:
    assert compute("SUM(A1:A3)", value_at, lambda sheet, row, column: "" if row == 2 else None) is None


def test_formulas_on_formulas_are_worked_out_first() -> None:
    formulas = {"D1": "SUM(A1:A2)", "D2": "D1*2", "D3": "D2+D1", "E1": "E2", "E2": "E1+1"}

    def formula_at(sheet: str | None, row: int, column: int) -> str | None:
        return formulas.get(address(row, column)) if sheet is None else None

    assert compute("D3+1", value_at, formula_at) == 10
    assert compute("E1", value_at, formula_at) is None


def test_a_formula_on_another_sheet_looks_at_its_own_sheet() -> None:
    def formula_at(sheet: str | None, row: int, column: int) -> str | None:
        return "A1*2" if sheet == "KN1" and (row, column) == (8, 0) else None

    assert compute("KN1!A9+A1", value_at, formula_at) == 15


def test_a_chain_of_formulas_without_end_is_given_up() -> None:
    assert compute("A2", value_at, lambda sheet, row, column: f"A{row + 2}") is None


NUMBERS = st.floats(min_value=0, max_value=1e6).map(lambda number: round(number, 3))
EXPRESSIONS = st.recursive(
    NUMBERS.map(lambda number: f"{number:.3f}"),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: " ".join(parts)),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-({text})"),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_arithmetic_is_that_of_python(expression: str) -> None:
    try:
        expected = eval(expression)
    except ZeroDivisionError:
        assert compute(expression, value_at) is None
        return
    found = compute(expression, value_at)
    assert found is not None
    assert math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12)


@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_a_sum_is_that_of_its_cells(numbers: list[float]) -> None:
    total = compute(f"SUM(B2:B{len(numbers) + 1})", lambda sheet, row, column: numbers[row - 1] if column == 1 else "")
    assert total == math.fsum(numbers)


@given(st.text(alphabet="A1B2:+-*/(),;=<>%\"'!.$ SUMIFROND", max_size=40))
def test_no_formula_raises(text: str) -> None:
    compute(text, value_at)


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#N/A", "#NAME?", "Err:502"])
def test_what_stands_on_an_error_is_an_error(error: str) -> None:
    assert compute("SUM(A1:A2)", lambda sheet, row, column: error) is None
    assert compute("IFERROR(A1,3)", lambda sheet, row, column: error) == 3


@pytest.mark.parametrize(
    ("odf", "plain"),
    [
        ("of:=SUM([.A1:.A3])", "SUM(A1:A3)"),
        ("of:=[$'Đảng viên'.B2]+1", "'Đảng viên'!B2+1"),
        ("of:=[$Nguồn.$B$2]/[.C3]*100", "'Nguồn'!$B$2/C3*100"),
        ("oooc:=ROUND([.A1];2)", "ROUND(A1;2)"),
        ("=[.A1]", "A1"),
    ],
)
def test_formulas_of_open_document_are_rewritten(odf: str, plain: str) -> None:
    assert from_odf(odf) == plain


def test_a_shared_formula_moves_with_its_cell() -> None:
    assert moved("SUM(D9:D$38)+$A1+'Nguồn A1'!B2", 1, 2) == "SUM(F10:F$38)+$A2+'Nguồn A1'!D3"
    assert moved('IF(A1="A1",1,0)', 1, 0) == 'IF(A2="A1",1,0)'
    assert moved("A1", -1, 0) == "#REF!"


@pytest.mark.parametrize(
    "formula",
    ["A1+1", "ROUND(A1,0)", "ROUND(1,A1)", "SUM(A1:A3)", "A1/A1", "A1-A1", "IF(A1>0,A1,2)", "ROUND(1e999-1e999,0)"],
)
@pytest.mark.parametrize("held", [math.nan, math.inf, -math.inf, 1e308])
def test_a_formula_over_what_is_no_finite_number_is_finite_or_nothing(formula: str, held: float) -> None:
    result = compute(formula, lambda sheet, row, column: held)
    assert result is None or math.isfinite(result)
