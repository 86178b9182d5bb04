"""The words of a letter: subject, text and HTML from its templates, rendered once for letters that differ by names.

A thousand bodies get the same request; what is each one's own (its name, person, link, files) only stands in it. Such
a letter is rendered with a letter of Unicode's private area in those places, which no fact keeps, and then filled in.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import NamedTuple

from jinja2 import Environment
from markupsafe import escape

from plancycle.domain.messages import MessageKind

_WHO = ("agency_name", "recipient", "person", "link")
_ASKING = (MessageKind.DATA_CALL, MessageKind.REMINDER, MessageKind.OVERDUE, MessageKind.ESCALATION)
OWN = {**dict.fromkeys(_ASKING, _WHO), MessageKind.RECEIVED: (*_WHO, "receipt", "file_name")}
"""Kinds that go to everybody, and the texts in them that are one body's own; its files are besides."""
TO_THE_MINUTE = ("written_at", "received_at", "first_sent_at")
"""Moments of the letter and of what it confirms, which letters tell to the minute."""
_KEPT = 64
_TOKENS = [chr(0xE000 + number) for number in range(64)]
_SUBJECT, *_FREE = _TOKENS
_TOKEN = re.compile(f"([{_TOKENS[0]}-{_TOKENS[-1]}])")


class Words(NamedTuple):
    """What a letter says."""

    subject: str
    text: str
    html: str


class Wording:
    """Renders letters; the last few wordings of letters to many are kept."""

    def __init__(self, templates: Environment, as_subject: Callable[[str], str]) -> None:
        """``as_subject`` makes of a rendered line what may stand in the header."""
        self._templates, self._as_subject = templates, as_subject
        self._known: dict[Hashable, tuple[list[str], ...]] = {}

    def words(self, kind: MessageKind, facts: Mapping[str, object]) -> Words:
        """The words of a letter of that kind; the same as :meth:`rendered`."""
        own = _own_of(kind, facts)
        same = _same_for_many(kind, facts) if own is not None else None
        if own is None or same is None:
            return self.rendered(kind, facts)
        subject, text, html = self._pieces(kind, facts, own, same)
        own[_SUBJECT] = self._as_subject(_filled(subject, own))
        escaped = {token: str(escape(value)) for token, value in own.items()}
        return Words(own[_SUBJECT], _filled(text, own), _filled(html, escaped))

    def rendered(self, kind: MessageKind, facts: Mapping[str, object]) -> Words:
        """Every template rendered for this letter alone."""
        subject = self._as_subject(self._render(kind, "subject.txt", facts))
        return Words(subject, *self._bodies(kind, {**facts, "subject": subject}))

    def _pieces(
        self, kind: MessageKind, facts: Mapping[str, object], own: Mapping[str, str], same: Hashable
    ) -> tuple[list[str], ...]:
        known = (kind, same, tuple(own))
        if known not in self._known:
            if len(self._known) >= _KEPT:
                self._known.pop(next(iter(self._known)), None)
            shared = _with_tokens(kind, facts)
            parts = self._render(kind, "subject.txt", shared), *self._bodies(kind, {**shared, "subject": _SUBJECT})
            self._known[known] = tuple(_TOKEN.split(part) for part in parts)
        return self._known[known]

    def _bodies(self, kind: MessageKind, facts: Mapping[str, object]) -> tuple[str, str]:
        told = {**facts, "english": self._render(kind, "english.txt", facts).rstrip("\n")}
        return self._render(kind, "body.txt", told), self._render(kind, "body.html", told)

    def _render(self, kind: MessageKind, part: str, facts: Mapping[str, object]) -> str:
        return self._templates.get_template(f"{kind}/{part}").render(facts).strip() + "\n"


def _own_of(kind: MessageKind, facts: Mapping[str, object]) -> dict[str, str] | None:
    """What stands in the places of a letter to many, by token; None for a letter that is rendered by itself."""
    files, named = facts["attached"], OWN.get(kind, ())
    if not named or not isinstance(files, list) or len(named) + len(files) > len(_FREE):
        return None
    values = [*(str(facts[name]) for name in named), *map(str, files)]
    return {token: value for token, value in zip(_FREE, values, strict=False) if value}


def _with_tokens(kind: MessageKind, facts: Mapping[str, object]) -> dict[str, object]:
    """The facts with a token for each of the body's own; what is empty stays empty, for the templates ask."""
    files, named = facts["attached"], OWN[kind]
    assert isinstance(files, list)
    tokens = {name: token for name, token in zip(named, _FREE, strict=False) if facts[name]}
    return {**facts, **tokens, "attached": _FREE[len(named) : len(named) + len(files)]}


def _same_for_many(kind: MessageKind, facts: Mapping[str, object]) -> Hashable | None:
    """All other facts, as what letters must have in common; None when there is a list among them that says something.

    The moment of writing counts to the minute: letters compare it with dates that are whole minutes, or it is exact.
    """
    found: list[tuple[str, object]] = []
    instants = [value for name, value in facts.items() if isinstance(value, datetime) and name not in TO_THE_MINUTE]
    are_whole = all(_minute(one) == one for one in instants)
    for name, value in facts.items():
        if name in OWN[kind] or name == "attached":
            continue
        if isinstance(value, list | tuple | Mapping):
            if value:
                return None
        elif name in TO_THE_MINUTE and isinstance(value, datetime) and are_whole:
            found.append((name, _minute(value)))
        else:
            found.append((name, value))
    return tuple(found)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _filled(pieces: list[str], own: Mapping[str, str]) -> str:
    return "".join([own.get(piece, piece) for piece in pieces])
