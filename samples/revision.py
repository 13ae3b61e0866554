"""A report that was sent twice and broke no rule either time: in between the figures changed.

One admission of December had not reached the clerk when the first workbook went out; the second has it. Both agree
with November; January's year to date begins anew, and its term to date goes on from the second.
"""

from samples import city, people
from samples.model import Report, report_of
from samples.months import month_number
from samples.people import Person

COMMUNE_CODE = city.DOAN_KET.code
MONTH = month_number(2022, 12)


def first_version() -> Report:
    """The report as it was before the admission was known."""
    return report_of(COMMUNE_CODE, MONTH, late_known())


def late_known() -> Person:
    """The first one admitted in the month, in the order of the sheet."""
    cells = city.cells_reporting(city.commune_of(COMMUNE_CODE, MONTH), MONTH)
    return next(
        person
        for cell in cells
        for person in people.population().candidates[cell.name]
        if person.is_admitted and person.until == MONTH
    )
