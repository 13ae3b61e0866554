"""Which commune a code in an address means: codes were given anew, and one has stood for several."""

from datetime import date
from typing import Any

from answers.standing import AsOf
from portal.as_of import month_asked
from portal.view import NotFound, View

_OF_CODE = """
    SELECT
        communes.commune_key, communes.commune_code, communes.commune_name, communes.valid_from, communes.valid_to,
        communes.is_current, communes.district_name, communes.province_name
    FROM marts.dim_commune AS communes
    WHERE communes.commune_code = $code AND communes.is_in_scope ORDER BY communes.valid_from DESC
"""
_RELATIVES = """
    SELECT
        'before' AS side, communes.commune_code, communes.commune_name, communes.valid_to, bridges.extent,
        communes.is_in_scope,
        strftime(bridges.succeeded_on - INTERVAL 1 MONTH, '%Y-%m') AS month
    FROM marts.bridge_commune_succession AS bridges
    JOIN marts.dim_commune AS communes ON communes.commune_key = bridges.predecessor_key
    WHERE bridges.successor_key = $key
    UNION ALL
    SELECT
        'after', communes.commune_code, communes.commune_name, communes.valid_to, bridges.extent,
        communes.is_in_scope, CASE WHEN NOT communes.is_current THEN strftime(bridges.succeeded_on, '%Y-%m') END
    FROM marts.bridge_commune_succession AS bridges
    JOIN marts.dim_commune AS communes ON communes.commune_key = bridges.successor_key
    WHERE bridges.predecessor_key = $key
    ORDER BY ALL
"""


def commune_meant(view: View, code: str, chosen: AsOf) -> dict[str, Any]:
    """The commune that had the code on the day of other boundaries, or in the month of the address, or has it now (had
    it last). Raises NotFound."""
    found = view.rows(_OF_CODE, code=code)
    if not found:
        raise NotFound(code, "commune_unknown")
    day: date | None = chosen.on or month_asked(view)
    if day is None:
        return found[0]
    for each in found:
        if each["valid_from"] <= day < each["valid_to"]:
            return each
    raise NotFound(code, "commune_not_then")


def relatives(view: View, key: str) -> list[dict[str, Any]]:
    """The communes that it came of (`side` before), and those that it went into (after); `month`: one in which each had
    its code."""
    return view.rows(_RELATIVES, key=key)
