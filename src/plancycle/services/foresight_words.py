"""A look ahead in words: the same lines on the command line, the desk, in the operator's letter and in Prefect."""

from dataclasses import dataclass

from plancycle.domain.calibration import Bin, Calibration
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
    """``best`` is empty when no reminder would help; ``calibration`` has the Brier score, or says there is none yet.

    ``bins``: forecasts between two chances, how many, what they said on average, how many came true.
    """

    headline: str
    best: str
    calibration: str
    independent: str
    risks: tuple[RiskWords, ...]
    bins: tuple[tuple[str, ...], ...]


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
    bins = tuple(_bin(one) for one in (found.calibration.bins if found.calibration else ()))
    return ForesightWords(headline, best, checked, independent, risks, bins)


def _bin(one: Bin) -> tuple[str, ...]:
    return f"{per_cent(one.low)}–{per_cent(one.high)}", str(one.count), per_cent(one.said), str(one.came_true)


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
    """How good such forecasts were on past periods, and so what is told: what is counted, or the average."""
    if found is None:
        return texts.say("forecast.uncalibrated", language)
    facts = {"count": found.forecasts, "periods": len(found.periods), "floor": shown(found.floor, language)}
    checked = texts.say("forecast.calibration", language, **facts, counted=shown(found.counted, language))
    return f"{checked} {_told(texts, found, language)}"


def _told(texts: Texts, found: Calibration, language: str) -> str:
    if found.is_average:
        return texts.say("forecast.told.average", language)
    if found.weights.own is None:
        return texts.say("forecast.told.stage", language)
    return texts.say("forecast.told.own", language, own=found.weights.own)
