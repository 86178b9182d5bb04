"""Finding a name as people type it: without diacritics, wherever the tone mark stands, in any case.

``hoà`` and ``hòa`` are both in use; ``đ`` is a letter of its own that no decomposition touches.
"""

import unicodedata


def folded(text: str) -> str:
    """The text in small plain letters on one line: ``UBND xã Hoà An`` and ``ubnd xa hoa an`` fold alike."""
    letters = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.split())


def matches(text: str, wanted: str) -> bool:
    """Whether every word of ``wanted`` begins or stands somewhere in the text; an empty wish matches all."""
    place = folded(text)
    return all(word in place for word in folded(wanted).split())
