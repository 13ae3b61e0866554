"""A published office for pages of figures: some months of the sample city before its communes merged, some after."""

import shutil
from datetime import date
from pathlib import Path

import steps
from samples.write import write_samples
from warehouse.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
#: August 2020 has two communes that are held back and one that has not reported; the merger was on 1 July 2025.
MONTHS = ("2020-06", "2020-07", "2020-08", "2025-05", "2025-06", "2025-07", "2025-08")


def settings_of(home: Path) -> Settings:
    """As of 6 September 2025."""
    return load_settings(
        {"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2025-09-06", "ADMISSIONS_ARRIVAL": "modified"}, ROOT
    )


def published_office(home: Path) -> Settings:
    """After one run."""
    settings = settings_of(home)
    write_samples(settings.landing, until=date(2025, 8, 1))
    for folder in settings.landing.iterdir():
        if folder.is_dir() and folder.name[:2] == "20" and folder.name not in MONTHS:
            shutil.rmtree(folder)
    list(steps.run(settings))
    return settings
