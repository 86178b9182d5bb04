"""Obstacles of an edition: those written in submissions, and those reported at once, each told once."""

from dataclasses import dataclass

from plancycle.adapters.documents.figures import by_agency
from plancycle.adapters.documents.text import names
from plancycle.services.ports import Texts
from plancycle.services.report_contents import ReportedObstacle, ReportFacts


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One line of the annex on obstacles; ``subject`` is the piece of work, or "general"."""

    agency: str
    subject: str
    obstacle: str
    cause: str
    proposal: str
    resolver: str = ""
    standing: str = ""


def obstacles(facts: ReportFacts, texts: Texts) -> list[Obstacle]:
    """Each agency's general obstacles (N2, cause N3, proposal N5), those of its single works, those reported at once.

    What was reported at once and stands in the submission as well, under the same work or line, is one line.
    """
    reported = list(facts.obstacles)
    speakers = names(facts, tuple(agency for agency, _, _ in facts.narratives))
    said = {(name, row): text for name, (_, row, text) in zip(speakers, facts.narratives, strict=True)}
    works = by_agency(facts)
    found = []
    for agency in dict.fromkeys([*works, *speakers, *(one.agency for one in reported)]):
        obstacle, cause, proposal = (said.get((agency, row), "") for row in ("N2", "N3", "N5"))
        if obstacle or proposal:
            general = Obstacle(agency, texts.say("document.general"), obstacle, cause, proposal)
            found.append(_with_reported(general, "N2", reported, texts))
        for line in works.get(agency, []):
            obstacle, proposal = line.answers.get("obstacle", ""), line.answers.get("proposal", "")
            if obstacle or proposal:
                said_here = Obstacle(agency, line.title, obstacle, "", proposal)
                found.append(_with_reported(said_here, line.code, reported, texts))
        alone = [one for one in reported if one.agency == agency]
        found += [_alone(one, texts) for one in alone]
    return found


def _with_reported(said: Obstacle, code: str, reported: list[ReportedObstacle], texts: Texts) -> Obstacle:
    """One line for what was written and what was reported about the same; takes the reported one off the list."""
    same = next((one for one in reported if (one.agency, one.code) == (said.agency, code)), None)
    if same is None:
        return said
    reported.remove(same)
    return Obstacle(
        said.agency,
        said.subject,
        _both(same.obstacle, said.obstacle),
        _both(same.cause, said.cause),
        _both(same.proposal, said.proposal),
        same.resolver,
        _standing(same, texts),
    )


def _both(one: str, other: str) -> str:
    return "\n".join(dict.fromkeys(text for text in (one, other) if text))


def _alone(one: ReportedObstacle, texts: Texts) -> Obstacle:
    subject = one.title or texts.say("document.general")
    told = (one.obstacle, one.cause, one.proposal)
    return Obstacle(one.agency, subject, *told, one.resolver, _standing(one, texts))


def _standing(one: ReportedObstacle, texts: Texts) -> str:
    return texts.say(f"duty_status.{one.standing}") if one.standing else ""
