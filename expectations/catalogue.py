"""The catalogue: `rules.yml` and `kinds.yml` in, validated `Rule`s and sentence templates out.

Everything a rule is made of is data. What cannot be a rule (an unknown field, a missing sentence …) raises an
error of its own name that says which rule, what was found and what is possible.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from expectations.yaml_file import CatalogueError, document, entries, parsed, part, standing_in
from reference.fields import Field, fields_of, forms, number_fields_of

FOLDER = Path(__file__).parent
_KINDS = FOLDER / "kinds.yml"
_RULES = FOLDER / "rules.yml"
SEVERITIES = ("critical", "warning", "info")
RESETS = ("", "year", "term")
# Ids are used as column names and in file names.
_RULE_ID = re.compile(r"[a-z][a-z0-9_]*")
# The classes of Great Expectations are called by what they expect.
_EXPECTATION = re.compile(r"Expect([A-Z][a-z]+)+")
_RULE_KEYS = frozenset(
    {
        *("id", "form", "kind", "severity", "tolerance", "line_kind", "field", "plus_fields", "minus_fields"),
        *("other_form", "other_field", "reset_at", "meaning", "action", "basis"),
        *("relative_tolerance", "low", "high", "lows", "highs", "rarity", "codes"),
    }
)


class UnknownForm(CatalogueError):
    """A rule names a form that is not in reference/forms.csv."""


class UnknownField(CatalogueError):
    """A rule names a field that its form does not have, or that holds no figure."""


class UnknownKind(CatalogueError):
    """A rule is of a kind that is not in kinds.yml."""


class UnknownEntry(CatalogueError):
    """A rule has an entry that no rule has: most likely a slip of the pen."""


class DuplicateRule(CatalogueError):
    """Two rules have the same id."""


class FieldListedTwice(CatalogueError):
    """A field occurs twice among those that are added and subtracted."""


class MissingText(CatalogueError):
    """A sentence is missing, or exists in one language only."""


class MissingPart(CatalogueError):
    """A rule lacks something that its kind needs."""


class BadValue(CatalogueError):
    """An entry has a value that is none of the possible ones."""


@dataclass(frozen=True)
class Text:
    """One sentence, or part of one, in both languages."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True)
class Kind:
    """What the rules of one kind share."""

    name: str
    #: The name of its class in Great Expectations: `ExpectColumnTotalToHold`.
    expectation: str
    #: Its heading in the Data Docs, and in a sentence what its rules expect.
    title: Text
    expects: Text
    #: `both`: reported equals expected; `upper`: reported does not exceed expected.
    judge: str
    requires: tuple[str, ...]
    line_kinds: tuple[str, ...]
    #: Each time over all months, and not only over those that a build takes in hand.
    looks_over_all_months: bool
    finding: Text
    action: Text
    #: How the fields are put in words where a rule has no `basis`; None where the finding needs none.
    basis: Text | None


@dataclass(frozen=True)
class Wording:
    """The parts of messages that belong to no single kind, by language and then by case."""

    where: Mapping[str, Mapping[str, str]]
    lines: Mapping[str, Mapping[str, str]]
    scope: Mapping[str, Mapping[str, str]]
    bound: Mapping[str, Mapping[str, str]]
    deviation: Mapping[str, Mapping[str, str]]
    no_problem: Mapping[str, str]
    corrected: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Rule:
    """One rule, complete: defaults of its kind are filled in. Empty text means that it does not apply."""

    rule_id: str
    form: str
    kind: str
    severity: str
    #: How far reported and expected may lie apart, in the field's unit; beyond it another `relative_tolerance` times
    #: the expected figure.
    tolerance: float
    relative_tolerance: float
    line_kind: str
    field: str
    plus_fields: tuple[str, ...]
    minus_fields: tuple[str, ...]
    other_form: str
    other_field: str
    reset_at: str
    #: The figure lies between these; None where there is no such bound.
    low: float | None
    high: float | None
    #: The same for each of `plus_fields`: the bounds of the ages that a band counts.
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    #: How rarely a figure is to be as high by chance before it counts as unusual; None where that is not asked.
    rarity: float | None
    #: What the reader has noticed (codes of raw.problems) that is this rule's business.
    codes: tuple[str, ...]
    meaning: Text
    action: Text
    basis: Text | None


# --- Reading --------------------------------------------------------------------------------------


@cache
def kinds() -> Mapping[str, Kind]:
    """The kinds of `kinds.yml` by name."""
    return _kinds(document(_KINDS))


@cache
def wording() -> Wording:
    """The shared words of `kinds.yml`."""
    said = document(_KINDS)
    names = ("where", "lines", "scope", "bound", "deviation", "no_problem", "corrected")
    return Wording(**{name: part(said, name, _KINDS.name) for name in names})


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of `rules.yml`, in its order. Raises CatalogueError when one cannot be used."""
    return _rules([document(_RULES)])


def read_rules(*texts: str) -> tuple[Rule, ...]:
    """The rules of texts written like `rules.yml`. Raises CatalogueError when one cannot be used."""
    return _rules([parsed(text, _RULES.name) for text in texts])


def _rules(documents: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    found: dict[str, Rule] = {}
    for entry in [entry for each in documents for entry in entries(each, "rules", _RULES.name)]:
        with standing_in(_RULES.name, entry):
            rule = _rule(entry)
            if rule.rule_id in found:
                raise DuplicateRule(f"rule {rule.rule_id}: this id is given to two rules; each needs its own")
            found[rule.rule_id] = rule
    return tuple(found.values())


def figure(form: str, name: str) -> Field:
    """The field `name` of `form`. Raises KeyError when there is none."""
    return {field.name: field for field in fields_of(form)}[name]


def _kinds(document: Mapping[str, Any]) -> dict[str, Kind]:
    bases = part(document, "basis", _KINDS.name)
    found = {}
    for name, entry in part(document, "kinds", _KINDS.name).items():
        with standing_in(_KINDS.name, entry if isinstance(entry, Mapping) else document):
            found[name] = _kind_of(name, entry, bases.get(name))
    return found


def _kind_of(name: str, entry: object, basis: object) -> Kind:
    where = f"kind {name}"
    if not isinstance(entry, Mapping):
        raise MissingPart(f"{where}: it has no entries below it")
    return Kind(
        name=name,
        expectation=_expectation(where, entry.get("expectation")),
        title=_text(where, "title", entry),
        expects=_text(where, "expects", entry),
        judge=_one_of(where, "judge", entry.get("judge"), ("both", "upper")),
        requires=_words(where, "requires", entry),
        line_kinds=_words(where, "line_kinds", entry),
        looks_over_all_months=_flag(where, "looks_over_all_months", entry),
        finding=_text(where, "finding", entry),
        action=_text(where, "action", entry),
        basis=None if basis is None else _text(where, "basis", {"basis": basis}),
    )


def _expectation(where: str, name: object) -> str:
    if not isinstance(name, str) or not _EXPECTATION.fullmatch(name):
        raise BadValue(f"{where}: expectation is {name!r}; expected a name such as ExpectColumnTotalToHold")
    return name


def _words(where: str, name: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    words = entry.get(name)
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise BadValue(f"{where}: {name} is {words!r}; expected a list of words such as [cell, total], or []")
    return tuple(words)


def _flag(where: str, name: str, entry: Mapping[str, Any]) -> bool:
    flag = entry.get(name, False)
    if not isinstance(flag, bool):
        raise BadValue(f"{where}: {name} is {flag!r}; expected true or false")
    return flag


# --- One rule -------------------------------------------------------------------------------------


def _rule(entry: Mapping[str, Any]) -> Rule:
    rule_id = str(entry.get("id", ""))
    if not _RULE_ID.fullmatch(rule_id):
        raise BadValue(f"rule {rule_id!r}: an id is written in small letters, digits and underscores")
    where = f"rule {rule_id}"
    unknown = sorted(set(entry) - _RULE_KEYS)
    if unknown:
        raise UnknownEntry(f"{where}: unknown {', '.join(unknown)}; possible: {', '.join(sorted(_RULE_KEYS))}")
    form = _form(where, str(entry.get("form", "")))
    kind = _kind(where, str(entry.get("kind", "")))
    for needed in kind.requires:
        if entry.get(needed) in (None, "", []):
            raise MissingPart(f"{where}: a rule of kind {kind.name} needs {needed}")
    other_form = _form(where, str(entry["other_form"])) if entry.get("other_form") else ""
    plus, minus = (_field_names(where, form, entry.get(part)) for part in ("plus_fields", "minus_fields"))
    listed = [*plus, *minus]
    for name in listed:
        if listed.count(name) > 1:
            raise FieldListedTwice(f"{where}: field {name} is listed twice")
    if kind.name == "column_total" and not plus:
        plus = tuple(field.name for field in fields_of(form) if field.type == "count")
    low, high = (_number(where, bound, entry[bound]) if bound in entry else None for bound in ("low", "high"))
    if low is not None and high is not None and low > high:
        raise BadValue(f"{where}: low is {low:g} and high is {high:g}; the lower bound comes first")
    return Rule(
        rule_id=rule_id,
        form=form,
        kind=kind.name,
        severity=_one_of(where, "severity", entry.get("severity"), SEVERITIES),
        tolerance=_number(where, "tolerance", entry.get("tolerance", 0)),
        relative_tolerance=_number(where, "relative_tolerance", entry.get("relative_tolerance", 0)),
        line_kind=_line_kind(where, kind, entry.get("line_kind")),
        field=_field_name(where, form, entry.get("field")),
        plus_fields=plus,
        minus_fields=minus,
        other_form=other_form,
        other_field=_field_name(where, other_form or form, entry.get("other_field")),
        reset_at=_one_of(where, "reset_at", entry.get("reset_at", ""), RESETS),
        low=low,
        high=high,
        lows=_one_for_each(where, "lows", entry, plus),
        highs=_one_for_each(where, "highs", entry, plus),
        rarity=_rarity(where, entry),
        codes=_codes(where, entry),
        meaning=_text(where, "meaning", entry),
        action=_text(where, "action", entry) if "action" in entry else kind.action,
        basis=_text(where, "basis", entry) if "basis" in entry else None,
    )


def _form(where: str, name: str) -> str:
    known = [form.form for form in forms()]
    if name not in known:
        raise UnknownForm(f"{where}: unknown form {name!r}; there are {', '.join(known)}")
    return name


def _kind(where: str, name: str) -> Kind:
    if name not in kinds():
        raise UnknownKind(f"{where}: unknown kind {name!r}; there are {', '.join(kinds())}")
    return kinds()[name]


def _field_names(where: str, form: str, names: Iterable[str] | None) -> tuple[str, ...]:
    if isinstance(names, str):
        raise BadValue(f"{where}: fields are written as a list, such as [{names}]")
    return tuple(_field_name(where, form, name) for name in names or ())


def _field_name(where: str, form: str, name: str | None) -> str:
    if not name:
        return ""
    known = [field.name for field in number_fields_of(form)]
    if name not in known:
        raise UnknownField(f"{where}: form {form} has no figure {name!r}; it has {', '.join(known)}")
    return name


def _line_kind(where: str, kind: Kind, value: str | None) -> str:
    if not kind.line_kinds:
        return _one_of(where, "line_kind", value or "", ("",))
    return _one_of(where, "line_kind", value or kind.line_kinds[0], kind.line_kinds)


def _one_of(where: str, entry: str, value: object, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise BadValue(f"{where}: {entry} is {value!r}; possible: {', '.join(map(repr, allowed))}")
    return value


def _number(where: str, entry: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise BadValue(f"{where}: {entry} is {value!r}; expected a number of 0 or more")
    return float(value)


def _one_for_each(where: str, name: str, entry: Mapping[str, Any], fields: tuple[str, ...]) -> tuple[float, ...]:
    """A list of numbers, one for each of the fields that the rule adds up."""
    values = entry.get(name) or []
    if not isinstance(values, list) or (values and len(values) != len(fields)):
        raise BadValue(f"{where}: {name} is {values!r}; expected a list of {len(fields)}, one for each of plus_fields")
    return tuple(_number(where, name, value) for value in values)


def _rarity(where: str, entry: Mapping[str, Any]) -> float | None:
    if "rarity" not in entry:
        return None
    value = _number(where, "rarity", entry["rarity"])
    if not 0 < value < 0.5:
        raise BadValue(f"{where}: rarity is {value!r}; expected a chance such as 0.0001")
    return value


def _codes(where: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    codes = entry.get("codes") or []
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise BadValue(f"{where}: codes is {codes!r}; expected a list of codes such as [percent_unread]")
    return tuple(codes)


def _text(where: str, name: str, entry: Mapping[str, Any]) -> Text:
    """The sentence `name` in both languages. Raises MissingText when there is none in either of them."""
    given = entry.get(name)
    texts = given if isinstance(given, Mapping) else {}
    for language in ("vi", "en"):
        if not str(texts.get(language) or "").strip():
            raise MissingText(f"{where}: {name} has no text in {language!r}")
    return Text(vi=str(texts["vi"]).strip(), en=str(texts["en"]).strip())
