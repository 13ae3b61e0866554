"""What the terminal shows of header wordings that are in no list."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from cli.terminal import span, table_of
from reference.fields import field_of
from reference.shell import one_word
from reference.texts import say
from steps.words import Word

#: A table is no longer than this; `--json` has all of it.
_LONGEST_TABLE = 30


def words_table(found: Sequence[Word], language: str) -> Table:
    """Each wording: how many reports of how many communes have it, since when, whether it is read, what it may be."""
    table = table_of(
        say("words_title", language),
        [
            ("column_form", "left"),
            ("column_header", "words"),
            ("column_communes", "right"),
            ("column_reports", "right"),
            ("column_months", "words"),
            ("column_status", "left"),
            ("column_likely", "words"),
        ],
        language,
    )
    for word in found[:_LONGEST_TABLE]:
        of = word.wording
        table.add_row(
            of.form,
            of.header,
            str(of.communes),
            str(of.reports),
            span(of.first_month, of.last_month, language),
            state_of(word, language),
            _likely(word, language),
        )
    return table


def state_of(word: Word, language: str) -> str:
    """`not understood`, or `not understood (2/8)` where only some of the reports' columns are not."""
    if word.is_foreign:
        return say("words_foreign", language)
    of = word.wording
    share = f" ({of.not_understood}/{of.reports})" if 0 < of.not_understood < of.reports else ""
    return say(f"words_{word.state}", language) + share


def words_notes(found: Sequence[Word], left_out: int, language: str) -> Iterator[str]:
    """What to do about the first of them, and what the table does not show."""
    if found:
        yield say("words_say_once", language, command=map_command(found[0], language))
        if found[0].field is None:
            yield say("words_which_field", language)
    if len(found) > _LONGEST_TABLE:
        yield say("words_more", language, number=len(found) - _LONGEST_TABLE)
    if left_out:
        yield say("words_left_out", language, number=left_out)


def map_command(word: Word, language: str) -> str:
    """What to type so that the words mean that for every commune; a Screen says where the command lies."""
    of = word.wording
    field = word.field or say("words_field", language)
    return f'admissions map all {of.form} {one_word(of.header)} {field} --from {of.first_month:%Y-%m} --by "…"'


def as_object(word: Word) -> Mapping[str, Any]:
    """A wording for programs."""
    of = word.wording
    return {
        "form": of.form,
        "wording": of.header,
        "state": word.state,
        "workbooks": of.reports,
        "not_understood": of.not_understood,
        "communes": of.communes,
        "first_month": f"{of.first_month:%Y-%m}",
        "last_month": f"{of.last_month:%Y-%m}",
        "field": word.field,
        "likely_fields": word.fields,
        "evidence_vi": of.likely[0].evidence_vi if of.likely else None,
        "evidence_en": of.likely[0].evidence_en if of.likely else None,
        "may_hold_figures": of.may_hold_figures,
        "is_foreign": word.is_foreign,
    }


def _likely(word: Word, language: str) -> str:
    """`Nữ (women): its words mean that`, a line for each thing that it may be."""
    lines = []
    for likely in word.wording.likely:
        names = ", ".join(_name(word.wording.form, name, language) for name in likely.fields.split(","))
        lines.append(f"{names}: {likely.evidence_vi if language == 'vi' else likely.evidence_en}")
    return "\n".join(lines) or "–"


def _name(form: str, name: str, language: str) -> str:
    field = field_of(form, name)
    return name if field is None else f"{field.name_vi if language == 'vi' else field.name_en} ({name})"
