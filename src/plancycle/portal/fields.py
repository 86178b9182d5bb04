"""What is wrong with a form: shown in a summary above it and, in the same words, at the field."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to mend: the words, and the id of the field they belong to."""

    target: str
    text: str
