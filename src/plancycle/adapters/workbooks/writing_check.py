"""The sheet that checks while people type: live formulas, no connection needed.

One line per question row counts what is blank, what is no proper number, work that is done without evidence and values
that jumped, with a link to the cell; the sheets' sums stand above. The checks after receipt never rely on any of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.plan import FieldColumn, SheetPlan
from plancycle.adapters.workbooks.styles import Styles
from plancycle.adapters.workbooks.writing_sheet import PROTECTION, set_page
from plancycle.domain.assignments import field_for
from plancycle.domain.check_rules import Against, RuleKind
from plancycle.domain.findings import is_yearly_total
from plancycle.domain.forms import FieldKind, FormField, FormRow, FormRules
from plancycle.domain.numbers import canonical
from plancycle.domain.periods import Period
from plancycle.services.ports import Texts, WorkbookContext

WIDTHS = (20, 25, 46, 12, 12, 12, 14, 14, 20)
PARTS = ("sheet", "code", "label", "required", "blank", "wrong", "evidence", "jump", "result")
ADDRESS_COLUMN, LINK_COLUMN = len(WIDTHS), len(WIDTHS) - 1
HEADING, FIRST = 4, 5
KINDS = ("blank", "wrong", "evidence", "jump")
FIRST_COUNT = 4
LINE = 21.0


@dataclass(frozen=True, slots=True)
class Checks:
    """The formulas of one question row, without the leading ``=``; ``address`` names the first cell to look at."""

    required: int
    blank: str
    wrong: str
    evidence: str
    jump: str
    address: str
    first: str
    """The cell that ``address`` gives in the untouched workbook."""

    @property
    def counts(self) -> tuple[str, str, str, str]:
        """In the order of :data:`KINDS`."""
        return self.blank, self.wrong, self.evidence, self.jump


class _KnownFormulas(Worksheet):  # type: ignore[misc]  # the library has no types
    """The library searches every formula for thirty functions of newer Excels, a tenth of a workbook's time; ours uses
    none of them.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


def write_check(
    book: Workbook, styles: Styles, plans: Sequence[SheetPlan], context: WorkbookContext, texts: Texts
) -> None:
    """Add the sheet to the workbook."""
    sheet = book.add_worksheet(texts.say("workbook.sheet.check"), _KnownFormulas)
    sheet.hide_gridlines(2)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width, styles.text)
    sheet.set_column(ADDRESS_COLUMN, ADDRESS_COLUMN, None, None, {"hidden": True})
    sheet.write_string(0, 0, texts.say("workbook.check.title"), styles.title_left)
    sheet.write_string(1, 0, texts.say("workbook.check.hint"), styles.hint)
    for column, part in enumerate(PARTS):
        sheet.write_string(HEADING, column, texts.say(f"workbook.check.{part}"), styles.heading)
    sheet.set_row(HEADING, layout.row_height([], least=2))
    _Lines(sheet, styles, plans, context, texts).write()
    sheet.freeze_panes(HEADING + 1, 0)
    sheet.repeat_rows(HEADING)
    set_page(sheet, landscape=True)
    sheet.protect("", PROTECTION)


class _Lines:
    """Writes sums and lines; what a formula gives in the untouched workbook is written beside it."""

    def __init__(
        self, sheet: Worksheet, styles: Styles, plans: Sequence[SheetPlan], context: WorkbookContext, texts: Texts
    ) -> None:
        self._sheet, self._styles, self._plans, self._texts = sheet, styles, plans, texts
        self._context = context
        self._nil = _nil_test(plans, context.rules)
        self._top = FIRST + len(plans) + 1
        self._last = self._top + sum(len(plan.sheet.rows) for plan in plans) - 1

    def write(self) -> None:
        """Sums per sheet, the sum of all, then every row."""
        total = 0
        for number, plan in enumerate(self._plans, start=FIRST):
            required = sum(place.field.required for place in plan.fields) * len(plan.sheet.rows)
            self._sum(number, plan, required)
            total += required
        self._sum(self._top - 1, None, total)
        self._verdict(total)
        number = self._top
        for plan in self._plans:
            for row_number, row in plan.rows():
                checks = checks_of(plan, row, row_number, self._context, self._nil)
                self._line(number, plan, row, checks)
                number += 1
        self._colours()

    def _sum(self, number: int, plan: SheetPlan | None, required: int) -> None:
        styles, top, last = self._styles, self._top + 1, self._last + 1
        name = plan.sheet.name if plan is not None else self._texts.say("workbook.check.all")
        self._sheet.set_row(number, LINE)
        self._sheet.write_string(number, 0, name, styles.summary)
        for column in (1, 2, LINK_COLUMN):
            self._sheet.write_blank(number, column, None, styles.summary)
        for column in range(FIRST_COUNT - 1, LINK_COLUMN):
            letters = layout.column_letters(column)
            area = f"{letters}${top}:{letters}${last}"
            formula = f"=SUM({area})" if plan is None else f"=SUMIF($A${top}:$A${last},$A{number + 1},{area})"
            value = required if column <= FIRST_COUNT else 0
            self._sheet.write_formula(number, column, formula, styles.summary_centred, value)

    def _verdict(self, required: int) -> None:
        """The one line that says whether the workbook is ready."""
        row = self._top
        all_ = f"SUM(E{row}:H{row})"
        ready, open_ = self._texts.say("workbook.check.complete"), self._texts.say("workbook.check.open", count="\0")
        words = quoted(open_).replace("\0", f'"&{all_}&"')
        value = open_.replace("\0", str(required)) if required else ready
        formula = f"=IF({all_}=0,{quoted(ready)},{words})"
        self._sheet.write_formula(2, 0, formula, self._styles.subtitle, value)

    def _line(self, number: int, plan: SheetPlan, row: FormRow, checks: Checks) -> None:
        sheet, styles, place = self._sheet, self._styles, number + 1
        sheet.set_row(number, LINE)
        sheet.write_string(number, 0, plan.sheet.name, styles.locked_line)
        sheet.write_string(number, 1, row.code, styles.locked_line)
        sheet.write_string(number, 2, row.label, styles.locked_line)
        sheet.write_number(number, 3, checks.required, styles.locked_centred)
        untouched = (checks.required, 0, 0, 0)
        for column, (formula, value) in enumerate(zip(checks.counts, untouched, strict=True), start=FIRST_COUNT):
            sheet.write_formula(number, column, f"={formula}", styles.locked_centred, value)
        letters = layout.column_letters(ADDRESS_COLUMN)
        address = f'=IF(SUM(E{place}:H{place})=0,"",{checks.address})'
        sheet.write_formula(number, ADDRESS_COLUMN, address, styles.text, checks.first if checks.required else "")
        words = self._texts.say("workbook.check.go", cell="\0")
        shown = quoted(words).replace("\0", f'"&{letters}{place}&"')
        target = quoted(f"#{plan.quoted_name}!")
        link = f'=IF({letters}{place}="","",HYPERLINK({target}&{letters}{place},{shown}))'
        sheet.write_formula(number, LINK_COLUMN, link, styles.link, self._go(checks.first) if checks.required else "")

    def _go(self, cell: str) -> str:
        return self._texts.say("workbook.check.go", cell=cell)

    def _colours(self) -> None:
        area = f"E{FIRST + 1}:H{self._last + 1}"
        look = {"type": "cell", "criteria": ">", "value": 0, "format": self._styles.amber_rule}
        self._sheet.conditional_format(area, look)
        done = {"type": "formula", "criteria": f"=$E{FIRST + 1}+$F{FIRST + 1}+$G{FIRST + 1}+$H{FIRST + 1}=0"}
        self._sheet.conditional_format(f"A{FIRST + 1}:A{self._last + 1}", {**done, "format": self._styles.green_rule})
        verdict = f"=SUM($E${self._top}:$H${self._top})"
        for criteria, colour in (("=0", self._styles.green_rule), (">0", self._styles.amber_rule)):
            self._sheet.conditional_format(
                "A3:I3", {"type": "formula", "criteria": verdict + criteria, "format": colour}
            )


def checks_of(plan: SheetPlan, row: FormRow, number: int, context: WorkbookContext, nil: str) -> Checks:
    """What is counted about one question row (``number`` counted from 0); ``nil`` tests for "nothing to report"."""
    blanks = [(place.column, _blank(_ref(plan, number, place.column))) for place in plan.fields if place.field.required]
    if nil:
        blanks = [(column, f"{test}*NOT({nil})") for column, test in blanks]
    wrong = [
        (place.column, _wrong(_ref(plan, number, place.column), field_for(place.field, row)))
        for place in plan.fields
        if place.field.kind is FieldKind.NUMBER
    ]
    note = plan.place(context.rules.explanation_field if context.rules else "explanation")
    unexplained = f"*{_blank(_ref(plan, number, note.column))}" if note is not None else ""
    evidence = [
        (column, test + unexplained) for column, test in _evidence(plan, number, context.rules, context.dates.period)
    ]
    is_wrong = dict(wrong)  # what is no proper number has not jumped
    jumps = [
        (column, f"{test}*({is_wrong[column]}=0){unexplained}") for column, test in _jumps(plan, row, number, context)
    ]
    groups = (blanks, wrong, evidence, jumps)
    sums = ["+".join(test for _, test in group) or "0" for group in groups]
    cells = [(layout.cell_name(number, column), test) for group in groups for column, test in group]
    address = '""'
    for name, test in reversed(cells):
        address = f'IF({test}>0,"{name}",{address})'
    return Checks(len(blanks), sums[0], sums[1], sums[2], sums[3], address, cells[0][0] if cells else "")


def _ref(plan: SheetPlan, number: int, column: int) -> str:
    return f"{plan.quoted_name}!{layout.cell_name(number, column)}"


def _blank(ref: str) -> str:
    """1 when nothing but spaces stands in a cell."""
    return f"(LEN(TRIM({ref}))=0)"


def _wrong(ref: str, field: FormField) -> str:
    """1 for what is no number, has too many decimals or lies outside its bounds; a blank is not wrong."""
    tests = [f"ROUND({ref},{field.precision})<>{ref}"]
    if field.minimum is not None:
        tests.append(f"{ref}<{canonical(field.minimum)}")
    if field.maximum is not None:
        tests.append(f"{ref}>{canonical(field.maximum)}")
    return f"IF({_blank(ref)},0,IF(ISNUMBER({ref}),IF(OR({','.join(tests)}),1,0),1))"


def _evidence(plan: SheetPlan, number: int, rules: FormRules | None, period: Period) -> Iterator[tuple[int, str]]:
    """Work that is said to be done with nothing to show for it."""
    for rule in rules.checks if rules is not None else ():
        claim, evidence = plan.place(rule.field), plan.place(rule.needs or "")
        is_ours = rule.kind is RuleKind.EVIDENCE and rule.sheet == plan.sheet.code and rule.is_asked_in(period)
        if is_ours and claim is not None and evidence is not None:
            claims = "+".join(f"({_ref(plan, number, claim.column)}={quoted(value)})" for value in rule.when)
            yield evidence.column, f"({claims})*{_blank(_ref(plan, number, evidence.column))}"


def _jumps(plan: SheetPlan, row: FormRow, number: int, context: WorkbookContext) -> Iterator[tuple[int, str]]:
    """Figures that moved more than the programme lets pass, progress that fell, a year below its quarters."""
    for place in plan.fields:
        limit = _limit(plan.sheet.code, place, row, context)
        if place.previous is None or not limit:
            continue
        now, before = _ref(plan, number, place.column), _ref(plan, number, place.previous)
        test = limit.format(now=now, before=before)
        yield place.column, f"IF(ISNUMBER({now})*ISNUMBER({before}),IF({test},1,0),0)"


def _limit(sheet: str, place: FieldColumn, row: FormRow, context: WorkbookContext) -> str:
    """When a value needs a word of explanation, as :func:`plancycle.domain.findings.check` sees it."""
    rules, period = context.rules, context.dates.period
    if rules is None:
        return ""
    place_of = sheet, place.field.code, period
    if rules.check(RuleKind.NOT_FALLING, *place_of) is not None:
        return "{now}<{before}"
    if is_yearly_total(period, row.indicator):
        return "{now}<{before}" if rules.check(RuleKind.ANNUAL_TOTAL, *place_of) is not None else ""
    jump = rules.check(RuleKind.JUMP, *place_of)
    if jump is None or jump.percent is None or jump.against is not Against.PERIOD:
        return ""
    moved = "ABS({now}-{before})"
    return f"({{before}}<>0)*({moved}>{canonical(jump.floor)})*({moved}*100>{canonical(jump.percent)}*ABS({{before}}))"


def _nil_test(plans: Sequence[SheetPlan], rules: FormRules | None) -> str:
    """A test that is true when the agency says there was nothing to report; empty when the form does not ask."""
    asked = [(plan, place.column) for plan in plans if (place := plan.place("nil")) is not None]
    if rules is None or not asked:
        return ""
    tests = [
        f"{_ref(plan, number, column)}={quoted(rules.nil_choice)}"
        for plan, column in asked
        for number, _ in plan.rows()
    ]
    return f"OR({','.join(tests)})"


def quoted(text: str) -> str:
    """Our own words as a string inside a formula."""
    return '"' + text.replace('"', '""') + '"'
