"""The folders of the home, each made with the rights that fit what lies in it."""

from pathlib import Path

from reference.trouble import Trouble
from warehouse.files import make_private, make_readable
from warehouse.settings import Settings


def make_folder(settings: Settings, folder: Path) -> None:
    """One of the settings' folders, where it is not there yet: the archive for the service alone, what is published
    for everybody, any other as this process makes folders. Raises OSError that names it, LandingGone."""
    if folder == settings.landing:
        make_landing(settings)
    elif folder == settings.archive:
        make_private(folder)
    elif folder == settings.published.parent:
        make_readable(folder)
    else:
        folder.mkdir(parents=True, exist_ok=True)


class LandingGone(Trouble, OSError):
    """The landing folder is not there though reports have come from it, or cannot be looked at: a share that is not
    connected. The text is its path."""

    text = "error_landing_gone"


def is_landing_gone(settings: Settings) -> bool:
    """Whether it is not there though reports have come from it."""
    return not settings.landing.is_dir() and (settings.archive / "arrivals.jsonl").exists()


def make_landing(settings: Settings) -> None:
    """The landing folder, where nothing has come yet. Raises LandingGone where it was there before: a folder that is
    made in the place of a share would hide from everybody that nothing can come, and the share would hide what came."""
    if is_landing_gone(settings):
        raise LandingGone(str(settings.landing))
    settings.landing.mkdir(parents=True, exist_ok=True)
