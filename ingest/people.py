"""Lists of people are refused: the warehouse holds counts (Decree 13/2023/NĐ-CP and the law of 2025)."""

from ingest.text import key
from ingest.workbook import Sheet

_NAME_WORDS = (
    "ho va ten",
    "ho ten",
    "ho ten dang vien",
    "ho va ten dang vien",
    "ho ten quan chung",
    "ho va ten quan chung",
)
_PERSON_WORDS = (
    "ngay sinh",
    "nam sinh",
    "ngay thang nam sinh",
    "ngay thang sinh",
    "sinh ngay",
    "so cccd",
    "cccd",
    "so cmnd",
    "cmnd",
    "so the",
    "so the dang",
    "so the dang vien",
    "so dinh danh",
    "so dinh danh ca nhan",
    "can cuoc",
    "so can cuoc",
    "can cuoc cong dan",
    "so ly lich",
    "so dien thoai",
    "que quan",
)
#: A header stands in this many rows at most; name and date need not be in the same one.
_ROWS_TOGETHER = 3


def is_list_of_people(sheet: Sheet) -> bool:
    """True when a header asks for names of people together with births, identity or card numbers."""
    name_rows: list[int] = []
    person_rows: list[int] = []
    for index, _, text in sheet.texts:
        words = key(text)
        if words.startswith(_NAME_WORDS):
            name_rows.append(index)
        elif words.startswith(_PERSON_WORDS):
            person_rows.append(index)
    return any(abs(name - person) < _ROWS_TOGETHER for name in name_rows for person in person_rows)
