"""`python -m deploy.site`: the documentation as a site in build/site, complete without a network.

Guides, decisions, worked queries, the data dictionary in both languages, the picture of the warehouse and dbt's own
pages; the dictionary is that of the store in ADMISSIONS_HOME, so something has to be built there first.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from dbt_project.build import document, manifest_of
from dbt_project.dictionary import entries, page
from deploy.er_picture import picture, references
from warehouse.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "build" / "pages"
_TOP_PAGES = (("README.md", "index.md"), ("README.vi.md", "index.vi.md"), ("CHANGELOG.md", "changelog.md"))
#: What a link may begin with to be kept; what lies outside the site loses its link and keeps its words.
_KEPT = "https?:|#|index|changelog|operator|analyst|steward|queries|decisions|house|glossary|pictures"
SITE = ROOT / "build" / "site"


def write_pages(settings: Settings) -> None:
    """Everything that the site is made of, in build/pages."""
    shutil.rmtree(PAGES, ignore_errors=True)
    shutil.copytree(ROOT / "docs", PAGES)
    for source, target in (
        ("README.md", "index.md"),
        ("README.vi.md", "index.vi.md"),
        ("CHANGELOG.md", "changelog.md"),
    ):
        (PAGES / target).write_text(_relinked((ROOT / source).read_text(encoding="utf-8")), encoding="utf-8")
    found = entries(manifest_of(settings))
    for language in ("vi", "en"):
        (PAGES / f"dictionary.{language}.md").write_text(page(found, language), encoding="utf-8")
    (PAGES / "pictures" / "facts-and-dimensions.svg").write_text(
        picture(references(manifest_of(settings))), encoding="utf-8"
    )
    (PAGES / "warehouse.md").write_text(
        "# Facts and dimensions\n\n![Facts left, dimensions right](pictures/facts-and-dimensions.svg)\n\n"
        "Every model with its columns, tests and lineage: [dbt's documentation](dbt.html).\n",
        encoding="utf-8",
    )
    shutil.copy(document(settings), PAGES / "dbt.html")


def _relinked(text: str) -> str:
    """The links of a page at the top of the repository, as they are in the site."""
    text = re.sub(r"\]\(docs/", "](", text)
    text = text.replace("](README.vi.md)", "](index.vi.md)").replace("](README.md)", "](index.md)")
    text = text.replace("](CHANGELOG.md)", "](changelog.md)")
    return re.sub(rf"\[([^\]]+)\]\((?!{_KEPT})[^)]+\)", r"\1", text)


def main() -> int:
    """Build the site. Exit status of mkdocs."""
    write_pages(load_settings())
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(ROOT / "mkdocs.yml")]
    # The theme prints an advertisement for its successor otherwise.
    status = subprocess.run(command, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=False).returncode
    if status == 0:
        sys.stdout.write(f"{SITE / 'index.html'}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
