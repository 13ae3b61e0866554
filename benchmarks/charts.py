"""Charts of what was measured, as pictures of the documentation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair
import vl_convert

#: A font that is nowhere leaves no letters at all.
_FONT = "DejaVu Sans, Liberation Sans"
_WIDTH, _BAR, _SMALL = 560, 30, 12
COLOURS = ("#4472A8", "#C0762B", "#5B8C5A", "#8E6C8A")


@dataclass(frozen=True)
class Bar:
    """A value of a row; bars of one row lie beside or behind each other, told apart by `part`."""

    row: str
    part: str
    value: float
    label: str


def bars(found: Sequence[Bar], title: str, *, limit: float | None = None) -> dict[str, Any]:
    """A bar for each row and part, one below the other, with its value; a line where the limit is."""
    parts = list(dict.fromkeys(each.part for each in found))
    offset = {"yOffset": altair.YOffset("part:N", sort=parts)} if len(parts) > 1 else {}
    x = altair.X("value:Q", title=title, scale=altair.Scale(domainMin=0, nice=True), axis=altair.Axis(tickCount=6))
    drawn = altair.Chart(_data(found)).encode(y=_names(found), x=x, **offset)
    layers = [
        drawn.mark_bar().encode(color=_colour(parts)),
        drawn.mark_text(align="left", dx=8, fontSize=_SMALL).encode(text="label:N"),
    ]
    if limit is not None:
        layers.append(_limit(limit))
    height = _BAR * len(_rows(found)) * max(len(parts) * 0.75, 1)
    return _finished(altair.layer(*layers).properties(width=_WIDTH, height=height))


def ratios(found: Sequence[Bar], title: str) -> dict[str, Any]:
    """A point for each row on an axis of powers, with its value on the far side of the line at 1."""
    low, high = (choose(each.value for each in found) for choose in (min, max))
    powers = [value for value in (0.0001, 0.001, 0.01, 0.1, 1, 10, 100) if low / 10 < value < high * 10]
    scale = altair.Scale(type="log", domain=[powers[0], powers[-1] * 2])
    x = altair.X("value:Q", title=title, scale=scale, axis=altair.Axis(values=powers, format="~g"))
    points = altair.Chart(_data(found)).mark_point(filled=True, size=110, color=COLOURS[0], opacity=1)
    layers = [_limit(1), points.encode(y=_names(found), x=x)]
    for side, shown in (
        ("left", [each for each in found if each.value >= 1]),
        ("right", [e for e in found if e.value < 1]),
    ):
        text = altair.Chart(_data(shown)).mark_text(align=side, dx=9 if side == "left" else -9, fontSize=_SMALL)
        layers.append(text.encode(y=_names(found), x=x, text="label:N"))
    return _finished(altair.layer(*layers).properties(width=_WIDTH, height=_BAR * len(_rows(found))))


def shares(found: Sequence[Bar], title: str) -> dict[str, Any]:
    """One bar for each row, made of its parts in their order, 100 in all."""
    parts = list(dict.fromkeys(each.part for each in found))
    values = [{**vars(each), "order": parts.index(each.part)} for each in found]
    x = altair.X("value:Q", title=title, stack="zero", scale=altair.Scale(domain=[0, 100], nice=False, clamp=True))
    drawn = altair.Chart(altair.Data(values=values)).encode(y=_names(found), x=x, order=altair.Order("order:Q"))
    return _finished(
        drawn.mark_bar().encode(color=_colour(parts)).properties(width=_WIDTH, height=_BAR * len(_rows(found)))
    )


def lines(found: Sequence[Bar], across: str, up: str) -> dict[str, Any]:
    """A line for each part through its rows, which are numbers; both axes by powers."""
    values = [{**vars(each), "number": float(each.row)} for each in found]
    parts = list(dict.fromkeys(each.part for each in found))
    numbers = sorted({float(each.row) for each in found})
    low, high = (choose(each.value for each in found) for choose in (min, max))
    ticks = [value for value in (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000) if low / 2 < value < high * 2]
    drawn = altair.Chart(altair.Data(values=values)).encode(
        x=altair.X(
            "number:Q",
            title=across,
            axis=altair.Axis(values=numbers, format=",.0f", grid=False),
            scale=altair.Scale(type="log", domain=[numbers[0] * 0.7, numbers[-1] * 1.5], nice=False),
        ),
        y=altair.Y(
            "value:Q",
            title=up,
            axis=altair.Axis(values=ticks, format="~g"),
            scale=altair.Scale(type="log", domain=[low * 0.4, high * 1.8], nice=False),
        ),
        color=_colour(parts),
    )
    line = drawn.mark_line(point=altair.OverlayMarkDef(size=70))
    # One above its point, the others below theirs, each lower than the last: lines may come close to each other.
    labels = [
        drawn.transform_filter(altair.datum.part == part)
        .mark_text(dy=-14 if place == 0 else 4 + 13 * place, fontSize=_SMALL)
        .encode(text="label:N")
        for place, part in enumerate(parts)
    ]
    return _finished(altair.layer(line, *labels).properties(width=_WIDTH, height=300))


def as_svg(chart: dict[str, Any]) -> str:
    drawn: str = vl_convert.vegalite_to_svg(chart)
    return drawn


def as_png(chart: dict[str, Any]) -> bytes:
    """For looking at it."""
    drawn: bytes = vl_convert.vegalite_to_png(chart, scale=1.5)
    return drawn


def _data(found: Sequence[Bar]) -> Any:
    return altair.Data(values=[vars(each) for each in found])


def _names(found: Sequence[Bar]) -> Any:
    return altair.Y("row:N", sort=_rows(found), title=None, axis=altair.Axis(labelLimit=480))


def _limit(value: float) -> Any:
    line = altair.Chart(altair.Data(values=[{"limit": value}]))
    return line.mark_rule(color="#C00000", strokeDash=[5, 3], strokeWidth=1.5).encode(x="limit:Q")


def _rows(found: Sequence[Bar]) -> list[str]:
    return list(dict.fromkeys(each.row for each in found))


def _colour(parts: list[str]) -> Any:
    legend = altair.Legend(title=None, orient="top", labelLimit=400, symbolLimit=0) if len(parts) > 1 else None
    return altair.Color(
        "part:N", sort=parts, scale=altair.Scale(domain=parts, range=list(COLOURS[: len(parts)])), legend=legend
    )


def _finished(chart: Any) -> dict[str, Any]:
    spec: dict[str, Any] = (
        chart.configure(font=_FONT, background="white", padding=12)
        .configure_axis(labelFontSize=13, titleFontSize=13, titleFontWeight="normal", gridColor="#E4E4E4")
        .configure_legend(labelFontSize=13)
        .configure_view(stroke=None)
        .to_dict()
    )
    return spec
