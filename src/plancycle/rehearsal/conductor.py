"""Plays the year: at each moment the simulated people act, then the product is called; nothing knows the real clock."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from plancycle.adapters.clock import FixedClock
from plancycle.bootstrap import Household
from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.rehearsal import people
from plancycle.rehearsal.answers import Answers
from plancycle.rehearsal.behaviours import OPERATOR, Errand, OperatorAct, behaviour_of
from plancycle.rehearsal.cast import cast_of, roster_of_the_play
from plancycle.rehearsal.clerks import Clerk
from plancycle.rehearsal.dice import Dice, phrases
from plancycle.rehearsal.exchange import Exchange
from plancycle.rehearsal.ministry import Ministry
from plancycle.rehearsal.paperwork import paper_work
from plancycle.rehearsal.relay_beside import RelayBeside
from plancycle.rehearsal.runners import Postponement, Return, Runner
from plancycle.rehearsal.timetable import Step, Tick
from plancycle.services.decide_approval import decide, look
from plancycle.services.deliver_messages import deliver
from plancycle.services.step_up import rehearsed

A_ROOMFUL = 200
"""Clerks; of more than that each types with a quick hand where nothing goes wrong."""


@dataclass(slots=True)
class Conductor:
    """Everybody who takes part, and the way the product is called."""

    year: int
    programme: Programme
    calendar: Mapping[Period, PeriodDates]
    house: Household
    runner: Runner
    relay: RelayBeside
    ministry: Ministry
    exchange: Exchange
    clerks: Mapping[str, Clerk]
    chair: people.DeputyChair
    executor: Executor
    """Where the clerks' work is done, those first who send first."""
    _letters_read: int = field(default=0)
    _to_decide: list[tuple[people.Approver, bytes]] = field(default_factory=list)

    def play(self, tick: Tick) -> None:
        """One moment of the year: people first, then the product, then the mail is read."""
        self.house.clock = FixedClock(tick.at)
        self._drop(tick)
        for step in tick.steps:
            self._acts()[step](tick)
        paper_work(self.house, self.year, tick)
        self._read_mail(tick)
        for plan in sorted((plan for clerk in self.clerks.values() for plan in clerk.plans), key=lambda plan: plan.at):
            plan.start(self.executor)

    def _acts(self) -> dict[Step, Callable[[Tick], None]]:
        return {
            Step.DECIDE: self._decide,
            Step.REGISTER: self._register,
            Step.ERRANDS: self._errands,
            Step.OPEN: lambda tick: self.runner.open_period(self.year, tick.period, tick.at),
            Step.SWEEP: lambda tick: self.runner.sweep(self.year, tick.at),
        }

    def _drop(self, tick: Tick) -> None:
        """Clerks put their files into the inbox folder."""
        inbox = self.house.data_dir / "inbox"
        for clerk in self.clerks.values():
            for parcel in clerk.send(tick.at):
                (inbox / parcel.file_name).write_bytes(parcel.data)

    def _decide(self, tick: Tick) -> None:
        """Those who approve open every new letter and decide on the linked page, one step after the other.

        The letter to the next step leaves at once, as it does when a decision's event starts the flow.
        """
        while self._to_decide:
            letters, self._to_decide = self._to_decide, []
            decisions = [found for person, letter in letters if (found := person.decide(letter))]
            for decision in decisions:
                self._decide_one(decision)
            if decisions:
                deliver(self.house, f"{self.programme.id}-{self.year}/")
                self._read_mail(tick)

    def _decide_one(self, decision: people.Decision) -> None:
        asked = look(self.house, decision.token)
        proof = rehearsed(self.house, self.house.seals.open_link(decision.token)["approver"], asked.bundle_sha256)
        decide(self.house, decision.token, proof, decision.approve, decision.reason)

    def _register(self, _tick: Tick) -> None:
        people.register_arrivals(self.house.data_dir / "transmitted")
        for receipt in self.ministry.ledger():
            self.ministry.register(receipt.key)
        self.exchange.work()

    def _errands(self, tick: Tick) -> None:
        for act in OPERATOR:
            is_now = (act.period, act.day) == (tick.period, tick.day)
            if is_now and act.agency in self.clerks:
                self._run_errand(act, tick)

    def _run_errand(self, act: OperatorAct, tick: Tick) -> None:
        words, roles = phrases()["operator"], phrases()["officials"]
        if act.errand is Errand.RETURN_SUBMISSION:
            returned = Return(act.period, act.agency, words["return_reason"], roles["reviewer"])
            self.runner.return_submission(self.year, returned, tick.at)
            return
        last_day = self.calendar[act.period].last_day + timedelta(days=act.days_more)
        clerk = self.clerks[act.agency].answers.person()
        reason, document = words["extension_reason"], words["extension_document"]
        granted = Postponement(act.period, act.agency, last_day, reason, clerk, roles["decider"], document)
        self.runner.grant_extension(self.year, granted, tick.at)

    def _read_mail(self, tick: Tick) -> None:
        """Whatever the relay has delivered since last time is read by the people it is for."""
        readers = {box: clerk for agency, clerk in self.clerks.items() for box in people.mailboxes(agency)}
        approvers = people.approvers(self.programme, self.chair)
        new = self.relay.ledger[self._letters_read :]
        self._letters_read += len(new)
        for line in new:
            if not line.file:
                continue
            if line.to_address in readers:
                readers[line.to_address].read(_letter(self.relay.folder, line.file), tick.at)
            elif line.to_address in approvers:
                self._to_decide.append((approvers[line.to_address], _letter(self.relay.folder, line.file)))


def _letter(folder: Path, name: str) -> bytes:
    return (folder / name).read_bytes()


def clerks_of(programme: Programme, year: int, seed: int, calendar: Mapping[Period, PeriodDates]) -> dict[str, Clerk]:
    """One clerk an agency, of those that follow others, too."""
    dice, asked = Dice(seed, "clerks"), _asked_in(programme, calendar)
    bodies = [programme.agency(agency) for agency in cast_of(programme)]
    return {
        agency.id: Clerk(
            agency=agency.id,
            name=agency.name,
            behaviour=behaviour_of(agency.id),
            answers=Answers(dice, agency.id, year, _nil_periods(agency.id), asked.get(agency.id, ())),
            dice=dice,
            calendar=calendar,
            is_quick=len(bodies) > A_ROOMFUL,
        )
        for agency in bodies
    }


def _asked_in(programme: Programme, calendar: Mapping[Period, PeriodDates]) -> dict[str, tuple[Period, ...]]:
    """The check-ins of the year in which each agency reports: its year's figure is the sum of these and the rest."""
    roster = roster_of_the_play(programme)
    found: dict[str, tuple[Period, ...]] = {}
    for part in programme.check_ins:
        for agency in roster.reporters(calendar[part].opens_at.date()):
            found[agency] = (*found.get(agency, ()), part)
    return found


def _nil_periods(agency: str) -> frozenset[Period]:
    behaviour = behaviour_of(agency)
    return frozenset(period for period in Period if behaviour.in_period(period).nil)
