"""Settings: the environment, over .env, over the defaults."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import MakeSettings
from warehouse.lake.address import Bucket, Lake
from warehouse.settings import OFFICE_TIME, BadSetting, Settings, language_in_force, load_settings


def test_the_defaults_are_those_of_the_contract(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    assert settings.home == tmp_path / "var"
    assert settings.landing == tmp_path / "var" / "landing"
    assert settings.published == tmp_path / "var" / "published" / "admissions.duckdb"
    assert settings.archive == tmp_path / "var" / "archive"
    assert (settings.scope, settings.due_day, settings.today) == ("district:105", 5, None)
    assert (settings.workers, settings.arrival, settings.language) == (os.cpu_count(), "auto", "en")
    assert (settings.read_seconds, settings.read_memory_mb, settings.wait_seconds) == (10, 1024, 120)


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ADMISSIONS_DUE_DAY=7\nADMISSIONS_SCOPE=country\n")
    settings = load_settings({"ADMISSIONS_DUE_DAY": "8"}, tmp_path)
    assert (settings.due_day, settings.scope) == (8, "country")


def test_every_setting_can_be_set_and_reaches_another_process_as_it_is_in_force(tmp_path: Path) -> None:
    values = {
        "ADMISSIONS_HOME": str(tmp_path / "home"),
        "ADMISSIONS_LANDING": str(tmp_path / "in"),
        "ADMISSIONS_ARCHIVE": str(tmp_path / "kept"),
        "ADMISSIONS_PUBLISHED": str(tmp_path / "out" / "figures.duckdb"),
        "ADMISSIONS_SCOPE": "province:12",
        "ADMISSIONS_TODAY": "2020-09-06",
        "ADMISSIONS_DUE_DAY": "7",
        "ADMISSIONS_WORKERS": "3",
        "ADMISSIONS_ARRIVAL": "modified",
        "ADMISSIONS_READ_SECONDS": "20",
        "ADMISSIONS_READ_MEMORY_MB": "512",
        "ADMISSIONS_WAIT_SECONDS": "0",
        "ADMISSIONS_LANGUAGE": "vi",
        "ADMISSIONS_PORTAL_HOST": "0.0.0.0",
        "ADMISSIONS_PORTAL_PORT": "8001",
        "ADMISSIONS_AIRFLOW_URL": "https://airflow.example",
        "ADMISSIONS_PORTAL_URL": "https://portal.example",
        "ADMISSIONS_OIDC_ISSUER": "https://sign-in.example",
        "ADMISSIONS_OIDC_CLIENT_ID": "admissions",
        "ADMISSIONS_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        "ADMISSIONS_OIDC_ROLES": "groups:btc=steward",
        "ADMISSIONS_SMTP_HOST": "mail.example",
        "ADMISSIONS_SMTP_PORT": "587",
        "ADMISSIONS_SMTP_USER": "btc",
        "ADMISSIONS_SMTP_PASSWORD_FILE": str(tmp_path / "mail-password"),
        "ADMISSIONS_SMTP_FROM": "btc@office.example",
        "ADMISSIONS_SMTP_SECURITY": "starttls",
        "ADMISSIONS_SMTP_SECONDS": "9",
        "ADMISSIONS_OPERATOR_MAIL": "a@office.example,b@office.example",
        "ADMISSIONS_OVERDUE_MINUTES": "90",
        "ADMISSIONS_BACKUP": str(tmp_path / "backup"),
        "ADMISSIONS_KEEP_LOGS": "30",
        "ADMISSIONS_KEEP_OUTBOX": "0",
        "ADMISSIONS_REMIND_DAYS": "-2,0,7",
        "ADMISSIONS_LOG": "json",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.example:4318",
        "ADMISSIONS_STORE": "ducklake:postgres:host=pg.example dbname=admissions user=office",
        "ADMISSIONS_STORE_DATA": "s3://office/store",
        "ADMISSIONS_STORE_PASSWORD_FILE": str(tmp_path / "catalogue-password"),
        "ADMISSIONS_S3_ENDPOINT": "https://s3.example",
        "ADMISSIONS_S3_REGION": "vn-1",
        "ADMISSIONS_S3_USER": "office",
        "ADMISSIONS_S3_SECRET_FILE": str(tmp_path / "s3-secret"),
    }
    settings = load_settings(values, tmp_path)
    assert settings == Settings(
        home=tmp_path / "home",
        landing=tmp_path / "in",
        archive=tmp_path / "kept",
        published=tmp_path / "out" / "figures.duckdb",
        scope="province:12",
        today=date(2020, 9, 6),
        due_day=7,
        workers=3,
        arrival="modified",
        read_seconds=20,
        read_memory_mb=512,
        wait_seconds=0,
        language="vi",
        portal_host="0.0.0.0",
        portal_port=8001,
        airflow_url="https://airflow.example",
        portal_url="https://portal.example",
        oidc_issuer="https://sign-in.example",
        oidc_client_id="admissions",
        oidc_client_secret_file=str(tmp_path / "secret"),
        oidc_roles="groups:btc=steward",
        smtp_host="mail.example",
        smtp_port=587,
        smtp_user="btc",
        smtp_password_file=str(tmp_path / "mail-password"),
        smtp_from="btc@office.example",
        smtp_security="starttls",
        smtp_seconds=9,
        operator_mail=("a@office.example", "b@office.example"),
        overdue_minutes=90,
        backup=str(tmp_path / "backup"),
        keep_logs=30,
        keep_outbox=0,
        remind_days=(-2, 0, 7),
        log="json",
        otlp_endpoint="http://collector.example:4318",
        lake=Lake(
            "host=pg.example dbname=admissions user=office",
            "s3://office/store",
            str(tmp_path / "catalogue-password"),
            Bucket("https://s3.example", "vn-1", "office", str(tmp_path / "s3-secret")),
        ),
    )
    assert settings.as_environment() == values
    without_a_day = replace(settings, today=None)
    assert load_settings(without_a_day.as_environment(), tmp_path / "elsewhere") == without_a_day


def test_folders_are_meant_from_where_one_stands_and_blanks_are_no_value(tmp_path: Path) -> None:
    settings = load_settings({"ADMISSIONS_HOME": " data ", "ADMISSIONS_SCOPE": " "}, tmp_path)
    assert settings.home == tmp_path / "data"
    assert settings.landing == tmp_path / "data" / "landing"
    assert settings.scope == "district:105"
    assert load_settings({"ADMISSIONS_HOME": "~/data"}, tmp_path).home == Path.home() / "data"


def test_a_store_of_its_own_lies_in_the_home_and_shares_the_archive(make_settings: MakeSettings) -> None:
    settings = make_settings(PUBLISHED="figures.duckdb", STORE="ducklake:postgres:host=h", STORE_DATA="data")
    fresh = settings.anew("rebuild")
    assert fresh.store == settings.home / "rebuild" / "warehouse.duckdb"
    assert fresh.lake is None
    assert fresh.published == settings.home / "rebuild" / "published" / "figures.duckdb"
    assert (fresh.archive, fresh.landing) == (settings.archive, settings.landing)


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("DUE_DAY", 1, 28),
        ("WORKERS", 1, 256),
        ("READ_SECONDS", 1, 3600),
        ("READ_MEMORY_MB", 128, 1_048_576),
        ("WAIT_SECONDS", 0, 86_400),
        ("KEEP_LOGS", 0, 36_500),
        ("KEEP_OUTBOX", 0, 36_500),
        ("SMTP_PORT", 1, 65_535),
        ("SMTP_SECONDS", 1, 600),
        ("OVERDUE_MINUTES", 1, 10_080),
    ],
)
def test_a_number_is_taken_up_to_its_bounds_and_refused_beyond_with_them(
    make_settings: MakeSettings, name: str, lowest: int, highest: int
) -> None:
    for number in (lowest, highest):
        assert make_settings(**{name: str(number)}).as_environment()[f"ADMISSIONS_{name}"] == str(number)
    for number in (lowest - 1, highest + 1):
        with pytest.raises(BadSetting) as refused:
            make_settings(**{name: str(number)})
        for language in ("vi", "en"):
            said = refused.value.sentence(language)
            assert f"ADMISSIONS_{name}='{number}'" in said
            assert str(lowest) in said
            assert str(highest) in said


def test_a_choice_that_is_none_is_refused_with_those_that_there_are(make_settings: MakeSettings) -> None:
    with pytest.raises(BadSetting, match="auto, modified, today"):
        make_settings(ARRIVAL="never")
    with pytest.raises(BadSetting, match="vi, en"):
        make_settings(LANGUAGE="fr")
    with pytest.raises(BadSetting, match="auto, none, starttls, tls"):
        make_settings(SMTP_SECURITY="ssl")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8", "LC_MESSAGES": "vi_VN"}, "vi"),
        ({"LC_MESSAGES": "C", "LC_ALL": "vi"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "ADMISSIONS_LANGUAGE": "en"}, "en"),
        ({"LANG": "C", "ADMISSIONS_LANGUAGE": " vi "}, "vi"),
        ({"ADMISSIONS_LANGUAGE": "vi", "ADMISSIONS_DUE_DAY": "many"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "ADMISSIONS_LANGUAGE": "fr"}, "vi"),
    ],
)
def test_a_person_is_spoken_to_in_the_language_that_is_set_or_else_the_machine_s(
    tmp_path: Path, environment: dict[str, str], language: str
) -> None:
    assert language_in_force(environment, tmp_path) == language


def test_the_language_of_the_env_file_counts_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ADMISSIONS_LANGUAGE=vi\nADMISSIONS_TODAY\n")
    assert language_in_force({}, tmp_path) == load_settings({}, tmp_path).language == "vi"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUE_DAY", "0"),
        ("DUE_DAY", "many"),
        ("DUE_DAY", "5²"),
        ("WORKERS", "-1"),
        ("WAIT_SECONDS", "9" * 5000),
        ("TODAY", "06/09/2020"),
        ("ARRIVAL", "never"),
        ("SMTP_FROM", "office"),
        ("SMTP_FROM", "a@office.example, b@office.example"),
        ("OPERATOR_MAIL", "a@office.example, b"),
        ("REMIND_DAYS", "-21,1"),
        ("REMIND_DAYS", "61"),
        ("REMIND_DAYS", "1,,2"),
        ("REMIND_DAYS", "every day"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_and_value(make_settings: MakeSettings, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"ADMISSIONS_{name}='{value}'"):
        make_settings(**{name: value})


def test_nothing_is_mailed_and_nobody_is_told_where_nothing_is_set(make_settings: MakeSettings) -> None:
    settings = make_settings()
    assert (settings.smtp_host, settings.smtp_from, settings.operator_mail) == ("", "", ())
    assert (settings.smtp_port, settings.smtp_security) == (25, "auto")
    assert make_settings(OPERATOR_MAIL=" a@office.example , ").operator_mail == ("a@office.example",)


@pytest.mark.parametrize(
    ("given", "days"), [("", (-3, 1, 5)), (" 5, -3,+1,5", (-3, 1, 5)), ("none", ()), ("-20,60", (-20, 60))]
)
def test_days_of_reminding_are_counted_from_the_due_day_and_may_be_none(
    make_settings: MakeSettings, given: str, days: tuple[int, ...]
) -> None:
    settings = make_settings(REMIND_DAYS=given)
    assert settings.remind_days == days
    assert load_settings(settings.as_environment()).remind_days == days


def test_arrivals_are_stamped_with_today_when_it_is_set(make_settings: MakeSettings) -> None:
    stamped = make_settings().arrived_at(datetime(2020, 9, 1))
    assert stamped.date() == date(2020, 9, 6)
    assert stamped.replace(tzinfo=UTC).astimezone(OFFICE_TIME).date() == date(2020, 9, 6)


def test_arrivals_keep_the_file_s_time_when_told_so_but_never_lie_in_the_future(make_settings: MakeSettings) -> None:
    settings = make_settings(ARRIVAL="modified")
    assert settings.arrived_at(datetime(2020, 9, 1)) == datetime(2020, 9, 1)
    assert settings.arrived_at(datetime(2031, 1, 1)).date() == date(2020, 9, 6)


def test_without_a_day_of_its_own_now_is_now(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    now = datetime.now(UTC)
    assert abs(settings.current_instant() - now.replace(tzinfo=None)) < timedelta(minutes=1)
    assert settings.current_day() in {day.astimezone(OFFICE_TIME).date() for day in (now, now + timedelta(minutes=1))}
    written = datetime(2020, 9, 1)
    assert settings.arrived_at(written) == written
    assert settings.arrived_at(datetime(2999, 1, 1)) < datetime(2999, 1, 1)


def test_the_day_that_is_set_is_today_and_moments_on_it_grow(make_settings: MakeSettings) -> None:
    settings = make_settings()
    assert settings.current_day() == date(2020, 9, 6)
    moments = [settings.current_instant() for _ in range(3)]
    assert moments == sorted(moments)
    assert all(datetime(2020, 9, 6, 5) <= moment < datetime(2020, 9, 6, 7, 30) for moment in moments)


def test_arrivals_are_stamped_with_the_moment_where_that_is_asked_for(tmp_path: Path) -> None:
    settings = load_settings({"ADMISSIONS_ARRIVAL": "today"}, tmp_path)
    assert settings.arrived_at(datetime(2020, 9, 1)).year > 2020


@pytest.mark.parametrize(
    "address", ["collector:4318", "grpc://collector:4317", "http://", "https://me:geheim@collector"]
)
def test_a_collector_is_an_address_and_a_password_in_it_is_not_repeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadSetting) as refused:
        load_settings({"OTEL_EXPORTER_OTLP_ENDPOINT": address}, tmp_path)
    for language in ("vi", "en"):
        said = refused.value.sentence(language)
        assert "OTEL_EXPORTER_OTLP_ENDPOINT=" in said
        assert "ADMISSIONS_" not in said
        assert "http://127.0.0.1:4318" in said
        assert "geheim" not in said
