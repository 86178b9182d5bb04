"""``plancycle forecast``: how likely a period is complete in time, who puts it at risk and why."""

from typing import TYPE_CHECKING, Literal

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.domain.calibration import Calibration
    from plancycle.domain.forecast import Risk
    from plancycle.services.foresee import Foresight
    from plancycle.services.foresight_words import ForesightWords


def register(app: App) -> None:
    """Add the verb to the command line."""
    app.command(forecast)


def forecast(
    *,
    year: int = 0,
    period: str = "",
    programme: str = "",
    language: Literal["vi", "en"] = "vi",
    as_of: str = "",
    json: bool = False,
) -> None:
    """The chance that every report of a period is in before its due instant, who puts it at risk, which reminder helps.

    Counted from each agency's own past and from where it stands now; how much these count is what past periods advise
    that are held back in turn, and the last lines say how well that did (Brier score, 0 is perfect, beside that of
    telling the average of all). While it does no better than the average, the average is told.

    Example: plancycle forecast --year 2025 --period annual --as-of 2025-12-01
    """
    from plancycle.domain.periods import period_called
    from plancycle.services.foresee import foresee
    from plancycle.services.foresight_words import foresight_words

    with house(as_of, programme) as opened:
        found = foresee(opened, year_or_now(year, opened), period_called(period) if period else None)
        said = foresight_words(opened.texts, found, language)
    if json:
        print_json(entry(found))
    else:
        _print(said, language)


def entry(found: "Foresight") -> dict[str, object]:
    """The forecast for programs: chances as exact decimals with four places."""
    from plancycle.services.per_cent import places

    made = found.forecast
    return {
        "period": made.period,
        "as_of": made.at,
        "due": made.due_at,
        "owing": made.owing,
        "done": made.done,
        "complete": places(made.complete),
        "expected_missing": places(made.expected_missing),
        "best_reminder": made.best.agency if made.best else None,
        "risks": [_risk(one) for one in made.risks],
        "history": found.history,
        "calibration": _calibration(found.calibration),
    }


def _risk(one: "Risk") -> dict[str, object]:
    from plancycle.services.per_cent import places

    return {
        "agency": one.agency,
        "stage": str(one.stage),
        "chance": places(one.chance.chance),
        **{name: {"of": count.of, "in_time": count.good} for name, count in one.chance.counts._asdict().items()},
        "reminder": {"rung": one.nudge.rung, "gain": places(one.nudge.gain)} if one.nudge else None,
        "why_vi": " ".join(words(reason.key, "vi", **reason.params) for reason in one.reasons),
        "why_en": " ".join(words(reason.key, "en", **reason.params) for reason in one.reasons),
    }


def _calibration(found: "Calibration | None") -> dict[str, object] | None:
    from plancycle.services.per_cent import places

    if found is None:
        return None
    bins = [
        {
            "from": places(b.low, 1),
            "to": places(b.high, 1),
            "count": b.count,
            "said": places(b.said),
            "came_true": b.came_true,
        }
        for b in found.bins
    ]
    scores = {"brier": found.brier, "counted": found.counted, "floor": found.floor}
    return {
        "forecasts": found.forecasts,
        "periods": list(found.periods),
        "bins": bins,
        **{name: places(score) for name, score in scores.items()},
        "told": "average" if found.is_average else "counted",
        "weights": {"own": found.weights.own, "alike": found.weights.alike},
    }


def _print(said: "ForesightWords", language: str) -> None:
    print(said.headline)
    heads = [words(f"forecast.column.{name}", language) for name in ("agency", "stage", "chance", "why")]
    print_table(heads, [[one.name, one.stage, one.chance, " ".join(one.why)] for one in said.risks])
    if said.best:
        print(said.best)
    say(said.independent)
    print(said.calibration)
    if said.bins:
        heads = [words(f"forecast.column.{name}", language) for name in ("said_between", "count", "said", "came_true")]
        print_table(heads, said.bins)
