"""Questions across all rows in memory, and the few deletions that rules or people ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from plancycle.domain.clerk_access import ClerkLink
from plancycle.domain.events import canonical_json
from plancycle.domain.periods import ObligationKey
from plancycle.services.custody_repository import Found

if TYPE_CHECKING:
    from fake_ledger import Tables

_HASH = re.compile(r"[0-9a-f]{64}")


class FakeCustody:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        portal, intake = tables.portal, tables.intake
        self.named: dict[str, dict[Any, Any]] = {
            "accounts": portal.accounts,
            "addresses": tables.addresses,
            "bounces": tables.bounces,
            "clerk_links": portal.links,
            "drafts": portal.drafts,
            "mails": intake.mails,
            "messages": tables.messages,
            "quarantine": intake.quarantine,
            "submissions": tables.submissions,
        }
        """By the ledger's names: the tables in which people stand, the log apart."""

    def needed_beside_letters(self) -> set[str]:
        apart = (self.tables.messages, self.tables.intakes)
        rest = [held for held in _held(self.tables) if held is not apart[0] and held is not apart[1]]
        return {text for held in rest for name, text in _texts(held) if name.endswith("sha256")}

    def named_files(self) -> set[str]:
        return {text for held in _held(self.tables) for _, text in _texts(held) if _HASH.fullmatch(text)}

    def drafted(self) -> list[ObligationKey]:
        return [ObligationKey.parse(one) for one in sorted({owner for owner, _ in self.tables.portal.drafts})]

    def links(self) -> list[ClerkLink]:
        return [link for _, link in sorted(self.tables.portal.links.items())]

    def drop_links(self, ids: Sequence[str]) -> None:
        for one in ids:
            self.tables.portal.links.pop(one, None)

    def sessions_before(self, moment: datetime) -> int:
        return len(self._old(moment))

    def drop_sessions_before(self, moment: datetime) -> None:
        for one in self._old(moment):
            del self.tables.portal.sessions[one]

    def _old(self, moment: datetime) -> list[str]:
        return [one for one, session in self.tables.portal.sessions.items() if session.seen_at < moment]

    def naming(self, term: str) -> list[Found]:
        pattern, found = _whole(term), []
        places = {**{name: list(rows.values()) for name, rows in self.named.items()}, "audit_events": self.tables.audit}
        for table, rows in sorted(places.items()):
            for row in map(_row, rows):
                columns = tuple(name for name, value in row.items() if isinstance(value, str) and pattern.search(value))
                found += [Found(table, columns, row)] if columns else []
        return found

    def replace(self, table: str, column: str, term: str, by: str) -> int:
        pattern, rows, changed = _whole(term), self.named[table], 0
        for key, value in list(rows.items()):
            text = _row(value)[column]
            other = pattern.sub(lambda _: by, str(text))
            if text is None or other == text:
                continue
            new = replace(
                value, **{column: json.loads(other) if isinstance(getattr(value, column), Mapping) else other}
            )
            del rows[key]
            rows[other if key == text else key] = new
            changed += 1
        return changed


def _whole(term: str) -> re.Pattern[str]:
    """A name or address that is no part of a longer one, in any case."""
    return re.compile(rf"(?<![\w.+-]){re.escape(term)}(?![\w-]|\.\w)", re.IGNORECASE)


def _row(value: Any) -> dict[str, object]:
    """A value as the plain row that the ledger tells."""
    return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return canonical_json(dict(value))
    return value if value is None or isinstance(value, bool | int) else str(value)


def _held(tables: Tables) -> Iterator[Any]:
    """Every container of rows."""
    for held in vars(tables).values():
        yield from vars(held).values() if is_dataclass(held) else (held,)


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text inside some rows, with the name of its field."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one, name)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _texts(getattr(value, part.name), part.name)
    elif isinstance(value, list | tuple | set):
        names = getattr(value, "_fields", (name,) * len(value))
        for part, one in zip(names, value, strict=True):
            yield from _texts(one, part)
