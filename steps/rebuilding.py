"""Everything that is published, once more from the archive, the reference data and the decisions."""

import os
import shutil
from dataclasses import asdict

from steps.monthly import Progress, Summary, build_check_publish, silent
from steps.troubles import holding_the_store
from warehouse.publish import take_the_place
from warehouse.settings import Settings


def rebuild(settings: Settings, replace: bool, progress: Progress = silent) -> Summary:
    """Archive, reference data and decisions -> a store and a published file anew, compared with the present one.

    The new files are put in the place of the old ones when `replace` says so, and are removed otherwise. `same` in
    the summary is None when there is no published file to compare with.
    """
    from ingest.rebuild import read_archive
    from warehouse.compare import differing_tables

    fresh = settings.anew(f"rebuild-{os.getpid()}")
    try:
        # What is compared, and perhaps replaced, must not change meanwhile.
        with holding_the_store(settings, "admissions rebuild"):
            workbooks = read_archive(fresh, progress)
            # By dbt itself, with all its tests: what was recorded is compared with what it does, too.
            build_check_publish(fresh, in_full=True)
            compared = settings.published.exists()
            differences = differing_tables(settings.published, fresh.published) if compared else ()
            if replace:
                take_the_place(settings, fresh)
    finally:
        shutil.rmtree(fresh.home, ignore_errors=True)
    return {
        "workbooks": workbooks,
        "same": not differences if compared else None,
        "differences": [asdict(each) for each in differences],
        "replaced": replace,
    }
