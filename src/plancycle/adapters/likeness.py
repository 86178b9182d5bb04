"""How like two texts are: the share of characters that stand in both, in order (rapidfuzz's normalised indel ratio)."""

from collections.abc import Sequence


def likeness(text: str, others: Sequence[str], percent: int) -> int:
    """The likeness of a text to the likest of others, in whole percent; 0 when none reaches ``percent``."""
    from rapidfuzz import fuzz, process

    best = process.extractOne(text, others, scorer=fuzz.ratio, score_cutoff=percent)
    return int(best[1]) if best is not None else 0
