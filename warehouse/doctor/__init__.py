"""Is everything in order? Settings, folders, locks, stores, journals, backups and versions, each as a finding that says
what is wrong and what to do."""

from warehouse.doctor.finding import Finding
from warehouse.doctor.home import folders, half_restored, lock, rights, scope, versions
from warehouse.doctor.kept import accounts, backups, journals
from warehouse.doctor.store import before_update, clock, held_back, published, since_publishing, store
from warehouse.settings import Settings

__all__ = ["Finding", "examine", "versions"]


def examine(settings: Settings) -> list[Finding]:
    """Every check. Nothing is created but what a run would create, too (folders and the empty store)."""
    if found := half_restored(settings):
        return found
    return [
        *folders(settings),
        *rights(settings),
        scope(settings),
        *lock(settings),
        store(settings),
        *before_update(settings),
        published(settings),
        *since_publishing(settings),
        *held_back(settings),
        *clock(settings),
        *journals(settings),
        *accounts(settings),
        *backups(settings),
    ]
