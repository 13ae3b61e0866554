"""What publishing has to read and the gate does not change: it can be read while the gate judges."""

from pathlib import Path

from dbt_project.build import manifest_of
from dbt_project.dictionary import comments, entries
from warehouse.published_parts import note_of
from warehouse.published_tables import Former, read_former
from warehouse.settings import Settings

Comments = tuple[tuple[str, str, str, str], ...]


class ReadyToPublish:
    """The file published before, and the descriptions of the tables."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._comments: dict[tuple[Path, int], Comments] = {}
        #: None where it was not read.
        self.former: Former | None = None

    def read(self) -> None:
        """Read both now."""
        self.former = read_former(self._settings.published, note_of(self._settings))
        if manifest_of(self._settings).exists():
            self.comments()

    def comments(self) -> Comments:
        """(schema, relation, column or empty, text), by what dbt knows of the project now."""
        manifest = manifest_of(self._settings)
        which = manifest, manifest.stat().st_mtime_ns
        if which not in self._comments:
            self._comments[which] = comments(entries(manifest))
        return self._comments[which]
