"""What ``programme show`` says of a programme: counts for programs, a readable page in Vietnamese for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from plancycle.cli.output import shown, words

if TYPE_CHECKING:
    from plancycle.domain.deadlines import PlanDeadline
    from plancycle.domain.programme import AssignedWork, Programme
    from plancycle.services.cycle_view import CycleView


def counts(view: "CycleView") -> dict[str, object]:
    """How much of everything there is, the version in force, and what must be amended in the year."""
    from plancycle.domain.amendments import flagged_for_amendment

    found = view.programme
    return {
        "id": found.id,
        "title": found.title,
        "version": found.version,
        "year": view.year,
        "decision": view.amendment.decision if view.amendment else None,
        "legal_refs": len(found.legal_refs),
        "groups": len(found.groups),
        "group_items": sum(1 for group in found.groups for _ in group.all_items()),
        "works": len(found.works),
        "indicators": len(found.indicators),
        "deadlines": len(found.deadlines),
        "recipients": len(found.recipients),
        "reporters": len(_reporters(view)),
        "reporters_in_plan": len(found.reporters),
        "invited": len(found.invitations.bodies),
        "flagged": [
            {"work": flag.work.id, "legal_ref": flag.reference.id, "valid_to": flag.reference.valid_to}
            for flag in flagged_for_amendment(found, view.year)
        ],
    }


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says the page's own words, and the programme's, in one language."""

    language: str
    english: Mapping[str, str]
    """The programme's texts in English; what is missing stays Vietnamese."""

    def word(self, key: str, **params: object) -> str:
        """One of the page's own words."""
        return words(key, self.language, **params)

    def text(self, text: str) -> str:
        """A text of the programme."""
        return self.english.get(text, text) if self.language == "en" else text


def lines(view: "CycleView", speaker: Speaker) -> Iterator[str]:
    """The page, line by line."""
    yield from _head(view, speaker)
    yield from _periods(view.programme, speaker)
    yield from _bodies(view, speaker)
    yield from _works(view.programme, speaker)
    yield from _flags(view, speaker)


def _head(view: "CycleView", speaker: Speaker) -> Iterator[str]:
    found, number = view.programme, counts(view)
    yield f"{speaker.word('show.title')}: {speaker.text(found.title)} ({found.id})"
    yield f"{speaker.word('show.province')}: {speaker.text(found.province)}"
    yield f"{speaker.word('show.version')}: {found.version}"
    if view.amendment:
        version, decision = found.version[:12], view.amendment.decision
        yield speaker.word("version.cited", version=version, decision=decision, effective=view.amendment.effective)
    yield f"{speaker.word('show.years')}: {found.start_year}"
    for role in ("consolidator", "authority"):
        body = view.stands_for(getattr(found, role))
        yield f"{speaker.word(f'show.{role}')}: {speaker.text(found.agency(body).name)} ({body})"
    yield speaker.word("show.legal", count=number["legal_refs"])
    yield speaker.word("show.groups", count=number["groups"], items=number["group_items"])
    yield speaker.word("show.indicators", count=len(found.indicators) + len(found.form.figures))
    to = {one.agency: ", ".join(one.periods) for one in found.addressees}
    yield speaker.word("show.addressees", count=len(to))
    yield from (f"  {speaker.text(found.agency(body).name)}: {periods}" for body, periods in to.items())


def _periods(found: "Programme", speaker: Speaker) -> Iterator[str]:
    yield "\n" + speaker.word("show.periods", count=len(found.periods))
    for rule in found.periods:
        days = {"opens": _day(rule.opens), "due": _day(rule.due), "cutoff": _day(rule.cutoff)}
        wording = speaker.word(f"show.{rule.wording}")
        yield "  " + speaker.word(
            "show.period_line", title=speaker.text(rule.title), wording=wording, basis=rule.basis, **days
        )
    yield speaker.word("show.deadlines", count=len(found.deadlines))
    yield from (f"  {one.id}: {speaker.text(one.title)}: {_when(one, speaker)}" for one in found.deadlines)


def _when(deadline: "PlanDeadline", speaker: Speaker) -> str:
    """The deadline's own words, else its days, else that there are none."""
    days = [_day(day) for day in deadline.days]
    told = deadline.text or shown(deadline.before_date or deadline.by_date) or deadline.before_month_day
    return told or (
        f"{speaker.word(f'show.{deadline.wording}')} {', '.join(days)}" if days else speaker.word("show.no_date")
    )


def _day(month_day: tuple[int, int]) -> str:
    return f"{month_day[1]:02d}/{month_day[0]:02d}"


def _reporters(view: "CycleView") -> tuple[str, ...]:
    """Who owes reports on the day the plan is looked at, mergers and splits of bodies counted."""
    return view.roster.reporters(view.standpoint.day)


def _bodies(view: "CycleView", speaker: Speaker) -> Iterator[str]:
    found, reporters = view.programme, _reporters(view)
    yield "\n" + speaker.word("show.reporters", count=len(reporters))
    if reporters != found.reporters:
        said = {"count": len(found.reporters), "day": view.standpoint.day, "now": len(reporters)}
        yield speaker.word("show.reporters_plan", **said)
    yield from (f"  {speaker.text(view.name(one))} ({one})" for one in reporters)
    yield speaker.word("show.invited", count=len(found.invitations.bodies))
    yield from (f"  {speaker.text(one.name)} ({one.id})" for one in found.invitations.bodies)


def _works(found: "Programme", speaker: Speaker) -> Iterator[str]:
    yield "\n" + speaker.word("show.works", count=len(found.works))
    yield from (f"  {work.id}: {speaker.text(work.title)} ({_who(found, work, speaker)})" for work in found.works)


def _who(found: "Programme", work: "AssignedWork", speaker: Speaker) -> str:
    if work.is_for_all:
        return speaker.word("show.works_of_all")
    return ", ".join(speaker.text(found.agency(one).name) for one in work.agencies)


def _flags(view: "CycleView", speaker: Speaker) -> Iterator[str]:
    from plancycle.domain.amendments import flagged_for_amendment

    flags = flagged_for_amendment(view.programme, view.year)
    yield "\n" + speaker.word("show.flags", year=view.year, count=len(flags))
    for flag in flags:
        ended: date | None = flag.reference.valid_to
        document = flag.reference.number or flag.reference.subject
        named = {"work": flag.work.id, "title": flag.work.title, "document": document}
        yield "  " + speaker.word("show.flag_line", valid_to=ended, **named)
