"""Markdown that is safe to fill with what agencies wrote: everything they typed is shown, nothing of it acts."""

import base64
import html
import re
from collections.abc import Iterable, Sequence

ACTIVE = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>:@/])")
"""Characters that can start something in Markdown, bare links and mail addresses included."""
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

COLOURS = ("#1b7f4d", "#7a7f1b", "#b26a00", "#6b4fa0", "#b3261e", "#9aa0a6", "#2f5f8f")


def safe(text: object) -> str:
    """Text as data inside Markdown: HTML and Markdown characters lose their power, lines are joined."""
    one_line = " ".join(UNSEEN.sub("", str(text)).split())
    return ACTIVE.sub(r"\\\1", html.escape(one_line, quote=False))


def plain(text: object) -> str:
    """Text for a cell of a table artifact, where ``[words](address)`` would become a link in one of the two UIs."""
    return " ".join(UNSEEN.sub("", str(text)).split()).replace("](", "] (")


def mask(address: str) -> str:
    """A mail address that can be recognised by who knows it, and not be written to: ``va***@so.gov.vn``."""
    name, at, domain = address.partition("@")
    return f"{name[:2]}***{at}{domain}" if at else ""


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the cells must be safe already."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def bar(parts: Sequence[tuple[str, int]], title: str) -> str:
    """One stacked bar as an image; the same numbers stand in a table beside it. Empty when there is nothing to show."""
    total = sum(count for _, count in parts)
    if not total:
        return ""
    pieces, left = [], 0
    for position, (_, count) in enumerate(parts):
        width = count * 640 // total
        colour = COLOURS[position % len(COLOURS)]
        label = f'<text x="{left + width // 2}" y="24" {_LETTERS}>{count}</text>' if width > 24 else ""
        pieces.append(f'<rect x="{left}" width="{width}" height="36" fill="{colour}"/>{label}')
        left += width
    words = html.escape(title)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="36" role="img"><title>{words}</title>'
    data = base64.b64encode(f"{svg}{''.join(pieces)}</svg>".encode()).decode()
    return f"![{safe(title)}](data:image/svg+xml;base64,{data})"


_LETTERS = 'text-anchor="middle" font-family="sans-serif" font-size="15" fill="#fff"'
