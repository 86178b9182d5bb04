"""Answers about bytes that come again: files of one programme share most of their parts, and most of their strings."""

from collections.abc import Callable
from functools import lru_cache
from typing import Concatenate, ParamSpec, TypeVar

LARGEST = 64 * 1024
"""Bytes of what is remembered; anything larger is looked at every time."""

Facts = ParamSpec("Facts")
Answer = TypeVar("Answer")
AboutBytes = Callable[Concatenate[bytes, Facts], Answer]


def remembered(most: int) -> Callable[[AboutBytes[Facts, Answer]], AboutBytes[Facts, Answer]]:
    """Decorate a pure function of some bytes: of the last ``most`` small ones the answer is known.

    Nothing is taken on trust: an answer is given again for the very same bytes only, and errors are not remembered.
    """

    def decorate(work: AboutBytes[Facts, Answer]) -> AboutBytes[Facts, Answer]:
        known: AboutBytes[Facts, Answer] = lru_cache(most)(work)

        def answer(content: bytes, /, *facts: Facts.args, **more: Facts.kwargs) -> Answer:
            return (known if len(content) <= LARGEST else work)(content, *facts, **more)

        return answer

    return decorate
