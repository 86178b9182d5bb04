"""The ledger's rows of explanations and corrections, in memory."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from plancycle.domain.corrections import Correction
from plancycle.domain.explanations import Explanation, ExplanationStatus, is_open
from plancycle.domain.findings import Severity


def raise_clash(what: object) -> None:
    """Refuse as the ledger does; imported late, since the ledger imports this module."""
    from fake_ledger import Clash

    raise Clash(what)


class FakeExplanations:
    def __init__(self, tables: Any) -> None:
        self.tables = tables
        self.rows: dict[int, Explanation] = tables.explanations

    def add(self, explanation: Explanation) -> Explanation:
        if explanation.submission not in self.tables.submissions:
            raise_clash(explanation)
        number = len(self.rows) + 1
        self.rows[number] = replace(explanation, number=number)
        return self.rows[number]

    def get(self, number: int) -> Explanation | None:
        return self.rows.get(number)

    def under(self, prefix: str) -> list[Explanation]:
        return [row for row in self.rows.values() if row.submission.startswith(prefix)]

    def review(self, number: int, status: ExplanationStatus, reason: str | None, by: str, at: datetime) -> None:
        known = self.rows[number]
        self.rows[number] = replace(known, status=status, reason=reason, reviewed_by=by, reviewed_at=at)

    def open_warnings(self, prefix: str) -> dict[str, int]:
        counted = Counter(
            submission
            for submission, found in self.tables.findings.items()
            for one in found
            if submission.startswith(prefix) and one.severity is Severity.WARNING
            if is_open(one, [row for row in self.rows.values() if row.submission == submission])
        )
        return dict(counted)


class FakeCorrections:
    def __init__(self, tables: Any) -> None:
        self.tables = tables
        self.rows: dict[int, Correction] = tables.corrections

    def add(self, correction: Correction) -> Correction:
        if correction.corrects not in self.tables.submissions:
            raise_clash(correction)
        number = len(self.rows) + 1
        self.rows[number] = replace(correction, number=number)
        return self.rows[number]

    def under(self, prefix: str) -> list[Correction]:
        return [row for row in self.rows.values() if row.obligation.startswith(prefix)]

    def settle(self, number: int, submission: str) -> None:
        self.rows[number] = replace(self.rows[number], submission=submission)
