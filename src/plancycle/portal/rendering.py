"""Templates to pages. Everything an agency wrote is escaped; a missing value is an error, never an empty place."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse

from plancycle.adapters.texts import LOCAL_TIME, Catalogue, counted
from plancycle.domain.numbers import rounded
from plancycle.portal.framing import PLAIN, Frame

TEMPLATES = Path(__file__).parents[1] / "templates" / "portal"
_UNITS = ("byte", "KB", "MB")


def render(
    template: str, page: object, status: int = 200, headers: Mapping[str, str] | None = None, frame: Frame = PLAIN
) -> HTMLResponse:
    """One page from its documented context (a dataclass of ``pages``, ``clerk_pages`` or the desk's)."""
    text = environment().get_template(template).render(page=page, frame=frame, say=frame.say)
    return HTMLResponse(text, status, dict(headers or {}))


@cache
def environment() -> Environment:
    """The templates with the few ways of writing they need."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = Catalogue()
    made.filters["written"] = words.write
    made.filters["counted"] = counted
    made.filters["size"] = written_size
    made.filters["precise"] = written_to_the_second
    return made


def written_size(count: int) -> str:
    """A number of bytes for people: ``1,1 MB``."""
    value, unit = Decimal(count), 0
    while value >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{Catalogue().write(rounded(value, 1 if unit == 2 else 0))} {_UNITS[unit]}"


@pass_context
def written_to_the_second(page: Context, at: datetime) -> str:
    """``16:05:12 ngày 08/10/2026``, on an English page ``16:05:12 on 08/10/2026``; Vietnamese time."""
    local = at.astimezone(LOCAL_TIME)
    return f"{local:%H:%M:%S} {page['say']('ngày', 'on')} {local:%d/%m/%Y}"


def percent(part: int, whole: int) -> str:
    """``92,5%``; a dash when there is nothing to compare with."""
    if not whole:
        return "–"
    return f"{Catalogue().write(rounded(Decimal(100 * part) / whole, 1))}%"
