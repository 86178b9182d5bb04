"""What can be told about the plan's other duties, as options of the command line."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from cyclopts import Parameter


@Parameter(name="*")
@dataclass(frozen=True)
class FactOptions:
    """The facts of a new record.

    Attributes:
        subject: What it is about; of a commendation, whom.
        cause: Why the obstacle is there.
        proposal: What is asked for.
        reason: Why; of a commendation, the achievement.
        work: Code of the assigned work, or of the line of the form, that it belongs to.
        target: The inspected agency.
        who: person or collective.
        form: praise, certificate, merit, insignia, medal, order, title or prize.
        amount: Proposed amount, written 1250 or 1.250.000,5, in the programme's unit.
        published: The day a dialogue's programme was published.
    """

    subject: str = ""
    cause: str = ""
    proposal: str = ""
    reason: str = ""
    work: str = ""
    target: str = ""
    who: str = ""
    form: str = ""
    amount: str = ""
    published: str = ""

    def given(self) -> Mapping[str, str]:
        """The facts by name, the empty ones too."""
        return asdict(self)


@Parameter(name="*")
@dataclass(frozen=True)
class EventOptions:
    """What happened.

    Attributes:
        on: The day it happened, dd/MM/yyyy; left out, today.
        note: Findings, result, reason.
        document: Number of the document, or the evidence.
        document_on: Its date.
        due: The day that is set: of a review, a planned inspection or dialogue, a follow-up.
    """

    on: str = ""
    note: str = ""
    document: str = ""
    document_on: str = ""
    due: str = ""


NO_FACTS, NO_EVENT = FactOptions(), EventOptions()
