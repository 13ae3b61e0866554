"""Whose report, and for which month: read from the title block; file and folder names only help."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import TypeVar

from ingest.model import Problem
from ingest.problems import problem
from ingest.values.months import Hint, hints_in, month_of, months_in, months_in_name
from ingest.values.similar import wrong_letters
from ingest.values.text import clean, key, spelling
from reference.communes import Commune, all_communes, communes_in_scope, predecessors_of, successors_of
from reference.figures import month_name
from reference.terms import first_month

#: Titles of something else than one month.
_NO_SINGLE_MONTH = re.compile(
    r"\btu thang \d{1,2}\b.*\bden\b.*\bthang \d{1,2}\b|\bquy (?:iv|i{1,3}|[1-4])\b.*\b20\d\d\b"
    r"|\b(?:cac )?thang \d{1,2} (?:va )?\d{1,2} nam 20\d\d\b|\b(?:6|9|sau|chin) thang (?:dau|cuoi) nam\b"
)
#: How the committee of a district or province is called: `Thành phố Lai Châu` -> `Thành ủy Lai Châu`.
_COMMITTEES = {
    "thanh pho": "thanh uy",
    "thi xa": "thi uy",
    "huyen": "huyen uy",
    "quan": "quan uy",
    "tinh": "tinh uy",
}
#: How titles shorten the unit above: `TP Lai Châu`.
_SHORT_UNITS = {"tp": "thanh pho", "tx": "thi xa", "h": "huyen", "q": "quan", "t": "tinh"}
_UNIT_WORDS = {
    "ward": ("phuong", "p"),
    "commune": ("xa", "x"),
    "township": ("thi tran", "tt"),
    "special_zone": ("dac khu", "dk"),
}
#: What a commune is known by inside a larger unit.
_Inside = TypeVar("_Inside")
_Meant = TypeVar("_Meant")

#: The same as `spelling` has them, with the blank before the name.
_UNITS_AS_WRITTEN = {
    unit_type: (f"{spelling(word)} ", f"{short} ")
    for word, (unit_type, short) in {
        "Phường": ("ward", "p"),
        "Xã": ("commune", "x"),
        "Thị trấn": ("township", "tt"),
        "Đặc khu": ("special_zone", "dk"),
    }.items()
}
#: Words after which a commune's bare name may stand (`Đảng ủy Đông Phong`).
_BEFORE_BARE_NAME = frozenset({"uy", "bo", "vi", "bch"})
_LONGEST_NAME = 7
#: `Mã đơn vị: 03408`.
_CODE = re.compile(r"\bma(?: (?:so|dinh danh|dvhc|don vi|hanh chinh|xa|phuong|dang bo|dang uy))* (\d{5})\b")
#: `Đảng ủy phường Đông Phog`: a committee with its unit's name, whatever that is.
_COMMITTEE_OF = re.compile(
    r"\b(?:dang uy|dang bo|ban chap hanh|bch|du|db) (?:phuong|xa|thi tran|dac khu|tt|dk|p|x) "
    r"(?!phuong\b|xa\b|thi tran\b|dac khu\b)([a-z]{2,}(?: [a-z]+)*)"
)
#: A name with this many letters wrong is still that name.
_LETTERS_WRONG = 2
#: Lines of a title that name others than the sender.
_ADDRESSEES = ("kinh gui", "noi nhan")


@dataclass(frozen=True)
class Identity:
    """What the title says; `commune` or `month` None when it does not say, or not clearly."""

    commune: Commune | None
    month: date | None
    problems: tuple[Problem, ...]


class Names(dict[str, _Meant]):
    """Names of one word or several, as keys, with what they mean."""

    @cached_property
    def first_words(self) -> frozenset[str]:
        """The words that they begin with: most words of a title begin no name."""
        return frozenset(name.split(" ", 1)[0] for name in self)


@dataclass(frozen=True)
class Gazetteer:
    """The names of communes, as keys, for looking them up in a title."""

    scope: str

    @cached_property
    def in_scope(self) -> frozenset[Commune]:
        return frozenset(communes_in_scope(self.scope))

    @cached_property
    def by_phrase(self) -> Names[list[Commune]]:
        """`phuong dong phong`, `p dong phong` -> communes in scope."""
        return _by_phrase(self.in_scope)

    @cached_property
    def by_phrase_anywhere(self) -> Names[list[Commune]]:
        """The same for the whole country; only needed to say whose a report from elsewhere is."""
        return _by_phrase(all_communes())

    @cached_property
    def by_bare_name(self) -> Names[list[Commune]]:
        """`dong phong` -> communes in scope (further away a bare name says too little)."""
        found: Names[list[Commune]] = Names()
        for commune in self.in_scope:
            bare = key(bare_name(commune))
            if not bare.replace(" ", "").isdigit():
                found.setdefault(bare, []).append(commune)
        return found

    @cached_property
    def upper_units(self) -> Names[frozenset[tuple[str, str]]]:
        """`thanh pho lai chau`, `huyen tam duong`, `tinh lai chau` -> the (code, name) of the communes inside."""
        inside: dict[str, set[tuple[str, str]]] = {}
        for commune in all_communes():
            for upper in (commune.district_name, commune.province_name):
                if upper:
                    inside.setdefault(upper, set()).add((commune.code, commune.name))
        found: dict[str, set[tuple[str, str]]] = {}
        for upper, communes in inside.items():
            found.setdefault(key(upper), set()).update(communes)
        return Names((name, frozenset(communes)) for name, communes in found.items())

    @cached_property
    def by_squeezed_name(self) -> dict[str, list[Commune]]:
        """`dongphong`, as files are named -> communes in scope."""
        found: dict[str, list[Commune]] = {}
        for bare, communes in self.by_bare_name.items():
            found.setdefault(bare.replace(" ", ""), []).extend(communes)
        return found

    @cached_property
    def longest_squeezed(self) -> int:
        return max(map(len, self.by_squeezed_name), default=0)


@cache
def _governed() -> Names[frozenset[tuple[str, date]]]:
    """`huyen tam duong`, `huyen uy tam duong`, `tinh lai chau` -> (code, since when) of the communes inside.

    Finer than `upper_units`: provinces that merged in July 2025 kept their names, and communes their codes.
    """
    inside: dict[str, set[tuple[str, date]]] = {}
    for commune in all_communes():
        for upper in (commune.district_name, commune.province_name):
            if upper:
                inside.setdefault(upper, set()).add((commune.code, commune.valid_from))
    found: dict[str, set[tuple[str, date]]] = {}
    for upper, communes in inside.items():
        words = key(upper)
        found.setdefault(words, set()).update(communes)
        for unit, committee in _COMMITTEES.items():
            if words.startswith(f"{unit} "):
                found.setdefault(f"{committee}{words.removeprefix(unit)}", set()).update(communes)
    return Names((name, frozenset(communes)) for name, communes in found.items())


def _by_phrase(communes: Iterable[Commune]) -> Names[list[Commune]]:
    found: Names[list[Commune]] = Names()
    for commune in communes:
        bare = key(bare_name(commune))
        for word in _UNIT_WORDS[commune.unit_type]:
            found.setdefault(f"{word} {bare}", []).append(commune)
    return found


def bare_name(commune: Commune) -> str:
    """`Phường Đông Phong` -> `Đông Phong`."""
    for word in ("phường ", "xã ", "thị trấn ", "đặc khu "):
        if commune.name.lower().startswith(word):
            return commune.name[len(word) :]
    return commune.name


@lru_cache(maxsize=4)
def gazetteer(scope: str) -> Gazetteer:
    """The gazetteer of a scope; built once in a process."""
    return Gazetteer(scope)


def identify(
    titles: Sequence[Sequence[str]], path_name: str, scope: str, today: date, rows: Iterable[str] = ()
) -> Identity:
    """Commune and month from `titles` (a list of texts per sheet); `path_name` is the path below the landing folder.

    `rows` are the title's whole rows, for a month that is written over several cells; only looked at where needed.

    Without a clear answer the identity has None there and a critical problem saying why.
    """
    month, month_problems = _month(titles, path_name, today, rows)
    commune, commune_problems = _commune([text for texts in titles for text in texts], path_name, scope, month)
    return Identity(commune, month, (*month_problems, *commune_problems))


def commune_of(
    texts: Sequence[str], path_name: str, scope: str, month: date | None
) -> tuple[Commune | None, list[Problem]]:
    """The commune that title texts name and that existed in `month`; without a clear one None and the problem."""
    return _commune(texts, path_name, scope, month)


def _shown(month: date) -> str:
    return f"{month.month:02d}/{month.year}"


def _month(
    titles: Sequence[Sequence[str]], path_name: str, today: date, rows: Iterable[str]
) -> tuple[date | None, list[Problem]]:
    named = months_in_name(path_name)
    stated = months_in(text for texts in titles for text in texts)
    hints: list[Hint] = []
    if not stated:
        rows = list(rows)
        stated = months_in(rows)
        hints = [] if stated else hints_in((text for texts in titles for text in texts), rows)
    wider = next((text for texts in titles for text in texts if _NO_SINGLE_MONTH.search(key(text))), None)
    if wider is not None:
        return None, [problem("not_one_month", found=clean(wider))]
    if len(stated) > 1:
        return None, [problem("month_contradiction", found=", ".join(map(_shown, sorted(stated))))]
    problems = []
    if stated:
        (month,) = stated
        if len(named) == 1 and named != stated:
            (other,) = named
            problems.append(problem("file_name_other_month", found=_shown(other), expected=_shown(month)))
    elif len(named) == 1:
        (month,) = named
        if against := next((hint for hint in hints if not hint.agrees(month)), None):
            # A title that says something, however mistyped, is not overruled by a name.
            return None, [problem("month_unclear", found=against.text, expected=_shown(month))]
        problems.append(problem("identified_by_file_name", found=f"tháng / month ({_shown(month)})"))
    elif hinted := month_of(hints):
        month = hinted
    else:
        return None, [problem("month_unknown", found=hints[0].text if hints else None)]
    if month > today:
        return None, [problem("month_in_future", found=_shown(month), expected=_shown(today))]
    if month < first_month():
        return None, [problem("month_before_terms", found=_shown(month), expected=_shown(first_month()))]
    return month, problems


def _commune(
    texts: Sequence[str], path_name: str, scope: str, month: date | None
) -> tuple[Commune | None, list[Problem]]:
    names = gazetteer(scope)
    title = " \n ".join(words for text in texts if not (words := key(text)).startswith(_ADDRESSEES))
    above = [inside for line in title.split("\n") for _, inside in _upper_units_in(names.upper_units, line)]
    inside = [
        commune
        for commune in _matches(names.by_phrase, title, needs_word_before=False)
        if _lies_in_one_of(above, commune)
    ]
    if not inside:
        inside += [
            commune
            for commune in _matches(names.by_bare_name, title, needs_word_before=True)
            if _lies_in_one_of(above, commune)
        ]
    inside = spelt_as_in(inside, texts)
    codes = [match[1] for line in title.split(" \n ") for match in _CODE.finditer(line)]
    if not inside and month is not None:
        inside = [commune for commune in names.in_scope if commune.code in codes and commune.is_valid_in(month)]
    if inside:
        commune, problems = _in_month(inside, month, title.split("\n"), scope)
        if commune is not None:
            if month is not None and (contradiction := _other_code(codes, commune, month)):
                return None, [contradiction]
            problems += _other_commune_in_name(names, commune, path_name)
        return commune, problems
    for commune in _matches(names.by_phrase_anywhere, title, needs_word_before=False):
        if commune not in names.in_scope and _lies_in_one_of(above, commune):
            return None, [problem("commune_outside_scope", found=described(commune), expected=scope)]
    mentioned = [
        commune for commune in _mentioned_in_name(names, path_name) if month is None or commune.is_valid_in(month)
    ]
    if len({commune.name for commune in mentioned}) == 1:
        commune = mentioned[0]
        if against := _names_another(texts, commune):
            # As with the month: a title that names somebody, however mistyped, is not overruled by a file's name.
            return None, [problem("commune_unclear", found=against, expected=commune.name)]
        return commune, [problem("identified_by_file_name", found=f"xã, phường / commune ({commune.name})")]
    return None, [problem("commune_unknown")]


def _matches(names: Names[list[Commune]], title: str, *, needs_word_before: bool) -> list[Commune]:
    """Communes whose name stands in the title, longest names first; a name inside a longer one does not count."""
    found: list[Commune] = []
    for line in title.split("\n"):
        words = [word.lstrip("0") or word for word in line.split()]
        position = 0
        while position < len(words):
            if words[position] not in names.first_words:
                position += 1
                continue
            for length in range(min(_LONGEST_NAME, len(words) - position), 0, -1):
                phrase = " ".join(words[position : position + length])
                if phrase in names and _may_begin(words, position, needs_word_before=needs_word_before):
                    found += [commune for commune in names[phrase] if commune not in found]
                    position += length - 1
                    break
            position += 1
    return found


def _may_begin(words: Sequence[str], position: int, *, needs_word_before: bool) -> bool:
    """Whether a commune's name may begin there: `Thị xã Nghĩa Lộ` is no `Xã Nghĩa Lộ`."""
    before = words[position - 1] if position else None
    if words[position] == "xa" and before == "thi":
        return False
    return before is None or not needs_word_before or before in _BEFORE_BARE_NAME


def _lies_in_one_of(above: Sequence[frozenset[tuple[str, str]]], commune: Commune) -> bool:
    """False when the title names districts or provinces (`above`) and the commune lies in none of them."""
    return not above or any((commune.code, commune.name) in inside for inside in above)


def _upper_units_in(units: Names[frozenset[_Inside]], line: str) -> Iterator[tuple[str, frozenset[_Inside]]]:
    words = line.split()
    for start in range(len(words)):
        first = _SHORT_UNITS.get(words[start], words[start])
        if first.split(" ", 1)[0] not in units.first_words:
            continue
        for length in range(min(_LONGEST_NAME, len(words) - start), 1, -1):
            phrase = " ".join((first, *words[start + 1 : start + length]))
            if phrase in units:
                yield phrase, units[phrase]
                break


def under_committee(communes: Sequence[Commune], texts: Iterable[str], scope: str) -> list[Commune]:
    """Those of the communes sharing a name that lie under a committee which the texts name; all where none is named.

    Where district and province are named, the one that lies in both goes before those that lie in the province only.
    """
    if len(communes) < 2 or len({commune.name.casefold() for commune in communes}) > 1:
        return list(communes)
    stated = {name: inside for text in texts for name, inside in _upper_units_in(_governed(), key(text))}
    agreeing = [sum((each.code, each.valid_from) in inside for inside in stated.values()) for each in communes]
    return [each for each, times in zip(communes, agreeing, strict=True) if times == max(agreeing)]


def spelt_as_in(communes: list[Commune], texts: Sequence[str]) -> list[Commune]:
    """Where names differ by accents only, those written with just these accents: best with the unit's word before,
    as a town of nearly the same name may stand above (`Phường Sa Pả` in `Thị xã Sa Pa`)."""
    if len({commune.name for commune in communes}) <= 1:
        return communes
    written = f" {' '.join(spelling(text) for text in texts)} "
    for words in _UNITS_AS_WRITTEN, {}:
        exact = [
            commune
            for commune in communes
            if any(f" {word}{spelling(bare_name(commune))} " in written for word in words.get(commune.unit_type, ("",)))
        ]
        if exact:
            return exact
    return communes


def _in_month(
    communes: list[Commune], month: date | None, texts: Sequence[str], scope: str
) -> tuple[Commune | None, list[Problem]]:
    valid = [commune for commune in communes if month is None or commune.is_valid_in(month)]
    valid = under_committee(valid, texts, scope)
    if len({(commune.code, commune.name) for commune in valid}) > 1:
        listed = ", ".join(sorted({described(commune) for commune in valid}))
        return None, [problem("commune_ambiguous", found=listed)]
    if valid or month is None:
        return (valid or communes)[-1], []
    if ended := [commune for commune in communes if commune.valid_to <= month]:
        commune = max(ended, key=lambda each: each.valid_to)
        reporting = _reporting_later(commune, month)
        code = "commune_not_in_month"
    else:
        commune = min(communes, key=lambda each: each.valid_from)
        reporting = [each for each in predecessors_of(commune) if each.is_valid_in(month)]
        code = "commune_not_yet"
    validity = " – ".join(month_name(day, "vi") for day in (commune.valid_from, commune.valid_to))
    expected = ", ".join(dict.fromkeys(each.name for each in reporting)) or validity
    return None, [problem(code, found=commune.name, expected=expected)]


def _reporting_later(commune: Commune, month: date) -> list[Commune]:
    """Who reports in `month` for the territory of a commune that ended before it."""
    found: list[Commune] = []
    for successor in successors_of(commune):
        found += [successor] if successor.is_valid_in(month) else _reporting_later(successor, month)
    return found


def _other_code(codes: Iterable[str], commune: Commune, month: date) -> Problem | None:
    """The title names a code that is another commune's in that month: codes were given anew in July 2025."""
    for code in codes:
        holders = [each.name for each in all_communes() if each.code == code and each.is_valid_in(month)]
        if code != commune.code and holders:
            expected = f"{code} = {holders[0]}, {commune.name} = {commune.code}"
            return problem("code_of_another_commune", found=code, expected=expected)
    return None


def unit_of_its_own(label: str, commune: Commune, month: date, scope: str) -> Commune | None:
    """Another commune of `month` that a section's label names: in that month it reported for itself."""
    for other in _matches(gazetteer(scope).by_phrase, key(label), needs_word_before=False):
        if other.name != commune.name and other.is_valid_in(month):
            return other
    return None


def described(commune: Commune) -> str:
    """`Phường Đông Phong, Thành phố Lai Châu, Tỉnh Lai Châu`."""
    return ", ".join(part for part in (commune.name, commune.district_name, commune.province_name) if part)


def _mentioned_in_name(names: Gazetteer, path_name: str) -> list[Commune]:
    """The communes whose names, squeezed, stand in a path; of several the longest. The cost grows with the length of
    the path, not with the size of the country."""
    squeezed = key(path_name).replace(" ", "")
    known = names.by_squeezed_name
    for length in range(min(names.longest_squeezed, len(squeezed)), 0, -1):
        parts = dict.fromkeys(squeezed[start : start + length] for start in range(len(squeezed) - length + 1))
        found = [commune for part in parts if part in known for commune in known[part]]
        if found:
            return found
    return []


def _names_another(texts: Sequence[str], commune: Commune) -> str | None:
    """The title's text that names a unit which we do not know, and which is not `commune` mistyped."""
    meant = key(bare_name(commune)).replace(" ", "")
    for text in texts:
        for match in _COMMITTEE_OF.finditer("" if key(text).startswith(_ADDRESSEES) else key(text)):
            written = match[1].replace(" ", "")
            ends = range(len(meant) - 1, len(meant) + 2)
            if all(wrong_letters(written[:end], meant, _LETTERS_WRONG) > _LETTERS_WRONG for end in ends):
                return clean(text)
    return None


def _other_commune_in_name(names: Gazetteer, commune: Commune, path_name: str) -> list[Problem]:
    file_name = path_name.replace("\\", "/").rsplit("/", 1)[-1]
    mentioned = {other.name for other in _mentioned_in_name(names, file_name)}
    own = key(bare_name(commune)).replace(" ", "") in key(file_name).replace(" ", "")
    if mentioned and not own and len(mentioned) == 1:
        return [problem("file_name_other_commune", found=mentioned.pop(), expected=commune.name)]
    return []
