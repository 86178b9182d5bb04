"""Templates of documents: the shipped ones, and those a programme brings along instead (``templates/*.j2`` beside its
files).

A template is plain text an official can edit; it runs in a sandbox. What agencies typed is put in as data: a line break
in it cannot begin a new line, so nothing typed can become a heading, and no template syntax in it is ever read.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from plancycle.adapters import vietnamese
from plancycle.domain.programme import Template

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

LINE_SEPARATOR = "\u2028"
SHIPPED = files("plancycle") / "templates" / "reports"
ENDING = ".txt.j2"
"""Templates of words; how charts and pages look is not the programme's to change."""


def shipped_names() -> tuple[str, ...]:
    """The templates a programme may replace; those that begin with an underscore are parts of others."""
    return tuple(sorted(entry.name for entry in SHIPPED.iterdir() if entry.name.endswith(ENDING)))


@cache
def environment(own: tuple[Template, ...] = ()) -> "SandboxedEnvironment":
    """Sandboxed, an unknown name is an error, data cannot break a line; ``own`` stand in for the shipped ones."""
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    texts = {template.id: template.text for template in own}

    def load(name: str) -> tuple[str, str, None] | None:
        if name in texts:
            return texts[name], name, None
        entry = SHIPPED / name
        return (entry.read_text("utf-8"), name, None) if entry.is_file() else None

    made = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name) and ".svg" in str(name),
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_written,
    )
    made.filters.update(count=_two_digits, official=vietnamese.official_day, lower_first=vietnamese.lower_first)
    return made


def _written(value: object) -> object:
    """A value as people write it: 09/12/2025, 24 giờ ngày 09/12/2025, 1.234,5; a text on one line of the template."""
    if isinstance(value, datetime):
        return vietnamese.clock_and_day(value)
    if isinstance(value, date):
        return vietnamese.day(value)
    if isinstance(value, Decimal):
        return vietnamese.number(value)
    if isinstance(value, str) and not hasattr(value, "__html__"):
        blank = " " if value[:1] == " " else ""
        return blank + vietnamese.clean(value).replace("\n", LINE_SEPARATOR) + (" " if value[-1:] == " " else "")
    return "" if value is None else value


def _two_digits(count: int) -> str:
    """Counts below ten are written with a leading zero, so that no digit can be added before them."""
    return f"{count:02d}"
