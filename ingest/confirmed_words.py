"""`make words`: what stewards have said for all communes and `reference/fields.csv` does not know yet."""

import sys
from collections.abc import Iterable, Iterator

from ingest.monthly.headers import field_matches
from ingest.monthly.learnt_columns import ALL, NO_FIELD, LearntColumn, read_layouts, wording
from reference.texts import say
from warehouse.settings import load_settings


def for_everyone(learnt: Iterable[LearntColumn]) -> Iterator[LearntColumn]:
    """The last word about each header, where it was said for all, holds a field, and is not listed for that field."""
    last = {(each.form, wording(each.header)): each for each in learnt if each.commune_code == ALL}
    for each in sorted(last.values(), key=lambda one: (one.form, one.field, one.header)):
        known = [match.field.name for match in field_matches(each.form, tuple(each.header.split(" / ")))]
        if each.field != NO_FIELD and known != [each.field]:
            yield each


def main() -> None:
    """A line for each: form, field, and the words that may stand in its `header_words` or `group_words`."""
    settings = load_settings()
    found = list(for_everyone(read_layouts(settings.archive)))
    for each in found:
        sys.stdout.write(f"{each.form} {each.field} ← {each.header}\n")
    if not found:
        sys.stdout.write(say("words_none_for_everyone", settings.language) + "\n")


if __name__ == "__main__":
    main()
