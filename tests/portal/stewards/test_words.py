"""Header wordings to confirm: what is shown of each, and that one click teaches it."""

import io
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

import steps
from portal import worker
from tests.ingest.sheets import with_headers
from tests.portal.stewards.conftest import signed_in
from warehouse.connections import reading_published
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline
ClientOf = Callable[[Settings], TestClient]
WOMEN, EIGHTH = "Trong đó / Chị em phụ nữ", "Trong đó / Mục tám"


@pytest.fixture
def unlisted(settings: Settings) -> Settings:
    """Two communes write words of no list over the women, a third what nobody can understand."""
    settings.landing.mkdir(parents=True)
    for name, content in {
        "a": with_headers({4: "Chị em phụ nữ"}, 5),
        "b": with_headers({4: "Chị em phụ nữ"}, 5, "TÂN PHONG"),
        "c": with_headers({4: "Mục tám"}, 5, "QUYẾT THẮNG"),
    }.items():
        (settings.landing / f"{name}.xlsx").write_bytes(content)
    for _ in steps.run(settings):
        pass
    return settings


def test_a_wording_is_met_understood_taught_and_gone(unlisted: Settings, client_of: ClientOf, asked: list[str]) -> None:
    viewer = signed_in(client_of(unlisted), unlisted, "viewer")
    steward = signed_in(client_of(unlisted), unlisted, "steward")
    assert viewer.get("/words").status_code == viewer.post("/words", data={}).status_code == 403
    shown = steward.get("/words").text
    assert shown.index(EIGHTH) < shown.index(WOMEN)
    assert 'name="field" value="women" class="main">' in shown
    assert "chưa hiểu" in shown
    assert "đã suy ra" in shown
    # Beside each the piece of the sheet, the column in question marked in its header and in the rows below.
    assert "Phường Quyết Thắng, 5/2020, trang “Kết nạp”" in shown
    piece = shown[shown.index('<tr class="piece">') :]
    piece = piece[: piece.index("</table>")]
    assert '<th scope="col" class="marked">E</th>' in piece
    assert '<td class="header marked">Mục tám</td>' in piece
    assert "<td>Chi bộ A</td>" in piece
    assert '<td class="number marked">3</td>' in piece
    lines = steward.get("/words.csv?q=phu+nu").text.splitlines()
    assert [WOMEN in line for line in lines] == [False, True]

    for form in (
        {"form": "KN-1", "header": "Không có", "field": "women"},
        {"form": "KN-1", "header": WOMEN, "field": "nonsense"},
        {"form": "KN-9", "header": WOMEN, "field": "women"},
        {},
    ):
        assert steward.post("/words", data=form).status_code == 400, form
    assert asked == []

    for header in (EIGHTH, WOMEN):
        answer = steward.post("/words", data={"form": "KN-1", "header": header, "field": "women"})
        assert answer.status_code == 303
        assert "đang được đọc lại" in steward.get(answer.headers["location"]).text
    # As the process beside the portal does it.
    for what in asked:
        said = io.StringIO()
        assert worker._done(unlisted, what, said) == {"done": "teach"}
        assert said.getvalue().startswith('{"step": "teach"}')
    assert "Không có tiêu đề cột nào chờ xác nhận." in steward.get("/words").text
    assert steward.get("/words.csv").text.count("\n") == 1
    with reading_published(unlisted) as connection:
        women = connection.execute("SELECT DISTINCT women FROM warehouse.raw.report_lines_kn1").fetchall()
    assert women == [(3,)]
    # What nobody waits for any more is a sentence of the process.
    assert "failed_en" in worker._done(unlisted, asked[0].replace("women", "nonsense"), io.StringIO())
