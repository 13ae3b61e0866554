"""Terms that overlap are refused before anything is built on them."""

from pathlib import Path

import pytest

import reference.terms
import steps
from reference.terms import BadTerms, check_terms
from tests.conftest import MakeSettings

USUAL = ("2015-2020,2015-07-01,2020-06-30", "2020-2025,2020-07-01,2025-06-30")


def folder_with(tmp_path: Path, usual: tuple[str, ...] = USUAL, own: tuple[str, ...] = ()) -> Path:
    (tmp_path / "terms.csv").write_text("\n".join(["term,starts_on,ends_on", *usual, ""]), encoding="utf-8")
    header = "commune_code,term,starts_on,ends_on"
    (tmp_path / "commune_terms.csv").write_text("\n".join([header, *own, ""]), encoding="utf-8")
    return tmp_path


def refusal(folder: Path) -> BadTerms:
    with pytest.raises(BadTerms) as refused:
        check_terms(folder)
    return refused.value


def test_the_terms_of_the_project_hold_together() -> None:
    check_terms()


def test_terms_that_follow_each_other_hold_together(tmp_path: Path) -> None:
    check_terms(folder_with(tmp_path))


@pytest.mark.parametrize(
    "own",
    [
        ("03408,2020-2025,2020-05-01,",),
        ("03408,2020-2025,2020-09-01,",),
        ("03408,2015-2020,2015-09-01,2020-06-30",),
        ("03408,2015-2020,2015-09-01,2020-08-31", "03408,2020-2025,2020-09-01,2025-06-30"),
        ("03408,2020-2025,2020-05-01,", "03409,2020-2025,2020-08-01,"),
    ],
)
def test_a_commune_may_begin_its_term_on_a_day_of_its_own(tmp_path: Path, own: tuple[str, ...]) -> None:
    check_terms(folder_with(tmp_path, own=own))


@pytest.mark.parametrize(
    ("usual", "own", "text", "place"),
    [
        ((USUAL[0], "2020-2025,2020-06-30,2025-06-30"), (), "error_terms_overlap", "terms.csv:2"),
        ((*USUAL, "2018-2023,2018-07-01,2023-06-30"), (), "error_terms_overlap", "terms.csv:2"),
        ((USUAL[0], "2020-2025,2025-06-30,2020-07-01"), (), "error_term_backwards", "terms.csv:3"),
        ((USUAL[0], USUAL[0]), (), "error_term_twice", "terms.csv:3"),
        (USUAL, ("03408,2015-2020,2015-09-01,2020-08-31",), "error_terms_overlap", "commune_terms.csv:2"),
        (USUAL, ("03408,2020-2025,2015-05-01,",), "error_terms_overlap", "commune_terms.csv:2"),
        (USUAL, ("03408,2018-2023,2018-07-01,",), "error_term_unknown", "commune_terms.csv:2"),
        (
            USUAL,
            ("03408,2020-2025,2020-08-01,", "03408,2020-2025,2020-09-01,"),
            "error_term_twice",
            "commune_terms.csv:3",
        ),
    ],
)
def test_terms_that_cannot_all_hold_are_refused(
    tmp_path: Path, usual: tuple[str, ...], own: tuple[str, ...], text: str, place: str
) -> None:
    refused = refusal(folder_with(tmp_path, usual, own))
    assert (refused.text, refused.values["place"]) == (text, place)


@pytest.mark.parametrize(("language", "words"), [("en", "two terms overlap"), ("vi", "hai nhiệm kỳ chồng lên nhau")])
def test_a_build_on_overlapping_terms_says_so_and_builds_nothing(
    make_settings: MakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    folder = folder_with(tmp_path, own=("03408,2015-2020,2015-09-01,2020-08-31",))
    monkeypatch.setattr(reference.terms, "FOLDER", folder)
    settings = make_settings(LANGUAGE=language)
    with pytest.raises(steps.StepFailed, match=words) as failed:
        steps.build(settings)
    assert "reference/commune_terms.csv:2" in str(failed.value)
    assert not (settings.home / "dbt").exists()
