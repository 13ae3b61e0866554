"""Pages of figures: they say what is published, whoever asks sees what is theirs, figures lead to their cells."""

import csv
import html
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fastapi.testclient import TestClient
from httpx import Response

from answers import traces
from answers.cases import queue
from answers.traces import keep_traced
from benchmarks.multiplied import multiply
from portal.drawing import Drawing
from tests.portal.conftest import sign_in, with_account
from tests.portal.figures_office import ROOT, published_office, settings_of
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline
ClientOf = Callable[[Settings], TestClient]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return published_office(tmp_path_factory.mktemp("office"))


@pytest.fixture
def client(office: Settings, client_of: ClientOf) -> TestClient:
    """Whoever is at this machine: an operator."""
    return client_of(office)


@pytest.fixture
def ask(office: Settings) -> Callable[..., list[tuple[Any, ...]]]:
    """The published file, asked in SQL."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(office.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return rows


@pytest.fixture
def commune(office: Settings, client_of: ClientOf, tmp_path: Path) -> TestClient:
    """The account of the commune that has the code 03408 now (and had not before July 2025)."""
    settings = beside(office, tmp_path)
    client = client_of(settings)
    with_account(settings, "commune", "03408", "tan-phong")
    sign_in(client, "tan-phong")
    return client


def beside(office: Settings, home: Path) -> Settings:
    """A home of the test's own with what the office has published."""
    settings = settings_of(home)
    settings.published.parent.mkdir(parents=True)
    shutil.copyfile(office.published, settings.published)
    return settings


# --------------------------------------------------------------------------------------------------------- overview


def test_the_overview_opens_with_the_newest_month_against_its_targets(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    for said in ("Thành phố Lai Châu, tháng 8/2025", "trên 460 chỉ tiêu", "2/2"):
        assert said in answer.text, said


def test_the_overview_of_a_month_says_what_is_held_back_and_who_has_not_reported(client: TestClient) -> None:
    text = client.get("/overview?month=2020-08").text
    assert "1 chưa báo cáo" in text
    assert "2 bị giữ lại" in text
    assert "chưa tính 2 báo cáo bị giữ lại (4 kết nạp)" in text
    assert "Chưa báo cáo: Phường Quyết Tiến." in text
    assert 'href="/cases/03389-2020-08"' in text
    assert "6 → 8" in text


def test_the_overview_as_a_file_is_the_attainment_of_the_newest_month(client: TestClient, ask: Any) -> None:
    answer = client.get("/overview.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="attainment-2025-08.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    published = ask(
        "SELECT commune_code, term_attainment FROM marts.mart_target_attainment WHERE month = '2025-08-01'"
        " ORDER BY term_attainment DESC"
    )
    names = lines[0].split(",")
    found = [dict(zip(names, line.split(","), strict=True)) for line in lines[1:]]
    assert [(each["commune_code"], float(each["term_attainment"])) for each in found] == published
    assert client.get("/overview.xlsx").content.startswith(b"PK")


def test_as_known_today_is_what_is_published(client: TestClient) -> None:
    columns = (
        "commune_code",
        "admitted",
        "admitted_ytd",
        "admitted_ttd",
        "term_target",
        "year_attainment",
        "expected_by_now",
    )

    def told(address: str) -> list[list[str]]:
        lines = client.get(address).content.decode("utf-8-sig").splitlines()
        places = [lines[0].split(",").index(name) for name in columns]
        return sorted([line.split(",")[place] for place in places] for line in lines[1:])

    for month in ("2025-08", "2020-07"):
        then = told(f"/overview.csv?month={month}&known=2025-09-06")
        now = told(f"/overview.csv?month={month}")
        assert len(now) in (2, 7)
        assert then == now, month
    columns = ("month", "admitted", "admitted_ytd", "year_attainment", "admitted_ttd", "gap")
    assert told("/communes/03408.csv?known=2025-09-06") == told("/communes/03408.csv")


def test_as_known_before_a_report_came_it_is_not_reported(client: TestClient, ask: Any) -> None:
    ((first,),) = ask("SELECT min(believed_from)::DATE FROM marts.fct_commune_month_versions WHERE month='2025-08-01'")
    text = client.get(f"/?month=2025-08&known={first:%Y-%m}-01").text
    assert "Như đã biết ngày" in text
    assert "số liệu của 0/2 xã, phường" in text


def test_the_boundaries_of_a_day_list_the_communes_of_that_day(client: TestClient) -> None:
    text = client.get("/?month=2020-06&on=2025-08-01").text
    assert text.count('href="/communes/') == 2
    assert "on=2025-08-01" in text


@pytest.mark.parametrize(
    "query", ["month=2020-8", "month=2020-13", "on=soon", "known=2020-02-30", "on=2020-01-01&known=2020-01-01"]
)
def test_what_is_no_month_or_day_is_said(client: TestClient, query: str) -> None:
    answer = client.get(f"/?{query}")
    assert answer.status_code == 400
    assert "Yêu cầu không đúng" not in answer.text


def test_a_month_that_there_is_not_is_not_found(client: TestClient) -> None:
    assert client.get("/?month=1999-01").status_code == 404


def test_a_communes_account_sees_its_own_figures_and_no_others(commune: TestClient) -> None:
    text = commune.get("/").text
    assert "Phường Tân Phong, tháng 8/2025" in text
    assert "Phường Đoàn Kết" not in text
    lines = commune.get("/overview.csv").text.splitlines()
    assert len(lines) == 2
    assert ",03408," in lines[1]


# ----------------------------------------------------------------------------------------------------------- charts


@pytest.mark.parametrize(
    "chart",
    ["term", "months", "composition", "map", "term.svg?commune=03408", "months.svg?month=2020-08&commune=03387"],
)
def test_charts_are_drawn_with_their_figures(client: TestClient, chart: str) -> None:
    answer = client.get(f"/charts/{chart}" if ".svg" in chart else f"/charts/{chart}.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.text.startswith("<svg")


def test_a_chart_is_kept_for_its_version_and_those_of_former_ones_are_removed(
    office: Settings, client_of: ClientOf, tmp_path: Path
) -> None:
    settings = beside(office, tmp_path)
    for age, former in enumerate(("last", "before")):
        path = settings.portal / "charts" / former / "one.svg"
        path.parent.mkdir(parents=True)
        path.write_text("<svg/>")
        os.utime(path.parent, (-age, -age))
    client = client_of(settings)
    first = client.get("/charts/term.svg").text
    (kept,) = set((settings.portal / "charts").rglob("*.svg")) - {settings.portal / "charts" / "last" / "one.svg"}
    assert kept.read_text(encoding="utf-8") == first
    kept.write_text("<svg>kept</svg>")
    # In a portal that has not rendered it yet, it is read and not drawn again.
    assert client_of(settings).get("/charts/term.svg").text == "<svg>kept</svg>"


def test_a_chart_is_of_the_version_of_its_page(office: Settings, client_of: ClientOf, tmp_path: Path) -> None:
    settings = beside(office, tmp_path)
    client = client_of(settings)

    def page_and_chart() -> tuple[str, str, str]:
        page = html.unescape(client.get("/").text)
        (chart,) = re.findall(r'src="(/charts/term[^"]+)"', page)
        (said,) = re.findall(r"Biểu đồ lũy kế nhiệm kỳ: (\S+) trên", page)
        return page, chart, said

    _, former, said_before = page_and_chart()
    newer = settings.published.with_name("newer")
    shutil.copy(settings.published, newer)
    with duckdb.connect(str(newer)) as connection:
        connection.execute("UPDATE marts.mart_city_attainment SET admitted_ttd = admitted_ttd + 70")
    newer.replace(settings.published)
    # Whoever opened the page before gets its charts; whoever opens it now gets others.
    _, present, said_now = page_and_chart()
    assert (said_before, said_now) == ("16", "86")
    for chart, label, other in ((former, ">16<", ">86<"), (present, ">86<", ">16<")):
        drawn = client.get(chart).text
        assert (label in drawn, other in drawn) == (True, False), chart
    assert client.get(former.partition("&version=")[0] + "&version=long-gone").status_code == 404


def test_multiplied_communes_have_pages_and_figures_of_their_own(
    office: Settings, client_of: ClientOf, tmp_path: Path
) -> None:
    settings = beside(office, tmp_path)
    before = client_of(office).get("/communes.csv?month=2025-08").text.splitlines()
    multiply(str(settings.published), 3, 5)
    client = client_of(settings)
    after = client.get("/communes.csv?month=2025-08").text.splitlines()
    assert len(after) - 1 == 6 * (len(before) - 1)
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        ((cell, commune, case),) = connection.execute(
            "SELECT max(cell_key), max(commune_code), (SELECT max(case_id) FROM quality.failures)"
            " FROM marts.dim_cell WHERE commune_key IN (SELECT max(commune_key) FROM marts.fct_admissions)"
        ).fetchall()
    for path in (f"/cells/{cell}", f"/communes/{commune}", f"/cases/{case}", "/queue", "/operator", "/reports"):
        assert client.get(path).status_code == 200, path


def test_the_figure_of_many_is_told_by_commune_also_where_none_is_named(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "MOST_REPORTS", 1)
    named, unnamed = (
        client.get(f"/trace.csv?relation=mart_city_attainment&key=2025-08-01{figure}").text
        for figure in ("&figure=admitted", "")
    )
    assert named == unnamed
    assert len(named.splitlines()) == 3


def test_what_needs_more_memory_than_there_is_says_that_it_is_too_much(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_: object) -> None:
        raise duckdb.OutOfMemoryException("256 MB of 256 MB are used")

    monkeypatch.setattr("portal.pages.trace.keep_traced", too_much)
    assert client.get("/trace?relation=fct_targets&key=x").status_code == 503


def test_a_chart_that_cannot_be_drawn_leaves_its_page_standing(
    office: Settings, client_of: ClientOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(beside(office, tmp_path))
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert client.get("/charts/term.svg").status_code == 503
    assert 'alt="Biểu đồ lũy kế nhiệm kỳ: 16 trên 460 chỉ tiêu' in client.get("/").text


def test_a_drawing_process_that_died_is_replaced(office: Settings, tmp_path: Path) -> None:
    drawing = Drawing(beside(office, tmp_path))
    chart = {"kind": "months", "words": {}, "language": "vi"}
    rows = [{"name": "08/2025", "admitted": 10, "label": "10", "is_chosen": True}]
    assert "10" in drawing.drawn("v", {**chart, "rows": rows}).decode()
    assert drawing._process is not None
    drawing._process.kill()
    drawing._process.wait()
    assert "11" in drawing.drawn("v", {**chart, "rows": [{**rows[0], "admitted": 11, "label": "11"}]}).decode()
    drawing.stop()


def test_unknown_charts_and_other_communes_are_refused(client: TestClient, commune: TestClient) -> None:
    assert client.get("/charts/nothing.svg").status_code == 404
    assert client.get("/charts/term.svg?commune=99999").status_code == 404
    assert commune.get("/charts/term.svg?commune=03408").status_code == 200
    assert commune.get("/charts/term.svg?commune=03388").status_code == 403
    assert commune.get("/charts/term.svg").status_code == 403


def test_the_portal_starts_without_what_is_heavy() -> None:
    heavy = "altair", "vl_convert", "pandas", "dbt", "great_expectations", "docx", "scipy"
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, portal.app as a; [__import__(f'portal.pages.{n}') for n in a.PAGES];"
            f"print([each for each in {heavy} if each in sys.modules])",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"


# ------------------------------------------------------------------------------------------------------ to the cells


def traced(client: TestClient, relation: str, key: str, figure: str = "") -> Response:
    return client.get("/trace.csv", params={"relation": relation, "key": key, "figure": figure})


def sum_of(answer: Response) -> float:
    return sum(float(row["value"]) for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_every_figure_of_the_overview_is_the_sum_of_the_cells_that_it_leads_to(client: TestClient) -> None:
    links = re.findall(r'<a class="figure" href="(/trace[^"]+)">([0-9]+)</a>', client.get("/?month=2025-08").text)
    assert len(links) > 20
    for address, figure in links[:24]:
        path, _, query = html.unescape(address).partition("?")
        assert sum_of(client.get(f"{path}.csv?{query}")) == float(figure), address


def test_a_cell_leads_to_its_place_in_the_report(client: TestClient) -> None:
    text = client.get("/trace?relation=mart_city_attainment&key=2025-08-01&figure=women").text
    place = r'href="/reports/03408/2025-08\?version=1&amp;sheet=K%E1%BA%BFt\+n%E1%BA%A1p&amp;cell=(E[0-9]+)#(E[0-9]+)"'
    assert all(asked == marked for asked, marked in re.findall(place, text))
    assert re.search(place, text)


@pytest.mark.parametrize(
    ("relation", "key", "figure", "said"),
    [
        ("raw.submissions", "x", "", "“raw.submissions” không truy được"),
        ("mart_city_attainment", "1999-01-01", "", "Không có ô nào"),
        ("mart_city_attainment", "soon", "", "Không có ô nào"),
        ("mart_city_attainment", "2025-08-01", "no_figure", "Không có ô nào"),
        ("", "", "", "không truy được"),
    ],
)
def test_what_cannot_be_traced_is_said(client: TestClient, relation: str, key: str, figure: str, said: str) -> None:
    answer = client.get("/trace", params={"relation": relation, "key": key, "figure": figure})
    assert answer.status_code == 404
    assert said in answer.text


def test_a_commune_traces_its_own_figures_only(commune: TestClient, ask: Any) -> None:
    keys = dict(ask("SELECT commune_code, commune_key FROM marts.dim_commune WHERE is_current AND is_in_scope"))
    targets = dict(ask("SELECT commune_code, target_key FROM marts.fct_targets WHERE period = '2025-2030'"))
    assert traced(commune, "mart_target_attainment", f"{keys['03408']}|2025-08-01", "admitted").status_code == 200
    assert traced(commune, "mart_target_attainment", f"{keys['03388']}|2025-08-01", "admitted").status_code == 403
    assert traced(commune, "fct_targets", targets["03408"]).status_code == 200
    assert traced(commune, "fct_targets", targets["03388"]).status_code == 403
    assert "03388" not in commune.get("/trace?relation=mart_city_attainment&key=2025-08-01&figure=admitted").text


# -------------------------------------------------------------------------------------------------- communes and cells


def test_a_code_means_the_commune_that_has_it_now_or_had_it_then(client: TestClient) -> None:
    for address, name in (
        ("/communes/03408", "Phường Tân Phong"),
        ("/communes/03408?month=2020-07", "Phường Đông Phong"),
        ("/communes/03408?on=2020-07-15", "Phường Đông Phong"),
        ("/communes/03387", "Phường Tân Phong"),
    ):
        assert f"<h1>{name} " in client.get(address).text, address


def test_the_history_of_a_commune_is_what_is_published(client: TestClient, ask: Any) -> None:
    lines = client.get("/communes/03408.csv").content.decode("utf-8-sig").splitlines()
    found = [(row["month"], row["admitted"], row["admitted_ttd"]) for row in csv.DictReader(lines)]
    assert found == ask(
        "SELECT month::VARCHAR, admitted::VARCHAR, admitted_ttd::VARCHAR FROM marts.mart_target_attainment"
        " WHERE commune_code = '03408' AND month >= '2025-07-01' ORDER BY month DESC"
    )


def test_on_todays_boundaries_a_communes_history_goes_back_before_it_began(client: TestClient, ask: Any) -> None:
    lines = client.get("/communes/03408.csv?on=2025-09-01").content.decode("utf-8-sig").splitlines()
    found = {row["month"]: float(row["admitted"]) for row in csv.DictReader(lines) if row["admitted"]}
    assert (
        found["2020-07-01"]
        == ask(
            "SELECT admitted::DOUBLE FROM marts.restated_on('2025-09-01')"
            " WHERE commune_code = '03408' AND month = '2020-07-01'"
        )[0][0]
    )
    text = client.get("/communes/03408?on=2025-09-01").text
    assert "relation=mart_commune_month_restated" in text
    assert "/communes/03408?on=2025-09-01&amp;sort=admitted" in text.replace("sort=-admitted", "sort=admitted")


def test_a_commune_page_has_all_that_is_known_of_it(client: TestClient) -> None:
    text = client.get("/communes/03408").text
    for said in ("Nguồn kết nạp, tháng 8/2025", "Độ tuổi đảng viên", "Trưởng bản, tổ trưởng", "Số tháng chưa kết nạp"):
        assert said in text, said
    assert 'href="/cells/' in text
    assert client.get("/communes/03408/cells.csv").text.count("\n") > 20


def test_communes_lists_those_of_the_month_with_their_reports(client: TestClient) -> None:
    text = client.get("/communes?month=2020-08").text
    assert text.count('name needs"') == 2
    assert "giữ lại" in text
    assert 'href="/reports/03389/2020-08"' in text
    assert 'href="/communes/03408?month=2020-08"' in text


def test_unknown_communes_and_cells_are_not_found(client: TestClient) -> None:
    for address in ("/communes/99999", "/communes/03387?on=2025-08-01", "/cells/none", "/communes/00004"):
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert "Không có trang này" not in answer.text, address


def test_a_cell_has_its_months_under_all_its_communes(client: TestClient, ask: Any) -> None:
    ((key, admitted),) = ask(
        "SELECT arg_max(cell_key, facts.month), sum(facts.admitted) FROM marts.dim_cell AS cells"
        " JOIN marts.fct_admissions AS facts USING (cell_key) GROUP BY cells.lineage_key"
        " HAVING count(DISTINCT facts.commune_key) > 1 AND sum(facts.admitted) > 0 ORDER BY ALL LIMIT 1"
    )
    lines = client.get(f"/cells/{key}.csv").content.decode("utf-8-sig").splitlines()
    found = list(csv.DictReader(lines))
    assert sum(int(row["admitted"]) for row in found) == admitted
    assert len({row["commune_name"] for row in found}) == 2
    text = client.get(f"/cells/{key}").text
    assert "Tên và đơn vị qua các thời kỳ" in text
    assert f"relation=fct_admissions&amp;key={key}%7C2025-08-01" in text
    known = client.get(f"/cells/{key}.csv?known=2025-07-20").content.decode("utf-8-sig").splitlines()
    assert max(row["month"] for row in csv.DictReader(known)) == "2025-06-01"


def test_other_communes_pages_are_refused_to_a_commune(commune: TestClient, ask: Any) -> None:
    assert commune.get("/communes/03408").status_code == 200
    assert commune.get("/communes/03388").status_code == 403
    assert commune.get("/communes/03388/cells").status_code == 403
    assert commune.get("/changes?since=2020-07-01&commune=03388").status_code == 403
    cells = dict(ask("SELECT commune_code, max(cell_key) FROM marts.dim_cell WHERE is_current GROUP BY commune_code"))
    assert commune.get(f"/cells/{cells['03408']}").status_code == 200
    assert commune.get(f"/cells/{cells['03388']}").status_code == 403
    text = commune.get("/communes").text
    assert "Phường Đoàn Kết" not in text
    assert "03388" not in commune.get("/changes?since=2020-07-01").text


def test_what_was_known_and_every_change_since_is_what_is_published(client: TestClient, ask: Any) -> None:
    lines = client.get("/changes.csv?since=2020-09-01").content.decode("utf-8-sig").splitlines()
    deltas = [row for row in csv.DictReader(lines) if row["measure"] == "admitted" and row["reason"] != "boundary"]
    ((then,),) = ask("SELECT sum(admitted) FROM marts.as_known_on('2020-09-01')")
    ((now,),) = ask("SELECT sum(admitted) FROM marts.fct_admissions")
    assert then + sum(float(row["difference"]) for row in deltas) == now
    text = client.get("/changes?since=2020-09-01&reason=report").text
    assert "Theo lý do" in text
    assert "Địa giới" in text
    assert client.get("/changes").status_code == 200
    assert client.get("/changes?since=never").status_code == 400


# ------------------------------------------------------------------------------------------ dictionary, search, files


def test_the_dictionary_has_tables_columns_and_rules_in_both_languages(client: TestClient) -> None:
    assert "Xã, phường theo thời kỳ hiệu lực" in client.get("/dictionary").text
    english = client.get("/dictionary.csv?table=mart_term_review&lang=en").text
    assert "held_back_admitted" in english
    assert " · " not in english
    assert "nhiệm kỳ" not in english
    assert 'href="/dictionary?table=fct_targets"' in client.get("/dictionary?q=chi tieu&lang=vi").text
    assert "kn1_ages" in client.get("/dictionary/rules?q=ages").text
    assert client.get("/dictionary.csv").text.count("\n") > 1000
    assert client.get("/dictionary/rules.xlsx").content.startswith(b"PK")


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("03408", "/communes/03408"),
        ("03387", "/communes/03387?month=2025-06"),
    ],
)
def test_one_hit_of_a_search_is_gone_to(client: TestClient, asked: str, address: str) -> None:
    answer = client.get("/search", params={"q": asked})
    assert (answer.status_code, answer.headers["location"]) == (303, address)


@pytest.mark.parametrize("asked", ["đoàn kết", "doan ket", "DOAN  KET"])
def test_several_hits_are_listed_with_accents_or_without(client: TestClient, asked: str) -> None:
    text = client.get("/search", params={"q": asked}).text
    assert 'href="/communes/03388"' in text
    assert 'href="/communes/03389?month=2025-06"' in text
    assert "Chi bộ Trường THCS Đoàn Kết" in text


def test_a_cell_is_found_by_a_part_of_its_name(client: TestClient) -> None:
    answer = client.get("/search", params={"q": "ban xin chai"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/cells/")
    assert "Chi bộ Bản Xin Chải" in client.get(answer.headers["location"]).text


def test_what_nobody_is_called_is_said(client: TestClient) -> None:
    answer = client.get("/search", params={"q": "<b>Hà Nội"})
    assert "“&lt;b&gt;Hà Nội”" in answer.text
    assert client.get("/search").status_code == 200


def test_a_communes_search_finds_its_own_only(commune: TestClient) -> None:
    assert "03388" not in commune.get("/search?q=doan ket").text
    assert commune.get("/search?q=03388").status_code == 200


def test_tables_are_filtered_with_accents_or_without(client: TestClient) -> None:
    for asked in ("đoàn", "Doan", "doan ket"):
        assert client.get("/communes.csv", params={"q": asked}).text.count("\n") == 2, asked


def test_the_months_summary_is_a_word_document_and_a_workbook(client: TestClient, office: Settings) -> None:
    for ending in ("docx", "xlsx"):
        answer = client.get(f"/files/summary/2025-08.{ending}")
        assert answer.status_code == 200
        assert f"TH_LaiChau_2025-08.{ending}" in answer.headers["content-disposition"]
        assert answer.content.startswith(b"PK")
    assert not list(office.outbox.rglob("TH_*"))
    for address in ("2035-01.docx", "2025-08.pdf", "soon.docx"):
        assert client.get(f"/files/summary/{address}").status_code == 404


def test_the_summary_of_all_is_not_for_a_commune(commune: TestClient) -> None:
    assert commune.get("/files/summary/2025-08.docx").status_code == 403


@pytest.mark.parametrize(
    ("relation", "key", "figure"),
    [
        ("mart_city_attainment", "2025-08-01", "women"),
        ("marts.mart_target_attainment", "{commune}|2025-08-01", None),
        ("mart_composition", "city|term|2025-2030|2025-08-01", "women"),
        ("mart_composition", "{commune}|year|2025", "women"),
        ("mart_composition", "city|month|2025-07|2025-08-01", "women"),
        ("mart_term_review", "{commune}|2025-2030", "ethnic_minority"),
        ("mart_candidate_funnel", "city|2025-08-01", "candidates"),
        ("mart_neighbourhood_heads", "{commune}|2025-08-01", "head_is_member"),
        ("fct_membership", "{cell}|2025-08-01", None),
        ("fct_targets", "{target}", None),
        ("mart_ageing_cells", "{cell}", "closing"),
    ],
)
def test_cells_are_found_as_the_macro_of_the_published_file_finds_them(
    office: Settings, relation: str, key: str, figure: str | None
) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{office.published}' AS warehouse (READ_ONLY); USE warehouse")
        names = {
            "commune": "SELECT commune_key FROM marts.dim_commune WHERE commune_code = '03408' AND is_current",
            "cell": "SELECT max(cell_key) FROM marts.fct_membership WHERE month = '2025-08-01' AND closing > 0",
            "target": "SELECT min(target_key) FROM marts.fct_targets",
        }
        keys = {name: connection.execute(sql).fetchall()[0][0] for name, sql in names.items()}
        asked = {"relation": relation, "key": key.format(**keys), "figure": figure}
        keep_traced(connection, relation, key.format(**keys), figure)
        connection.execute("CREATE TEMP TABLE expected AS FROM marts.trace($relation, $key, figure := $figure)", asked)
        assert connection.execute("FROM temp.traced EXCEPT ALL FROM temp.expected").fetchall() == []
        assert connection.execute("FROM temp.expected EXCEPT ALL FROM temp.traced").fetchall() == []
        assert connection.execute("SELECT count(*) > 0 FROM temp.traced").fetchone() == (True,)


def test_a_figure_of_very_many_reports_is_first_told_by_commune(
    client: TestClient, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "MOST_REPORTS", 3)
    query = "relation=mart_composition&key=city%7Cyear%7C2025%7C2025-08-01&figure=women"
    ((women,),) = ask(
        "SELECT women FROM marts.mart_composition"
        " WHERE level = 'city' AND period_kind = 'year' AND month = '2025-08-01'"
    )
    assert sum_of(client.get(f"/trace.csv?{query}")) == women
    text = client.get(f"/trace?{query}").text
    assert f"Cộng lại là {women}." in text
    address = re.findall(r'href="(/trace\?relation=mart_composition&amp;key=[0-9a-f]{32}[^"]+)"', text)[0]
    path, _, query = html.unescape(address).partition("?")
    assert ",cell," in client.get(f"{path}.csv?{query}").text.splitlines()[0]


def test_as_many_cases_wait_on_the_overview_as_in_the_queue(client: TestClient, office: Settings) -> None:
    number = sum(case.waits for case in queue(office))
    assert number > 0
    figures = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get("/").text))
    assert f" {number} việc chờ xử lý" in figures
