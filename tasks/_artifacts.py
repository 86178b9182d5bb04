"""Publishing: every step leaves one artifact under a stable key, so that its page in the UI is a timeline.

A key is ``<programme>-<year>-<period>-<what>``; ``what`` is one of the steps named in ``docs/reference/flows.md``.
"""

import re
from collections.abc import Mapping, Sequence

from prefect.artifacts import create_markdown_artifact, create_progress_artifact, create_table_artifact

from plancycle.services.ports import House
from tasks._markup import plain

MOST_ROWS = 600
"""Lines of a table. Every step leaves its tables anew, and Prefect keeps each twice (page and event): with all letters
of thousands of agencies its database would grow by gigabytes a year, and no browser would open the page.
"""


def key_of(house: House, what: str, year: int | None = None, period: str = "") -> str:
    """``tn-nq94-2025-q1-matrix``; Prefect allows small letters, digits and dashes only."""
    parts = (house.programme_id, str(year or ""), period, what)
    return re.sub(r"[^a-z0-9-]+", "-", "-".join(part for part in parts if part).lower())


def say(house: House, key: str, **params: object) -> str:
    """A text of the catalogue ``prefect.po``."""
    return house.texts.say(f"prefect.{key}", "vi", **params)


def page(house: House, what: str, body: str, year: int | None = None, period: str = "", **params: object) -> str:
    """Publish a page of Markdown with its title and description; returns its key."""
    key = key_of(house, what, year, period)
    title = say(house, f"{what}.title", **params)
    create_markdown_artifact(markdown=f"# {title}\n\n{body}\n", key=key, description=say(house, f"{what}.about"))
    return key


def progress(house: House, what: str, done: int, of: int, year: int | None = None, period: str = "") -> str:
    """Publish how far something is, as a bar with the two counts; returns its key, or "" when nothing is expected."""
    if not of:
        return ""
    key = key_of(house, what, year, period)
    told = say(house, f"{what}.about", submitted=done, expected=of)
    create_progress_artifact(progress=round(100 * done / of, 1), key=key, description=told)
    return key


def sheet(
    house: House,
    what: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    year: int | None = None,
    period: str = "",
    count: int = 0,
) -> str:
    """Publish rows under the catalogue's column names; returns the key, or "" when there is no row to show.

    Of more than ``MOST_ROWS`` rows the first ones, and the description says how many there are; ``count``, when the
    caller has chosen among more than it hands over.
    """
    if not rows:
        return ""
    names = [say(house, f"column.{column}") for column in columns]
    cells: list[Mapping[str, str]] = [dict(zip(names, map(plain, row), strict=True)) for row in rows[:MOST_ROWS]]
    key = key_of(house, what, year, period)
    about = f"{say(house, f'{what}.about')} {of_how_many(house, max(count, len(rows)))}".strip()
    create_table_artifact(table=[dict(one) for one in cells], key=key, description=about)
    return key


def of_how_many(house: House, count: int) -> str:
    """How many lines there are and where, when a table shows only the first ones; else nothing."""
    return say(house, "rows.first", shown=MOST_ROWS, count=count) if count > MOST_ROWS else ""
