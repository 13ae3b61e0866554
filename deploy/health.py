"""Whether a service is well: `python -m deploy.health api-server|scheduler|dag-processor|triggerer|portal`.

DAG processor and triggerer answer nobody; the API server knows when they last gave a sign of life.
Only the standard library, so that a health check costs nothing. Exit status 0 when well, 1 when not.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from os import environ

SECONDS = 5
#: What has to be healthy for a service to be well, by the names that Airflow reports.
PARTS = {
    "api-server": "metadatabase",
    "scheduler": "scheduler",
    "dag-processor": "dag_processor",
    "triggerer": "triggerer",
}


def address(service: str, environment: Mapping[str, str]) -> str:
    """Where the service says how it is; ports as Airflow's own variables have them."""
    if service == "api-server":
        port = environment.get("AIRFLOW__API__PORT", "8080")
        return f"http://127.0.0.1:{port}/api/v2/monitor/health"
    if service in ("dag-processor", "triggerer"):
        api = environment.get("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "http://127.0.0.1:8080/execution/")
        return urllib.parse.urljoin(api, "/api/v2/monitor/health")
    if service == "scheduler":
        port = environment.get("AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT", "8974")
        return f"http://127.0.0.1:{port}/health"
    if service == "portal":
        return f"http://127.0.0.1:{environment.get('ADMISSIONS_PORTAL_PORT', '8000')}/health"
    raise SystemExit(f"{service}: expected one of {', '.join((*PARTS, 'portal'))}")


def states(url: str) -> dict[str, str]:
    """What the address reports, `{"metadatabase": "healthy", …}`; empty when nobody answers."""
    # Never through a proxy: the address is on this machine, or that of a neighbouring container.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=SECONDS) as answer:
            body = answer.read()
    except (OSError, urllib.error.URLError):
        return {}
    try:
        told = json.loads(body)
    except ValueError:
        # The scheduler answers with a bare status; that it answered 200 is the message.
        return {"scheduler": "healthy"}
    return {name: str(part.get("status")) for name, part in told.items() if isinstance(part, dict) and part} or {
        "scheduler": "healthy"
    }


def answers(url: str) -> bool:
    """Whether somebody answers there with 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=SECONDS) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def main(arguments: list[str]) -> int:
    service = arguments[0] if arguments else ""
    where = address(service, environ)
    if service == "portal":
        is_well = answers(where)
        sys.stdout.write(f"{service}: {'healthy' if is_well else 'no answer'}\n")
        return 0 if is_well else 1
    told = states(where)
    found = told.get(PARTS[service], "no answer")
    sys.stdout.write(f"{service}: {found}\n")
    return 0 if found == "healthy" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
