"""What no single file can know: ids that exist, ids used twice, bodies that can owe, dates that leave time.

The checks look at the raw trees, so that a typing error in one place never hides a dangling id in another.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from plancycle.adapters.programme_files.english import ENGLISH, untranslatable
from plancycle.adapters.programme_files.legal import number_place, same_document
from plancycle.adapters.programme_files.schema import CONTACTS, EVERYBODY
from plancycle.adapters.programme_files.successions import listed_communes, succession_places
from plancycle.adapters.programme_files.trees import matches
from plancycle.adapters.programme_files.yaml_lines import Loc, Tree, YamlFile
from plancycle.domain.agencies import AgencyKind
from plancycle.domain.errors import Place
from plancycle.domain.periods import Period

Files = Mapping[str, YamlFile]


@dataclass(frozen=True, slots=True)
class Ids:
    """Where ids of one kind are given. ``scope``: how many leading parts of the place must be the same to clash."""

    kind: str
    file: str
    pattern: str
    scope: int = 0


@dataclass(frozen=True, slots=True)
class Ref:
    """Where ids of one kind are used; ``allow`` lists words that are not ids."""

    kind: str
    file: str
    pattern: str
    allow: Collection[str] = ()


IDS = (
    Ids("statement", "programme.yaml", "purposes.*.id"),
    Ids("statement", "programme.yaml", "requirements.*.id"),
    Ids("statement", "agencies.yaml", "invitations.requests.*.id"),
    Ids("duty", "programme.yaml", "duties.*.id"),
    Ids("duty_record", "programme.yaml", "duties.*.makes"),
    Ids("legal_ref", "legal.yaml", "legal_refs.*.id"),
    Ids("item", "groups.yaml", "groups.**.id"),
    Ids("agency", "agencies.yaml", "agencies.*.id"),
    Ids("agency", "agencies.yaml", "invitations.bodies.*.id"),
    Ids("unit", "agencies.yaml", "units.*.id"),
    Ids("succession", "succession.yaml", "successions.*.id"),
    Ids("reporter", "agencies.yaml", "reporters.*.*"),
    Ids("entry", "assignments.yaml", "entries.*.entry"),
    Ids("work", "assignments.yaml", "entries.*.works.*.id"),
    Ids("figure", "indicators.yaml", "indicators.*.id"),
    Ids("figure", "form.yaml", "figures.*.id"),
    Ids("period", "calendar.yaml", "periods.*.period"),
    Ids("deadline", "calendar.yaml", "deadlines.*.id"),
    Ids("recipient", "recipients.yaml", "recipients.*.order"),
    Ids("addressee", "recipients.yaml", "addressees.*.agency"),
    Ids("extract", "recipients.yaml", "extracts.*.agency"),
    Ids("sheet", "form.yaml", "sheets.*.code"),
    Ids("sheet_name", "form.yaml", "sheets.*.name"),
    Ids("field", "form.yaml", "sheets.*.fields.*.code", scope=2),
    Ids("row", "form.yaml", "sheets.*.rows.*.code", scope=2),
    Ids("check", "form.yaml", "checks.*.id"),
    Ids("contact", CONTACTS, "contacts.*.agency"),
    Ids("english", ENGLISH, "words.*.vi"),
)
"""Every kind of id; the same id twice within a kind (and scope) is an error."""

REFS = (
    Ref("agency", "programme.yaml", "consolidator"),
    Ref("agency", "programme.yaml", "authority"),
    Ref("deadline", "programme.yaml", "duties.*.deadline"),
    Ref("agency", "programme.yaml", "duties.*.gathered_by"),
    Ref("legal_ref", "groups.yaml", "groups.*.legal_refs.*"),
    Ref("deadline", "groups.yaml", "groups.**.deadline"),
    Ref("agency", "agencies.yaml", "reporters.*.*"),
    Ref("agency", "assignments.yaml", "entries.*.agencies.*", (EVERYBODY,)),
    Ref("coordination", "assignments.yaml", "entries.*.works.*.coordinates_with.*"),
    Ref("legal_ref", "assignments.yaml", "entries.*.works.*.legal_refs.*"),
    Ref("figure", "assignments.yaml", "entries.*.works.*.indicators.*"),
    Ref("duty", "assignments.yaml", "entries.*.works.*.duty"),
    Ref("deadline", "assignments.yaml", "entries.*.works.*.deadline"),
    Ref("agency", "assignments.yaml", "entries.*.works.*.ministry_schedule"),
    Ref("agency", "assignments.yaml", "entries.*.works.*.advises"),
    Ref("agency", "indicators.yaml", "indicators.*.owner"),
    Ref("agency", "form.yaml", "figures.*.owner"),
    Ref("sheet", "form.yaml", "checks.*.sheet"),
    Ref("check_row", "form.yaml", "checks.*.rows.*"),
    Ref("check_row", "form.yaml", "checks.*.of_rows.*"),
    Ref("agency", "calendar.yaml", "deadlines.*.owner.*", (EVERYBODY,)),
    Ref("agency", "calendar.yaml", "deadlines.*.to.*"),
    Ref("agency", "recipients.yaml", "recipients.*.ref"),
    Ref("agency", "recipients.yaml", "addressees.*.agency"),
    Ref("agency", "recipients.yaml", "extracts.*.agency"),
    Ref("successor", "succession.yaml", "successions.*.from.*"),
    Ref("successor", "succession.yaml", "successions.*.to.*"),
    Ref("work", "succession.yaml", "successions.*.works.*"),
    *(
        Ref("figure", file, f"{entries}.*.{name}")
        for file, entries in (("form.yaml", "figures"), ("indicators.yaml", "indicators"))
        for name in ("weight", "numerator", "denominator")
    ),
    Ref("item", "assignments.yaml", "entries.*.works.*.group"),
    Ref("agency", CONTACTS, "contacts.*.agency"),
)
"""Every use of an id; one that is given nowhere is an error."""


def cross_check(files: Files) -> list[Place]:
    """Every problem between the files, in the order of the tables above."""
    return [
        *_used_twice(files),
        *_dangling(files),
        *untranslatable(files),
        *_cannot_report(files),
        *same_document(files),
        *_missing_periods(files),
        *succession_places(files),
    ]


def _used_twice(files: Files) -> Iterator[Place]:
    seen: dict[tuple[object, ...], tuple[YamlFile, Loc]] = {}
    for ids in IDS:
        file = files.get(ids.file)
        for loc, value in matches(file.tree if file else None, ids.pattern):
            assert file is not None
            clash = (ids.kind, loc[: ids.scope], value)
            if clash in seen:
                first_file, first_loc = seen[clash]
                first = f"{first_file.path}:{first_file.values[first_loc][0]}"
                yield file.place(loc, f"programme.twice_{ids.kind}", value=value, first=first)
            else:
                seen[clash] = (file, loc)


def _known(files: Files) -> dict[str, list[str]]:
    known: dict[str, list[str]] = defaultdict(list)
    for ids in IDS:
        file = files.get(ids.file)
        known[ids.kind] += [value for _, value in matches(file.tree if file else None, ids.pattern)]
    agencies = files.get("agencies.yaml")
    known["agency"] += listed_communes(agencies.tree if agencies else None)
    known["check_row"] = known["row"] + known["figure"] + known["work"]
    known["successor"] = known["agency"] + known["unit"]
    assignments = files.get("assignments.yaml")
    known["coordination"] = [
        str(loc[1]) for loc, _ in matches(assignments.tree if assignments else None, "coordination.*")
    ]
    return known


def _dangling(files: Files) -> Iterator[Place]:
    known = _known(files)
    unreadable = {ids.kind for ids in IDS if ids.file in files and not files[ids.file].is_readable}
    for ref in REFS:
        file = files.get(ref.file)
        if file is None or ref.kind in unreadable:
            continue
        for loc, value in matches(file.tree, ref.pattern):
            if value in known[ref.kind] or value in ref.allow:
                continue
            number = number_place(files, file, loc, value) if ref.kind == "legal_ref" else None
            if number is not None:
                yield number
            else:
                near = ", ".join(get_close_matches(value, known[ref.kind], n=3, cutoff=0.5)) or "–"
                yield file.place(loc, f"programme.unknown_{ref.kind}", value=value, near=near)


def _cannot_report(files: Files) -> Iterator[Place]:
    """Reporters of a kind that never owes, and work for a body that does not report."""
    agencies, assignments = files.get("agencies.yaml"), files.get("assignments.yaml")
    if agencies is None or not agencies.is_readable:
        return
    kinds = dict(_kinds(agencies.tree))
    never = {AgencyKind.INVITED, AgencyKind.MINISTRY, AgencyKind.AUTHORITY, AgencyKind.COUNCIL}
    reporters = list(matches(agencies.tree, "reporters.*.*"))
    for loc, value in reporters:
        if kinds.get(value) in never:
            yield agencies.place(loc, "programme.cannot_owe", value=value, kind=kinds[value])
    owing = {value for _, value in reporters}
    for loc, value in matches(assignments.tree if assignments else None, "entries.*.agencies.*"):
        if value in kinds and value not in owing:
            assert assignments is not None
            yield assignments.place(loc, "programme.not_a_reporter", value=value)


def _kinds(tree: Tree) -> Iterator[tuple[str, str]]:
    for pattern in ("agencies.*.kind", "invitations.bodies.*.kind"):
        ids = {loc[:-1]: value for loc, value in matches(tree, pattern.replace("kind", "id"))}
        for loc, kind in matches(tree, pattern):
            if loc[:-1] in ids:
                yield ids[loc[:-1]], kind


def _missing_periods(files: Files) -> Iterator[Place]:
    calendar = files.get("calendar.yaml")
    if calendar is None or not calendar.is_readable:
        return
    given = {value for _, value in matches(calendar.tree, "periods.*.period")}
    if Period.ANNUAL not in given:
        yield calendar.place(("periods",), "programme.missing_period", value=str(Period.ANNUAL))
