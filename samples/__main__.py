"""`python -m samples LANDING_FOLDER` writes the workbooks, `python -m samples --readme` their README."""

import argparse
import sys
from datetime import date, datetime
from pathlib import Path

from samples.readme import README, readme_text
from samples.write import write_samples


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m samples", description="Write the sample workbooks.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("landing", nargs="?", type=Path, help="landing folder to write the workbooks into")
    parser.add_argument("--until", type=_month, metavar="YYYY-MM", help="the last month to be reported")
    what.add_argument("--readme", action="store_true", help="write samples/README.md instead")
    chosen = parser.parse_args(arguments)
    if chosen.readme:
        README.write_text(readme_text(), encoding="utf-8")
        return 0
    try:
        report = write_samples(chosen.landing, _show if sys.stderr.isatty() else None, chosen.until)
    except OSError as error:
        sys.stderr.write(f"The sample workbooks could not be written: {error}. Choose a folder you may write.\n")
        return 1
    sys.stdout.write(
        f"{report.workbooks} workbooks in {chosen.landing}: {report.reports} monthly, {report.resent} sent again, "
        f"{report.targets} of targets, {report.official} of official forms "
        f"({report.written} written, {report.unchanged} unchanged)\n"
    )
    return 0


def _month(text: str) -> date:
    return datetime.strptime(text, "%Y-%m").date()


def _show(done: int, of: int) -> None:
    sys.stderr.write(f"\r{done}/{of} workbooks" + ("\n" if done == of else ""))


if __name__ == "__main__":
    sys.exit(main())
