"""The pages that a check leaves: what they say, in both languages, and what they need."""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import lxml.html
import pytest
from small_store import Reconciled

from expectations.catalogue import rules
from expectations.data_docs.findings import EXAMPLES, RuleFindings, groups_of
from expectations.report import RuleOutcome
from expectations.store.results import OpenFailure, OpenFailures
from reference.texts import texts_of
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline

WRONG_TOTAL = Reconciled(reported=12, expected=14)
RIGHT_SUBSET = Reconciled(
    "kn1_women_within_admitted", "KN-1", "subset", 1, 3, line_number=1, line_kind="cell", field="women"
)


def findings(
    outcomes: dict[str, tuple[int, int, str]], unsettled: dict[str, OpenFailures] | None = None
) -> list[RuleFindings]:
    """The whole catalogue; rules that are not in `outcomes` had nothing to look at."""
    return [
        RuleFindings(
            rule,
            RuleOutcome(rule.rule_id, rule.severity, *outcomes.get(rule.rule_id, (0, 0, "not_evaluated"))),
            None,
            (unsettled or {}).get(rule.rule_id),
        )
        for rule in rules()
    ]


def written(folder: Path, found: list[RuleFindings], language: str = "vi") -> Path:
    from expectations.data_docs.site import write_site

    return write_site(folder / "data_docs", found, datetime(2020, 8, 20, 7, 30), language).parent


def page(path: Path) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(path.read_text(encoding="utf-8"))


def text(path: Path) -> str:
    return " ".join(page(path).text_content().split())


def rows_of(index: Path) -> dict[str, list[str]]:
    """Page -> what the index says of the suite."""
    rows = page(index).xpath("//tbody/tr")
    return {row.xpath(".//a/@href")[0]: [" ".join(cell.text_content().split()) for cell in row] for row in rows}


def test_a_check_writes_the_pages_in_place_of_those_of_the_check_before(
    reconciled: Callable[..., Settings],
) -> None:
    from expectations.check import check

    settings = reconciled(WRONG_TOTAL, RIGHT_SUBSET)
    check(settings)
    (settings.reports / "data_docs" / "of the check before.html").write_text("")
    report = check(settings)
    folder = settings.reports / "data_docs"
    assert report.data_docs == str(folder / "index.html")
    assert sorted(path.name for path in settings.reports.iterdir()) == ["data_docs"]
    assert not (folder / "of the check before.html").exists()
    rows = rows_of(folder / "index.html")
    assert rows["KN-1-column_total.html"][2:] == ["2", "1", "1", "1", "Does not hold"]
    assert rows["KN-1-subset.html"][2:] == ["10", "1", "0", "0", "Holds"]
    told = text(folder / "KN-1-column_total.html")
    assert "This check: 1 line looked at, 1 of which does not hold" in told
    assert "03408, July 2020 (03408-2020-07): Sheet “Kết nạp”, cell D38, total row" in told
    assert "bảng" not in told
    assert "Lần kiểm tra này: đã xem 1 dòng, 1 dòng không khớp" in text(folder / "vi" / "KN-1-column_total.html")


def test_the_index_lists_every_suite_of_the_catalogue_with_its_result(tmp_path: Path) -> None:
    folder = written(tmp_path, findings({"kn1_column_total": (18_876, 2, "failed"), "kn1_ages": (9_000, 0, "passed")}))
    rows = rows_of(folder / "index.html")
    assert len(rows) == len({(rule.form, rule.kind) for rule in rules()})
    assert all((folder / name).is_file() for name in rows)
    assert rows["KN-1-column_total.html"][3:] == ["18.876", "2", "0", "Không khớp"]
    assert rows["KN-1-row_identity.html"][3:] == ["9.000", "0", "0", "Khớp"]
    assert rows["KN-3-row_identity.html"][3:] == ["0", "0", "0", "Chưa có gì để kiểm tra"]


def test_a_suite_in_which_nothing_was_looked_at_has_not_passed() -> None:
    groups = {(group.form, group.kind.name): group for group in groups_of(findings({}))}
    assert {group.outcome for group in groups.values()} == {"not_evaluated"}


def test_the_monthly_forms_come_before_the_official_ones() -> None:
    forms = [group.form for group in groups_of(findings({}))]
    assert forms[0] == "KN-1"
    assert forms[-1] == "2-TCTW"


def test_of_the_open_failures_the_newest_are_told_and_the_others_counted(tmp_path: Path) -> None:
    key = "no such commune"
    told = tuple(
        OpenFailure(f"03408-2020-0{month}", key, "03408", date(2020, month, 1), f"Thiếu <{month}>", f"Lacks <{month}>")
        for month in range(8, 8 - EXAMPLES, -1)
    )
    found = findings({"kn1_ages": (900, 7, "failed")}, {"kn1_ages": OpenFailures(7, told)})
    folder = written(tmp_path, found)
    said = text(folder / "KN-1-row_identity.html")
    assert "03408, tháng 8/2020 (03408-2020-08): Thiếu <8>" in said
    assert "… và 2 sai lệch khác." in said
    assert "03408, August 2020 (03408-2020-08): Lacks <8>" in text(folder / "en" / "KN-1-row_identity.html")


def test_both_languages_lead_to_each_other_page_by_page(tmp_path: Path) -> None:
    for language, other in (("vi", "en"), ("en", "vi")):
        folder = written(tmp_path, findings({}), language)
        pages = {path.name for path in folder.glob("*.html")}
        assert {path.name for path in (folder / other).glob("*.html")} == pages
        assert len(pages) > 50
        for name in pages:
            assert page(folder / name).get("lang") == language
            assert page(folder / other / name).get("lang") == other
            (there,) = page(folder / name).xpath("//a[@class='language']/@href")
            (back,) = page(folder / other / name).xpath("//a[@class='language']/@href")
            assert (there, back) == (f"{other}/{name}", f"../{name}")


def test_a_page_needs_nothing_but_the_style_sheet_beside_it(tmp_path: Path) -> None:
    folder = written(tmp_path, findings({}))
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 100
    for path in pages:
        document = path.read_text(encoding="utf-8")
        assert not re.search(r"<script|<img|<iframe|\bon\w+=|https?:|//\w|newsletter", document, re.IGNORECASE), path
        for target in page(path).xpath("//*/@href | //*/@src"):
            if not target.startswith("data:"):
                assert (path.parent / target).is_file(), (path, target)
    style = (folder / "style.css").read_text(encoding="utf-8")
    assert not re.search(r"@import|url\(|//\w", style)


def test_the_pages_are_small(tmp_path: Path) -> None:
    folder = written(tmp_path, findings({}))
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 1_000_000


def test_every_text_of_the_pages_is_there_in_both_languages() -> None:
    from expectations.data_docs import texts

    for key, said in texts_of(Path(texts.__file__).with_name("texts.csv")).items():
        assert said["vi"].strip(), key
        assert said["en"].strip(), key
        assert set(re.findall(r"\{(\w+)", said["vi"])) == set(re.findall(r"\{(\w+)", said["en"])), key
