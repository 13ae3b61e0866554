"""The page with plots is what the results say, and its pictures show them."""

import re
from html import unescape
from pathlib import Path

import pytest

from benchmarks import growth
from benchmarks.charts import as_svg
from benchmarks.figures import DOCS, PAGE, PICTURES, RESULTS, page, plots, read_results


def shown(svg: str) -> set[str]:
    """Every text of a picture."""
    return {unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)}


def test_the_page_has_the_figures_of_the_results() -> None:
    assert (DOCS / PAGE).read_text("utf-8") == page(plots(read_results(RESULTS)))


def test_each_plot_has_its_picture_with_its_rows_and_values_and_no_other_lies_there() -> None:
    found = plots(read_results(RESULTS))
    assert {path.stem for path in (DOCS / PICTURES).iterdir()} == {plot.name for plot in found}
    for plot in found:
        texts = shown((DOCS / PICTURES / f"{plot.name}.svg").read_text("utf-8"))
        # Numbers on an axis have their thousands marked.
        named = {f"{int(each.row):,}" if each.row.isdigit() else each.row for each in plot.values}
        assert named <= texts, plot.name
        # Parts of a whole are read off the axis.
        if plot.name != "steps":
            assert {each.label for each in plot.values} <= texts, plot.name


def test_a_picture_shows_what_was_measured_now() -> None:
    results = read_results(RESULTS)
    results["arrival"]["median_wall"] = 41.7
    (drawn,) = [plot for plot in plots(results) if plot.name == "arrival"]
    assert "41.7 s" in shown(as_svg(drawn.chart))
    assert "41.7 s" in page([drawn])


def test_the_country_s_month_is_the_last_point_where_it_was_measured() -> None:
    results = read_results(RESULTS)
    measured = {"workbooks": 3321.0, "first_cpu": 201.5, "following_cpu": 180.5, "first_pandas_wall": 123.4}
    growth_with = plots(results | {"country_run": measured})[0]
    assert [each.label for each in growth_with.values if each.row == "3321"] == ["202 s", "180 s", "123 s"]
    assert {"3,321", "202 s"} <= shown(as_svg(growth_with.chart))


def test_what_was_not_measured_is_left_out() -> None:
    results = read_results(RESULTS)
    without = [plot.name for plot in plots({name: of for name, of in results.items() if name != "growth"})]
    assert {"growth", "steps"} == {plot.name for plot in plots(results)} - set(without)
    assert plots({"arrival": {"median_wall": 1.0}}) == [], "half of it is not drawn"


@pytest.mark.soak
def test_growth_measures_each_step_of_each_month(tmp_path: Path) -> None:
    found = growth.compare(tmp_path, workbooks=(2,))
    for month in ("first", "following"):
        assert all(found[f"{month}_2_{step}"] > 0 for step in growth.STEPS)
        assert found[f"{month}_2_wall"] > sum(found[f"{month}_2_{step}"] for step in growth.STEPS)
