"""``plancycle doctor``: everything that can be wrong with an installation, and how to mend it."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import house, print_json, shown, words
from plancycle.domain.errors import PlancycleError

if TYPE_CHECKING:
    from plancycle.domain.production import Setup
    from plancycle.services.check_up import Sign

NEEDS_ACTION = 4
MARKS = {True: "✓", False: "✗", None: "·"}


def register(app: App) -> None:
    """Add the verb to the command line."""
    app.command(doctor)


def doctor(*, as_of: str = "", json: bool = False) -> int:
    """Look at libraries, disk, fonts, ledger, clock, mail, Prefect, its worker and schedules; exit code 4 when one of
    them needs somebody, with what to do.

    Example: plancycle doctor
    """
    signs = list(_signs(as_of))
    is_well = all(one.is_ok is not False for one in signs)
    if json:
        found = [{"code": one.code, "ok": one.is_ok, "vi": _words(one, "vi"), "en": _words(one, "en")} for one in signs]
        print_json({"ok": is_well, "signs": found})
    else:
        for one in signs:
            sys.stdout.write(f"{MARKS[one.is_ok]} {words(f'doctor.{one.code}')}: {_words(one, 'vi')}\n")
            if one.is_ok is not True:
                sys.stdout.write(f"    {_words(one, 'en')}\n")
    return 0 if is_well else NEEDS_ACTION


def _signs(as_of: str) -> "Iterator[Sign]":
    from plancycle.adapters.check_ups import look_at_files, look_at_machine, look_at_mail, look_at_prefect
    from plancycle.cli.up import setup_of
    from plancycle.services.check_up import look_at_ledger, named_files

    with house(as_of) as opened:
        settings = opened.settings
        yield from look_at_machine(opened.data_dir)
        yield _production(setup_of(settings, opened.data_dir))
        ledger, *others = look_at_ledger(opened)
        yield from (ledger, *others)
        if ledger.is_ok:
            yield from look_at_files(opened.data_dir, lambda: named_files(opened))
        yield from look_at_mail(opened.postman, opened.mailbox, bool(settings.mailbox_url), settings.mail_from)
        yield from look_at_prefect(settings.prefect_api_url, opened.clock.now())


def _production(setup: "Setup") -> "Sign":
    from plancycle.domain.production import refusals
    from plancycle.services.check_up import Sign

    reasons = refusals(setup)
    if reasons:
        return Sign("production", False, "unsafe", {"reasons": ", ".join(reasons)})
    return Sign("production", True, "ok" if setup.is_production else "home")


def _words(sign: "Sign", language: str) -> str:
    refusal = sign.params.get("refusal")
    if isinstance(refusal, PlancycleError):
        return words(refusal.key, language, **refusal.params)
    key = "doctor.failed" if sign.detail == "failed" else f"doctor.{sign.code}.{sign.detail}"
    return words(key, language, **{name: shown(value) for name, value in sign.params.items()})
