"""Which row of a sheet is which row of an official form: the best alignment of the two sequences.

Both run in the same order, so rows that are missing, added or broken over several sheet rows do not shift the
others, and a word that stands under several headings is told apart by its neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.official_forms.rows import OfficialForm, similar_rows

#: A label is broken over this many sheet rows at most.
_LONGEST_SPAN = 3
_PER_BROKEN_ROW = 0.05
#: What it is worth that a row has figures, and that it follows the form's row before it.
_FIGURES = 0.1
_NEIGHBOUR = 0.1
#: What it costs to stand under a row that is not there.
_WITHOUT_PARENT = 0.3
#: An alignment that is worse by less than this is as good.
_MARGIN = 0.08
#: A row that is read alone as surely as this is no half of another, unless both together are read so, too.
_SURE = 0.9
_NOTHING = float("-inf")


@dataclass(frozen=True)
class LabelledRow:
    """A row of the sheet: its words and whether it has figures. `continues`: its label cell is merged with the one
    above. The words are '' where it has none."""

    text: str
    has_figures: bool
    continues: bool = False


@dataclass(frozen=True)
class Match:
    """Sheet rows `first`..`last` (indices into the rows given) are the form's row `form_row`."""

    first: int
    last: int
    form_row: int
    score: float


@dataclass(frozen=True)
class Alignment:
    """The rows that were recognised, and those that could be more than one thing (nothing is read from them)."""

    form: OfficialForm
    matches: tuple[Match, ...]
    ambiguous: tuple[Match, ...]

    @property
    def score(self) -> float:
        return sum(match.score for match in (*self.matches, *self.ambiguous))


def align(form: OfficialForm, rows: Sequence[LabelledRow]) -> Alignment:
    """The best alignment of `rows` with the rows of `form`."""
    candidates = [_candidates(form, rows, first) for first in range(len(rows))]
    forward = _forward(form, candidates)
    backward = _backward(form, candidates)
    path = _path(form, candidates, backward)
    best = backward[0][0] if rows else 0.0
    through = {
        candidate: _through(form, candidate, forward, backward) for starting in candidates for candidate in starting
    }
    rivals = [candidate for candidate, worth in through.items() if worth > best - _MARGIN]
    ambiguous = [match for match in path if any(_excludes(match, rival) for rival in rivals)]
    ambiguous += [match for match in _misplaced(form, rows, path) if match not in ambiguous]
    return Alignment(form, tuple(match for match in path if match not in ambiguous), tuple(dict.fromkeys([*ambiguous])))


def _misplaced(form: OfficialForm, rows: Sequence[LabelledRow], path: Sequence[Match]) -> list[Match]:
    """Rows that stand under two headings with the same words, where only one was found and another row under its
    heading, or the heading of the other, is not understood: that one may be the row, and this one the other's."""
    found = {match.form_row: match for match in path}
    covered = {row for match in path for row in range(match.first, match.last + 1)}
    return [
        match
        for match in path
        if any(
            index not in found and score >= _SURE
            for index, score in similar_rows(form, _words(rows, match)).items()
            if form.rows[index].parent != form.rows[match.form_row].parent
        )
        and any(row not in covered and rows[row].text for row in _block(form, rows, path, match))
    ]


def _words(rows: Sequence[LabelledRow], match: Match) -> str:
    return " ".join(row.text for row in rows[match.first : match.last + 1]).strip()


def _block(form: OfficialForm, rows: Sequence[LabelledRow], path: Sequence[Match], match: Match) -> range:
    """The rows from the one that `match` stands under to the next that stands under another."""
    parent = form.rows[match.form_row].parent
    at = path.index(match)
    above = next((each.last + 1 for each in reversed(path[:at]) if form.rows[each.form_row].parent != parent), 0)
    below = next((each.first for each in path[at:] if form.rows[each.form_row].parent != parent), len(rows))
    return range(above, below)


def _excludes(match: Match, rival: Match) -> bool:
    """True when the rival says something else of the same rows, or takes the same form row for other rows."""
    overlap = match.first <= rival.last and rival.first <= match.last
    return overlap != (match.form_row == rival.form_row)


def _candidates(form: OfficialForm, rows: Sequence[LabelledRow], first: int) -> list[Match]:
    """What the rows that begin at `first` can be."""
    found: dict[tuple[int, int], float] = {}
    text = ""
    with_figures = 0
    for last in range(first, min(first + _LONGEST_SPAN, len(rows))):
        row = rows[last]
        if last > first and not row.text and not row.continues:
            break
        if last == first and not row.text:
            break
        with_figures += row.has_figures
        if with_figures > 1:
            break
        text = f"{text} {row.text}".strip()
        alone = last > first and _stands_alone(form, rows[first].text, row.text)
        for index, score in similar_rows(form, text).items():
            if alone and score < _SURE:
                continue
            worth = score - _PER_BROKEN_ROW * (last - first)
            if form.rows[index].field and with_figures:
                worth += _FIGURES
            found[last, index] = worth
    return [Match(first, last, index, worth) for (last, index), worth in found.items()]


def _stands_alone(form: OfficialForm, above: str, text: str) -> bool:
    """True for a row that is surely one of the form's, and not the same as the row above it."""
    sure = {index for index, score in similar_rows(form, text).items() if score >= _SURE} if text else set()
    return bool(sure - set(similar_rows(form, above)))


def _step(form: OfficialForm, before: int, after: int) -> float:
    """What it is worth that row `after` of the form follows its row `before` (-1: none)."""
    worth = _NEIGHBOUR if after == before + 1 else 0.0
    parent = form.rows[after].parent
    return worth - _WITHOUT_PARENT if parent is not None and before < parent else worth


# In both tables the second index is the form's row that was matched last, plus one (0: none yet).


def _forward(form: OfficialForm, candidates: Sequence[Sequence[Match]]) -> list[list[float]]:
    """[i][j]: the best worth of the sheet rows before `i` when the last one matched is `j - 1`."""
    size = len(form.rows) + 1
    best = [[_NOTHING] * size for _ in range(len(candidates) + 1)]
    best[0][0] = 0.0
    for first, starting in enumerate(candidates):
        here = best[first]
        following = best[first + 1]
        for j, worth in enumerate(here):
            following[j] = max(following[j], worth)
        for match in starting:
            reached = best[match.last + 1]
            j = match.form_row + 1
            worth = match.score + max(
                here[before] + _step(form, before - 1, match.form_row) for before in range(match.form_row + 1)
            )
            reached[j] = max(reached[j], worth)
    return best


def _backward(form: OfficialForm, candidates: Sequence[Sequence[Match]]) -> list[list[float]]:
    """[i][j]: the best worth of the sheet rows from `i` on when the last one matched is `j - 1`."""
    size = len(form.rows) + 1
    best = [[0.0] * size for _ in range(len(candidates) + 1)]
    for first in range(len(candidates) - 1, -1, -1):
        here = list(best[first + 1])
        for match in candidates[first]:
            rest = match.score + best[match.last + 1][match.form_row + 1]
            for j in range(match.form_row + 1):
                here[j] = max(here[j], rest + _step(form, j - 1, match.form_row))
        best[first] = here
    return best


def _path(form: OfficialForm, candidates: Sequence[Sequence[Match]], backward: list[list[float]]) -> list[Match]:
    path: list[Match] = []
    row, j = 0, 0
    while row < len(candidates):
        wanted = backward[row][j]
        taken = next(
            (
                match
                for match in candidates[row]
                if match.form_row >= j
                and _near(
                    match.score + _step(form, j - 1, match.form_row) + backward[match.last + 1][match.form_row + 1],
                    wanted,
                )
            ),
            None,
        )
        if taken is None or _near(backward[row + 1][j], wanted):
            row += 1
            continue
        path.append(taken)
        row, j = taken.last + 1, taken.form_row + 1
    return path


def _near(one: float, other: float) -> bool:
    return abs(one - other) < 1e-9


def _through(form: OfficialForm, match: Match, forward: list[list[float]], backward: list[list[float]]) -> float:
    """The worth of the best alignment that holds `match`."""
    before = forward[match.first]
    to_here = max(before[j] + _step(form, j - 1, match.form_row) for j in range(match.form_row + 1))
    return to_here + match.score + backward[match.last + 1][match.form_row + 1]
