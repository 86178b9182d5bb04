"""From checked files to the domain's :class:`~plancycle.domain.programme.Programme`. Nothing is decided here."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from plancycle.adapters.programme_files.building_roster import bodies_of, invitations_of, successions_of
from plancycle.adapters.programme_files.rules import period_rule
from plancycle.adapters.programme_files.schema import (
    EVERYBODY,
    ApprovalEntry,
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
    ContactEntry,
    ContactsFile,
    DeadlineEntry,
    FormFile,
    IndicatorsFile,
    OfficialEntry,
    SheetEntry,
)
from plancycle.adapters.programme_files.schema_roster import AgenciesFile, SuccessionFile
from plancycle.adapters.programme_files.value_types import Strict
from plancycle.domain.agencies import AddressBook, Contact, Official
from plancycle.domain.approval_chain import ApprovalRules, ApprovalStep
from plancycle.domain.check_rules import CheckRule, RuleKind, usual_rules
from plancycle.domain.deadlines import PlanDeadline, Rung, Wording
from plancycle.domain.forms import FormField, FormRow, FormRules, Inclusion, Indicator, SheetRules
from plancycle.domain.programme import (
    Addressee,
    AssignedWork,
    Copies,
    Correction,
    Duty,
    GroupItem,
    LegalReference,
    Programme,
    Recipient,
    ReportForm,
    Source,
    Statement,
    WorkGroup,
)
from plancycle.domain.webhooks import Endpoint

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
        agencies=bodies_of(agencies),
        reporters=agencies.reporters.named + agencies.reporters.local,
        unnamed_groups=agencies.unnamed_groups,
        indicators=_all(Indicator, one(models, IndicatorsFile).indicators),
        works=tuple(_works(one(models, AssignmentsFile))),
        invitations=invitations_of(agencies),
        successions=successions_of(agencies, _optional(models, SuccessionFile)),
        deadlines=tuple(_deadline(deadline) for deadline in calendar.deadlines),
        periods=tuple(period_rule(period) for period in calendar.periods),
        recipients=_all(Recipient, recipients.recipients),
        addressees=_all(Addressee, recipients.addressees),
        extracts=_all(Addressee, recipients.extracts),
        copies=_same(Copies, recipients.copies) if recipients.copies else None,
        form=form_rules(form),
        report=_same(ReportForm, main.report, leave_out=("outside_source",)),
        approval=_approval(main.approval),
        ladder=_all(Rung, calendar.reminders),
        beyond_freeze=calendar.extensions_beyond_freeze,
    )


def _approval(entry: ApprovalEntry | None) -> ApprovalRules:
    """The steps as declared; a file that says nothing has a chain of one."""
    return ApprovalRules(_all(ApprovalStep, entry.steps), entry.signatures) if entry else ApprovalRules()


def form_rules(form: FormFile) -> FormRules:
    """The questions and the checks; a file from before checks were declared has the checks it always had."""
    checks = _all(CheckRule, form.checks or ())
    if form.checks is None and form.jump_percent is not None:
        sheets = {sheet.code: frozenset(field.code for field in sheet.fields) for sheet in form.sheets}
        numbers = {(one.code, field.code) for one in form.sheets for field in one.fields if field.kind == "number"}
        usual = usual_rules(sheets, form.done_status, form.jump_percent)
        checks = tuple(one for one in usual if one.kind is RuleKind.EVIDENCE or (one.sheet, one.field) in numbers)
    return FormRules(
        sheets=tuple(_sheet(sheet) for sheet in form.sheets),
        figures=_all(Indicator, form.figures),
        done_status=form.done_status,
        nil_choice=form.nil_choice,
        checks=checks,
        explanation_field=form.explanation_field,
        shows_explanations=form.shows_explanations,
        inclusion=_same(Inclusion, form.inclusion),
        dropped_status=form.dropped_status,
        estimated_choice=form.estimated_choice,
    )


def build_address_book(contacts: ContactsFile) -> AddressBook:
    """The coordinator's address book."""
    return AddressBook(
        contacts=tuple(_contact(entry) for entry in contacts.contacts),
        preparer=_official(contacts.preparer),
        signatory=_official(contacts.signatory),
        approver=_official(contacts.approver),
        operator_email=contacts.operator_email,
        officials=_all(Official, contacts.officials),
    )


def _contact(entry: ContactEntry) -> Contact:
    webhook = _same(Endpoint, entry.webhook) if entry.webhook else None
    return Contact(**{**dict(entry), "webhook": webhook})


def one(models: Models, kind: type[_File]) -> _File:
    """The file of that kind."""
    return next(model for model in models.values() if isinstance(model, kind))


def _optional(models: Models, kind: type[_File]) -> _File | None:
    return next((model for model in models.values() if isinstance(model, kind)), None)


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


def _deadline(deadline: DeadlineEntry) -> PlanDeadline:
    fields = dict(deadline)
    day = fields.pop("before_day")
    fields["before_month_day"] = f"{day[0]:02d}-{day[1]:02d}" if day else None
    fields["owner"] = _bodies(deadline.owner)
    before_days, by_days = fields.pop("before_days"), fields.pop("by_days")
    fields["days"], fields["wording"] = before_days or by_days, Wording.BY if by_days else Wording.BEFORE
    fields["roll_basis"] = deadline.roll_basis or ""
    return PlanDeadline(**fields)


def _sheet(sheet: SheetEntry) -> SheetRules:
    return SheetRules(sheet.code, sheet.name, sheet.rows_from, _all(FormField, sheet.fields), _all(FormRow, sheet.rows))
