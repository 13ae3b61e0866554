"""What a commune and a cell are to the samples, and the sections under which cells stand on a sheet."""

from dataclasses import dataclass
from enum import StrEnum


class CellType(StrEnum):
    """What stands in the column `Loại hình`."""

    NEIGHBOURHOOD = "Tổ dân phố"
    VILLAGE = "Bản"
    SCHOOL = "Trường học"
    AGENCY = "Cơ quan"
    ENTERPRISE = "Doanh nghiệp"
    HEALTH_STATION = "Trạm y tế"
    MILITARY = "Quân sự"
    POLICE = "Công an"


#: Section rows of the sheets, each with the types of cell that stand under it.
SECTIONS: tuple[tuple[str, tuple[CellType, ...]], ...] = (
    ("Khối dân cư", (CellType.NEIGHBOURHOOD, CellType.VILLAGE)),
    ("Khối trường học", (CellType.SCHOOL,)),
    (
        "Khối cơ quan, doanh nghiệp, lực lượng vũ trang",
        (CellType.AGENCY, CellType.ENTERPRISE, CellType.HEALTH_STATION, CellType.POLICE, CellType.MILITARY),
    ),
)
#: Cells whose neighbourhood or village has a head, who may be a member.
HEADED_TYPES = SECTIONS[0][1]


@dataclass(frozen=True)
class Cell:
    """A cell: members at the start, how readily it admits (0 = never), years in which it admitted nobody.

    One that goes on from another since the merger names it in `was`; where two went on from one, `half` says
    which of its halves this is (0 or 1).
    """

    name: str
    type: CellType
    members: int
    weight: float = 1.0
    dormant: tuple[int, ...] = ()
    was: str = ""
    half: int | None = None

    def admits_in(self, month: int) -> bool:
        return self.weight > 0 and month // 12 not in self.dormant


@dataclass(frozen=True)
class Commune:
    """A commune, and the habits of the clerk who fills in its workbook.

    `file_name` knows {year}, {month} (one or two digits as it comes) and {month:02d}; `superior` stands over the
    committee in the title block.
    """

    code: str
    name: str
    cells: tuple[Cell, ...]
    file_name: str
    zero: str = "0"
    brackets: bool = False
    late: int = 4
    superior: str = "ĐẢNG BỘ THÀNH PHỐ LAI CHÂU"

    @property
    def short_name(self) -> str:
        """The name without `Phường` or `Xã`."""
        return self.name.split(" ", 1)[1]


def cells_of_type(
    kind: CellType, *rows: tuple[str, int, float] | tuple[str, int, float, tuple[int, ...]]
) -> tuple[Cell, ...]:
    return tuple(Cell(f"Chi bộ {row[0]}", kind, *row[1:]) for row in rows)
