"""The piece of the sheet around a wrong cell, as it arrived, with last month's figures: what is marked in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from answers.cases import CauseView, Context
from reference.cell_address import on_sheet


@dataclass(frozen=True)
class PieceCell:
    """A figure as it was sent, last month's, and its class: `bad` where it is taken for wrong, `marked` where it is
    part of what does not agree."""

    value: float | None
    last_month: float | None
    style: str


@dataclass(frozen=True)
class PieceRow:
    number: int
    name: str
    is_it: bool
    cells: Sequence[PieceCell]


def pieces_of(cause: CauseView) -> tuple[Context, list[PieceRow]] | None:
    """The rows around the cause's first wrong cell; None where no figure's cell is known."""
    context = cause.context
    if context is None:
        return None
    wrong = set(cause.cells)
    involved = {on_sheet(failure.sheet, cell) for failure in cause.failures for cell in failure.cells}

    def style(letter: str, row: int) -> str:
        address = on_sheet(context.sheet, f"{letter}{row}")
        return "bad" if address in wrong else "marked" if address in involved else ""

    rows = [
        PieceRow(
            row.sheet_row,
            row.name,
            row.is_it,
            [
                PieceCell(value, before, style(letter, row.sheet_row))
                for value, before, (letter, _, _) in zip(row.values, row.last_month, context.columns, strict=True)
            ],
        )
        for row in context.rows
    ]
    return context, rows
