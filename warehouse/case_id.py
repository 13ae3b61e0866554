"""The id of a case, which is everything that is wrong in a commune's month: `03408-2020-05`."""

from datetime import date


def case_id(commune_code: str, month: date) -> str:
    return f"{commune_code}-{month:%Y-%m}"


#: SQL: the same, of columns of these names.
CASE_ID = "commune_code || '-' || strftime(month, '%Y-%m')"
