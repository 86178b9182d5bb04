"""By which moment a report is judged that was sent more than once: the rule of decision 0084, case by case."""

from datetime import datetime, timedelta, timezone

import pytest

from plancycle.domain.judged_moments import judged_moment
from plancycle.domain.obligations import Obligation, ObligationStatus, standing
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import Submission, SubmissionStatus

VIETNAM = timezone(timedelta(hours=7))
KEY = ObligationKey("c-2025", Period.ANNUAL, "so-y-te")


def december(day: int, hour: int = 9) -> datetime:
    return datetime(2025, 12, day, hour, tzinfo=VIETNAM)


MON_1, FRI_5, MON_8, TUE_9 = december(1), december(5), december(8), december(9)  # due: end of Tuesday 09/12/2025
WED_10, THU_11, FRI_12, SAT_20 = december(10), december(11), december(12), december(20)
DUE = december(10, 0)
SUPERSEDED, ACCEPTED, RETURNED, WITHDRAWN = (
    SubmissionStatus.SUPERSEDED,
    SubmissionStatus.ACCEPTED,
    SubmissionStatus.RETURNED,
    SubmissionStatus.WITHDRAWN,
)


def story(*told):
    """Versions from (moment, what became of it): ``refused`` by the checks, ``sent back`` by a person, and so on."""
    became = {
        "refused": (SUPERSEDED, None),
        "refused, newest": (RETURNED, None),
        "sent back": (SUPERSEDED, "Thiếu chữ ký"),
        "replaced": (SUPERSEDED, None),
        "approved": (SUPERSEDED, None),
        "approved, sent back": (SUPERSEDED, "Thiếu chữ ký"),
        "withdrawn": (WITHDRAWN, None),
        "stands": (ACCEPTED, None),
    }
    versions, refused, approved = [], set(), set()
    for number, (sent_at, fate) in enumerate(told, 1):
        status, reason = became[fate]
        one = Submission(KEY, number, "", "", sent_at, sent_at, False, False, status, "", reason)
        versions.append(one)
        refused |= {one.id} if fate.startswith("refused") else set()
        approved |= {one.id} if fate.startswith("approved") else set()
    return versions, refused, approved


CASES = [
    ("one answer, in time", [(MON_8, "stands")], MON_8),
    ("one answer, late", [(WED_10, "stands")], WED_10),
    ("corrected by leave after the edition was approved", [(MON_8, "approved"), (SAT_20, "stands")], MON_8),
    ("corrected twice", [(MON_8, "approved"), (FRI_12, "approved"), (SAT_20, "stands")], MON_8),
    ("replaced by the agency itself after the due date", [(MON_8, "replaced"), (WED_10, "stands")], MON_8),
    ("refused by the checks, mended late", [(MON_8, "refused"), (WED_10, "stands")], WED_10),
    (
        "refused, mended in time, corrected late",
        [(FRI_5, "refused"), (MON_8, "approved"), (SAT_20, "stands")],
        MON_8,
    ),
    ("a correction refused at first", [(MON_8, "approved"), (FRI_12, "refused"), (SAT_20, "stands")], MON_8),
    ("sent back by a reviewer, mended late", [(MON_8, "sent back"), (THU_11, "stands")], THU_11),
    (
        "sent back, mended in time, replaced late",
        [(MON_1, "sent back"), (MON_8, "replaced"), (FRI_12, "stands")],
        MON_8,
    ),
    (
        "replaced, the new one sent back, mended late: what was replaced does not come back",
        [(MON_8, "replaced"), (WED_10, "sent back"), (FRI_12, "stands")],
        FRI_12,
    ),
    (
        "a correction sent back: what was approved was handed in all the same",
        [(MON_8, "approved"), (FRI_12, "sent back"), (SAT_20, "stands")],
        MON_8,
    ),
    ("approved and sent back afterwards", [(MON_8, "approved, sent back"), (SAT_20, "stands")], MON_8),
    ("withdrawn by the agency, sent again late", [(MON_8, "withdrawn"), (WED_10, "stands")], WED_10),
    ("a correction withdrawn, sent again", [(MON_8, "approved"), (FRI_12, "withdrawn"), (SAT_20, "stands")], MON_8),
    ("late at first, corrected later", [(THU_11, "approved"), (SAT_20, "stands")], THU_11),
    ("handed in on paper in time, entered after a late file", [(WED_10, "replaced"), (TUE_9, "stands")], TUE_9),
    ("only refused", [(MON_8, "refused, newest")], None),
]


@pytest.mark.parametrize(("told", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_moment_by_which_a_report_is_judged(told, expected):
    versions, refused, approved = story(*told)

    assert judged_moment(versions, refused, approved) == expected


def test_what_was_sent_before_more_work_was_given_was_not_the_whole_report():
    versions, _, _ = story((MON_1, "replaced"), (MON_8, "replaced"), (WED_10, "stands"))

    assert judged_moment(versions, grown_at=FRI_5) == MON_8
    assert judged_moment(versions, grown_at=TUE_9) == WED_10


class Dates:
    due_at = DUE


@pytest.mark.parametrize(
    ("own_due", "judged_at", "expected", "late_by"),
    [
        (DUE, MON_8, ObligationStatus.SUBMITTED, None),
        (DUE, THU_11, ObligationStatus.SUBMITTED_LATE, timedelta(days=1, hours=9)),
        (december(13, 0), THU_11, ObligationStatus.SUBMITTED_EXCUSED, None),  # extended to the end of Friday 12/12
    ],
)
def test_a_mended_report_stands_where_it_stood_and_says_that_it_was_mended(own_due, judged_at, expected, late_by):
    versions, _, _ = story((judged_at, "approved"), (SAT_20, "stands"))
    cell = standing(Obligation(KEY, own_due, own_due), Dates(), versions, SAT_20, {versions[-1].id: judged_at})

    assert (cell.status, cell.judged_at, cell.corrected_at, cell.late_by) == (expected, judged_at, SAT_20, late_by)
