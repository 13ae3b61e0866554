"""The title block: whose report, which form, which month, in the places and spellings that clerks use."""

from dataclasses import dataclass
from datetime import date
from random import Random

from dateutil.relativedelta import relativedelta

from tests.ingest.variant_spelling import without_accents

FORM_TITLES = {
    "KN-1": (
        "BÁO CÁO KẾT NẠP ĐẢNG VIÊN",
        "BIỂU KN-1: KẾT NẠP ĐẢNG VIÊN TRONG THÁNG",
        "Biểu 1. Kết nạp đảng viên",
        "BÁO CÁO KẾT QUẢ KẾT NẠP ĐẢNG VIÊN MỚI",
    ),
    "KN-2": (
        "BÁO CÁO NGUỒN KẾT NẠP ĐẢNG VIÊN",
        "BIỂU KN-2: NGUỒN KẾT NẠP",
        "Biểu 2. Nguồn phát triển Đảng",
        "BIỂU TỔNG HỢP QUẦN CHÚNG ƯU TÚ",
    ),
    "KN-3": (
        "BÁO CÁO TÌNH HÌNH ĐẢNG VIÊN",
        "BIỂU KN-3: ĐẢNG VIÊN",
        "Biểu 3. Tăng, giảm đảng viên",
        "BIỂU THEO DÕI ĐẢNG VIÊN",
    ),
}
#: name, unit word, abbreviations of it, code, first month, first month no longer.
_COMMUNES = (
    ("Quyết Thắng", "Phường", "P.", "03386", date(2015, 7, 1), date(2025, 7, 1)),
    ("Tân Phong", "Phường", "P.", "03387", date(2015, 7, 1), date(2025, 7, 1)),
    ("Quyết Tiến", "Phường", "P.", "03388", date(2015, 7, 1), date(2025, 7, 1)),
    ("Đoàn Kết", "Phường", "P.", "03389", date(2015, 7, 1), date(2025, 7, 1)),
    ("Sùng Phài", "Xã", "X.", "03403", date(2020, 7, 1), date(2025, 7, 1)),
    ("Nậm Loỏng", "Xã", "X.", "03406", date(2015, 7, 1), date(2020, 7, 1)),
    ("Đông Phong", "Phường", "P.", "03408", date(2015, 7, 1), date(2025, 7, 1)),
    ("San Thàng", "Xã", "X.", "03409", date(2015, 7, 1), date(2025, 7, 1)),
    ("Tân Phong", "Phường", "P.", "03408", date(2025, 7, 1), date(2026, 11, 1)),
    ("Đoàn Kết", "Phường", "P.", "03388", date(2025, 7, 1), date(2026, 11, 1)),
)


@dataclass(frozen=True)
class Sender:
    """Whose report and for which month."""

    name: str
    unit: str
    short_unit: str
    code: str
    month: date

    @property
    def after_reform(self) -> bool:
        return self.month >= date(2025, 7, 1)


def sender(rng: Random) -> Sender:
    name, unit, short, code, first, end = rng.choice(_COMMUNES)
    months = (end.year - first.year) * 12 + end.month - first.month
    return Sender(name, unit, short, code, first + relativedelta(months=rng.randrange(months), day=1))


def month_text(rng: Random, deviations: set[str], month: date) -> str:
    number, year = month.month, month.year
    if "month: slash" in deviations:
        return rng.choice((f"tháng {number:02d}/{year}", f"Tháng {number}/{year}", f"Tháng {number:02d}-{year}"))
    if "month: T5-2020" in deviations:
        return rng.choice((f"T{number}-{year}", f"T{number}/{year}", f"T{number:02d}/{year}", f"T.{number}/{year}"))
    if "month: upper" in deviations:
        return f"THÁNG {number} NĂM {year}"
    if "month: padded" in deviations:
        return rng.choice((f"Tháng  {number:02d}  năm {year}", f"(Tháng {number:02d} năm {year})"))
    if "month: other" in deviations:
        return rng.choice(
            (
                f"Tháng {number}, năm {year}",
                f"Tháng {number} /{year}",
                f"Kỳ báo cáo: tháng {number:02d}/{year}",
                f"Tháng: {number:02d}. Năm: {year}",
                f"THÁNG {number:02d} - {year}",
                f"Kỳ báo cáo: {number:02d}/{year}",
            )
        )
    if "month: days" in deviations:
        return f"Tháng {number} năm {year} (từ ngày 01/{number:02d}/{year} đến ngày 28/{number:02d}/{year})"
    return f"Tháng {number} năm {year}"


def committee_text(rng: Random, deviations: set[str], who: Sender) -> str:
    if "commune: abbreviated" in deviations:
        return rng.choice(
            (
                f"ĐẢNG ỦY {who.short_unit} {who.name.upper()}",
                f"ĐẢNG UỶ {who.short_unit}{who.name.upper()}",
                f"ĐU {who.unit.lower()} {who.name}",
                f"BCH Đảng bộ {who.unit.lower()} {who.name}",
            )
        )
    if "commune: bare name" in deviations:
        return rng.choice((f"ĐẢNG ỦY {who.name.upper()}", f"ĐẢNG BỘ {who.name.upper()}"))
    if "commune: in words" in deviations:
        return rng.choice((f"Đơn vị báo cáo: Đảng ủy {who.unit.lower()} {who.name}", f"Đơn vị: {who.unit} {who.name}"))
    return rng.choice(
        (f"ĐẢNG ỦY {who.unit.upper()} {who.name.upper()}", f"ĐẢNG BỘ {who.unit.upper()} {who.name.upper()}")
    )


def heading_text(rng: Random, who: Sender) -> str:
    if who.after_reform:
        return rng.choice(("ĐẢNG BỘ TỈNH LAI CHÂU", "TỈNH ỦY LAI CHÂU"))
    return rng.choice(("ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", "THÀNH ỦY LAI CHÂU", "ĐẢNG BỘ TP LAI CHÂU"))


def signing_text(rng: Random, who: Sender, place: str | None = None) -> str:
    """The day of signing: in the month after, as a rule."""
    later = who.month + relativedelta(months=1, day=rng.randint(1, 9))
    day = rng.choice((f"ngày {later.day:02d} tháng {later.month} năm {later.year}", f"ngày {later:%d/%m/%Y}"))
    return f"{place or who.name}, {day}"


def title_lines(rng: Random, deviations: set[str], who: Sender, form: str | None) -> list[tuple[str, str]]:
    """(side, text) of the title rows from top to bottom; side left, right or middle."""
    committee = committee_text(rng, deviations, who)
    month = month_text(rng, deviations, who.month)
    heading = heading_text(rng, who)
    title = rng.choice(FORM_TITLES[form]) if form else "BÁO CÁO CÔNG TÁC PHÁT TRIỂN ĐẢNG VIÊN"
    if "title: no accents" in deviations:
        heading, committee, title, month = map(without_accents, (heading, committee, title, month))
    if "title: month beside title" in deviations:
        title, month = f"{title} {month}", ""
    if "title: heads in one cell" in deviations:
        heading, committee = f"{heading}\n{committee}\n*", ""
    if "title: one cell" in deviations:
        parting = rng.choice(("\n", " - ", "\n"))
        return [("left", parting.join(text for text in (committee or heading, title, month) if text))]
    lines: list[tuple[str, str]] = []
    if "title: both sides" in deviations:
        lines = [("left", heading), ("right", "ĐẢNG CỘNG SẢN VIỆT NAM"), ("left", committee)]
        lines += [("right", signing_text(rng, who)), ("middle", title), ("middle", month)]
        return lines
    if "title: right" in deviations:
        lines = [("right", heading), ("right", committee), ("right", title), ("right", month)]
    else:
        lines = [("left", heading), ("left", committee), ("left", title), ("left", month)]
    if "title: signing date above" in deviations:
        lines.insert(2, ("right", signing_text(rng, who, "Lai Châu")))
    if "title: other dates" in deviations:
        later = who.month + relativedelta(months=1, day=5)
        lines.append(
            (
                "left",
                rng.choice(
                    (
                        "(Kèm theo Công văn số 12-CV/BTCTU ngày 15/01/2015)",
                        f"Hạn gửi báo cáo: trước ngày {later:%d/%m/%Y}",
                        "Thực hiện Hướng dẫn số 11-HD/BTCTW ngày 13 tháng 12 năm 2021",
                        f"Ngày báo cáo: {later:%d/%m/%Y}",
                    )
                ),
            )
        )
    if "title: unit of figures" in deviations:
        lines.append(("right", rng.choice(("Đơn vị tính: người", "ĐVT: Đảng viên", "Đơn vị tính: đồng chí"))))
    if "title: addressee" in deviations:
        lines.insert(2, ("left", "Kính gửi: Ban Tổ chức Thành ủy Lai Châu"))
    return lines
