"""Builds the desk's pages about the year ahead and what is asked."""

from plancycle.domain.errors import NotFound
from plancycle.portal.desk_foresight_pages import BinLine, BurdenPage, BurdenRow, ForecastPage, RiskLine
from plancycle.portal.desk_frame import Desk
from plancycle.services.burdens import BurdenLine, burdens
from plancycle.services.foresee import foresee
from plancycle.services.foresight_words import foresight_words


def forecast_page(desk: Desk, year: int) -> ForecastPage:
    """The next period that is due; an empty page where none has opened."""
    now = desk.house.clock.now()
    try:
        found = desk.remember("forecast", year, work_out=lambda: foresee(desk.house, year))
    except NotFound as none:
        return ForecastPage(year, now, "", desk.say(none.key, **none.params), (), "", "", ())
    said = foresight_words(desk.house.texts, found, desk.language)
    place = f"/don-vi/{year}/{found.period}"
    return ForecastPage(
        year=year,
        now=now,
        headline=said.headline,
        problem="",
        risks=tuple(RiskLine(one.name, f"{place}/{one.agency}", one.stage, one.chance, one.why) for one in said.risks),
        best=said.best,
        calibration=said.calibration,
        bins=tuple(BinLine(*one) for one in said.bins),
    )


def burden_page(desk: Desk, year: int) -> BurdenPage:
    """Every body that is asked anything, the most cells first."""
    found = desk.remember("burden", year, work_out=lambda: burdens(desk.house, year))
    return BurdenPage(year, tuple(_row(desk, one) for one in found))


def _row(desk: Desk, line: BurdenLine) -> BurdenRow:
    one = line.burden
    return BurdenRow(
        name=line.name,
        periods=len(one.askings),
        cells=one.cells,
        required=sum(asking.required for asking in one.askings),
        works=one.works,
        letters=one.letters,
        minutes=one.median_minutes,
        repeats=tuple(
            desk.say("burden.repeat", name=repeat.name, unit=repeat.unit, places=repeat.places)
            for repeat in one.repeats
        ),
    )
