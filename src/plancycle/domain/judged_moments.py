"""By which moment an answer is judged: whoever reported on time and mends the report afterwards is not late by it.

A choice of the coordinator's (decision 0084); no text rules on it. E-Transactions Law 2023, Article 15 says when a
message was sent, not which of several a report is: so the report is the first message that was accepted as one.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from plancycle.domain.submissions import Submission, SubmissionStatus


def judged_moment(
    versions: Sequence[Submission],
    refused: Collection[str] = (),
    approved: Collection[str] = (),
    grown_at: datetime | None = None,
) -> datetime | None:
    """When the report was handed in that these ``versions`` (oldest first) come to; None when they come to none.

    The earliest version of the unbroken line of accepted ones. A version the checks ``refused`` never was a report. A
    return and a withdrawn answer end the line: the next one is a new report. What stood in an ``approved`` edition
    stays handed in whatever is returned after it. An answer sent before ``grown_at`` was not the whole report.
    """
    line: datetime | None = None
    kept: datetime | None = None
    for one in versions:
        if one.id in refused or (grown_at is not None and one.sent_at < grown_at):
            continue
        if one.id in approved:
            line = kept = _earlier(line, one.sent_at)
        elif _was_taken_off(one):
            line = kept
        else:
            line = _earlier(line, one.sent_at)
    return line


def _was_taken_off(one: Submission) -> bool:
    return one.return_reason is not None or one.status is SubmissionStatus.WITHDRAWN


def _earlier(line: datetime | None, sent_at: datetime) -> datetime:
    return sent_at if line is None else min(line, sent_at)
