"""The portal in Airflow's navigation: where people decide and look, one click from where things run.

Airflow loads every module of its plugins folder; ADMISSIONS_PORTAL_URL says where the portal answers.
"""

import os

from airflow.plugins_manager import AirflowPlugin


class PortalLink(AirflowPlugin):
    """A link to the portal, where there is one."""

    name = "admissions_portal"
    external_views = (
        [{"name": "Kết nạp đảng viên", "href": os.environ["ADMISSIONS_PORTAL_URL"], "destination": "nav"}]
        if os.environ.get("ADMISSIONS_PORTAL_URL")
        else []
    )
