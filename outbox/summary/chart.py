"""The chart of the month's summary as a picture: a bar for each commune, a mark where the straight line stands."""

from collections.abc import Sequence

import altair
import vl_convert

from outbox.summary.content import AttainmentRow, percent_of_column
from outbox.words import words

#: Pixels of the plot; the picture has more by _SCALE, so that it is sharp on paper.
_WIDTH, _BAR, _SCALE = 470, 26, 3.0
#: A font that is nowhere leaves no letters at all. The drawing library brings Liberation Sans along for machines
#: without fonts; old versions of it on a machine lack Vietnamese letters.
_FONT = "DejaVu Sans, Liberation Sans"
BARS, WHOLE, MARKS = "#4472A8", "#1F3864", "#C00000"


def chart_picture(rows: Sequence[AttainmentRow]) -> bytes:
    """A PNG of the term's attainment, the rows from top to bottom in their order; without those that have none.

    Raises ValueError where no row has any.
    """
    known = [row for row in rows if row.figures.term_attainment is not None]
    if not known:
        raise ValueError("no attainment to draw")
    data = altair.Data(
        values=[
            {
                "name": row.name,
                "attained": 100 * (row.figures.term_attainment or 0),
                "label": f"{percent_of_column(row.figures.term_attainment)}%",
                "expected": None if row.expected_share is None else 100 * row.expected_share,
                # Right of bar and mark.
                "end": 100 * max(row.figures.term_attainment or 0, row.expected_share or 0),
                "colour": BARS if row.figures.code else WHOLE,
            }
            for row in known
        ]
    )
    names = altair.Y("name:N", sort=[row.name for row in known], title=None, axis=altair.Axis(labelLimit=260))
    scale = altair.Scale(domainMin=0, nice=True)
    bars = (
        altair.Chart(data)
        .mark_bar(height=_BAR * 0.6)
        .encode(
            y=names,
            x=altair.X("attained:Q", title=words("chart_attained"), scale=scale),
            color=altair.Color("colour:N", scale=None),
        )
    )
    labels = altair.Chart(data).mark_text(align="left", dx=5, fontSize=12).encode(y=names, x="end:Q", text="label:N")
    marks = (
        altair.Chart(data)
        .mark_tick(color=MARKS, thickness=3, size=_BAR * 0.9, opacity=1)
        .encode(y=names, x="expected:Q")
    )
    drawn = (
        (bars + marks + labels)
        .properties(width=_WIDTH, height=_BAR * len(known))
        .configure(font=_FONT, background="white")
        .configure_axis(labelFontSize=13, titleFontSize=13, titleFontWeight="normal", gridColor="#DDDDDD")
        .configure_view(stroke=None)
    )
    picture: bytes = vl_convert.vegalite_to_png(drawn.to_dict(), scale=_SCALE)
    return picture
