"""The portal's first account, where there is none: `python -m deploy.first_account`, before it listens to others.

The password is written to `portal/first_password.txt` of the home, for its owner alone; whoever has read it gives
himself another (`admissions users add operator --role operator --password-stdin`) and removes the file.
"""

import sys

from portal.accounts import add, nobody_signs_in
from warehouse.files import write_private
from warehouse.settings import Settings, load_settings

NAME = "operator"
FILE = "first_password.txt"


def make_first_account(settings: Settings) -> str | None:
    """The file with the password; None where there are accounts, or a provider vouches for people."""
    if not nobody_signs_in(settings):
        return None
    password = add(settings, NAME, "operator", None, None, settings.current_instant())
    path = settings.portal / FILE
    write_private(path, f"{password}\n".encode())
    return str(path)


def main() -> int:
    if path := make_first_account(load_settings()):
        sys.stdout.write(f"The portal's account {NAME} is made; its password is in {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
