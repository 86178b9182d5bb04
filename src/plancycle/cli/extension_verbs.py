"""Verbs about more time: ``extension request``, ``grant``, ``refuse``, ``withdraw``, ``revoke``, ``list``."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from cyclopts import App

from plancycle.cli.output import ZONE, due_shown, house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.domain.extensions import ExtensionRequest

COLUMNS = ("id", "agency", "period", "wanted", "due_at", "status", "asked_by", "decided_by", "document")


def register(app: App) -> None:
    """Add the verbs to the command line."""
    extension = App(name="extension", help="More time for one agency: asked for, decided by somebody else.")
    for verb in (request, grant, refuse, withdraw, revoke):
        extension.command(verb)
    extension.command(listed, name="list")
    app.command(extension)


def request(
    *,
    agency: str,
    period: str,
    until: str,
    reason: str,
    by: str,
    year: int = 0,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Ask on an agency's behalf for more time, until the end of a day; nothing moves before somebody else decides.

    Example: plancycle extension request --agency so-y-te --period q2 --until 27/06/2025 --reason "Bão số 3" --by Lan
    """
    from plancycle.domain.periods import CycleKey, ObligationKey, period_called
    from plancycle.services.extension_requests import ask

    with house(as_of) as opened:
        cycle = str(CycleKey(opened.programme_id, year_or_now(year, opened)))
        asked = ask(opened, ObligationKey(cycle, period_called(period), agency), end_of(until), reason, by)
    _tell(asked, json)


def grant(
    request_id: str,
    /,
    *,
    by: str,
    reason: str,
    document: str,
    position: str = "",
    until: str = "",
    confirm: int | None = None,
    dry_run: bool = False,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Grant a request, in the name of somebody other than who asked; --until gives another day than was asked for.

    Example: plancycle extension grant tn-nq94-2025/q2/so-y-te/x1 --by giam-doc --reason "Bão số 3"
    --document "Công văn 12/SNV-TH ngày 20/06/2025" --confirm 1
    """
    from plancycle.cli.sending import act
    from plancycle.domain.extensions import Ruling
    from plancycle.services.grant_extension import grant_request

    ruling, day = Ruling(by, reason, document, position), end_of(until) if until else None
    with house(as_of) as opened:
        act(opened, "gia-han", lambda given: grant_request(given, request_id, ruling, day), confirm, dry_run, json)


def refuse(
    request_id: str,
    /,
    *,
    by: str,
    reason: str,
    document: str,
    position: str = "",
    confirm: int | None = None,
    dry_run: bool = False,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Refuse a request, with a reason and a document; the due date in force stays.

    Example: plancycle extension refuse tn-nq94-2025/q2/so-y-te/x1 --by giam-doc --reason "Đã có đủ số liệu"
    --document "Công văn 12/SNV-TH ngày 20/06/2025" --confirm 1
    """
    from plancycle.cli.sending import act
    from plancycle.domain.extensions import Ruling
    from plancycle.services.grant_extension import refuse_request

    ruling = Ruling(by, reason, document, position)
    with house(as_of) as opened:
        act(opened, "gia-han", lambda given: refuse_request(given, request_id, ruling), confirm, dry_run, json)


def withdraw(request_id: str, /, *, by: str, as_of: str = "", json: bool = False) -> None:
    """Take back a request that nobody has decided.

    Example: plancycle extension withdraw tn-nq94-2025/q2/so-y-te/x1 --by Lan
    """
    from plancycle.services import extension_requests

    with house(as_of) as opened:
        ended = extension_requests.withdraw(opened, request_id, by)
    _tell(ended, json)


def revoke(
    request_id: str,
    /,
    *,
    by: str,
    reason: str,
    confirm: int | None = None,
    dry_run: bool = False,
    as_of: str = "",
    json: bool = False,
) -> None:
    """Take back a granted extension from now on; what was sent until now stays excused.

    Example: plancycle extension revoke tn-nq94-2025/q2/so-y-te/x1 --by giam-doc --reason "Đã có số liệu" --confirm 1
    """
    from plancycle.cli.sending import act
    from plancycle.services import extension_requests

    with house(as_of) as opened:
        taken = "thu-hoi-gia-han"
        act(
            opened,
            taken,
            lambda given: extension_requests.revoke(given, request_id, by, reason),
            confirm,
            dry_run,
            json,
        )


def listed(*, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Every request of a year and where it stands now.

    Example: plancycle extension list --year 2025
    """
    from plancycle.services.extension_requests import listing

    with house(as_of) as opened:
        found = listing(opened, year_or_now(year, opened))
    if json:
        print_json({"extensions": [{**_plain(one.request), "status": str(one.status)} for one in found]})
        return
    rows = [
        [
            one.request.id,
            one.agency_name,
            one.period_title,
            due_shown(one.request.wanted),
            due_shown(one.request.due_at),
            words(f"extension_status.{one.status}"),
            one.request.asked_by,
            one.request.decided_by,
            one.request.document,
        ]
        for one in found
    ]
    print_table([words(f"extension.column.{name}") for name in COLUMNS], rows)


def end_of(text: str) -> datetime:
    """The first moment that is late when the written day is the last good one. Raises DataProblem."""
    from plancycle.cli.calendar_verbs import day_of

    return datetime.combine(day_of(text) + timedelta(days=1), time(0), ZONE)


def _tell(request: "ExtensionRequest", json: bool) -> None:
    if json:
        print_json(_plain(request))
    say(words("extension.told", request=request.id, status=words(f"extension_status.{request.status}")))


def _plain(request: "ExtensionRequest") -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(request), "obligation": str(request.obligation)}
