"""The landing folder as Airflow watches it: an event when what has come is whole. It moves and deletes nothing."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from dags.office import office_settings
from ingest.waiting import Landing, Watch

#: A folder that takes long to look through is looked at less often: at most a twentieth of a processor.
_SHARE = 20


class LandingTrigger(BaseEventTrigger):
    """Fires when files lie in the landing folder that no run has taken in, one event for all that came together.

    `quiet`: seconds in which nothing is added or changed. `poll`: seconds between two looks. `again`: seconds after
    which files that are still there are told of once more.
    """

    def __init__(self, quiet: float = 4.0, poll: float = 2.0, again: float = 900.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.quiet, self.poll, self.again = quiet, poll, again

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "dags.landing_trigger.LandingTrigger", {"quiet": self.quiet, "poll": self.poll, "again": self.again}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        watch = Watch(Landing(office_settings()), self.quiet, self.again)
        trouble = ""
        while True:
            began = time.monotonic()
            try:
                entries = await asyncio.to_thread(watch.look, began)
                trouble = ""
            except OSError as error:
                entries = []
                if str(error) != trouble:
                    trouble = str(error)
                    self.log.warning("The landing folder cannot be looked at: %s", trouble)
            if entries:
                names = [entry.path_name for entry in entries]
                self.log.info("%d files have come: %s", len(names), ", ".join(names[:5]))
                yield TriggerEvent({"files": len(names), "first": names[:5]})  # type: ignore[no-untyped-call]
            await asyncio.sleep(max(self.poll, _SHARE * (time.monotonic() - began)))
