"""A look ahead in words: the same lines on the command line, the desk, in the operator's letter and in Prefect."""

from dataclasses import dataclass

from plancycle.domain.calibration import Calibration
from plancycle.domain.forecast import Risk
from plancycle.services.foresee import Foresight
from plancycle.services.per_cent import per_cent, shown
from plancycle.services.ports import Texts


@dataclass(frozen=True, slots=True)
class RiskWords:
    """One agency that has not answered: where it stands, its chance, and why."""

    agency: str
    name: str
    stage: str
    chance: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForesightWords:
    """``best`` is empty when no reminder would help; ``calibration`` has the Brier score, or says there is none yet."""

    headline: str
    best: str
    calibration: str
    independent: str
    risks: tuple[RiskWords, ...]


def foresight_words(texts: Texts, found: Foresight, language: str) -> ForesightWords:
    """The lines of a look ahead in one language."""
    made = found.forecast
    headline = texts.say(
        "forecast.headline",
        language,
        title=found.title,
        done=made.done,
        owing=made.owing,
        chance=per_cent(made.complete),
        missing=shown(made.expected_missing, language, 1),
    )
    independent = texts.say("forecast.independent", language)
    risks = tuple(_risk(texts, found, one, language) for one in made.risks)
    best, checked = _best(texts, found, language), _calibration(texts, found.calibration, language)
    return ForesightWords(headline, best, checked, independent, risks)


def _risk(texts: Texts, found: Foresight, one: Risk, language: str) -> RiskWords:
    why = tuple(texts.say(reason.key, language, **reason.params) for reason in one.reasons)
    stage = texts.say(f"forecast.stage.{one.stage}", language)
    return RiskWords(one.agency, found.names[one.agency], stage, per_cent(one.chance.chance), why)


def _best(texts: Texts, found: Foresight, language: str) -> str:
    best = found.forecast.best
    if best is None or best.nudge is None:
        return ""
    facts = {"agency": found.names[best.agency], "rung": f"{best.nudge.rung:+d}"}
    return texts.say("forecast.best", language, **facts, gain=per_cent(best.nudge.gain))


def _calibration(texts: Texts, found: Calibration | None, language: str) -> str:
    """How good such forecasts were on past periods: the Brier score beside that of saying the average to all."""
    if found is None:
        return texts.say("forecast.uncalibrated", language)
    scores = {"brier": shown(found.brier, language), "floor": shown(found.floor, language)}
    return texts.say("forecast.calibration", language, count=found.forecasts, periods=len(found.periods), **scores)
