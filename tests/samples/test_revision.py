"""One month is sent twice and right both times: only the newer version is what its successors go on from."""

from samples import revision
from samples.consistency import breaks_of
from samples.model import Report, month_before_of, report_of, targets_in_force
from samples.schedule import REVISION_SUFFIX, sendings


def admitted(report: Report) -> object:
    return report.sheet("KN-1").lines[-1].values["admitted"]


def test_neither_version_breaks_a_rule_and_one_admission_is_new_in_the_second() -> None:
    first, second = revision.first_version(), report_of(revision.COMMUNE_CODE, revision.MONTH)
    for version in (first, second):
        assert breaks_of(version, month_before_of(version), targets_in_force(version.month)) == ()
    assert (admitted(first), admitted(second)) == (1, 2)


def test_whoever_was_not_known_to_be_admitted_is_still_a_candidate_and_no_member() -> None:
    first, second = revision.first_version(), report_of(revision.COMMUNE_CODE, revision.MONTH)
    for form, field, difference in (("KN-2", "candidates", 1), ("KN-2", "files_complete", 1), ("KN-3", "closing", -1)):
        one, other = (int(version.sheet(form).lines[-1].values[field] or 0) for version in (first, second))
        assert one - other == difference


def test_the_second_version_comes_before_the_next_month_s_report() -> None:
    of_commune = [s for s in sendings() if s.report.commune.code == revision.COMMUNE_CODE]
    first, second = (s for s in of_commune if s.report.month == revision.MONTH)
    following = next(s for s in of_commune if s.report.month == revision.MONTH + 1)
    assert first.sent_at < second.sent_at < following.sent_at
    assert (first.path.stem + REVISION_SUFFIX, second.is_second) == (second.path.stem, True)
