"""Renders a programme's templates with made-up facts and says what is wrong with them, by template and line.

The facts are the programme's own bodies and work with invented answers; nothing of them is kept or shown.
"""

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from plancycle.adapters.documents.compose import words
from plancycle.adapters.documents.sample_facts import sample_documents, sample_reports
from plancycle.adapters.documents.templating import environment
from plancycle.adapters.documents.text import MARKS, WrongMark, narrative
from plancycle.domain.programme import Programme

LONGEST_SHOWN = 160


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """A mistake in one of the programme's templates."""

    name: str
    line: int
    key: str
    params: Mapping[str, str] = field(default_factory=dict)


def template_problems(programme: Programme) -> list[TemplateProblem]:
    """Every mistake once: syntax of each template, then what rendering each document with sample facts shows."""
    found = list(_syntax(programme))
    if not found:
        found = [problem for attempt in _attempts(programme) for problem in _tried(programme, attempt)]
    kept: dict[tuple[str, int, str], TemplateProblem] = {}
    for one in found:
        kept.setdefault((one.name, one.line, one.key), one)
    return list(kept.values())


def _syntax(programme: Programme) -> Iterator[TemplateProblem]:
    from jinja2 import TemplateSyntaxError

    for template in programme.templates:
        try:
            environment(programme.templates).compile(template.text, template.id, template.id)
        except TemplateSyntaxError as wrong:
            problem = str(wrong.message)[:LONGEST_SHOWN]
            yield TemplateProblem(template.id, wrong.lineno, "programme.template_syntax", {"problem": problem})


def _attempts(programme: Programme) -> list[Callable[[], object]]:
    reports = [lambda facts=facts: narrative(facts) for facts in sample_reports(programme)]
    others = [lambda facts=facts: words(facts) for facts in sample_documents(programme)]
    return [*reports, *others]


def _tried(programme: Programme, attempt: Callable[[], object]) -> Iterator[TemplateProblem]:
    from jinja2 import TemplateError, TemplateNotFound, UndefinedError

    try:
        attempt()
    except WrongMark as wrong:
        name, line = _line_of(programme, wrong.line)
        yield TemplateProblem(name, line, "programme.template_mark", {"marks": " ".join([*MARKS, "+"])})
    except (TemplateError, ArithmeticError, TypeError, ValueError, AttributeError, KeyError) as wrong:
        is_name = isinstance(wrong, UndefinedError | TemplateNotFound)
        key = "programme.template_name" if is_name else "programme.template_failed"
        name, line = _place_of(programme, wrong)
        yield TemplateProblem(name, line, key, {"problem": str(wrong)[:LONGEST_SHOWN]})


def _place_of(programme: Programme, wrong: BaseException) -> tuple[str, int]:
    """The innermost line of a template in a traceback; Jinja2 writes template lines into it."""
    own = {template.id for template in programme.templates}
    frames = [(frame.filename, frame.lineno or 1) for frame in traceback.extract_tb(wrong.__traceback__)]
    mine = [frame for frame in frames if frame[0] in own]
    return mine[-1] if mine else (min(own), 1)


def _line_of(programme: Programme, rendered: str) -> tuple[str, int]:
    """Where a rendered line was most likely written: the template line that begins alike."""
    for length in (40, 12, 4, 1):
        for template in programme.templates:
            for number, line in enumerate(template.text.split("\n"), start=1):
                if rendered[:length].strip() and line.lstrip().startswith(rendered[:length].strip()):
                    return template.id, number
    return programme.templates[0].id, 1
