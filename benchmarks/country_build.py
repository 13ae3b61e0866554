"""One part of a build as a process of its own, to be measured: `build`, `check` or `marts`."""

import sys

import steps
from dbt_project.build import MARTS, build, enter_built
from warehouse.settings import load_settings


def main(part: str) -> None:
    settings = load_settings()
    if part == "marts":
        build(settings, MARTS)
        enter_built(settings)
    elif part == "check":
        steps.check(settings)
    else:
        steps.build(settings)


if __name__ == "__main__":
    main(sys.argv[1])
