"""Verbs about dates: ``calendar`` explains every one, ``deadline set`` enters one that the plan leaves open."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from plancycle.cli.output import house, print_json, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.services.explain_dates import ExplainedDate


def register(app: App) -> None:
    """Add the verbs to the command line."""
    app.command(calendar)
    deadline = App(name="deadline", help="Dates that the plan leaves open.")
    deadline.command(set_date, name="set")
    app.command(deadline)


def calendar(*, programme: str = "", year: int = 0, agency: str = "", json: bool = False) -> None:
    """Every date of a year, and why it is that day; of one agency with its extensions.

    Example: plancycle calendar --year 2028 --agency so-y-te
    """
    from plancycle.services.explain_dates import explain

    with house(programme=programme) as opened:
        dates = explain(opened, year_or_now(year, opened), agency)
    if json:
        print_json([_entry(one) for one in dates])
        return
    for one in dates:
        _print(one)


def set_date(
    deadline: str,
    *,
    date: str,
    document: str,
    by: str,
    year: int = 0,
    wording: Literal["by", "before"] = "by",
    programme: str = "",
    as_of: str = "",
    json: bool = False,
) -> None:
    """Enter the date of a deadline that the plan leaves open, with the document that sets it and who enters it.

    Example: plancycle deadline set E02.18 --date 30/06/2026 --document "Công văn 123/BNV-TH" --by "Nguyễn Thị Lập"
    """
    from plancycle.domain.due_dates import Wording
    from plancycle.services.enter_date import enter

    with house(as_of, programme) as opened:
        entered = enter(opened, deadline, day_of(date), document, by, Wording(wording), year)
    if json:
        print_json({**_plain(entered), "deadline": entered.subject})
        return
    facts = {"deadline": entered.subject, "day": entered.day, "year": entered.year, "document": entered.document}
    say(f"{words('deadline.kept', 'vi', **facts)} / {words('deadline.kept', 'en', **facts)}")


def _plain(entered: object) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(entered)  # type: ignore[call-overload,no-any-return]


def day_of(text: str) -> date:
    """A day as people or programs write it. Raises DataProblem."""
    from plancycle.adapters.programme_files.value_types import read_date
    from plancycle.domain.errors import DataProblem

    try:
        day = read_date(text)
    except ValueError:
        day = None
    if day is None:
        raise DataProblem("deadline.not_a_date", text=text)
    return day


def _entry(one: "ExplainedDate") -> dict[str, object]:
    return {
        "period": one.period,
        "deadline": one.deadline,
        "work": one.work,
        "title": one.title,
        "what": one.what,
        "at": one.at,
        "soft_at": one.soft_at,
        "why_vi": _why(one, "vi"),
        "why_en": _why(one, "en"),
        "reasons": [{"key": reason.key, **_said(reason.params)} for reason in one.reasons],
    }


def _said(params: object) -> dict[str, object]:
    """The values of a reason for programs; a name in two languages as its Vietnamese spelling."""
    from plancycle.domain.reasons import Bilingual

    assert isinstance(params, dict)
    return {name: value.vi if isinstance(value, Bilingual) else value for name, value in params.items()}


def _why(one: "ExplainedDate", language: str) -> str:
    return " ".join(words(reason.key, language, **reason.params) for reason in one.reasons)


def _print(one: "ExplainedDate") -> None:
    """A date on a line of its own, its reasons below it."""
    import sys

    ids = "/".join(part for part in (one.deadline, one.work) if part)
    name = f"{ids} {one.title}" if ids else one.title
    lines = [f"{name} · {words(f'calendar.what.{one.what}')} · {_when(one)}"]
    lines += [f"    {words(reason.key, 'vi', **reason.params)}" for reason in one.reasons]
    sys.stdout.write("\n".join(lines) + "\n")


def _when(one: "ExplainedDate") -> str:
    from plancycle.adapters.texts import Catalogue

    if one.at is None:
        return words("calendar.shown.no_date")
    if one.what in ("due", "deadline") and isinstance(one.at, datetime):
        last_day = (one.at - timedelta(microseconds=1)).date()
        return words("calendar.shown.due", last_day=last_day, soft_at=one.soft_at)
    at = one.at.date() if one.what == "event" and isinstance(one.at, datetime) else one.at
    return Catalogue().write(at)
