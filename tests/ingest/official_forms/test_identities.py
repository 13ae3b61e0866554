"""The sums of the official forms are those that their rules tell."""

import pytest

from ingest.official_forms.identities import identities_of
from ingest.official_forms.rows import official_forms


def sums(form: str) -> dict[str, list[set[str]]]:
    found: dict[str, list[set[str]]] = {}
    for identity in identities_of(form):
        if identity.kind == "sum":
            whole, *parts = identity.fields
            signs = ("+" if weight > 0 else "-" for weight in identity.weights[1:])
            found.setdefault(whole, []).append({f"{sign} {part}" for sign, part in zip(signs, parts, strict=True)})
    return found


@pytest.mark.parametrize("form", ["1-BTCTW", "1-TCTW"])
def test_gains_and_losses_are_the_sums_of_their_kinds_and_balance(form: str) -> None:
    found = sums(form)
    assert found.keys() == {
        *("increase", "increase_transferred_in", "decrease", "decrease_transferred_out", "closing"),
    }
    assert found["closing"] == [{"+ opening", "+ increase", "- decrease"}]
    assert found["increase_transferred_in"] == [{"+ transferred_in_other_province", "+ transferred_in_same_province"}]
    assert "+ struck_off_probationary" not in found["decrease"][0]
    assert len(found["decrease"][0]) == 5


def test_the_admitted_are_counted_by_occupation_by_age_and_by_education() -> None:
    found = sums("2-BTCTW")
    assert found.keys() == {"admitted", "occupation_enterprise", "base_organisations"}
    assert sorted(map(len, found["admitted"])) == [4, 8, 12]
    assert found["occupation_enterprise"] == [
        {"+ enterprise_manager", "+ enterprise_indirect_worker", "+ enterprise_direct_worker"}
    ]
    assert found["base_organisations"] == [{"+ base_committees", "+ base_cells"}]


def test_occupations_of_the_older_edition_are_no_sum() -> None:
    assert sums("2-TCTW").keys() == {"admitted", "base_units"}
    assert sorted(map(len, sums("2-TCTW")["admitted"])) == [4, 4]


@pytest.mark.parametrize("form", sorted(official_forms()))
def test_a_part_is_at_most_its_whole(form: str) -> None:
    at_most = {identity.fields for identity in identities_of(form) if identity.kind == "at most"}
    expected = {
        "1-BTCTW": ("struck_off_probationary", "decrease_struck_off"),
        "2-BTCTW": ("base_cells_admitting", "base_cells"),
        "2-TCTW": ("base_units_no_candidates", "base_units_with_organisation"),
    }
    assert expected.get(form) in at_most or (form == "1-TCTW" and not at_most)
