"""How like two texts are: the share of characters that stand in both, in order (rapidfuzz's normalised indel ratio)."""

from collections.abc import Sequence


def likeness(text: str, others: Sequence[str], percent: int) -> int:
    """The likeness of a text to the likest of others, in whole percent; 0 when none reaches ``percent``."""
    from rapidfuzz import fuzz, process

    best = process.extractOne(text, others, scorer=fuzz.ratio, score_cutoff=percent)
    return int(best[1]) if best is not None else 0


def folding(texts: Sequence[str], percent: int) -> list[int]:
    """For each text the place of the first one it is like to ``percent`` or more, or its own place.

    Every text is held against the first of each group only, in order, so that a chain of small changes does not
    bring together what is unlike, and the same texts always fold the same way.
    """
    from rapidfuzz import fuzz, process

    leaders: list[str] = []
    place: dict[str, int] = {}
    first: list[int] = []
    found = []
    for at, text in enumerate(texts):
        if text not in place:
            best = process.extractOne(text, leaders, scorer=fuzz.ratio, score_cutoff=percent)
            if best is None:
                leaders.append(text)
                first.append(at)
                place[text] = at
            else:
                place[text] = first[best[2]]
        found.append(place[text])
    return found
