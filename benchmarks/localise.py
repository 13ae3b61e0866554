"""The peer of the repairs: error localisation as it stands in the books, without anything known of how people mistype.

Fellegi and Holt (1976): the fewest cells whose change makes all rules hold, every cell as good as any other; one
integer programme over the whole case, as R's errorlocate sets it up, with the same solver as ours.
"""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

from expectations.repairs.case import Case

#: How many times the largest figure of a case another one may be.
_MOST = 4
_SECONDS = 10.0


def fewest_cells(case: Case) -> Mapping[int, float]:
    """Figure -> value of a smallest set; empty when none is found in time. Rules that are no sums are left out."""
    identities = [each for each in case.identities if each.shape == "sum" and each.is_hard]
    figures = sorted({figure for each in identities for figure in each.figures})
    at = {figure: place for place, figure in enumerate(figures)}
    number = len(figures)
    values = np.array([case.figures[figure].number for figure in figures])
    most = _MOST * max(25.0, float(np.max(np.abs(values))))
    # The unknowns are the values and, for each, whether it differs from what stands there.
    rules = lil_matrix((len(identities), 2 * number))
    low, high = np.empty(len(identities)), np.empty(len(identities))
    for row, identity in enumerate(identities):
        for figure, sign in zip(identity.figures, identity.signs, strict=True):
            rules[row, at[figure]] += sign
        low[row] = -np.inf if identity.upper else -identity.constant - identity.allowed
        high[row] = -identity.constant + identity.allowed
    linked = lil_matrix((2 * number, 2 * number))
    for place in range(number):
        linked[place, place], linked[place, number + place] = 1, -most
        linked[number + place, place], linked[number + place, number + place] = -1, -most
    outcome = milp(
        c=np.concatenate([np.zeros(number), np.ones(number)]),
        constraints=[
            LinearConstraint(rules.tocsr(), low, high),
            LinearConstraint(linked.tocsr(), -np.inf, np.concatenate([values, -values])),
        ],
        integrality=np.ones(2 * number),
        bounds=Bounds(np.zeros(2 * number), np.concatenate([np.full(number, most), np.ones(number)])),
        options={"time_limit": _SECONDS},
    )
    if outcome.x is None:
        return {}
    found = np.round(outcome.x[:number])
    return {figure: float(found[at[figure]]) for figure in figures if found[at[figure]] != values[at[figure]]}
