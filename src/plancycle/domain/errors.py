"""What was refused, and why.

    PlancycleError                  shown to people in both languages, never with a traceback
    ├── DataProblem                 the input is wrong                          exit code 3
    │   ├── SeveralProblems         one input with several things wrong (all of them)
    │   ├── ProgrammeProblem        the programme folder has errors (all of them, with places)
    │   └── UnreadableFile          a file is not one of our workbooks; it is kept in quarantine
    ├── ActionNeeded                a person must act first                     exit code 4
    │   ├── MoveNotAllowed          the lifecycle table has no such move
    │   ├── NotAllowed              this person may not do that
    │   └── NotFound                no such agency, period, edition …
    └── OutsideFailure              mail relay, ministry, disk: try again later exit code 5

The words are in ``locale/``; an error carries the message's key and its parameters only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


class PlancycleError(Exception):
    """Base of everything that is shown to a person instead of a traceback."""

    exit_code = 1

    def __init__(self, key: str, **params: object) -> None:
        self.key = key
        self.params: Mapping[str, object] = params
        details = ", ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(f"{key}({details})")


class DataProblem(PlancycleError):
    """The input is wrong; the person who made it can mend it."""

    exit_code = 3


class SeveralProblems(DataProblem):
    """One input has more than one thing wrong with it; carries every one, never only the first."""

    def __init__(self, key: str, problems: Sequence[PlancycleError], **params: object) -> None:
        self.problems = tuple(problems)
        super().__init__(key, count=len(self.problems), **params)


@dataclass(frozen=True, slots=True)
class Place:
    """A problem in a file an official edits: where, which message, with what values."""

    file: str
    line: int
    column: int
    key: str
    params: Mapping[str, object] = field(default_factory=dict)


class ProgrammeProblem(DataProblem):
    """The programme folder has errors; carries every one of them, never only the first."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = tuple(places)
        super().__init__("programme.problems", count=len(self.places))


class UnreadableFile(DataProblem):
    """The bytes are not a workbook we can accept; they are kept in quarantine."""


class ActionNeeded(PlancycleError):
    """The command is well formed but cannot be done now."""

    exit_code = 4


class MoveNotAllowed(ActionNeeded):
    """The lifecycle's table has no such move."""


class NotAllowed(ActionNeeded):
    """A person may not do that (for example: approve what they prepared)."""


class NotFound(ActionNeeded):
    """There is no such thing."""


class OutsideFailure(PlancycleError):
    """Something outside plancycle failed; trying again later is right."""

    exit_code = 5
