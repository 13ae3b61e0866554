"""`python -m benchmarks.messy generate --out DIR --class usual --count 50 --seed 1`; `… score DIR [--reader ours]`.

`… results [--reader NAME]…` measures what is published and puts it on the page of the documentation.
"""

import argparse
import json
from pathlib import Path

from benchmarks.messy.generate import KINDS, generate
from benchmarks.messy.readers import READERS
from benchmarks.messy.results import measure, write_page
from benchmarks.messy.score import as_json, score
from benchmarks.messy.words import PUBLISHED


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.messy", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("generate", help="write workbooks and what is true of them")
    make.add_argument("--out", type=Path, required=True)
    make.add_argument("--class", dest="kinds", choices=KINDS, action="append", help="repeatable")
    make.add_argument("--count", type=int, default=50, help="workbooks a class")
    make.add_argument("--seed", type=int, default=1)
    make.add_argument("--words", type=Path, default=PUBLISHED, help="wordings of your own, in a file like words.yaml")
    judge = commands.add_parser("score", help="what a reader makes of them")
    judge.add_argument("folder", type=Path)
    judge.add_argument("--reader", choices=sorted(READERS), default="ours")
    judge.add_argument("--out", type=Path, help="default: score-READER.json in the folder")
    publish = commands.add_parser("results", help="measure what is published, on the published seed")
    publish.add_argument("--reader", dest="readers", choices=sorted(READERS), action="append", help="repeatable")
    given = parser.parse_args()
    if given.command == "generate":
        for kind in given.kinds or KINDS:
            generate(given.out, kind, given.count, given.seed, given.words)
    elif given.command == "results":
        measure(given.readers or ["ours"])
        write_page()
    else:
        _score(given.folder, given.reader, given.out or given.folder / f"score-{given.reader}.json")


def _score(folder: Path, reader: str, out: Path) -> None:
    scores = as_json(score(folder, READERS[reader]))
    out.write_text(json.dumps({"reader": reader, **scores}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for name, figures in scores["classes"].items():
        shares = (f"{label} {figures[f'{label}_pct']:6.2f} %" for label in ("exact", "right", "unread", "wrong"))
        print(f"{name:<26} {figures['workbooks']:4} workbooks  {'  '.join(shares)}  ({figures['wrong']} wrong)")
    print(out)


if __name__ == "__main__":
    main()
