"""The official forms of one workbook together: which period each is for, and whose they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from ingest.identity.identify import commune_of, gazetteer
from ingest.model import FormReading, Problem
from ingest.official_forms.sheet import OfficialReading
from ingest.official_forms.title import Period, names_another, periods_in, periods_in_name
from ingest.problems import problem
from ingest.values.text import clean, key
from reference.communes import Commune, communes_expected

#: From this year on the forms of guideline 11-HD/BTCTW (13 December 2021) are used.
_NEWER_SINCE = 2022
_NEWER_FROM = 2021
_OFFICES = {"thanh uy": "thanh pho", "tinh uy": "tinh", "huyen uy": "huyen", "quan uy": "quan", "thi uy": "thi xa"}
_BARE_OFFICE = re.compile(r"\bban to chuc (thanh uy|huyen uy|quan uy|thi uy)$")
_OWN_OFFICE = re.compile(r"\b(?:ban to chuc )?(?:thanh uy|tinh uy|huyen uy|quan uy|thi uy)\b")


@dataclass(frozen=True)
class OfficialReport:
    """`commune` is None for the commission's own form. `reason`: the code of the problem that says why none of it
    can be placed, None when it can."""

    forms: tuple[FormReading, ...]
    commune: Commune | None
    problems: tuple[Problem, ...]
    reason: str | None


def place_official(
    readings: Sequence[OfficialReading],
    other_texts: Sequence[str],
    path_name: str,
    scope: str,
    today: date,
) -> OfficialReport:
    """The forms of `readings` with their periods, and the commune whose they are.

    `other_texts` are those of sheets without any table (a cover); `path_name` helps where the titles are silent.
    """
    problems = [found for reading in readings for found in reading.problems]
    placed = [reading for reading in readings if reading.form is not None]
    forms, period_problems = _with_periods(placed, other_texts, path_name, today)
    problems = [*period_problems, *problems]
    periods = [period for _, period in forms if period is not None]
    titles = [text for reading in placed for text in reading.titles] + list(other_texts)
    commune: Commune | None = None
    commune_problems: list[Problem] = []
    if placed:
        commune, commune_problems = _whose(titles, path_name, scope, max(periods, default=None, key=_end))
    problems = [*commune_problems, *problems]
    kept: dict[tuple[str, str | None], FormReading] = {}
    for form, _ in forms:
        if (form.form, form.period) in kept:
            places = f"{kept[form.form, form.period].sheet}, {form.sheet}"
            problems.append(problem("form_repeated", form=form.form, sheet=form.sheet, found=places))
        else:
            kept[form.form, form.period] = form
    critical = [found.code for found in (*period_problems, *commune_problems) if found.severity == "critical"]
    return OfficialReport(tuple(kept.values()), commune, tuple(problems), critical[0] if critical else None)


def _end(period: Period) -> date:
    return period.last_month


def _with_periods(
    readings: Sequence[OfficialReading], other_texts: Sequence[str], path_name: str, today: date
) -> tuple[list[tuple[FormReading, Period | None]], list[Problem]]:
    named = periods_in_name(path_name)
    elsewhere = {period for reading in readings if len(reading.periods) == 1 for period in reading.periods}
    elsewhere = elsewhere or periods_in(other_texts)
    problems: list[Problem] = []
    forms: list[tuple[FormReading, Period | None]] = []
    for reading in readings:
        form = reading.form
        if form is None:
            continue
        say = partial(problem, form=form.form, sheet=form.sheet)
        period: Period | None = None
        if len(reading.periods) > 1:
            listed = ", ".join(map(str, sorted(reading.periods)))
            problems.append(say("period_contradiction", found=listed))
        elif stated := set(reading.periods) or elsewhere:
            if len(stated) == 1:
                (period,) = stated
                if len(named) == 1 and not _may_name(next(iter(named)), period):
                    other = str(next(iter(named)))
                    problems.append(say("file_name_other_period", found=other, expected=str(period)))
            else:
                problems.append(say("period_unknown"))
        elif len(named) == 1 and (against := names_another([*reading.titles, *other_texts], next(iter(named)))):
            problems.append(say("period_unclear", found=clean(against), expected=str(next(iter(named)))))
        elif len(named) == 1:
            (period,) = named
            problems.append(say("identified_by_file_name", found=f"kỳ báo cáo / period ({period})"))
        else:
            problems.append(say("period_unknown"))
        if period is not None and period.first_month > today:
            problems.append(say("period_in_future", found=str(period), expected=f"{today.month:02d}/{today.year}"))
        if period is not None:
            problems += _edition_problems(form, period)
        forms.append((replace(form, period=str(period) if period else None), period))
    return forms, problems


def _may_name(named: Period, period: Period) -> bool:
    """A file's name with the year alone does not contradict a half of that year."""
    return named == period or (not named.half and named.year == period.year)


def _edition_problems(form: FormReading, period: Period) -> list[Problem]:
    newer = form.form.endswith("-BTCTW")
    if newer == (period.year >= _NEWER_SINCE) or (newer and period.year == _NEWER_FROM):
        return []
    expected = form.form.replace("-TCTW", "-BTCTW") if not newer else form.form.replace("-BTCTW", "-TCTW")
    return [problem("official_edition", form=form.form, sheet=form.sheet, found=str(period), expected=expected)]


def _whose(
    titles: Sequence[str], path_name: str, scope: str, period: Period | None
) -> tuple[Commune | None, list[Problem]]:
    """The commune of the title. The commission's own form names its city and no commune: then None, no problem."""
    month = period.last_month if period else None
    commune, problems = commune_of(titles, path_name, scope, month)
    if commune is None and period is not None and any(found.code == "commune_not_in_month" for found in problems):
        # It ended, or began, within the period.
        earlier = commune_of(titles, path_name, scope, period.first_month)
        if earlier[0] is not None:
            return earlier[0], earlier[1]
    from_title = not any(found.code in ("identified_by_file_name", "commune_unknown") for found in problems)
    if from_title:
        return commune, problems
    inside, outside = _office_of(titles, scope)
    if outside and not inside:
        return None, [problem("commune_outside_scope", found=outside, expected=scope)]
    signs_itself = any(_OWN_OFFICE.search(key(title)) for title in titles)
    if inside and (commune is None or signs_itself):
        return None, []
    return commune, problems


def _office_of(titles: Sequence[str], scope: str) -> tuple[bool, str | None]:
    """Whether the titles name a city, district or province that lies in the scope; and one that does not."""
    names = gazetteer(scope)
    ours = {(commune.code, commune.name) for commune in names.in_scope}
    ours_above = _districts(scope) | {key(commune.province_name) for commune in communes_expected(scope)}
    inside, outside = False, None
    for title in titles:
        words = key(title)
        for office, unit in _OFFICES.items():
            words = re.sub(rf"\b{office}\b", unit, words)
        for name, communes in names.upper_units.items():
            if f" {name} " not in f" {words} ":
                continue
            if communes <= ours:
                inside = True
            elif name not in ours_above:
                outside = title
        # `Ban Tổ chức Thành ủy` without a name is ours where there is only one city to be meant.
        if match := _BARE_OFFICE.search(key(title)):
            kind = _OFFICES[match[1]]
            inside = inside or sum(name.startswith(f"{kind} ") for name in _districts(scope)) == 1
    return inside, outside


def _districts(scope: str) -> set[str]:
    return {key(commune.district_name) for commune in communes_expected(scope) if commune.district_name}
