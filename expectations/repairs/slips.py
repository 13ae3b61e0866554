"""How people mistype: what stands in a cell and what may belong there in, the slip's name and how unlikely it is out.

Costs are like negative logarithms of chances: a slip of cost 3 happens about a third as often as one of cost 2. They
are the order in which clerks' slips are met with, measured on mistyped workbooks (`benchmarks/repairs.py`), not more.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import log1p

from expectations.repairs.case import Figure

#: Neighbours on the digit row (1 to 0) and on the number pad.
_NEAR_KEYS = {
    "0": "129", "1": "024", "2": "0135", "3": "246", "4": "1357", "5": "2468", "6": "3579", "7": "468", "8": "579",
    "9": "068",
}  # fmt: skip

#: The running costs of each kind of slip.
COSTS = {
    "sign": 0.5,
    "digits_swapped": 1.0,
    "digit_more": 1.0,
    "digit_less": 1.6,
    "comma": 0.6,
    "not_updated": 1.0,
    "neighbour": 1.6,
    "near_key": 1.8,
    "digit_replaced": 2.6,
    "off_by_one": 2.2,
    "zero_for_value": 2.4,
    "blank_for_value": 2.2,
    "miscalculated": 2.5,
    "other": 5.0,
}
#: A blank on a sheet on which zeros are written out has been left out by mistake.
_ODD_BLANK = 0.6
#: Most cells say what they said last month, rightly; only a total that does is suspect. And small figures are often
#: those of the cell beside.
_SAME_AS_BEFORE = 2.8
_SAME_AS_BESIDE = {"large": 1.6, "small": 2.5}
_SMALL = 10


@dataclass(frozen=True)
class Slip:
    """How a wrong figure may have come about."""

    name: str
    cost: float


def slip(figure: Figure, value: float, beside: Collection[float] = ()) -> Slip:
    """The likeliest slip by which `value` became what stands in the cell; `beside` stands in the cells around it."""
    names = sorted(_slips(figure, value, beside))
    return min((Slip(name, _cost(figure, name)) for name in names), key=lambda each: each.cost)


def _cost(figure: Figure, name: str) -> float:
    if name == "blank_for_value" and figure.is_odd_blank:
        return _ODD_BLANK
    if name == "not_updated" and figure.line_kind == "cell":
        return _SAME_AS_BEFORE
    if name == "neighbour":
        return _SAME_AS_BESIDE["small" if figure.number < _SMALL else "large"]
    return COSTS[name]


def _slips(figure: Figure, value: float, beside: Collection[float]) -> set[str]:
    typed = figure.value
    found = {"other"}
    if typed is None:
        return found | {"blank_for_value"}
    if figure.type == "count" and typed == figure.before and typed != 0:
        found.add("not_updated")
    if figure.type == "percent":
        found.add("miscalculated")
    if typed in beside and typed > 2:
        found.add("neighbour")
    if typed == -value:
        found.add("sign")
    if typed == 0:
        found.add("zero_for_value")
    if figure.type == "count" and abs(typed - value) == 1:
        found.add("off_by_one")
    return found | _typing(written(typed), written(value))


def written(value: float) -> str:
    """A figure as it is typed: `12`, `45.3`."""
    return str(int(value)) if float(value).is_integer() else repr(round(value, 6))


def _typing(typed: str, right: str) -> set[str]:
    """The slips of the fingers that make `typed` of `right`."""
    found: set[str] = set()
    if typed.replace(".", "") == right.replace(".", "") and typed != right:
        found.add("comma")
    if len(typed) == len(right):
        differing = [at for at in range(len(typed)) if typed[at] != right[at]]
        if len(differing) == 1:
            near = typed[differing[0]] in _NEAR_KEYS.get(right[differing[0]], "")
            found.add("near_key" if near else "digit_replaced")
        if len(differing) == 2 and differing[1] == differing[0] + 1:
            first, second = differing
            if typed[first] == right[second] and typed[second] == right[first]:
                found.add("digits_swapped")
    if len(typed) == len(right) + 1 and _without_one(typed, right):
        found.add("digit_more")
    if len(right) == len(typed) + 1 and _without_one(right, typed):
        found.add("digit_less")
    return found


def _without_one(longer: str, shorter: str) -> bool:
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def unslipped(typed: float) -> frozenset[float]:
    """What may have been meant by `typed`, were a slip of the fingers made: candidates, likely and unlikely ones."""
    text = written(abs(typed))
    more = {text[:at] + digit + text[at:] for at in range(len(text) + 1) for digit in "0123456789"}
    digits = text.replace(".", "")
    found = {abs(typed)} if typed < 0 else set()
    found |= {float(text[:at] + text[at + 1 :] or 0) for at in range(len(text)) if text[at] != "."}
    found |= {float(text[:at] + text[at + 1] + text[at] + text[at + 2 :]) for at in range(len(text) - 1)
              if "." not in text[at : at + 2]}  # fmt: skip
    found |= {float(digits[:at] + "." + digits[at:]) for at in range(1, len(digits))}
    for at, digit in enumerate(text):
        found |= {float(text[:at] + near + text[at + 1 :]) for near in _NEAR_KEYS.get(digit, "")}
    found |= {float(each) for each in more}
    return frozenset(value for value in found if value != typed)


# --- What the months before let expect ----------------------------------------------------------------

#: What happens in a month, to few people.
_EVENTS = frozenset(
    {
        *(
            "admitted",
            "increase_admitted",
            "increase_transferred_in",
            "increase_reinstated",
            "decrease_transferred_out",
        ),
        *("decrease_deceased", "decrease_expelled", "decrease_struck_off", "decrease_resigned"),
    }
)
#: Figures that go from month to month much as they are.
_STOCKS = frozenset(
    {
        *("candidates", "candidates_women", "candidates_ethnic_minority", "class_attended", "under_verification"),
        *("files_complete", "opening", "closing", "year_target", "admitted_ytd", "admitted_ttd", "mean_age"),
    }
)


def is_stock(figure: Figure) -> bool:
    return figure.field in _STOCKS or figure.field.startswith("introduced_") or (
        figure.form == "KN-3" and figure.field.startswith("age_")
    )  # fmt: skip


def surprise(figure: Figure, value: float) -> float:
    """How far `value` lies from what one expects of the figure: last month's where figures go on, few people where
    something happened in the month. Totals move more than cells do, and parts as their whole does."""
    one = 1.0 if figure.line_kind == "cell" else 3.0
    if is_stock(figure):
        return 0.0 if figure.before is None else 1.5 * log1p(abs(value - figure.before) / one)
    return 0.7 * log1p(abs(value) / one) if figure.field in _EVENTS else 0.0
