"""Builds the desk's pages about the year ahead and what is asked."""

from plancycle.domain.errors import NotFound
from plancycle.domain.forecast import Calibration, Risk
from plancycle.portal.desk_foresight_pages import BinLine, BurdenPage, BurdenRow, ForecastPage, RiskLine
from plancycle.portal.desk_frame import Desk
from plancycle.services.burdens import BurdenLine, burdens
from plancycle.services.foresee import Foresight, foresee
from plancycle.services.per_cent import per_cent, shown


def forecast_page(desk: Desk, year: int) -> ForecastPage:
    """The next period that is due; an empty page where none has opened."""
    now = desk.house.clock.now()
    try:
        found = desk.remember("forecast", year, work_out=lambda: foresee(desk.house, year))
    except NotFound as none:
        return ForecastPage(year, now, "", desk.say(none.key, **none.params), (), "", "", ())
    made, checked = found.forecast, found.calibration
    facts = {"title": found.title, "done": made.done, "owing": made.owing}
    missing = shown(made.expected_missing, desk.language, 1)
    return ForecastPage(
        year=year,
        now=now,
        headline=desk.say("forecast.headline", **facts, chance=per_cent(made.complete), missing=missing),
        problem="",
        risks=tuple(_risk(desk, found, one) for one in made.risks),
        best=_best(desk, found),
        calibration=_calibration(desk, checked),
        bins=tuple(
            BinLine(f"{per_cent(one.low)}–{per_cent(one.high)}", one.count, per_cent(one.said), one.came_true)
            for one in (checked.bins if checked else ())
        ),
    )


def _risk(desk: Desk, found: Foresight, one: Risk) -> RiskLine:
    cycle, period = found.forecast.period.split("/")
    return RiskLine(
        name=found.names[one.agency],
        href=f"/don-vi/{cycle.rpartition('-')[2]}/{period}/{one.agency}",
        stage=desk.say(f"forecast.stage.{one.stage}"),
        chance=per_cent(one.chance.chance),
        why=tuple(desk.say(reason.key, **reason.params) for reason in one.reasons),
    )


def _best(desk: Desk, found: Foresight) -> str:
    best = found.forecast.best
    if best is None or best.nudge is None:
        return ""
    facts = {"agency": found.names[best.agency], "rung": f"{best.nudge.rung:+d}"}
    return desk.say("forecast.best", **facts, gain=per_cent(best.nudge.gain))


def _calibration(desk: Desk, found: Calibration | None) -> str:
    if found is None:
        return desk.say("forecast.uncalibrated")
    scores = {"brier": shown(found.brier, desk.language), "floor": shown(found.floor, desk.language)}
    return desk.say("forecast.calibration", count=found.forecasts, periods=len(found.periods), **scores)


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
