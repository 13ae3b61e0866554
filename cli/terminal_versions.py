"""What the terminal shows of versions: what the files of a load became, and the versions of one report."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.table import Table

from answers.versions import ReportVersion
from cli.terminal import or_dash, table_of, told
from reference.figures import month_name
from reference.texts import say
from warehouse.case_id import case_id

#: A table of a load is no longer than this; `--json` has all of it.
_LONGEST_TABLE = 50


def received_table(received: Sequence[Mapping[str, Any]], language: str) -> Table | None:
    """Of each new file the commune, month and version that it became; None where there is none."""
    if not received:
        return None
    table = table_of(
        say("received_title", language),
        [
            ("column_file", "left"),
            ("column_commune", "left"),
            ("column_month", "left"),
            ("column_version", "right"),
        ],
        language,
    )
    for each in received[:_LONGEST_TABLE]:
        name = each["commune_name"] or say(f"received_{each['kind']}", language)
        table.add_row(
            each["path"], name, told(each["month"], language) if each["month"] else "–", str(each["version"] or "–")
        )
    return table


def received_notes(load: Mapping[str, Any], language: str) -> Iterator[str]:
    """What a person has to know besides: files left out of the table, several for one month, files that came again."""
    received = load.get("received", ())
    if len(received) > _LONGEST_TABLE:
        yield say("received_more", language, number=len(received) - _LONGEST_TABLE)
    reports = [each for each in received if each["kind"] == "report"]
    for (_, month), found in groupby(sorted(reports, key=_month_of), _month_of):
        several = sorted(found, key=lambda each: each["version"])
        if len(several) > 1:
            files = ", ".join(f"{each['version']} = {each['path']}" for each in several)
            yield say(
                "received_several",
                language,
                commune=several[0]["commune_name"],
                month=told(month, language),
                files=files,
            )
    for each in load.get("came_again", ()):
        command = versions_command(each["commune_code"], each["month"], each["version"])
        values = {**each, "month": told(each["month"], language), "commune": each["commune_name"]}
        yield say("came_again", language, **values, command=command)


def _month_of(received: Mapping[str, Any]) -> tuple[str, str]:
    return received["commune_code"], received["month"]


def versions_command(commune_code: str, month: str, version: int) -> str:
    """The command that has a version count; a Screen says where it lies."""
    return f'admissions versions {commune_code} {month} --use {version} --by "…" --reason "…"'


def versions_tables(versions: Sequence[ReportVersion], language: str) -> Iterator[Table]:
    """A table for each commune: its versions, their figures, which one counts."""
    for (code, name, month), found in groupby(
        versions, lambda each: (each.commune_code, each.commune_name, each.month)
    ):
        table = table_of(
            say("report_versions_title", language, commune=name, code=code, month=month_name(month, language)),
            [
                ("column_version", "right"),
                ("column_file", "left"),
                ("column_received", "left"),
                ("column_admitted", "right"),
                ("column_women", "right"),
                ("column_ethnic_minority", "right"),
                ("column_critical", "right"),
                ("column_status", "left"),
            ],
            language,
        )
        for each in found:
            table.add_row(
                str(each.version),
                each.file_name,
                f"{each.received_at:%d/%m/%Y}",
                or_dash(each.admitted, language),
                or_dash(each.women, language),
                or_dash(each.ethnic_minority, language),
                str(each.open_critical or "–"),
                say(f"version_{each.state}", language),
            )
        yield table


def why_it_counts(versions: Sequence[ReportVersion], language: str) -> Iterator[str]:
    """For each commune a sentence: which version counts and why; what waits; what can be done about it."""
    for (code, name), grouped in groupby(versions, lambda each: (each.commune_code, each.commune_name)):
        found = list(grouped)
        counts = next((each for each in found if each.state == "counts"), None)
        waits = next((each for each in found if each.state == "waits"), None)
        aside = [each for each in found if each.state == "set_aside"]
        values: dict[str, object] = {"commune": name}
        if waits:
            values |= {"newest": waits.version, "case": case_id(code, waits.month)}
        if counts is None:
            yield say("versions_none_counts", language, **values)
            continue
        values["version"] = counts.version
        if aside and aside[0].choice:
            by = {"by": aside[0].choice.decided_by, "reason": aside[0].choice.reason}
            yield say("versions_counts_by_decision", language, **values, **by)
        elif waits:
            yield say("versions_counts_meanwhile", language, **values)
        else:
            yield say("versions_counts_newest", language, **values)
        if waits:
            command = versions_command(code, f"{counts.month:%Y-%m}", counts.version)
            yield say("versions_use", language, command=command, **values)
