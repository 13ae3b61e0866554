"""Spans and metrics for a collector, where one is named (`OTEL_EXPORTER_OTLP_ENDPOINT`).

Where none is, nothing is imported for it.
"""

import threading
import time
from typing import TYPE_CHECKING

from reference.texts import say
from warehouse import events
from warehouse.settings import Settings

if TYPE_CHECKING:
    from warehouse.telemetry import Signs, Telemetry

#: How often the portal, which is always there, says how things are (seconds).
_EVERY = 60.0
#: One for a process: a store that is rebuilt beside the other is no other office.
_begun: list["Telemetry"] = []


def begin(settings: Settings) -> "Telemetry | None":
    """From now on the steps of this process are measured. None where nobody wants to know."""
    if not settings.otlp_endpoint:
        return None
    if not _begun:
        from warehouse.telemetry import Telemetry

        telemetry = Telemetry(
            settings.otlp_endpoint,
            lambda: _signs(settings),
            lambda host: say("telemetry_not_sent", settings.language, host=host),
        )
        _begun.append(telemetry)
        events.send_to(telemetry.hear)
    return _begun[0]


def keep_telling(settings: Settings) -> None:
    """Say how things are now and then, as long as this process lives."""
    telemetry = begin(settings)
    if telemetry is None:
        return

    def tell() -> None:
        while True:
            telemetry.send()
            time.sleep(_EVERY)

    threading.Thread(target=tell, daemon=True).start()


def _signs(settings: Settings) -> "Signs":
    from answers.vital_signs import vital_signs

    found = vital_signs(settings)
    failures = {
        ("admissions.failures.open", (("severity", severity),)): float(number)
        for severity, number in found.open_failures.items()
    }
    return failures | {
        ("admissions.months.published", ()): float(found.months),
        ("admissions.months.held_back", ()): float(found.held_back),
        ("admissions.published.age", ()): found.age,
    }
