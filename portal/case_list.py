"""The stewards' queue as the address asks for it: which cases, whose, in which order, and what is beside each."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlencode

from answers.cases import QUEUE, QUEUE_ORDER
from answers.reports import communes_meant
from portal.tables import Column, Row, TableOf
from portal.threads import assignees
from portal.view import BadRequest, View
from warehouse.failure_states import STATES

#: What `?state=` may be: what waits for somebody (where nothing is said), everything, or a state of failures.
WAITS, ALL = "waits", "all"
STATES_ASKED = (WAITS, *STATES, ALL)
#: What `?assigned=` may say besides a name.
NOBODY, ME = "nobody", "me"
_FILTERS = ("state", "commune", "month", "assigned")


@dataclass(frozen=True)
class Filters:
    """The queue's filters, as they stand in the address."""

    state: str = WAITS
    commune: str = ""
    month: date | None = None
    assigned: str = ""


def filters_of(query: Mapping[str, str]) -> Filters:
    """Raises BadRequest for a month or a state that there is not."""
    state = query.get("state") or WAITS
    if state not in STATES_ASKED:
        raise BadRequest("queue_bad_state", state)
    commune, assigned = query.get("commune", "").strip()[:100], query.get("assigned", "").strip()[:100]
    return Filters(state, commune, month_of(query.get("month", "")), assigned)


def month_of(text: str) -> date | None:
    """`2020-08`; None where nothing is asked for. Raises BadRequest."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        raise BadRequest("queue_bad_month", text) from None


def kept_filters(query: Mapping[str, str]) -> dict[str, str]:
    """The filters that go on from one case to the next."""
    return {name: query[name] for name in _FILTERS if query.get(name)}


def queue_table(view: View, filters: Filters) -> TableOf:
    """Raises NoCommuneMeant."""
    who = assignees(view.settings)
    states = None if filters.state in (WAITS, ALL) else filters.state
    sql = f"""
        SELECT
            cases.* EXCLUDE (causes, commune_key),
            city_admitted_with - city_admitted AS added,
            array_to_string(list_transform(causes, lambda each: each[$language]), chr(10)) AS causes,
            assigned.name AS assigned
        FROM ({QUEUE}) AS cases
        LEFT JOIN (SELECT unnest($cases) AS case_id, unnest($names) AS name) AS assigned USING (case_id)
        WHERE (NOT $waits OR critical + warning > 0)
            AND ($own IS NULL OR commune_code = $own)
            AND ($assigned = '' OR coalesce(assigned.name, '') = $name)
    """
    values: dict[str, object] = {
        "communes": communes_meant(view.settings, filters.commune or None),
        "month": filters.month,
        "state": states,
        "waits": filters.state == WAITS,
        "own": view.own_commune,
        "language": 1 if view.language == "vi" else 2,
        "cases": list(who) or [""],
        "names": list(who.values()) or [""],
        "assigned": filters.assigned,
        "name": {NOBODY: "", ME: view.person.name}.get(filters.assigned, filters.assigned),
    }
    return TableOf("queue", sql, _columns(view), QUEUE_ORDER, values)


def _columns(view: View) -> tuple[Column, ...]:
    def case(row: Row) -> str:
        return case_address(view, row["case_id"])

    return (
        Column("case_id", "queue_case", link=case, is_searched=True),
        Column("commune_name", "queue_commune", is_searched=True),
        Column("month", "queue_month", "month"),
        Column("is_held_back", "queue_held", "yes_no"),
        Column("admitted_as_sent", "queue_admitted", "count"),
        Column("added", "queue_added", "count"),
        Column("critical", "queue_critical", "count"),
        Column("warning", "queue_warning", "count"),
        Column("info", "queue_info", "count"),
        Column("causes", "queue_causes", is_searched=True),
        Column("assigned", "queue_assigned", is_searched=True),
    )


def case_address(view: View, case_id: str) -> str:
    kept = kept_filters(view.query)
    return f"/cases/{quote(case_id, safe='')}" + (f"?{urlencode(kept)}" if kept else "")


def neighbours(view: View, case_id: str) -> tuple[str | None, str | None]:
    """The cases before and after this one in the queue that the address asks for; after one that is no longer there
    comes the first."""
    ids = _order_of(view, filters_of(view.query))
    if case_id not in ids:
        return None, next(iter(ids), None)
    at = ids.index(case_id)
    return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)


#: The order is the same for all cases that somebody goes through; a few people's are kept.
_ORDERS: dict[tuple[object, ...], tuple[str, ...]] = {}
_MOST_ORDERS = 32
_KEEPING = threading.Lock()


def _order_of(view: View, filters: Filters) -> tuple[str, ...]:
    who = tuple(sorted(assignees(view.settings).items()))
    name = (view.settings.home, view.version, filters, view.own_commune, view.person.name, who)
    with _KEEPING:
        if known := _ORDERS.get(name):
            return known
    table = queue_table(view, filters)
    rows = view.rows(f"SELECT case_id FROM ({table.sql}) ORDER BY {QUEUE_ORDER}", **table.values)
    found = tuple(row["case_id"] for row in rows)
    with _KEEPING:
        while len(_ORDERS) >= _MOST_ORDERS:
            del _ORDERS[next(iter(_ORDERS))]
        _ORDERS[name] = found
    return found
