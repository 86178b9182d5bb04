"""From checked files to the domain's :class:`~plancycle.domain.programme.Programme`. Nothing is decided here."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from plancycle.adapters.programme_files.rules import announced, period_rule
from plancycle.adapters.programme_files.schema import (
    EVERYBODY,
    AgenciesFile,
    AssignmentsFile,
    GroupEntry,
    GroupsFile,
    ItemEntry,
    LegalFile,
    ProgrammeFile,
    RecipientsFile,
    SourceFile,
)
from plancycle.adapters.programme_files.schema_cycle import (
    CalendarFile,
    ContactsFile,
    DeadlineEntry,
    FormFile,
    IndicatorsFile,
    OfficialEntry,
    SheetEntry,
)
from plancycle.adapters.programme_files.value_types import Strict
from plancycle.domain.agencies import AddressBook, Agency, Contact, Official
from plancycle.domain.deadlines import PlanDeadline
from plancycle.domain.forms import FormField, FormRow, FormRules, Indicator, SheetRules
from plancycle.domain.programme import (
    Addressee,
    AssignedWork,
    Correction,
    Duty,
    GroupItem,
    Invitations,
    LegalReference,
    Programme,
    Recipient,
    ReportForm,
    Source,
    Statement,
    WorkGroup,
)

Models = Mapping[str, Strict]
_Domain = TypeVar("_Domain")
_File = TypeVar("_File", bound=Strict)


def build_programme(models: Models, version: str) -> Programme:
    """The whole programme. ``models`` are the checked files by name; ``version`` the hash of their contents."""
    main = one(models, ProgrammeFile)
    calendar = one(models, CalendarFile)
    agencies = one(models, AgenciesFile)
    recipients = one(models, RecipientsFile)
    form = one(models, FormFile)
    days_off, days_worked = announced(calendar)
    return Programme(
        id=main.id,
        version=version,
        title=main.title,
        province=main.province,
        timezone=calendar.timezone,
        start_year=main.start_year,
        consolidator=main.consolidator,
        authority=main.authority,
        objective=main.objective,
        source=_source(one(models, SourceFile)),
        legal_refs=_all(LegalReference, one(models, LegalFile).legal_refs),
        purposes=_all(Statement, main.purposes),
        requirements=_all(Statement, main.requirements),
        duties=_all(Duty, main.duties),
        groups=tuple(_group(group) for group in one(models, GroupsFile).groups),
        agencies=_all(Agency, agencies.agencies),
        reporters=agencies.reporters.named + agencies.reporters.local,
        unnamed_groups=agencies.unnamed_groups,
        indicators=_all(Indicator, one(models, IndicatorsFile).indicators),
        works=tuple(_works(one(models, AssignmentsFile))),
        invitations=_invitations(agencies),
        deadlines=tuple(_deadline(deadline) for deadline in calendar.deadlines),
        periods=tuple(period_rule(period) for period in calendar.periods),
        recipients=_all(Recipient, recipients.recipients),
        addressees=_all(Addressee, recipients.addressees),
        form=FormRules(
            sheets=tuple(_sheet(sheet) for sheet in form.sheets),
            figures=_all(Indicator, form.figures),
            done_status=form.done_status,
            nil_choice=form.nil_choice,
            jump_percent=form.jump_percent,
        ),
        report=_same(ReportForm, main.report, leave_out=("outside_source",)),
        reminders=calendar.reminders,
        extra_days_off=days_off,
        extra_working_days=days_worked,
    )


def build_address_book(contacts: ContactsFile) -> AddressBook:
    """The coordinator's address book."""
    return AddressBook(
        contacts=_all(Contact, contacts.contacts),
        preparer=_official(contacts.preparer),
        signatory=_official(contacts.signatory),
        approver=_official(contacts.approver),
        operator_email=contacts.operator_email,
    )


def one(models: Models, kind: type[_File]) -> _File:
    """The file of that kind."""
    return next(model for model in models.values() if isinstance(model, kind))


def _same(kind: type[_Domain], entry: Strict, leave_out: Iterable[str] = ()) -> _Domain:
    """A domain object whose fields have the entry's names."""
    return kind(**{name: value for name, value in entry if name not in leave_out})


def _all(kind: type[_Domain], entries: Iterable[Strict]) -> tuple[_Domain, ...]:
    return tuple(_same(kind, entry) for entry in entries)


def _official(entry: OfficialEntry | None) -> Official | None:
    return _same(Official, entry) if entry else None


def _source(source: SourceFile) -> Source:
    return Source(
        sha256=source.sha256,
        document_type=source.document_type,
        missing=source.missing,
        signer=source.signer,
        signer_position=source.signer_position,
        corrections=_all(Correction, source.corrections),
        paragraph_joins=source.paragraph_joins,
    )


def _group(group: GroupEntry) -> WorkGroup:
    items = tuple(_item(item) for item in group.items)
    return WorkGroup(group.id, group.title, group.line, items, group.legal_refs, group.deadline)


def _item(item: ItemEntry) -> GroupItem:
    items = tuple(_item(child) for child in item.items)
    return GroupItem(item.id, item.title, item.line, item.number, item.deadline, items)


def _bodies(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Empty when the ids say "everybody", which is how the domain spells it."""
    return () if EVERYBODY in ids else ids


def _works(file: AssignmentsFile) -> Iterator[AssignedWork]:
    for entry in file.entries:
        for work in entry.works:
            fields = dict(work)
            fields["coordinates_with"] = tuple(file.coordination[name] for name in work.coordinates_with)
            yield AssignedWork(entry=entry.entry, agencies=_bodies(entry.agencies), **fields)


def _invitations(agencies: AgenciesFile) -> Invitations:
    invited = agencies.invitations
    return Invitations(invited.entry, invited.line, _all(Agency, invited.bodies), _all(Statement, invited.requests))


def _deadline(deadline: DeadlineEntry) -> PlanDeadline:
    fields = dict(deadline)
    day = fields.pop("before_day")
    fields["before_month_day"] = f"{day[0]:02d}-{day[1]:02d}" if day else None
    fields["owner"] = _bodies(deadline.owner)
    return PlanDeadline(**fields)


def _sheet(sheet: SheetEntry) -> SheetRules:
    return SheetRules(sheet.code, sheet.name, sheet.rows_from, _all(FormField, sheet.fields), _all(FormRow, sheet.rows))
