"""Who stands in the heading of an official form, and what its title says."""

from outbox.filled_forms.published_forms import Office
from reference.communes import all_communes
from reference.offices import above_commission, commission_of


def heading_of(office: Office, scope: str) -> tuple[str, str]:
    """The two lines on the left: the organisation above, and whose form it is."""
    if office.key is not None:
        commune = next(known for known in all_communes() if known.key == office.key)
        superior = commune.district_name or commune.province_name
        return f"ĐẢNG BỘ {superior}".upper(), f"ĐẢNG ỦY {office.name}".upper()
    return above_commission(office.name, scope).upper(), commission_of(office.name).upper()


def period_in_words(period: str) -> str:
    """`6 THÁNG ĐẦU NĂM 2024`, `6 THÁNG CUỐI NĂM 2024`, `NĂM 2024`."""
    year, _, half = period.partition("-")
    return {"": f"NĂM {year}", "H1": f"6 THÁNG ĐẦU NĂM {year}", "H2": f"6 THÁNG CUỐI NĂM {year}"}[half]
