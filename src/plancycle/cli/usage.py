"""A verb or option that was mistyped, told in Vietnamese and in English: cyclopts itself speaks English only."""

import re
from typing import get_args

from cyclopts import (
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from plancycle.cli.output import say, words

_MEANT = re.compile(r'Did you mean "?([^"?]+)"?\?')


def explain_usage(mistyped: CycloptsError) -> None:
    """What is wrong, what was probably meant and where to read how it is written, in both languages, on stderr."""
    key, params = _named(mistyped)
    meant = _MEANT.search(str(mistyped))
    choices = [one for one in get_args(getattr(mistyped, "target_type", None)) if isinstance(one, str)]
    verb = " ".join(["plancycle", *(mistyped.command_chain or ())])
    for language in ("vi", "en"):
        told = [words(key, language, **params)]
        told += [words("usage.meant", language, meant=meant[1])] if meant else []
        told += [words("usage.choices", language, choices=", ".join(choices))] if choices else []
        say(" ".join([*told, words("usage.help", language, verb=verb)]))


def _named(mistyped: CycloptsError) -> tuple[str, dict[str, object]]:
    """The message's key and what it names."""
    token, argument = getattr(mistyped, "token", None), mistyped.argument
    written = (token.keyword or token.value) if token else ""
    match mistyped:
        case UnknownCommandError():
            return "usage.command", {"given": _first(mistyped)}
        case UnknownOptionError():
            return "usage.option", {"given": written}
        case CoercionError() if token and argument:
            return "usage.value", {"given": token.value, "name": token.keyword or argument.name}
        case MissingArgumentError() if mistyped.keyword:
            return "usage.value_missing", {"name": mistyped.keyword}
        case MissingArgumentError() if argument:
            return "usage.missing", {"name": argument.name}
        case RepeatArgumentError():
            return "usage.repeated", {"name": written}
        case UnusedCliTokensError():
            return "usage.unused", {"given": _first(mistyped)}
    return "usage.wrong", {"problem": str(mistyped)}


def _first(mistyped: CycloptsError) -> str:
    return next(iter(mistyped.unused_tokens or ()), "")
