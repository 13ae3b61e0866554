"""The office's list of addresses: what is read, what is refused, and whose an address is."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from dbt_project.parsed import digest
from outbox.reminders.contacts import ABOVE, COMMUNE, STEWARD, BadContacts, Contact, Contacts, contacts, places_of
from reference.communes import FOLDER, Commune, communes_expected, communes_in_scope
from tests.conftest import MakeSettings
from warehouse.as_published import _digest_of
from warehouse.settings import Settings

HEADER = "commune_code,name,email,role,language"
GOOD = "03408,Phường Đông Phong,dp@commune.example,commune,vi"


def written(settings: Settings, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Contacts:
    path = places_of(settings)[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("\n".join((header, *lines)).encode(encoding))
    return contacts(settings)


def commune(code: str, name: str) -> Commune:
    return next(each for each in communes_in_scope("district:105") if (each.code, each.name) == (code, name))


def test_a_commune_may_have_several_addresses_and_others_have_no_commune(settings: Settings) -> None:
    found = written(
        settings,
        GOOD,
        "03408, Phó bí thư ,DP2@commune.example,commune,en",
        "",
        ",An,steward@office.example,steward,",
        ",Tỉnh ủy,tinh@office.example,above,vi",
    )
    assert found.of_commune(commune("03408", "Phường Đông Phong")) == (
        Contact("03408", "Phường Đông Phong", "dp@commune.example", COMMUNE, "vi"),
        Contact("03408", "Phó bí thư", "DP2@commune.example", COMMUNE, "en"),
    )
    assert found.of_role(STEWARD) == (Contact("", "An", "steward@office.example", STEWARD, "vi"),)
    assert [contact.email for contact in found.of_role(ABOVE)] == ["tinh@office.example"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_the_list_may_come_from_a_spreadsheet_program(settings: Settings, encoding: str, delimiter: str) -> None:
    lines = (line.replace(",", delimiter) for line in (HEADER, GOOD))
    header, line = lines
    assert len(written(settings, line, header=header, encoding=encoding).everybody) == 1


def test_columns_may_stand_in_any_order(settings: Settings) -> None:
    found = written(settings, "vi,commune,dp@commune.example,A,03408", header="language,role,email,name,commune_code")
    assert found.everybody == (Contact("03408", "A", "dp@commune.example", COMMUNE, "vi"),)


def test_without_a_list_there_are_no_addresses(settings: Settings) -> None:
    assert not places_of(settings)[0].exists()
    if not places_of(settings)[1].exists():
        assert contacts(settings).everybody == ()


def test_the_home_s_list_is_the_one_that_counts(settings: Settings) -> None:
    assert places_of(settings) == (settings.home / "contacts.csv", FOLDER / "contacts.csv")
    assert "/reference/contacts.csv" in (FOLDER.parent / ".gitignore").read_text().splitlines()


def test_the_example_can_be_used_as_it_is(settings: Settings) -> None:
    example = (FOLDER / "contacts.csv.example").read_text("utf-8").splitlines()
    found = written(settings, *example[1:], header=example[0])
    assert {contact.role for contact in found.everybody} == {COMMUNE, STEWARD, ABOVE}
    assert all(contact.email.endswith("@example.org") for contact in found.everybody)
    # The communes are those of today, by the names that they have: others would have no address.
    today = {each.code: each.name for each in communes_expected("district:105") if each.is_valid_in(date(2026, 1, 1))}
    rows = [line.split(",")[:2] for line in example[1:] if line[0] != ","]
    assert {code for code, _ in rows} == set(today)
    assert all(today[code].split(" ", 1)[1] in name for code, name in rows)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("3408,A,a@x.example,commune,vi", "“3408” is no code of a commune in scope"),
        ("00001,A,a@x.example,commune,vi", "“00001” is no code"),
        (",A,a@x.example,commune,vi", "“” is no code"),
        ("03408,A,a@x.example,steward,vi", "only the role commune has a commune's code, found “03408”"),
        ("03408,A,a@x.example,secretary,vi", "found “secretary”"),
        ("03408,A,a at x.example,commune,vi", "“a at x.example” is no address"),
        ("03408,A,,commune,vi", "“” is no address"),
        ("03408,A,a@x.example,commune,fr", "found “fr”"),
        ("03408,A,a@x.example,commune", "5 columns are expected, found: 4"),
        ("03408,A,B,a@x.example,commune,vi", "5 columns are expected, found: 6"),
        ('03408,"A\r\nBcc: spy@x.example",a@x.example,commune,vi', "control characters: “A  Bcc: spy@x.example”"),
        ("03408," + "A" * 101 + ",a@x.example,commune,vi", "too long"),
        ("03408,B,DP@commune.example,commune,en", "stands in a line above"),
    ],
)
def test_a_bad_line_is_said_with_its_number_and_nobody_is_written_to(settings: Settings, line: str, said: str) -> None:
    with pytest.raises(BadContacts) as refused:
        written(settings, GOOD, "", line)
    # A name may go over two lines: the number is that of its last one.
    number = 4 + line.count("\n")
    assert f"Line {number}: " in refused.value.sentence("en")
    assert said in refused.value.sentence("en")
    assert str(settings.home / "contacts.csv") in refused.value.sentence("vi")
    assert f"Dòng {number}: " in refused.value.sentence("vi")


def test_several_bad_lines_are_said_at_once_and_the_rest_is_counted(settings: Settings) -> None:
    with pytest.raises(BadContacts) as refused:
        written(settings, *(f"03408,A,{number},commune,vi" for number in range(8)))
    assert "Line 6: " in refused.value.sentence("en")
    assert "Line 7: " not in refused.value.sentence("en")
    assert "And 3 more places." in refused.value.sentence("en")


@pytest.mark.parametrize("header", ["", "commune_code,name,email,role", HEADER + ",phone", "code,name,email,role,lang"])
def test_other_columns_are_refused_with_those_that_are_wanted(settings: Settings, header: str) -> None:
    with pytest.raises(BadContacts, match="commune_code, name, email, role, language; found: "):
        written(settings, GOOD, header=header)


def test_another_encoding_is_refused_rather_than_guessed(settings: Settings) -> None:
    with pytest.raises(BadContacts, match="save it as “CSV UTF-8”"):
        written(settings, GOOD, encoding="utf-16")


def test_an_address_belongs_to_whoever_holds_the_code_on_the_day(make_settings: MakeSettings) -> None:
    before, after = make_settings(TODAY="2025-06-30"), make_settings(TODAY="2025-07-04")
    old, new = commune("03408", "Phường Đông Phong"), commune("03408", "Phường Tân Phong")
    assert [contact.email for contact in written(before, GOOD).of_commune(old)] == ["dp@commune.example"]
    assert written(before, GOOD).of_commune(new) == ()
    assert [contact.email for contact in written(after, GOOD).of_commune(new)] == ["dp@commune.example"]


def test_a_commune_that_has_ended_is_reached_at_its_only_successor_s(make_settings: MakeSettings) -> None:
    after = make_settings(TODAY="2025-07-04")
    ended = commune("03389", "Phường Đoàn Kết")
    of_successor = "03388,Phường Đoàn Kết,dk@commune.example,commune,vi"
    assert [contact.email for contact in written(after, of_successor).of_commune(ended)] == ["dk@commune.example"]
    own = "03389,Phường Đoàn Kết (cũ),cu@commune.example,commune,vi"
    assert [contact.email for contact in written(after, of_successor, own).of_commune(ended)] == ["cu@commune.example"]


def test_a_commune_that_was_divided_is_nobody_s(make_settings: MakeSettings) -> None:
    settings = make_settings(TODAY="2020-08-06")
    divided = next(each for each in communes_in_scope("district:105") if each.name == "Xã Nậm Loỏng")
    assert divided.valid_to <= date(2020, 8, 6)
    everybody = [
        f"{code},A,{code}@x.example,commune,vi"
        for code in sorted({each.code for each in communes_in_scope("district:105")} - {divided.code})
    ]
    assert written(settings, *everybody).of_commune(divided) == ()


def test_the_list_is_read_as_csv_is_written(settings: Settings, tmp_path: Path) -> None:
    path = places_of(settings)[0]
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(HEADER.split(","))
        rows.writerow(["03408", 'Đảng ủy "Đông Phong", phường', "dp@commune.example", "commune", "vi"])
    assert contacts(settings).everybody[0].name == 'Đảng ủy "Đông Phong", phường'


def test_addresses_are_no_table_of_the_store_and_change_nothing_that_is_published(tmp_path: Path) -> None:
    """dbt reads the lists of that folder into the store, whatever they are called."""
    from dbt.parser.read_files import generate_dbt_ignore_spec
    from dbt_common.clients.system import find_matching

    project, reference = tmp_path / "dbt_project", tmp_path / "reference"
    project.mkdir()
    reference.mkdir()
    shutil.copy(FOLDER.parent / "dbt_project" / ".dbtignore", project)
    (reference / "terms.csv").write_text("term\n")
    digests = _digest_of(tmp_path), digest(project)
    (reference / "contacts.csv").write_text("email\n")
    found = find_matching(str(project), ["../reference"], "*.csv", generate_dbt_ignore_spec(str(project)))
    assert [Path(each["relative_path"]).name for each in found] == ["terms.csv"]
    assert (_digest_of(tmp_path), digest(project)) == digests
    (reference / "other.csv").write_text("email\n")
    assert _digest_of(tmp_path) != digests[0]
    assert digest(project) != digests[1]
