"""Two published files are the same, or it is said which of their tables differ and by how many rows."""

from pathlib import Path

import duckdb
import pytest

from warehouse.compare import TableDifference, differing_tables


def file_of(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA marts; CREATE SCHEMA quality")
        for statement in statements:
            connection.execute(statement)
    return path


def differences(folder: Path, before: list[str], after: list[str]) -> tuple[TableDifference, ...]:
    return differing_tables(file_of(folder / "before's.duckdb", *before), file_of(folder / "after.duckdb", *after))


def months(*values: str) -> str:
    return f"CREATE TABLE marts.months AS SELECT * FROM (VALUES {', '.join(values)}) AS t (month, people)"


def test_the_same_rows_in_another_order_are_no_difference(tmp_path: Path) -> None:
    assert differences(tmp_path, [months("(1, 10)", "(2, NULL)")], [months("(2, NULL)", "(1, 10)")]) == ()


def test_files_without_tables_are_the_same(tmp_path: Path) -> None:
    assert differences(tmp_path, [], []) == ()


@pytest.mark.parametrize(
    ("after", "rows_after", "only_before", "only_after"),
    [
        (["(1, 10)", "(2, 21)"], 2, 1, 1),
        (["(1, 10)"], 1, 1, 0),
        (["(1, 10)", "(2, 20)", "(3, 30)"], 3, 0, 1),
        (["(1, 10)", "(2, 20)", "(2, 20)"], 3, 0, 1),
        (["(3, 30)", "(4, 40)", "(5, 50)"], 3, 2, 3),
    ],
)
def test_a_table_with_other_rows_is_named_with_how_many_stand_in_one_file_only(
    tmp_path: Path, after: list[str], rows_after: int, only_before: int, only_after: int
) -> None:
    assert differences(tmp_path, [months("(1, 10)", "(2, 20)")], [months(*after)]) == (
        TableDifference("marts.months", 2, rows_after, only_before, only_after),
    )


def test_a_table_that_one_file_lacks_stands_in_the_other_only(tmp_path: Path) -> None:
    table = months("(1, 10)", "(2, 20)")
    assert differences(tmp_path, [table], []) == (TableDifference("marts.months", 2, None, 2, 0),)
    other = tmp_path / "the other way round"
    other.mkdir()
    assert differences(other, [], [table]) == (TableDifference("marts.months", None, 2, 0, 2),)


def test_an_empty_table_is_not_one_that_is_missing(tmp_path: Path) -> None:
    empty = "CREATE TABLE marts.months (month INTEGER, people INTEGER)"
    assert differences(tmp_path, [empty], []) == (TableDifference("marts.months", 0, None, 0, 0),)
    other = tmp_path / "both"
    other.mkdir()
    assert differences(other, [empty], [empty]) == ()


def test_a_table_with_other_columns_differs_in_every_row(tmp_path: Path) -> None:
    renamed = "CREATE TABLE marts.months AS SELECT 1 AS month, 10 AS women"
    assert differences(tmp_path, [months("(1, 10)")], [renamed]) == (TableDifference("marts.months", 1, 1, 1, 1),)


def test_all_tables_are_looked_at_and_what_each_run_leaves_of_its_own_is_not(tmp_path: Path) -> None:
    def tables(number: int) -> list[str]:
        names = ("marts.a", "quality.results", "quality.z", "marts.same")
        return [f"CREATE TABLE {name} AS SELECT {0 if name == 'marts.same' else number} AS found" for name in names]

    assert [each.table for each in differences(tmp_path, tables(1), tables(2))] == ["marts.a", "quality.z"]
