from collections import defaultdict

import pytest

from benchmarks.messy.mangle import without_accents
from benchmarks.messy.words import FORMS, load_words


@pytest.mark.parametrize("form", FORMS)
def test_a_wording_that_stands_alone_is_one_fields_and_no_decoys(form: str) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for block in load_words().forms[form]:
        for field in block.fields:
            for wording in (*field.alone, *field.odd):
                owners[without_accents(wording).casefold()].add(field.name)
    for wordings in load_words().decoys[form].values():
        for wording in wordings:
            owners[without_accents(wording).casefold()].add("decoy")
    assert {wording: found for wording, found in owners.items() if len(found) > 1} == {}


@pytest.mark.parametrize("form", FORMS)
def test_a_wording_within_a_group_is_one_fields(form: str) -> None:
    for block in load_words().forms[form]:
        owners: dict[str, set[str]] = defaultdict(set)
        for field in block.fields:
            for wording in field.under:
                owners[without_accents(wording).casefold()].add(field.name)
        assert {wording: found for wording, found in owners.items() if len(found) > 1} == {}
