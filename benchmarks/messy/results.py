"""The figures that are published: every reader on the same workbooks, and the table of the page made from them."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.messy.generate import KINDS, generate
from benchmarks.messy.readers import READERS
from benchmarks.messy.score import as_json, score

RESULTS = Path(__file__).parents[1] / "results" / "messy.json"
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks" / "messy.md"
COUNT, SEED = 100, 1

_BEGIN, _END = "<!-- written by: python -m benchmarks.messy results -->\n", "<!-- end of results -->"
_NAMES = {
    "ours": "this project",
    "pandas": "pandas, guessed header",
    "frictionless": "frictionless",
    "duckdb": "DuckDB `read_xlsx`",
    "coma": "COMA, told headers, rows and form",
    "coma-figures": "COMA, told the very figures, too",
}


def measure(names: list[str]) -> None:
    """These readers on the published seed; the others' figures stay as they were."""
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"readers": {}}
    results |= {"count": COUNT, "seed": SEED}
    with TemporaryDirectory() as folder:
        for kind in KINDS:
            generate(Path(folder), kind, COUNT, SEED)
        for name in names:
            results["readers"][name] = as_json(score(Path(folder), READERS[name]))["classes"]
    RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def write_page() -> None:
    """The page with the table of the results as they are."""
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), json.loads(RESULTS.read_text())), encoding="utf-8")


def with_table(page: str, results: dict[str, Any]) -> str:
    before, rest = page.split(_BEGIN)
    _, after = rest.split(_END)
    return f"{before}{_BEGIN}{_table(results)}{_END}{after}"


def _table(results: dict[str, Any]) -> str:
    lines = [
        "| class | reader | workbooks exact % | values right % | unread % | wrong % | wrong values |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for kind in KINDS:
        for name, label in _NAMES.items():
            figures = results["readers"].get(name, {}).get(kind)
            if figures:
                shares = " | ".join(f"{figures[f'{share}_pct']:.1f}" for share in ("exact", "right", "unread"))
                row = f"{kind} | {label} | {shares} | {figures['wrong_pct']:.2f} | {figures['wrong']:,}"
                lines.append(f"| {row} |")
    sizes = ", ".join(f"{kind} {results['readers']['ours'][kind]['values']:,}" for kind in KINDS)
    lines += ["", f"{results['count']} workbooks a class, seed {results['seed']}; values: {sizes}."]
    return "\n".join(lines) + "\n"
