"""Every page is a documented, frozen context and a template that needs nothing else, held against each other."""

import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

import pytest
from jinja2 import UndefinedError, nodes

from plancycle import portal
from plancycle.domain.people import LOCAL
from plancycle.portal.framing import Frame
from plancycle.portal.rendering import TEMPLATES, environment, render

TEMPLATE = re.compile(r"\A``([a-z_/]+\.html)``")
"""How a context's documentation begins: with the template it is for."""
WITHOUT_CONTEXT = {"base.html", "clerk/left.html"}
OUR_OWN_MARKUP = {"desk/charts.html": 1}
"""How many texts of a full page are markup we made ourselves: pictures of charts."""
PLAIN = {
    str: "Mẫu <b>",
    int: 1,
    Decimal: Decimal("1.5"),
    datetime: datetime(2025, 9, 10, 2, 0, tzinfo=UTC),
    date: date(2025, 9, 10),
    time: time(17, 0),
    timedelta: timedelta(days=1),
    bytes: b"x",
    object: "mẫu",
    type(None): None,
}


def page_modules():
    """Every module of the portal that holds contexts."""
    names = [one.name for one in pkgutil.iter_modules(portal.__path__) if one.name.endswith("pages")]
    return [importlib.import_module(f"plancycle.portal.{name}") for name in names]


def contexts():
    """Each template's context."""
    found = {}
    for module in page_modules():
        for one in vars(module).values():
            if inspect.isclass(one) and one.__module__ == module.__name__ and TEMPLATE.match(one.__doc__ or ""):
                found.setdefault(TEMPLATE.match(one.__doc__)[1], []).append(one)
    return found


CONTEXTS = contexts()


class Answering(dict):
    """A mapping that has something under every key, as a page's own builder would have put there."""

    def __init__(self, value):
        super().__init__({"mau": value})
        self._value = value

    def __missing__(self, key):
        return self._value


def sample(kind, full):
    """A value of a type; ``full`` fills every list and flag, otherwise they are empty, false or None."""
    if kind is bool:
        return full
    if kind in PLAIN:
        return PLAIN[kind]
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return next(iter(kind))
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        # What the domain hands over is whole by its own rules; only the page's own lists and flags may be empty.
        full = full or kind.__module__.startswith("plancycle.domain")
        return kind(**{one.name: sample(hints[one.name], full) for one in fields(kind) if one.init})
    if inspect.isclass(kind) and hasattr(kind, "_fields"):
        return kind(**{name: sample(hint, full) for name, hint in typing.get_type_hints(kind).items()})
    return sample_of_many(kind, full)


def sample_of_many(kind, full):
    """A value of a composed type."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return sample(parts[0], full) if full else None if type(None) in parts else sample(parts[0], full)
    if origin is typing.Literal:
        return parts[0]
    if inspect.isclass(origin) and issubclass(origin, Mapping):
        return Answering(sample(parts[1], full))
    if origin is tuple and Ellipsis not in parts:
        return tuple(sample(one, full) for one in parts)
    if inspect.isclass(origin) and issubclass(origin, AbstractSet):
        return frozenset({sample(parts[0], full)} if full else ())
    if inspect.isclass(origin) and issubclass(origin, Sequence):
        return (sample(parts[0], full),) if full else ()
    raise TypeError(kind)


def used_names(source):
    """The names of its context that a template uses, those it asks about with ``is defined`` left out."""
    tree = environment().parse(source)
    asked = {id(one.node) for one in tree.find_all(nodes.Test) if one.name == "defined"}
    return {
        one.attr
        for one in tree.find_all(nodes.Getattr)
        if isinstance(one.node, nodes.Name) and one.node.name == "page" and id(one) not in asked
    }


def test_every_template_has_one_context_and_every_context_a_template():
    templates = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if path.name[0] != "_"}

    assert set(CONTEXTS) == templates - WITHOUT_CONTEXT
    assert {template for template, found in CONTEXTS.items() if len(found) > 1} == set()


@pytest.mark.parametrize("module", page_modules(), ids=lambda one: one.__name__.rpartition(".")[2])
def test_everything_a_page_shows_is_frozen_and_documented(module):
    shown = [one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__]

    assert [one.__name__ for one in shown if not is_frozen(one)] == []
    assert [one.__name__ for one in shown if not one.__doc__ or one.__doc__.startswith(f"{one.__name__}(")] == []


def is_frozen(kind):
    """A frozen dataclass; the words of a page that are listed (an enumeration) cannot change either."""
    return issubclass(kind, Enum) or (is_dataclass(kind) and kind.__dataclass_params__.frozen)


@pytest.mark.parametrize("template", sorted(CONTEXTS))
def test_a_template_uses_what_its_context_has_and_shows_it_full_and_empty_in_both_languages(template):
    [context] = CONTEXTS[template]
    has = {one.name for one in fields(context)} | {
        name for name, it in vars(context).items() if isinstance(it, property)
    }
    pages = [
        render(template, sample(context, full), frame=Frame(language, staff=LOCAL)).body.decode()
        for full in (True, False)
        for language in ("vi", "en")
    ]

    assert used_names((TEMPLATES / template).read_text("utf-8")) - has == set()
    assert max(page.count("Mẫu <b>") for page in pages) == OUR_OWN_MARKUP.get(template, 0)
    assert [page.count("<h1") for page in pages] == [1] * 4


def test_a_name_the_context_does_not_have_is_found_out():
    @dataclass(frozen=True)
    class Small:
        name: str

    with pytest.raises(UndefinedError, match="nmae"):
        environment().from_string("{{ page.nmae }}").render(page=Small("x"))
    assert used_names("{{ page.nmae }}{% if page.done is defined %}{% endif %}") == {"nmae"}
    assert not is_frozen(dataclass(type("Loose", (), {"__annotations__": {"name": str}})))
