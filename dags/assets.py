"""What the DAGs make of what, for Airflow's asset graph: landing folder → raw tables → judged → published."""

from airflow.sdk import Asset, AssetWatcher

from dags.landing_trigger import LandingTrigger

LANDING = Asset(
    name="landing",
    uri="admissions://landing",
    watchers=[AssetWatcher(name="workbooks_have_come", trigger=LandingTrigger())],
)
RAW = Asset(name="raw_tables", uri="admissions://warehouse/raw")
JUDGED = Asset(name="judged_reports", uri="admissions://warehouse/quality")
PUBLISHED = Asset(name="published_admissions", uri="admissions://published/admissions.duckdb")
