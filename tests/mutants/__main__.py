"""`python -m tests.mutants PART`: mutmut over a folder or module, as `ingest/values` or `expectations/beyond`.

It changes a copy under build/mutants; there, `survivors.txt` shows the changes that no test noticed. What was noticed
once is not tried again unless its function has changed, or `--only` takes it in; what survived is. The tests are those
that mirror the part, without those that start other programs.
"""

import argparse
import configparser
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import chdir
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIES = ROOT / "build" / "mutants"
FAST = "not airflow and not pipeline and not browser and not services and not soak"
NOTICED = {"killed", "timeout", "segfault"}
#: How mutmut writes that a mutant survived, or that no test reached it.
UNNOTICED = {0, 5, 33}
# What is imported once, before each mutant gets a process of its own. No module that imports the part is among it: what
# is worked out at import is to come from the changed function, too.
OF_OTHERS = (
    *("_hypothesis_pytestplugin", "anyio.pytest_plugin", "cryptography", "dateutil.relativedelta", "defusedxml"),
    *("docx", "dotenv", "duckdb", "hypothesis.strategies", "jinja2", "lxml.etree", "numpy", "odf.opendocument"),
    *("openpyxl", "pandas", "pyarrow", "pydantic", "python_calamine", "scipy.optimize", "xdist.plugin", "xlrd"),
    *("xlsxwriter", "xlwt", "yaml"),
)
WITHOUT = {
    "ingest": ["tests.warm.places"],
    "expectations": ["ingest.reader", "warehouse.publish", "dbt_project.build"],
    "warehouse": ["reference.communes", "reference.fields"],
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("part", help="a folder or module: ingest/values, expectations/beyond")
    parser.add_argument("--tests", nargs="*", help="tests instead of those that mirror the part")
    parser.add_argument("--only", nargs="*", help="mutants whose names fit: '*[16]' takes about every fifth")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    wanted = parser.parse_args()
    part = wanted.part.strip("/").removesuffix(".py")
    copy = COPIES / part.replace("/", "-")
    _lay_out(copy, part, wanted.tests or [_mirror(part)], wanted.only or ["*"])
    # What tests start imports the changed code, too.
    environment = os.environ | {"PYTHONPATH": str(copy / "mutants")}
    mutmut = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", str(wanted.processes)]
    if subprocess.run([*mutmut, *(wanted.only or [])], cwd=copy, env=environment).returncode:
        sys.exit("mutmut could not do it")
    _tell(copy)


def _mirror(part: str) -> str:
    """The tests' folder that has the part's name, or the name of the nearest folder above it."""
    folder = Path("tests") / part
    while not (ROOT / folder).is_dir():
        folder = folder.parent
    return str(folder)


def _lay_out(copy: Path, part: str, tests: list[str], only: list[str]) -> None:
    """The working tree as it is now, beside the verdicts of the last run without those that are to be tried again."""
    verdicts = {path: _without_survivors(path, only) for path in copy.glob("mutants/**/*.meta")}
    shutil.rmtree(copy, ignore_errors=True)
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    files = [Path(name) for name in names if (ROOT / name).is_file()]
    for file in files:
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, copy / file)
    # A folder of Python's path that is not there at the start is never looked at again.
    (copy / "mutants").mkdir()
    for path, text in verdicts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    room = part.partition("/")[0]
    once = [*OF_OTHERS, *WITHOUT[room], "tests.mutants.frozen"]
    (copy / "imported_once.txt").write_text("\n".join(once), encoding="utf-8")
    settings = {
        "source_paths": [room],
        "only_mutate": [f"{part}/*", f"{part}.py"],
        "also_copy": sorted({file.parts[0] for file in files} - {room}),
        "pytest_add_cli_args_test_selection": tests,
        "pytest_add_cli_args": [
            "-m",
            FAST,
            "-p",
            "no:cacheprovider",
            "-p",
            "tests.mutants.reached",
            "--hypothesis-seed=0",
        ],
        "process_isolation": "forkserver",
        "forkserver_warmup": "import",
        "preload_modules_file": "imported_once.txt",
        "timeout_multiplier": "5",
        "timeout_constant": "6",
    }
    written = configparser.ConfigParser()
    written["mutmut"] = {
        key: value if isinstance(value, str) else "\n".join(["", *value]) for key, value in settings.items()
    }
    with (copy / "setup.cfg").open("w", encoding="utf-8") as file:
        written.write(file)


def _without_survivors(meta: Path, only: list[str]) -> str:
    found = json.loads(meta.read_text(encoding="utf-8"))
    found["exit_code_by_key"] = {
        name: None if code in UNNOTICED and any(fnmatch(name, each) for each in only) else code
        for name, code in found["exit_code_by_key"].items()
    }
    return json.dumps(found)


def _tell(copy: Path) -> None:
    """How many were noticed, and in a file what was not."""
    with chdir(copy):
        # It reads its settings where it is imported.
        from mutmut.mutation.data import SourceFileMutationData
        from mutmut.mutation.diff_apply import get_diff_for_mutant
        from mutmut.stats import status_by_exit_code
        from mutmut.utils.file_utils import walk_mutatable_files

        counted: Counter[str] = Counter()
        with Path("survivors.txt").open("w", encoding="utf-8") as survivors:
            for path in walk_mutatable_files():
                found = SourceFileMutationData(path=path)
                found.load()
                for name, code in found.exit_code_by_key.items():
                    status = status_by_exit_code[code]
                    counted[status] += 1
                    if status not in {*NOTICED, "not checked"}:
                        survivors.write(f"# {name}: {status}\n{get_diff_for_mutant(name, path=path)}\n")
    tried = counted.total() - counted["not checked"]
    noticed = sum(counted[status] for status in NOTICED)
    sys.stdout.write(", ".join(f"{number} {status}" for status, number in counted.most_common()) + "\n")
    sys.stdout.write(f"{noticed} of {tried} noticed ({noticed / tried:.0%}); the others: {copy / 'survivors.txt'}\n")


if __name__ == "__main__":
    main()
