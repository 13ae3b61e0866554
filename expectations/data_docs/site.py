"""Findings in, pages out: an index of all suites and a page for each, in both languages.

The pages need nothing but the style sheet beside them: no script, no font, no other host.
"""

import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from expectations.data_docs.findings import Group, RuleFindings, groups_of
from expectations.data_docs.texts import says
from expectations.domain import expected, found
from expectations.messages import LANGUAGES, number
from expectations.store.results import OpenFailure
from reference.communes import all_communes
from reference.fields import forms
from reference.figures import month_name
from warehouse.files import naming

_HERE = Path(__file__).parent
_STYLE = "style.css"


def write_site(folder: Path, findings: Sequence[RuleFindings], run_at: datetime, language: str) -> Path:
    """Write the pages of a check in `folder`, in place of those of the check before. Returns the page to open.

    The pages in `language` lie at the top, those in the other language in a folder of its name. They are written beside
    the old ones first, so that a reader never finds half of them.
    """
    fresh, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    with naming(fresh):
        groups = groups_of(findings)
        other = next(each for each in LANGUAGES if each != language)
        _write_pages(fresh, groups, run_at, language, f"{other}/")
        _write_pages(fresh / other, groups, run_at, other, "../")
        shutil.copy(_HERE / _STYLE, fresh / _STYLE)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return folder / "index.html"


def _write_pages(folder: Path, groups: Sequence[Group], run_at: datetime, language: str, to_other: str) -> None:
    """The pages in one language; `to_other` leads to those in the other one."""
    folder.mkdir(parents=True)
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {
        "language": language,
        "to_other": to_other,
        "style": _STYLE if to_other != "../" else f"../{_STYLE}",
        "says": partial(says, language=language),
        "expected": lambda rule: expected(rule, language),
        "found": lambda result: found(result, language),
        "place": partial(_place, language=language),
        "form_title": lambda form: _form_titles(language).get(form, form),
        "run_at": run_at,
    }
    environment.filters |= {
        "figure": lambda value: number(value, language),
        "said": lambda text: text.in_language(language),
    }
    outcomes = Counter(each.outcome.outcome for group in groups for each in group.rules)
    index = environment.get_template("index.html").render(page="index.html", groups=groups, outcomes=outcomes)
    (folder / "index.html").write_text(index, encoding="utf-8")
    suite = environment.get_template("suite.html")
    for group in groups:
        (folder / group.page).write_text(suite.render(page=group.page, group=group), encoding="utf-8")


def _place(failure: OpenFailure, language: str) -> str:
    """`Phường Đông Phong, tháng 8/2020`."""
    name = _commune_names().get(failure.commune_key, failure.commune_code)
    return says("failure_of", language, commune=name, month=month_name(failure.month, language))


@cache
def _commune_names() -> dict[str, str]:
    return {commune.key: commune.name for commune in all_communes()}


def _form_titles(language: str) -> dict[str, str]:
    return {form.form: form.title_vi if language == "vi" else form.title_en for form in forms()}
