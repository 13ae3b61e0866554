"""The commission's workbook of targets: what is said when its term cannot be used."""

import pytest

from ingest.reader import read_workbook
from ingest.workbook import Sheet
from tests.ingest.sheets import workbook
from tests.ingest.test_reader import CONTEXT


def targets_sheet(term: str) -> Sheet:
    return Sheet(
        "Chỉ tiêu",
        [
            ["CHỈ TIÊU KẾT NẠP ĐẢNG VIÊN", "", ""],
            [f"Nhiệm kỳ {term}", "", ""],
            ["Có hiệu lực từ ngày 01/07/2019", "", ""],
            ["STT", "Xã, phường", "Cả nhiệm kỳ"],
            [1.0, "Phường Đông Phong", 20.0],
        ],
        (),
    )


@pytest.mark.parametrize(("term", "codes"), [("2015–2020", []), ("2018–2023", ["term_overlaps"])])
def test_targets_of_a_term_that_is_not_on_the_list_are_kept_and_said(term: str, codes: list[str]) -> None:
    reading = read_workbook(workbook([targets_sheet(term)]), "x.xlsx", CONTEXT)
    assert reading.status == "read"
    assert [target.target for target in reading.targets] == [20]
    assert [found.code for found in reading.problems] == codes
