"""Is the catalogue of rules in order? Findings for `admissions doctor`."""

from expectations.catalogue import rules, wording
from expectations.consistency import inconsistencies
from expectations.overrides import overrides
from expectations.words import cause_kinds
from expectations.yaml_file import CatalogueError
from reference.texts import say
from warehouse.doctor import Finding
from warehouse.settings import Settings


def examine_catalogue(settings: Settings) -> list[Finding]:
    """Whether rules and overrides can be used, contradict each other or say things twice, and which overrides have
    ended."""
    language = settings.language
    try:
        chosen = rules()
        decided = overrides(chosen)
        wording()
        cause_kinds()
    except CatalogueError as error:
        return [Finding(say("error_catalogue", language, detail=error), is_good=False)]
    found = inconsistencies(chosen)
    this_month = settings.current_day().replace(day=1)
    ended = sum(override.until_month < this_month for override in decided)
    return [
        Finding(say("doctor_rules", language, number=len(chosen)), is_good=True),
        Finding(say("doctor_overrides", language, number=len(decided), ended=ended), is_good=True),
        *(
            Finding(say(f"doctor_{each.kind}", language, form=each.form, name=each.name), is_good=False)
            for each in found
        ),
    ]
