"""What runs: the programs of an installation, once for `make up`, docker-compose.yml and the units of systemd.

In: nothing. Out: `PROGRAMS`. The tests compare the other two places with it.
"""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """What `python -m` is given, and the memory (MB) beyond which it is ended and started again."""

    arguments: tuple[str, ...]
    memory_mb: int

    def command(self, python: str = sys.executable) -> tuple[str, ...]:
        """The whole command line, by this Python."""
        return (python, "-m", *self.arguments)


# Log servers are left out: everything runs on one machine, so logs are read from their files. The scheduler's tasks
# are its children: dbt, the check, and as many reading processes as ADMISSIONS_WORKERS says.
PROGRAMS: dict[str, Program] = {
    "api-server": Program(("airflow", "api-server"), 1024),
    "scheduler": Program(("airflow", "scheduler", "--skip-serve-logs"), 6144),
    "dag-processor": Program(("airflow", "dag-processor"), 768),
    "triggerer": Program(("airflow", "triggerer", "--skip-serve-logs"), 768),
    "portal": Program(("cli", "portal"), 4096),
}
#: What has to be done before they start, in this order; each may be done again.
PREPARATION: dict[str, Program] = {
    "airflow-init": Program(("airflow", "db", "migrate"), 768),
    "portal-init": Program(("deploy.first_account",), 768),
}
