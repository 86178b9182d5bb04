"""The year the stages are measured on: the shipped programme, one check-in, every agency's workbook filled in."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from plancycle.adapters.clock import FixedClock
from plancycle.bootstrap import Household, forget, open_house
from plancycle.domain.consolidation import Edition
from plancycle.domain.forms import Form
from plancycle.domain.periods import Period
from plancycle.rehearsal import stage
from plancycle.rehearsal.behaviours import Typing
from plancycle.rehearsal.conductor import clerks_of
from plancycle.rehearsal.desk import Job, fill_in
from plancycle.rehearsal.year import PROGRAMME, only_these_settings
from plancycle.services import collect_inbox, data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.open_cycle import open_cycle
from plancycle.services.report_contents import ReportFacts
from plancycle.services.report_facts import report_facts
from plancycle.settings import Settings

YEAR, PERIOD, SEED = 2025, Period.Q1, 94
MAIL = "folder:"


@dataclass(frozen=True)
class World:
    """A house in which the check-in has been opened and nobody has been asked yet, in a folder of its own."""

    folder: Path
    house: Household

    @cached_property
    def view(self) -> CycleView:
        """The year as it stands at the opening."""
        return cycle_view(self.house, YEAR)

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        """Who reports."""
        return self.view.reporters(PERIOD)

    def form(self, agency: str) -> Form:
        """What an agency is asked."""
        return self.view.form(PERIOD, agency)

    @cached_property
    def returned(self) -> dict[str, bytes]:
        """Every agency's workbook, filled in by its clerk."""
        view = self.view
        clerks = clerks_of(view.programme, YEAR, SEED, {one: view.dates(one) for one in view.programme.order})
        for agency in self.agencies:
            data_calls.queue(self.house, YEAR, PERIOD, agency)
        sent = self.house.data_dir / "workbooks" / PERIOD
        return {
            agency: fill_in(
                Job((sent / f"{view.id}_{PERIOD}_{agency}.xlsx").read_bytes(), PERIOD, one.answers, Typing.NUMBERS)
            )
            for agency, one in clerks.items()
            if agency in self.agencies
        }

    @cached_property
    def edition(self) -> Edition:
        """What has been returned, taken in and frozen."""
        inbox = self.house.data_dir / "inbox"
        for agency, data in self.returned.items():
            (inbox / f"{agency}.xlsx").write_bytes(data)
        for name in collect_inbox.waiting(self.house):
            collect_inbox.take_in(self.house, name)
        edition = consolidate(self.house, YEAR, PERIOD, final=True).edition
        assert edition is not None
        return edition

    @cached_property
    def facts(self) -> ReportFacts:
        """What the report of that edition says."""
        edition = self.edition
        with self.house.work() as work:
            return report_facts(self.house, work, cycle_view(self.house, YEAR, work), edition)

    @contextmanager
    def untouched(self, mail_url: str = MAIL) -> Iterator[Household]:
        """A copy of the house as it was before anybody was asked."""
        copy = self.folder / "copy"
        shutil.copytree(self.folder / "prepared", copy)
        with opened(copy, mail_url) as house:
            yield house
        forget(copy)
        shutil.rmtree(copy)


@contextmanager
def opened(folder: Path, mail_url: str) -> Iterator[Household]:
    """A house of that folder at the opening of the check-in, none of the caller's settings in it."""
    with only_these_settings(folder, mail_url, ""), open_house(Settings()) as house:
        house.clock = FixedClock(cycle_view(house, YEAR).dates(PERIOD).opens_at)
        yield house


@contextmanager
def a_world(folder: Path, agencies: int) -> Iterator[World]:
    """Furnish one in an empty folder; 0 agencies: all the plan names and a sample of communes."""
    prepared, played = folder / "prepared", folder / "played"
    stage.clear(prepared)
    stage.furnish(prepared, PROGRAMME, agencies, SEED)
    with opened(prepared, MAIL) as house:
        open_cycle(house, YEAR)
    forget(prepared)
    shutil.copytree(prepared, played)
    with opened(played, MAIL) as house:
        yield World(folder, house)
    forget(played)
