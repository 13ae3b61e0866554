"""Where a DuckLake is, and what it means that it cannot be reached. Needs nothing but the standard library, as every
process reads the settings."""

import re
from dataclasses import dataclass
from pathlib import Path

from reference.trouble import Trouble

#: What the address of a DuckLake begins with; what PostgreSQL is told follows.
SCHEME = "ducklake:postgres:"
_BUCKET = "s3://"
#: How libpq, and DuckDB on its behalf, say that PostgreSQL is not there, or no longer.
_UNREACHABLE = re.compile(
    r"unable to connect to postgres|could not connect to server|connection to server (?:at|on) .* failed"
    r"|server closed the connection|terminating connection|connection (?:not open|is closed|already closed)"
    r"|no connection to the server|the database system is (?:starting|shutting)|SSL SYSCALL error"
    r"|could not (?:send data to|receive data from) server|password authentication failed",
    re.IGNORECASE,
)
#: The same of what keeps the data.
_NO_DATA = re.compile(r"HTTP (?:Error|GET|PUT|POST|HEAD|DELETE)|Could not establish connection|NoSuchBucket")
_LONGEST = 300


class CatalogueUnreachable(Trouble):
    """PostgreSQL, which has the catalogue, does not answer, or has gone away; the text says where and what it said."""

    text = "error_lake_catalogue"


class DataUnreachable(Trouble):
    """What keeps the data of the DuckLake does not answer; the text says where and what was said."""

    text = "error_lake_data"


class NoSecret(Trouble):
    """The file of a secret cannot be read; the text names it."""

    text = "error_lake_secret"


@dataclass(frozen=True)
class Bucket:
    """How a bucket is reached: the server's address (`http://host:port`; empty: Amazon's), its region, the key, and the
    file with the key's secret."""

    endpoint: str = ""
    region: str = ""
    key_id: str = ""
    secret_file: str = ""


@dataclass(frozen=True)
class Lake:
    """A DuckLake: what PostgreSQL is told (`host=… dbname=… user=…`, never a password), the folder or bucket for the
    data, the file with the password (empty: libpq's own ways), and how a bucket is reached."""

    catalogue: str
    data: str
    password_file: str = ""
    bucket: Bucket = Bucket()

    @property
    def address(self) -> str:
        """As the setting has it; it holds no secret."""
        return f"{SCHEME}{self.catalogue}"

    @property
    def is_remote(self) -> bool:
        """Whether the data lies in a bucket."""
        return self.data.startswith(_BUCKET)

    @property
    def password(self) -> str:
        """Empty where there is no file for it. Raises NoSecret."""
        return secret_in(self.password_file)


def secret_in(file: str) -> str:
    """What the file holds; empty where none is named. Raises NoSecret."""
    try:
        return Path(file).read_text(encoding="utf-8").strip() if file else ""
    except (OSError, ValueError) as error:
        raise NoSecret(file) from error


def unreachable(said: str, lake: Lake) -> Trouble | None:
    """What an error means to a caller where the catalogue or the data cannot be reached."""
    words = " ".join(said.split())
    # PostgreSQL does not speak HTTP.
    if lake.is_remote and (found := _NO_DATA.search(words)):
        return DataUnreachable(f"{lake.data}: {_around(words, found)}")
    if found := _UNREACHABLE.search(words):
        return CatalogueUnreachable(f"{lake.address}: {_around(words, found)}")
    return None


def _around(words: str, found: re.Match[str]) -> str:
    """What was said, from there on where it is long."""
    return words if len(words) <= _LONGEST else words[found.start() :][:_LONGEST]
