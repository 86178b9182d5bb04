"""Of bytes that come again the answer is remembered: of those very bytes, when they are few, and never an error."""

import pytest

from plancycle.adapters.workbooks.remembering import LARGEST, remembered


def asked(*questions: tuple[bytes, str]) -> list[tuple[int, str]]:
    """What the function behind was asked."""
    seen = []

    @remembered(8)
    def look(content: bytes, name: str) -> str:
        seen.append((len(content), name))
        if not content:
            raise ValueError(name)
        return name

    for content, name in questions:
        if content:
            assert look(content, name) == name
        else:
            with pytest.raises(ValueError, match=name):
                look(content, name)
    return seen


def test_the_same_bytes_with_the_same_facts_are_looked_at_once():
    assert asked((b"one", "a"), (b"one", "a"), (b"one", "b"), (b"two", "a")) == [(3, "a"), (3, "b"), (3, "a")]


def test_large_contents_are_looked_at_every_time():
    large = b"x" * (LARGEST + 1)
    assert asked((large, "a"), (large, "a")) == [(len(large), "a")] * 2


def test_an_error_is_raised_anew_every_time():
    assert asked((b"", "a"), (b"", "a")) == [(0, "a")] * 2
