import json

from benchmarks.messy.results import PAGE, RESULTS, with_table


def test_the_page_has_the_figures_of_the_results_file() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page, json.loads(RESULTS.read_text())) == page
