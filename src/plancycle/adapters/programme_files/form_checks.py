"""What a declared check can get wrong: a parameter its kind does not know, a column or row that is not there."""

from collections.abc import Collection, Iterator

from plancycle.adapters.programme_files.schema_cycle import CheckEntry, FieldEntry, FormFile, SheetEntry
from plancycle.adapters.programme_files.yaml_lines import Loc, YamlFile
from plancycle.domain.check_rules import KINDS, PARAMETERS
from plancycle.domain.errors import Place
from plancycle.domain.forms import RowSource
from plancycle.domain.rule_checks import EXPECTED


def check_places(file: YamlFile, form: FormFile) -> Iterator[Place]:
    """The problems of all checks of a form, in their order."""
    sheets = {sheet.code: sheet for sheet in form.sheets}
    elsewhere = {row.code for sheet in form.sheets for row in sheet.rows} | {one.id for one in form.figures}
    for index, entry in enumerate(form.checks or ()):
        loc: Loc = ("checks", index)
        yield from _parameters(file, loc, entry)
        sheet = sheets.get(entry.sheet)
        if sheet is not None:  # an unknown sheet is told with the other ids that exist nowhere
            yield from _targets(file, loc, entry, sheet, elsewhere)
    fields = {field.code for sheet in form.sheets for field in sheet.fields}
    if "explanation_field" in form.model_fields_set and form.explanation_field not in fields:
        near = ", ".join(sorted(fields))
        yield file.place(
            ("explanation_field",), "programme.unknown_check_field", value=form.explanation_field, near=near
        )


def _parameters(file: YamlFile, loc: Loc, entry: CheckEntry) -> Iterator[Place]:
    """A kind gets the parameters it needs and no other: a misplaced one would be believed to work."""
    spec = KINDS[entry.kind]
    given = entry.model_fields_set & PARAMETERS
    known = spec.needs | spec.takes | spec.one_of
    for name in sorted(given - known):
        listed = ", ".join(sorted(known)) or "–"
        yield file.place_of_name(
            (*loc, name), "programme.check_unknown_parameter", value=name, kind=entry.kind.value, known=listed
        )
    for name in sorted(spec.needs - given):
        yield file.place((*loc, "kind"), "programme.check_needs", value=name, kind=entry.kind.value)
    if spec.one_of and not spec.one_of & given:
        listed = ", ".join(sorted(spec.one_of))
        yield file.place((*loc, "kind"), "programme.check_needs", value=listed, kind=entry.kind.value)


def _targets(
    file: YamlFile, loc: Loc, entry: CheckEntry, sheet: SheetEntry, elsewhere: Collection[str]
) -> Iterator[Place]:
    fields = {field.code: field for field in sheet.fields}
    places = [("field", entry.field), ("when_field", entry.when_field), ("needs", entry.needs)]
    listed: list[tuple[Loc, str | None]] = [((name,), value) for name, value in places]
    listed += [(("of_fields", number), value) for number, value in enumerate(entry.of_fields)]
    for part, value in listed:
        if value is not None and value not in fields:
            near = ", ".join(fields)
            yield file.place((*loc, *part), "programme.unknown_check_field", value=value, near=near)
    if sheet.rows_from is RowSource.FIXED:  # a code that stands nowhere is told with the other dangling ones
        known = {row.code for row in sheet.rows}
        for name in ("rows", "of_rows"):
            for number, value in enumerate(getattr(entry, name)):
                if value not in known and value in elsewhere:
                    near = ", ".join(sorted(known))
                    yield file.place((*loc, name, number), "programme.unknown_check_row", value=value, near=near)
    yield from _kinds(file, loc, entry, fields)


def _kinds(file: YamlFile, loc: Loc, entry: CheckEntry, fields: dict[str, FieldEntry]) -> Iterator[Place]:
    """A check of figures looks at figures, and a value that decides is one the clerk can choose."""
    field = fields.get(entry.field)
    expected = EXPECTED.get(entry.kind)
    if field is not None and expected is not None and field.kind not in expected:
        kinds = ", ".join(kind.value for kind in expected)
        yield file.place(
            (*loc, "field"), "programme.check_field_kind", value=entry.field, kind=entry.kind.value, kinds=kinds
        )
    decisive = fields.get(entry.when_field or entry.field)
    for number, value in enumerate(entry.when):
        if decisive is not None and decisive.choices and value not in decisive.choices:
            choices = ", ".join(decisive.choices)
            yield file.place((*loc, "when", number), "programme.unknown_choice", value=value, choices=choices)
