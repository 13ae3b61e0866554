"""The folders of the home, each made with the rights that fit what lies in it."""

from pathlib import Path

from warehouse.files import make_private, make_readable
from warehouse.settings import Settings


def make_folder(settings: Settings, folder: Path) -> None:
    """One of the settings' folders, where it is not there yet: the archive for the service alone, what is published
    for everybody, any other as this process makes folders. Raises OSError that names it."""
    if folder == settings.archive:
        make_private(folder)
    elif folder == settings.published.parent:
        make_readable(folder)
    else:
        folder.mkdir(parents=True, exist_ok=True)
