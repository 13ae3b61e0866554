"""Settings in one place: the environment, over `.env`, over the defaults."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values

from reference.mail_address import is_mail_address
from reference.texts import TERMINAL, filled, say, texts_of
from reference.trouble import Trouble
from warehouse.lake.address import SCHEME, Bucket, Lake

OFFICE_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
LANGUAGES = ("vi", "en")
NO_DAYS = "none"
#: The office's list of addresses: in the home, or beside what is known of the communes, where dbt passes it over.
CONTACTS = "contacts.csv"
LOGS = ("text", "json")
#: OpenTelemetry's own name for it, which Airflow goes by, too.
OTLP_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
MAIL_SECURITY = ("auto", "none", "starttls", "tls")


class BadSetting(Trouble, ValueError):
    """A setting has a value that cannot be used; `sentence` names setting, value and what is expected."""

    def __init__(self, name: str, value: str, expected: str, **values: str | int) -> None:
        """`expected` is the key of a text, `values` what is filled into it."""
        super().__init__(f"{name if name == OTLP_ENDPOINT else f'ADMISSIONS_{name}'}={value!r}")
        self._expected, self._values = expected, values

    def sentence(self, language: str) -> str:
        return say("error_setting", language, detail=self.wrong(language))

    def wrong(self, language: str) -> str:
        """Which setting is wrong, and what is expected, in `language`."""
        return f"{self.args[0]}: {filled(texts_of(TERMINAL)[self._expected][language], self._values)}"

    def __str__(self) -> str:
        return self.wrong("en")


@dataclass(frozen=True)
class Settings:
    """Every setting, resolved. Folders are absolute."""

    home: Path
    landing: Path
    archive: Path
    published: Path
    scope: str
    today: date | None
    due_day: int
    workers: int
    arrival: str
    read_seconds: int
    read_memory_mb: int
    wait_seconds: int
    language: str
    portal_host: str = "127.0.0.1"
    portal_port: int = 8000
    #: Where people reach Airflow and the portal, for the links from one to the other; empty where there is none.
    airflow_url: str = ""
    portal_url: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    #: The file that holds the client's secret, and claim values with the role that each gives (`claim=role`, commas).
    oidc_client_secret_file: str = ""
    oidc_roles: str = ""
    #: The server that takes our mail; empty where nothing is to be sent. The port is that of mail between servers.
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password_file: str = ""
    #: The address that mail comes from, and that is answered to.
    smtp_from: str = ""
    #: `none`, `starttls`, `tls`, or `auto` (outbox/mail says what that is); how long one answer may take, in seconds.
    smtp_security: str = "auto"
    smtp_seconds: int = 20
    #: Who is told of failures: addresses.
    operator_mail: tuple[str, ...] = ()
    #: And of a run that is not done so many minutes after it was called for.
    overdue_minutes: int = 180
    #: Where the nightly backup goes; empty where there is none.
    backup: str = ""
    #: For how many days logs, and what went out, are kept; 0: for ever.
    keep_logs: int = 90
    keep_outbox: int = 730
    #: On which days communes are reminded, counted from the day their report is due; none where nobody is by itself.
    remind_days: tuple[int, ...] = (-3, 1, 5)
    #: What logs are: sentences for people, or JSON lines (warehouse/json_lines.py).
    log: str = "text"
    #: The OpenTelemetry collector that spans and metrics go to (OTLP over HTTP); empty where nobody measures.
    otlp_endpoint: str = ""
    #: The store as a DuckLake, of which other machines have a part, too; None: a file of the home.
    lake: Lake | None = None

    @property
    def portal(self) -> Path:
        """What the portal keeps for itself: accounts, sessions, uploads that wait to be confirmed."""
        return self.home / "portal"

    @property
    def contacts(self) -> Path:
        """The office's list of addresses, where it keeps one in the home."""
        return self.home / CONTACTS

    @property
    def accounts(self) -> Path:
        """The portal's local accounts; its owner alone reads it."""
        return self.portal / "accounts.json"

    @property
    def store(self) -> Path:
        """The pipeline's own DuckDB file, where the store is no DuckLake; readers never open it."""
        return self.home / "warehouse.duckdb"

    @property
    def store_name(self) -> str:
        """What the store is called to people: its path, or the DuckLake's address."""
        return self.lake.address if self.lake else str(self.store)

    @property
    def run_lock(self) -> Path:
        """Locked by whoever writes (warehouse/run_lock.py)."""
        return self.home / "run.lock"

    @property
    def restoring(self) -> Path:
        """There while what was restored is being put in its place: until it is all there nobody writes."""
        return self.home / "restoring.json"

    @property
    def parquet(self) -> Path:
        """The published marts as Parquet, beside the published file."""
        return self.published.parent / "parquet"

    @property
    def outbox(self) -> Path:
        return self.home / "outbox"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    def anew(self, name: str) -> "Settings":
        """The same with a store and a published file of its own in folder `name` of the home; the archive is shared.
        There the store is a file, whatever it is here."""
        home = self.home / name
        return replace(self, home=home, published=home / "published" / self.published.name, lake=None)

    def as_environment(self) -> dict[str, str]:
        """Every setting under its name, as it is in force."""
        return {
            "ADMISSIONS_HOME": str(self.home),
            "ADMISSIONS_LANDING": str(self.landing),
            "ADMISSIONS_ARCHIVE": str(self.archive),
            "ADMISSIONS_PUBLISHED": str(self.published),
            "ADMISSIONS_SCOPE": self.scope,
            "ADMISSIONS_TODAY": self.today.isoformat() if self.today else "",
            "ADMISSIONS_DUE_DAY": str(self.due_day),
            "ADMISSIONS_WORKERS": str(self.workers),
            "ADMISSIONS_ARRIVAL": self.arrival,
            "ADMISSIONS_READ_SECONDS": str(self.read_seconds),
            "ADMISSIONS_READ_MEMORY_MB": str(self.read_memory_mb),
            "ADMISSIONS_WAIT_SECONDS": str(self.wait_seconds),
            "ADMISSIONS_LANGUAGE": self.language,
            "ADMISSIONS_PORTAL_HOST": self.portal_host,
            "ADMISSIONS_PORTAL_PORT": str(self.portal_port),
            "ADMISSIONS_AIRFLOW_URL": self.airflow_url,
            "ADMISSIONS_PORTAL_URL": self.portal_url,
            "ADMISSIONS_OIDC_ISSUER": self.oidc_issuer,
            "ADMISSIONS_OIDC_CLIENT_ID": self.oidc_client_id,
            "ADMISSIONS_OIDC_CLIENT_SECRET_FILE": self.oidc_client_secret_file,
            "ADMISSIONS_OIDC_ROLES": self.oidc_roles,
            "ADMISSIONS_SMTP_HOST": self.smtp_host,
            "ADMISSIONS_SMTP_PORT": str(self.smtp_port),
            "ADMISSIONS_SMTP_USER": self.smtp_user,
            "ADMISSIONS_SMTP_PASSWORD_FILE": self.smtp_password_file,
            "ADMISSIONS_SMTP_FROM": self.smtp_from,
            "ADMISSIONS_SMTP_SECURITY": self.smtp_security,
            "ADMISSIONS_SMTP_SECONDS": str(self.smtp_seconds),
            "ADMISSIONS_OPERATOR_MAIL": ",".join(self.operator_mail),
            "ADMISSIONS_OVERDUE_MINUTES": str(self.overdue_minutes),
            "ADMISSIONS_BACKUP": self.backup,
            "ADMISSIONS_KEEP_LOGS": str(self.keep_logs),
            "ADMISSIONS_KEEP_OUTBOX": str(self.keep_outbox),
            "ADMISSIONS_REMIND_DAYS": ",".join(map(str, self.remind_days)) or NO_DAYS,
            "ADMISSIONS_LOG": self.log,
            OTLP_ENDPOINT: self.otlp_endpoint,
            "ADMISSIONS_STORE": lake.address if (lake := self.lake) else "",
            "ADMISSIONS_STORE_DATA": lake.data if lake else "",
            "ADMISSIONS_STORE_PASSWORD_FILE": lake.password_file if lake else "",
            "ADMISSIONS_S3_ENDPOINT": lake.bucket.endpoint if lake else "",
            "ADMISSIONS_S3_REGION": lake.bucket.region if lake else "",
            "ADMISSIONS_S3_USER": lake.bucket.key_id if lake else "",
            "ADMISSIONS_S3_SECRET_FILE": lake.bucket.secret_file if lake else "",
        }

    def current_day(self) -> date:
        """The day "now" is taken as, in the office's time zone."""
        return self.today or datetime.now(OFFICE_TIME).date()

    def current_instant(self) -> datetime:
        """Now, as naive UTC. With ADMISSIONS_TODAY it lies on that day both in UTC and at the office,
        and still grows from one call to the next within a day."""
        now = datetime.now(UTC)
        if self.today is None:
            return now.replace(tzinfo=None)
        since_midnight = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
        return datetime.combine(self.today, time(5)) + since_midnight / 10

    def arrived_at(self, modified: datetime) -> datetime:
        """When a file counts as received (naive UTC).

        A file lies in the landing folder before the run that finds it, so the time it was last written there is
        the time it came. With ADMISSIONS_TODAY set, arrivals are stamped with that day instead, unless
        ADMISSIONS_ARRIVAL says `modified`.
        """
        now = self.current_instant()
        if self.arrival == "today" or (self.arrival == "auto" and self.today is not None):
            return now
        return min(modified, now)


def load_settings(environment: Mapping[str, str] | None = None, working_folder: Path | None = None) -> Settings:
    """Read the settings. Raises BadSetting with a sentence when one cannot be used."""
    folder = working_folder or Path.cwd()
    values = _given(environment, folder)

    def text(name: str, default: str) -> str:
        return values.get(f"ADMISSIONS_{name}", "").strip() or default

    def path(name: str, default: Path) -> Path:
        return (folder / Path(text(name, str(default))).expanduser()).resolve()

    def secret_file(name: str) -> str:
        return str(path(name, folder)) if text(name, "") else ""

    def addresses(name: str) -> tuple[str, ...]:
        found = tuple(filter(None, (part.strip() for part in text(name, "").split(","))))
        if not all(map(is_mail_address, found)):
            raise BadSetting(name, text(name, ""), "setting_address")
        return found

    def one_address(name: str) -> str:
        found = text(name, "")
        if found and not is_mail_address(found):
            raise BadSetting(name, found, "setting_address")
        return found

    def days(name: str, default: str, low: int, high: int) -> tuple[int, ...]:
        raw = text(name, default)
        parts = [part.strip() for part in raw.split(",")] if raw != NO_DAYS else []
        if not all(re.fullmatch(r"[+-]?\d{1,3}", part) and low <= int(part) <= high for part in parts):
            raise BadSetting(name, raw, "setting_days", low=low, high=high, none=NO_DAYS)
        return tuple(sorted(set(map(int, parts))))

    def number(name: str, default: int, low: int, high: int) -> int:
        raw = text(name, str(default))
        if not re.fullmatch(r"\d{1,9}", raw) or not low <= int(raw) <= high:
            raise BadSetting(name, raw, "setting_number", low=low, high=high)
        return int(raw)

    def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
        raw = text(name, default)
        if raw not in allowed:
            raise BadSetting(name, raw, "setting_choice", allowed=", ".join(allowed))
        return raw

    def collector() -> str:
        found = values.get(OTLP_ENDPOINT, "").strip()
        address = urlsplit(found)
        if found and (address.scheme not in ("http", "https") or not address.hostname or "@" in address.netloc):
            # A password in it is not repeated.
            raise BadSetting(OTLP_ENDPOINT, found.rpartition("@")[2], "setting_collector")
        return found

    def lake() -> Lake | None:
        if not (store := text("STORE", "")):
            return None
        data = text("STORE_DATA", "")
        if not data:
            raise BadSetting("STORE_DATA", data, "setting_store_data")
        bucket = Bucket(
            text("S3_ENDPOINT", ""), text("S3_REGION", ""), text("S3_USER", ""), secret_file("S3_SECRET_FILE")
        )
        if not data.startswith("s3://"):
            data = str(path("STORE_DATA", folder))
        return Lake(_catalogue(store), data, secret_file("STORE_PASSWORD_FILE"), bucket)

    today = text("TODAY", "")
    try:
        chosen_day = date.fromisoformat(today) if today else None
    except ValueError as error:
        raise BadSetting("TODAY", today, "setting_day") from error

    home = path("HOME", Path("var"))
    return Settings(
        home=home,
        landing=path("LANDING", home / "landing"),
        archive=path("ARCHIVE", home / "archive"),
        published=path("PUBLISHED", home / "published" / "admissions.duckdb"),
        scope=text("SCOPE", "district:105"),
        today=chosen_day,
        due_day=number("DUE_DAY", 5, 1, 28),
        workers=number("WORKERS", os.cpu_count() or 1, 1, 256),
        arrival=choice("ARRIVAL", "auto", ("auto", "modified", "today")),
        read_seconds=number("READ_SECONDS", 10, 1, 3600),
        read_memory_mb=number("READ_MEMORY_MB", 1024, 128, 1_048_576),
        wait_seconds=number("WAIT_SECONDS", 120, 0, 86_400),
        language=choice("LANGUAGE", _language_of(values), LANGUAGES),
        portal_host=text("PORTAL_HOST", "127.0.0.1"),
        portal_port=number("PORTAL_PORT", 8000, 1, 65_535),
        airflow_url=text("AIRFLOW_URL", ""),
        portal_url=text("PORTAL_URL", ""),
        oidc_issuer=text("OIDC_ISSUER", ""),
        oidc_client_id=text("OIDC_CLIENT_ID", ""),
        oidc_client_secret_file=secret_file("OIDC_CLIENT_SECRET_FILE"),
        oidc_roles=text("OIDC_ROLES", ""),
        smtp_host=text("SMTP_HOST", ""),
        smtp_port=number("SMTP_PORT", 25, 1, 65_535),
        smtp_user=text("SMTP_USER", ""),
        smtp_password_file=secret_file("SMTP_PASSWORD_FILE"),
        smtp_from=one_address("SMTP_FROM"),
        smtp_security=choice("SMTP_SECURITY", "auto", MAIL_SECURITY),
        smtp_seconds=number("SMTP_SECONDS", 20, 1, 600),
        backup=str(path("BACKUP", home)) if text("BACKUP", "") else "",
        keep_logs=number("KEEP_LOGS", 90, 0, 36_500),
        keep_outbox=number("KEEP_OUTBOX", 730, 0, 36_500),
        operator_mail=addresses("OPERATOR_MAIL"),
        overdue_minutes=number("OVERDUE_MINUTES", 180, 1, 10_080),
        remind_days=days("REMIND_DAYS", "-3,1,5", -20, 60),
        log=choice("LOG", "text", LOGS),
        otlp_endpoint=collector(),
        lake=lake(),
    )


def _catalogue(store: str) -> str:
    """What PostgreSQL is told. A setting is shown to people and kept in backups: a password in it is refused, and what
    cannot be read is not repeated, as there may be one in it."""
    if not store.startswith(SCHEME):
        raise BadSetting("STORE", store.partition(":")[0], "setting_store", begins=SCHEME)
    from psycopg2 import ProgrammingError
    from psycopg2.extensions import parse_dsn

    catalogue = store.removeprefix(SCHEME)
    try:
        parts = parse_dsn(catalogue)
    except ProgrammingError as error:
        raise BadSetting("STORE", f"{SCHEME}…", "setting_store", begins=SCHEME) from error
    if parts.keys() & {"password", "sslpassword"}:
        raise BadSetting("STORE", f"{SCHEME}…", "setting_store_password")
    return catalogue


def language_in_force(environment: Mapping[str, str] | None = None, working_folder: Path | None = None) -> str:
    """The language to speak to a person in, also when another setting (or this one) cannot be used."""
    values = _given(environment, working_folder or Path.cwd())
    chosen = values.get("ADMISSIONS_LANGUAGE", "").strip()
    return chosen if chosen in LANGUAGES else _language_of(values)


def log_in_force(environment: Mapping[str, str] | None = None, working_folder: Path | None = None) -> str:
    """What logs are to be, also when another setting (or this one) cannot be used."""
    chosen = _given(environment, working_folder or Path.cwd()).get("ADMISSIONS_LOG", "").strip()
    return chosen if chosen in LOGS else LOGS[0]


def _given(environment: Mapping[str, str] | None, folder: Path) -> dict[str, str]:
    """What is set in the environment, and in `.env` where the environment says nothing."""
    written = {name: value for name, value in dotenv_values(folder / ".env").items() if value is not None}
    return written | dict(os.environ if environment is None else environment)


def _language_of(values: Mapping[str, str]) -> str:
    locale = values.get("LC_ALL") or values.get("LC_MESSAGES") or values.get("LANG") or ""
    return "vi" if locale.startswith("vi") else "en"
