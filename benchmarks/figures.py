"""`python -m benchmarks figures`: the page with plots of the documentation, from `benchmarks/results/*.json`.

A result that is not there yet leaves its plot out.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.charts import Bar, as_svg, bars, lines, ratios, shares
from benchmarks.growth import STEPS, WORKBOOKS

RESULTS = Path(__file__).with_name("results")
DOCS = Path(__file__).parents[1] / "docs"
PAGE = Path("benchmarks") / "figures.md"
PICTURES = Path("pictures") / "benchmarks"

Results = dict[str, dict[str, Any]]

_HEAD = """# What it costs, in pictures

Drawn by `python -m benchmarks figures` from `benchmarks/results`, which `make bench` measures on two cores;
nothing here is typed by hand. Seconds are those of the machine that measured, and other programs ran beside
some of them: look at the ratios. What is measured how, and what is asked for, is in `benchmarks/README.md`;
reading of messy workbooks has [a page of its own](messy.md).
"""


@dataclass(frozen=True)
class Plot:
    """A section of the page: heading, what one sees, the chart and its values."""

    name: str
    heading: str
    text: str
    chart: dict[str, Any]
    values: tuple[Bar, ...]


def main() -> None:
    """Draw everything anew."""
    found = plots(read_results(RESULTS))
    folder = DOCS / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    for plot in found:
        (folder / f"{plot.name}.svg").write_text(as_svg(plot.chart), encoding="utf-8")
    (DOCS / PAGE).write_text(page(found), encoding="utf-8")


def read_results(folder: Path) -> Results:
    """What each benchmark has measured last, by its name."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def page(found: list[Plot]) -> str:
    """The page as Markdown: each plot with its values as a table, for those who do not see it."""
    parts = [_HEAD]
    for plot in found:
        rows = "\n".join(f"| {each.row} | {each.part} | {each.label} |" for each in plot.values)
        parts.append(
            f"## {plot.heading}\n\n{plot.text}\n\n![{plot.heading}](../{PICTURES.as_posix()}/{plot.name}.svg)\n\n"
            f"| | | measured |\n|---|---|---|\n{rows}\n"
        )
    return "\n".join(parts)


def plots(results: Results) -> list[Plot]:
    """Those for which there are results, in their order."""
    made = (_growth, _steps, _months, _peers, _waiting, _portal, _arrival)
    return [plot for make in made for plot in _made(make, results)]


def _made(make: Callable[[Results], Plot], results: Results) -> Iterator[Plot]:
    try:
        yield make(results)
    except KeyError:
        return


def _growth(results: Results) -> Plot:
    known = (
        ("first", "cpu", "the first month"),
        ("following", "cpu", "the month after it"),
        # It opens them on one core.
        ("first", "pandas_wall", "pandas + openpyxl opens them"),
    )
    found = []
    for month, figure, name in known:
        measured = {str(number): _of_growth(results, month, number, figure) for number in WORKBOOKS}
        if country := results.get("country_run"):
            measured[str(int(country["workbooks"]))] = country[f"{month}_{figure}"]
        found += [Bar(number, name, value, _seconds(value)) for number, value in measured.items()]
    text = (
        "Processor seconds of one `admissions run`, from the landing folder to the published file, by how many "
        "workbooks of 30 cells came; beside it what it takes only to open the same files. Starting, and the "
        "tables themselves, cost the same however many come."
    )
    heading = "How cost grows with the workbooks that come"
    return Plot("growth", heading, text, lines(found, "workbooks", "processor seconds"), tuple(found))


def _of_growth(results: Results, month: str, number: int, figure: str) -> float:
    # Of pandas its processor seconds were kept: the machine may be busy.
    return float(results["growth"][f"{month}_{number}_{figure.replace('pandas_wall', 'pandas_cpu')}"])


def _steps(results: Results) -> Plot:
    growth = results["growth"]
    months = (("first", "first month"), ("following", "following"))
    found = [
        Bar(f"{number} workbooks, {name}", step, share, f"{share:.0f} %")
        for number in WORKBOOKS
        for key, name in months
        for step, share in _shares(growth, f"{key}_{number}").items()
    ]
    text = (
        "The same runs, step by step. A new store begins with what dbt has made of an empty one when it was"
        " installed; what dbt ran is run again for what has changed."
    )
    return Plot("steps", "Where the time goes", text, shares(found, "percent of the run"), tuple(found))


def _months(results: Results) -> Plot:
    country = results["country"]
    months = int(country["months"])
    found = [
        Bar("into an empty store", "build", country["empty_wall"], _seconds(country["empty_wall"])),
        Bar(f"as month {months}", "build", country["full_wall"], _seconds(country["full_wall"])),
    ]
    text = (
        "One more month of the whole country (3,321 communes of 30 cells), built in an empty store and after ten "
        f"years: {country['ratio_wall']:.2f} times as long."
    )
    return Plot("months", "How cost grows with the years", text, bars(found, "seconds"), tuple(found))


def _peers(results: Results) -> Plot:
    known = (
        ("reading", "ratio", "one workbook read / calamine alone"),
        ("load", "ratio_wall", "441 workbooks loaded / opened by pandas"),
        ("run", "ratio_wall", "441 workbooks to published / opened by pandas"),
        ("city", "nothing_new_units", "a run with nothing new / importing dbt and Great Expectations"),
        ("city", "sent_again_units", "one corrected workbook / the same imports"),
        ("city", "decide_units", "a decision / the same imports"),
        ("annotate", "ratio", "a marked copy / openpyxl loads and saves"),
        ("repairs", "ratio", "a repair proposed / fewest cells by a solver"),
        ("keeping", "verify_ratio", "verify / sha256sum"),
        ("keeping", "backup_ratio", "backup / cp and sync"),
        ("portal", "ratio_p95", "a page, p95 / a page that lies ready"),
    )
    found = [
        Bar(name, "ratio", results[benchmark][key], f"{results[benchmark][key]:.3g} ×")
        for benchmark, key, name in known
        if key in results.get(benchmark, {})
    ]
    if not found:
        raise KeyError("no ratio")
    text = "How long ours takes, divided by what the peer takes in the same run. Left of the line ours is faster."
    return Plot("peers", "Ours beside peers", text, ratios(found, "times the peer's time"), tuple(found))


def _waiting(results: Results) -> Plot:
    city = results["city"]
    known = (
        ("status_wall", "admissions status"),
        ("failures_wall", "admissions failures"),
        ("case_wall", "admissions case"),
        ("overview_wall", "admissions overview"),
        ("nothing_new_wall", "admissions run, nothing new"),
        ("resident_judged", "a decision in the portal: judged"),
        ("resident_published", "a decision in the portal: published"),
        ("decide_wall", "admissions decide"),
        ("sent_again_wall", "admissions run, one corrected workbook"),
    )
    found = [Bar(name, "seconds", city[key], _seconds(city[key])) for key, name in known]
    text = "The sample city after five years; commands from a cold start to their end."
    return Plot("waiting", "What people wait for", text, bars(found, "seconds"), tuple(found))


def _portal(results: Results) -> Plot:
    places = (("portal", "the sample city"), ("portal_country", "ten years of the country"))
    kinds = (
        ("first_p95_ms", "first look at a page"),
        ("clicking_p95_ms", "clicking on"),
        ("peer_p95_ms", "a page that lies ready"),
    )
    found = [
        Bar(name, kind, results[place][key], f"{results[place][key]:,.0f} ms")
        for place, name in places
        for key, kind in kinds
    ]
    text = "Fifty people who click at once: 95 of 100 answers came within this time."
    return Plot("portal", "The portal", text, bars(found, "milliseconds (p95)"), tuple(found))


def _arrival(results: Results) -> Plot:
    arrival = results["arrival"]
    known = (
        ("without_airflow_wall", "admissions run alone"),
        ("median_wall", "under Airflow, half of them"),
        ("of_95_in_100_wall", "19 of 20"),
        ("slowest_wall", "the slowest of twenty"),
    )
    found = [Bar(name, "seconds", arrival[key], _seconds(arrival[key])) for key, name in known]
    text = (
        "From the last byte of a corrected workbook in the landing folder to its published figures. The line is "
        "what is asked for: 60 seconds in 95 of 100."
    )
    return Plot("arrival", "From the landing folder to published", text, bars(found, "seconds", limit=60), tuple(found))


def _shares(growth: dict[str, float], of: str) -> dict[str, float]:
    """Each step's part of the run, in percent."""
    whole = sum(growth[f"{of}_{step}"] for step in STEPS)
    return {step: 100 * growth[f"{of}_{step}"] / whole for step in STEPS}


def _seconds(value: float) -> str:
    return f"{value:,.0f} s" if value >= 100 else f"{value:.1f} s"
