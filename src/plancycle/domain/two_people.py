"""Acts that cannot be taken back need two people and a document."""

import unicodedata

from plancycle.domain.errors import DataProblem, NotAllowed


def check_two(person: str, second: str, document: str) -> tuple[str, str, str]:
    """Both names and the document, as they are written down: NFC, single spaces.

    Raises DataProblem (a name or the document is missing) and NotAllowed (one person under two names of one spelling).
    """
    first, other, basis = (" ".join(unicodedata.normalize("NFC", one).split()) for one in (person, second, document))
    if not (first and other):
        raise DataProblem("two_people.missing")
    if first.casefold() == other.casefold():
        raise NotAllowed("two_people.same", person=first)
    if not basis:
        raise DataProblem("two_people.no_document")
    return first, other, basis
