"""`python -m portal.draw`: draws charts as SVG, one a line of its standard input: `["path", "chart as JSON"]`.

It writes the file beside and moves it to its place, so that nobody reads half of one, and answers `done` or `failed`.
It ends with its input, or when nothing was asked for a while.
"""

import json
import os
import select
import sys
import tempfile
from collections.abc import Callable, Sequence
from math import cos, radians
from pathlib import Path
from typing import Any

import altair
import vl_convert

from outbox.summary.chart import BARS, WHOLE

#: Seconds without anything to draw.
_IDLE = 120.0
_FONT = "system-ui, Segoe UI, Noto Sans, DejaVu Sans, Liberation Sans, Arial, sans-serif"
_WIDTH = 530
#: Width of the map; so many communes at most have their names on it, and so few need less of it.
_MAP, _NAMED, _FEW = 460, 40, 6
#: Okabe and Ito's: told apart by everybody.
_ABOVE, _BELOW, _UNKNOWN = "#0072B2", "#E69F00", "#9A9A9A"
#: Red is for what needs a hand: the straight line is grey.
_STRAIGHT = "#5F5F5F"
_LOCALES = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""]},
}
_Words = dict[str, str]


def main() -> int:
    """0 when there is nothing to draw any more."""
    # What libraries print goes beside, not between the answers.
    answers = os.dup(1)
    os.dup2(2, 1)
    while select.select([sys.stdin.fileno()], [], [], _IDLE)[0]:
        line = _line(sys.stdin.fileno())
        if not line:
            break
        path, chart = json.loads(line)
        try:
            _write(Path(path), svg_of(json.loads(chart)))
            os.write(answers, b"done\n")
        except Exception as error:
            sys.stderr.write(f"chart: {type(error).__name__}: {error}\n")
            os.write(answers, b"failed\n")
    return 0


def svg_of(chart: dict[str, Any]) -> str:
    """The SVG of a chart: its `kind`, `rows`, `words` (what is written in it), `language`."""
    ways: dict[str, Callable[[list[dict[str, Any]], _Words], Any]] = {
        "term": _term,
        "months": _months,
        "composition": _composition,
        "map": _map,
    }
    drawn = (
        ways[chart["kind"]](chart["rows"], chart["words"])
        .configure(font=_FONT, background="white")
        .configure_axis(labelFontSize=12, titleFontSize=12, titleFontWeight="normal", gridColor="#E4E2DE")
        .configure_legend(labelFontSize=12, title=None, orient="top", labelLimit=300, offset=14)
        .configure_view(stroke=None)
    )
    svg: str = vl_convert.vegalite_to_svg(drawn.to_dict(), format_locale=_LOCALES[chart["language"]])
    return svg


def _time(words: _Words) -> altair.X:
    axis = altair.Axis(format=words["month_format"], labelOverlap=True, tickCount=8)
    return altair.X("month:T", title=None, axis=axis)


def _term(rows: list[dict[str, Any]], words: _Words) -> Any:
    """What was admitted so far, and the straight line to the target at the term's end."""
    data = altair.Data(values=rows)
    colour = altair.Color(
        "series:N",
        scale=altair.Scale(domain=[words["so_far"], words["expected"]], range=[BARS, _STRAIGHT]),
        legend=altair.Legend(symbolType="stroke"),
    )
    y = altair.Y("value:Q", title=None, scale=altair.Scale(domainMin=0), axis=altair.Axis(tickMinStep=1))
    line = altair.Chart(data).encode(x=_time(words), y=y, color=colour)
    lines = line.transform_filter("!datum.is_so_far").mark_line(strokeWidth=2, strokeDash=[6, 4])
    lines += line.transform_filter("datum.is_so_far").mark_line(strokeWidth=4)
    ends = line.transform_filter("datum.label")
    points = ends.mark_point(filled=True, size=45, opacity=1)
    # What was reached stands above its point, what was expected below: they are often close.
    labels = ends.transform_filter("datum.is_above").mark_text(align="right", dx=-7, dy=-8, fontSize=12)
    labels += ends.transform_filter("!datum.is_above").mark_text(align="left", dx=7, dy=10, fontSize=12)
    labels = labels.encode(text="label:N")
    return (lines + points + labels).properties(width=_WIDTH, height=230)


def _months(rows: list[dict[str, Any]], words: _Words) -> Any:
    """A bar for each month; the one that the page is about is darker. What was not reported has none."""
    known = altair.Data(values=[row for row in rows if row["admitted"] is not None])
    unknown = altair.Data(values=[{**row, "text": "–"} for row in rows if row["admitted"] is None])
    axis = altair.Axis(labelAngle=-45, labelOverlap=True)
    x = altair.X("name:N", sort=[row["name"] for row in rows], title=None, axis=axis)
    colour = altair.condition("datum.is_chosen", altair.value(WHOLE), altair.value(BARS))
    y = altair.Y("admitted:Q", title=None, axis=altair.Axis(tickMinStep=1))
    bars = altair.Chart(known).mark_bar().encode(x=x, y=y, color=colour)
    labels = altair.Chart(known).mark_text(dy=-6, fontSize=11).encode(x=x, y=y, text="label:N")
    blanks = altair.Chart(unknown).mark_text(dy=-6, color="#595959").encode(x=x, y=altair.datum(0), text="text:N")
    return (bars + labels + blanks).properties(width=_WIDTH, height=220)


def _composition(rows: list[dict[str, Any]], words: _Words) -> Any:
    """The share of each group, the groups in their order."""
    names = altair.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=altair.Axis(labelLimit=250))
    data = altair.Data(values=rows)
    x = altair.X("share:Q", title=words["share"], axis=altair.Axis(format=".0%"), scale=altair.Scale(domain=[0, 1]))
    bars = altair.Chart(data).mark_bar(color=BARS, height=13).encode(y=names, x=x)
    labels = altair.Chart(data).mark_text(align="left", dx=4, fontSize=11).encode(y=names, x="share:Q", text="label:N")
    return (bars + labels).properties(width=330, height=20 * len(rows))


def _map(rows: list[dict[str, Any]], words: _Words) -> Any:
    """A point for each commune where it lies, as large as its target, by whether it is above its straight line."""
    is_named = len(rows) < _NAMED
    colours = altair.Scale(domain=[words["above"], words["below"], words["unknown"]], range=[_ABOVE, _BELOW, _UNKNOWN])
    sizes = altair.Scale(range=[80, 700] if is_named else [10, 120])
    west, width = _room([row["longitude"] for row in rows], 2.2 if is_named else 1.1)
    south, height = _room([row["latitude"] for row in rows], 1.5 if is_named else 1.1)
    # A degree of longitude is shorter than one of latitude, the more so the farther from the equator.
    across = width * cos(radians(south + height / 2))
    place = altair.Chart(altair.Data(values=rows)).encode(
        x=altair.X("longitude:Q", axis=None, scale=altair.Scale(domain=[west, west + width], nice=False, zero=False)),
        y=altair.Y("latitude:Q", axis=None, scale=altair.Scale(domain=[south, south + height], nice=False, zero=False)),
    )
    drawn = place.mark_circle(opacity=0.85, stroke="white").encode(
        color=altair.Color("state:N", scale=colours), size=altair.Size("target:Q", legend=None, scale=sizes)
    )
    if is_named:
        drawn += place.mark_text(dy=-20, fontSize=12).encode(text="label:N")
    wide = _MAP if len(rows) >= _FEW else 0.75 * _MAP
    high = min(max(wide * height / across, wide / 2.5), 1.3 * wide)
    return drawn.properties(width=wide, height=high, view=altair.ViewBackground(stroke="#D9D6D0"))


def _room(places: Sequence[float], more: float) -> tuple[float, float]:
    """Where a side of the map begins and how long it is (degrees), with that many times more room at its edges."""
    first, last = min(places), max(places)
    length = max(last - first, 0.02)
    middle = (first + last) / 2
    return middle - more / 2 * length, more * length


def _write(path: Path, svg: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, beside = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(svg)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _line(descriptor: int) -> bytes:
    """A line of the input, without reading on: what follows is seen by `select`."""
    read = bytearray()
    while not read.endswith(b"\n"):
        more = os.read(descriptor, 1 << 16)
        if not more:
            break
        read += more
    return bytes(read)


if __name__ == "__main__":
    sys.exit(main())
