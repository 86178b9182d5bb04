"""Charts and the register of documents as pages of the Prefect UI."""

import base64

from plancycle.domain.periods import Period
from plancycle.services.document_register import register
from plancycle.services.period_charts import period_charts
from plancycle.services.ports import House
from tasks._markup import safe, table


def charts_page(house: House, year: int, period: str) -> str:
    """Each chart of a period as a picture, and the same numbers as a table below it."""
    parts = []
    for chart in period_charts(house, year, Period(period)):
        picture = base64.b64encode(chart.svg.encode()).decode()
        numbers = table([safe(head) for head in chart.headings], [[safe(cell) for cell in row] for row in chart.rows])
        parts.append(
            f"### {safe(chart.title)}\n\n![{safe(chart.title)}](data:image/svg+xml;base64,{picture})\n\n{numbers}"
        )
    return "\n\n".join(parts)


def register_page(house: House, year: int) -> str:
    """The register of the year's outgoing documents; empty while no number has been given."""
    lines = register(house, year)
    words = house.texts.say
    head = [words(f"cli.column.{name}") for name in ("document_number", "document_dated", "document_subject")]
    rows = [
        [safe(one.entry.code), one.dated.strftime("%d/%m/%Y") if one.dated else "", safe(one.entry.subject)]
        for one in lines
    ]
    return table(head, rows) if rows else ""
