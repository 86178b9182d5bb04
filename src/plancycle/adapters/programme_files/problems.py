"""From pydantic's errors to places in files: our message key, our parameters, the line and the column."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from plancycle.adapters.programme_files.value_types import Strict
from plancycle.adapters.programme_files.yaml_lines import Loc, YamlFile
from plancycle.domain.errors import Place

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_QUOTED = re.compile(r"'([^']*)'")
"""Pydantic lists the allowed values as ``'a', 'b' or 'c'``."""

KEYS: Mapping[str, str] = {
    "missing": "programme.missing_field",
    "extra_forbidden": "programme.unknown_field",
    "enum": "programme.not_a_choice",
    "literal_error": "programme.not_a_choice",
    "model_type": "programme.not_a_mapping",
    "model_attributes_type": "programme.not_a_mapping",
    "dict_type": "programme.not_a_mapping",
    "tuple_type": "programme.not_a_list",
    "list_type": "programme.not_a_list",
    "too_short": "programme.too_few",
    "too_long": "programme.too_many",
    "string_too_short": "programme.empty",
    "greater_than_equal": "programme.too_small",
    "less_than_equal": "programme.too_large",
}


def validated(file: YamlFile, model: type[Strict]) -> tuple[Strict | None, list[Place]]:
    """The file as its model, or every reason why not. A file that could not be read gives neither."""
    if not file.is_readable:
        return None, []
    try:
        return model.model_validate(file.tree), []
    except ValidationError as error:
        return None, [_place(file, model, detail) for detail in error.errors(include_url=False)]


def _place(file: YamlFile, model: type[Strict], detail: "ErrorDetails") -> Place:
    kind = detail["type"]
    loc: Loc = tuple(part for part in detail["loc"] if part != "[key]")
    key = kind if kind.startswith("programme.") else KEYS.get(kind, "programme.not_as_expected")
    params = {"field": _field(loc), **_params(detail)}
    if kind == "extra_forbidden":
        known = names_at(model, loc[:-1])
        near = ", ".join(get_close_matches(str(loc[-1]), known, n=3, cutoff=0.5) or sorted(known)) or "–"
        return file.place_of_name(loc, key, near=near, **params)
    return file.place(loc, key, **params)


def _field(loc: Loc) -> str:
    """The name of the nearest field: what stands before the colon in the file."""
    return next((part for part in reversed(loc) if isinstance(part, str)), "")


def _params(detail: "ErrorDetails") -> dict[str, object]:
    context = detail.get("ctx", {})
    if detail["type"] in ("enum", "literal_error"):
        choices = ", ".join(_QUOTED.findall(str(context["expected"])))
        return {"value": _shown(detail["input"]), "choices": choices}
    if detail["type"] in ("greater_than_equal", "less_than_equal"):
        return {"value": _shown(detail["input"]), "limit": context.get("ge", context.get("le"))}
    if detail["type"].startswith("programme."):
        return dict(context)
    return {}


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def names_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The fields a mapping may have at that place of a file."""
    kinds: list[Any] = [model]
    for part in loc:
        kinds = [inner for kind in kinds for inner in _inside(kind, part)]
    return [name for kind in kinds if _is_model(kind) for name in _named(kind)]


def _inside(kind: Any, part: str | int) -> Iterator[Any]:
    """The kinds of value one step further in; ``A | B``, ``Annotated`` and lists are looked through."""
    if _is_model(kind):
        yield from _plain(_named(kind).get(str(part)))
    elif get_origin(kind) in (tuple, list, dict):
        for argument in get_args(kind):
            yield from _plain(argument)


def _named(kind: Any) -> dict[str, Any]:
    """The kinds of a mapping's fields by the names files give them."""
    return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}


def _plain(kind: Any) -> Iterator[Any]:
    if _is_model(kind) or get_origin(kind) in (tuple, list, dict):
        yield kind
    else:
        for argument in get_args(kind):
            yield from _plain(argument)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
