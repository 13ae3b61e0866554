"""Stop what `python -m deploy.up` started, also after a crash: `python -m deploy.down`."""

import sys
from collections.abc import Callable

from deploy import services
from deploy.airflow_home import AirflowNotReady, airflow_home, project_settings
from warehouse.settings import BadSetting, Settings


def down(settings: Settings, say: Callable[[str], None]) -> None:
    """Stop every process that was started for this home."""
    home = airflow_home(settings)
    running = services.remembered(home)
    if running is None:
        say("Airflow is not running for this home.")
        return
    count = services.stop(home, running)
    say(f"Airflow is stopped ({count} processes)." if count else "Airflow had already ended.")


def say_it(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> int:
    try:
        down(project_settings(), say_it)
    except (AirflowNotReady, BadSetting) as error:
        say_it(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
