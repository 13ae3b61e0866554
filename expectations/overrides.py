"""`overrides.yml` in, validated rows out: where an office judges a rule otherwise than the catalogue."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from expectations.catalogue import FOLDER, SEVERITIES, Rule
from expectations.yaml_file import CatalogueError, document, entries, parsed, standing_in
from warehouse.stored.quality import OverrideRow

_NAME = "overrides.yml"
_NEEDED = ("rule", "severity", "until", "by", "reason")
_POSSIBLE = frozenset({*_NEEDED, "commune", "from"})
#: A rule that is switched off is not judged at all.
OFF = "off"


class BadOverride(CatalogueError):
    """An override cannot be used; the text says which one, what was found and what is possible."""


def overrides(rules: Sequence[Rule]) -> tuple[OverrideRow, ...]:
    """The overrides of `overrides.yml`, in its order. Raises CatalogueError when one cannot be used."""
    return _overrides(document(FOLDER / _NAME), rules)


def read_overrides(text: str, rules: Sequence[Rule]) -> tuple[OverrideRow, ...]:
    """The overrides of a text written like `overrides.yml`. Raises CatalogueError when one cannot be used."""
    return _overrides(parsed(text, _NAME), rules)


def _overrides(read: Mapping[str, Any], rules: Sequence[Rule]) -> tuple[OverrideRow, ...]:
    unknown = sorted(set(read) - {"overrides"})
    if unknown:
        raise BadOverride(f"{_NAME}: unknown {', '.join(unknown)}; everything stands below `overrides:`")
    known = {rule.rule_id for rule in rules}
    found = []
    for position, entry in enumerate(entries(read, "overrides", _NAME), start=1):
        with standing_in(_NAME, entry):
            found.append(_row(position, entry, known))
    return tuple(found)


def _row(position: int, entry: Mapping[str, Any], known: set[str]) -> OverrideRow:
    where = f"entry {position}"
    unknown = sorted(set(entry) - _POSSIBLE)
    if unknown:
        raise BadOverride(f"{where}: unknown {', '.join(unknown)}; possible: {', '.join(sorted(_POSSIBLE))}")
    for part in _NEEDED:
        # YAML reads a bare `off` as no.
        if entry.get(part) is not False and not str(entry.get(part) or "").strip():
            raise BadOverride(f"{where}: {part} is missing; an override says {', '.join(_NEEDED)}")
    if not isinstance(entry["rule"], str) or entry["rule"] not in known:
        raise BadOverride(f"{where}: there is no rule {entry['rule']!r}")
    since = _month(where, "from", entry["from"]) if entry.get("from") else None
    until = _month(where, "until", entry["until"])
    if since is not None and since > until:
        raise BadOverride(f"{where}: from {entry['from']} lies after until {entry['until']}, so that it never holds")
    return OverrideRow(
        position=position,
        rule_id=entry["rule"],
        commune_code=_commune(where, entry.get("commune")),
        from_month=since,
        until_month=until,
        severity=_severity(where, entry["severity"]),
        decided_by=str(entry["by"]).strip(),
        reason=str(entry["reason"]).strip(),
    )


def _severity(where: str, value: object) -> str:
    severity = OFF if value is False else value
    if severity not in (*SEVERITIES, OFF):
        raise BadOverride(f"{where}: severity is {value!r}; possible: {', '.join((*SEVERITIES, OFF))}")
    return str(severity)


def _commune(where: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.isdigit() or len(value) != 5:
        raise BadOverride(f'{where}: commune is {value!r}; expected a code in quotation marks, such as "03408"')
    return value


def _month(where: str, name: str, value: object) -> date:
    try:
        return date.fromisoformat(f"{value}-01")
    except ValueError as error:
        raise BadOverride(f"{where}: {name} is {value!r}; expected a month such as 2020-07") from error
