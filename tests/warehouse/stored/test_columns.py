"""A dataclass is the one place where a table's columns stand."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from warehouse.stored.columns import BigInt, column_types, columns_of, select_list


@dataclass(frozen=True)
class Everything:
    name: str
    number: int
    bytes: BigInt
    share: float | None
    is_it: bool
    month: date
    at: datetime | None
    large: BigInt | None
    cells: list[str]
    values: tuple[float, ...]


@dataclass(frozen=True)
class NoColumn:
    about: dict[str, str]


def test_each_field_is_a_column_of_its_type_whether_it_may_be_missing_or_not() -> None:
    assert list(column_types(Everything).items()) == [
        ("name", "VARCHAR"),
        ("number", "INTEGER"),
        ("bytes", "BIGINT"),
        ("share", "DOUBLE"),
        ("is_it", "BOOLEAN"),
        ("month", "DATE"),
        ("at", "TIMESTAMP"),
        ("large", "BIGINT"),
        ("cells", "VARCHAR[]"),
        ("values", "DOUBLE[]"),
    ]


def test_a_field_that_no_column_can_hold_is_named() -> None:
    with pytest.raises(TypeError, match=r"NoColumn\.about"):
        column_types(NoColumn)


def test_rows_are_asked_for_in_the_order_of_the_fields_and_from_elsewhere_where_that_is_said() -> None:
    assert columns_of(NoColumn) == ("about",)
    asked = select_list(Everything, "it", share="coalesce(it.share, 0)").split(", ")
    assert asked[:3] == ["it.name", "it.number", "it.bytes"]
    assert ", ".join(asked[3:]).startswith("coalesce(it.share, 0), it.is_it")


def test_a_column_from_elsewhere_that_is_no_field_is_refused() -> None:
    with pytest.raises(TypeError, match="sahre"):
        select_list(Everything, "it", sahre="0")
