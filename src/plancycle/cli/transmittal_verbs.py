"""Verbs about what goes upward: ``transmit`` sends and corrects, ``acks`` reads and enters answers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from plancycle.cli.output import check_files, house, print_json, print_table, say, words, year_or_now

if TYPE_CHECKING:
    from plancycle.domain.acknowledgements import Acknowledgement
    from plancycle.domain.exchange import Business
    from plancycle.domain.transmittals import Transmittal
    from plancycle.services.ports import House

NEEDS_ACTION = 4
COLUMNS = ("addressee", "transmittal_part", "transmittal_status", "exchange_status", "sent_at", "transmittal_key")


def register(app: App) -> None:
    """Add the verbs to the command line."""
    sending = App(
        name="transmit", help="Send an approved edition; replace, supplement, recall or settle what was sent."
    )
    sending.default(transmit)
    for verb in (replace, supplement, recall, again, settle):
        sending.command(verb)
    app.command(sending)
    answers = App(name="acks", help="Addressees' answers: fetch and show them, enter one, take in edXML files.")
    answers.default(acks)
    answers.command(enter, name="record")
    answers.command(take_in, name="import")
    app.command(answers)


def transmit(edition: str, /, *, as_of: str = "", json: bool = False) -> int:
    """Send an approved edition to its addressees. Refuses what nobody approved.

    Example: plancycle transmit tn-nq94-2025/annual/e3
    """
    from plancycle.domain.errors import ActionNeeded
    from plancycle.services.transmit_edition import transmit as send

    with house(as_of) as opened:
        try:
            transmittals = send(opened, edition)
        except ActionNeeded:
            with opened.work() as work:
                known = [one for one in work.transmittals.of_cycle(edition.split("/")[0]) if one.edition == edition]
            _show(opened, known, json)
            raise
        _show(opened, transmittals, json)
    return 0 if all(str(one.status) in ("sent", "acknowledged") for one in transmittals) else NEEDS_ACTION


def replace(edition: str, /, *, reason: str, by: str, document: str = "", as_of: str = "", json: bool = False) -> int:
    """Make the newest edition the replacement of the one that left: a number of its own, documents, approval.

    Example: plancycle transmit replace tn-nq94-2025/annual/e5 --reason "Sai số liệu Sở Y tế" --by "Nguyễn Thị Lập"
    """
    from plancycle.domain.exchange import Business

    return _order(edition, Business.REPLACE, (reason, by, document), as_of, json)


def supplement(
    edition: str, /, *, reason: str, by: str, document: str = "", as_of: str = "", json: bool = False
) -> int:
    """Make the newest edition a supplement to the one that left, which stays in force.

    Example: plancycle transmit supplement tn-nq94-2025/annual/e5 --reason "Bổ sung số liệu" --by "Nguyễn Thị Lập"
    """
    from plancycle.domain.exchange import Business

    return _order(edition, Business.UPDATE, (reason, by, document), as_of, json)


def _order(edition: str, business: "Business", why: tuple[str, str, str], as_of: str, json: bool) -> int:
    from plancycle.services.choose_relation import put_up

    with house(as_of) as opened:
        prepared = put_up(opened, edition, business, *why)
    if json:
        print_json({"edition": edition, "approval": str(prepared.approval.status), "sha256": prepared.approval.id})
    else:
        say(words("cli.transmit.ordered", edition=edition))
    return 0


def recall(key: str, /, *, reason: str, by: str, document: str = "", as_of: str = "", json: bool = False) -> int:
    """Ask an addressee to give back what it was sent (status 13); it answers 15 or 16.

    Example: plancycle transmit recall tn-nq94-2025/annual/bo-noi-vu/0123456789abcdef --reason "Gửi nhầm" --by van-thu
    """
    from plancycle.services.correct_upward import recall as ask_back

    with house(as_of) as opened:
        asked = ask_back(opened, key, reason, by, document)
        _show(opened, [asked], json)
    return 0 if str(asked.status) in ("sent", "acknowledged") else NEEDS_ACTION


def again(key: str, /, *, reason: str, by: str, document: str = "", as_of: str = "", json: bool = False) -> int:
    """Send the same approved bytes once more, after a refusal (02) or an agreed recall (15).

    Example: plancycle transmit again tn-nq94-2025/annual/bo-noi-vu/0123456789abcdef --reason "Bộ đề nghị" --by van-thu
    """
    from plancycle.services.correct_upward import send_again

    with house(as_of) as opened:
        sent = send_again(opened, key, reason, by, document)
        _show(opened, [sent], json)
    return 0 if str(sent.status) in ("sent", "acknowledged") else NEEDS_ACTION


def settle(
    key: str,
    outcome: Literal["arrived", "never-arrived", "refused"],
    /,
    *,
    reason: str,
    by: str,
    document: str = "",
    as_of: str = "",
    json: bool = False,
) -> None:
    """Say in your own name what became of a delivery that waits for a person or whose outcome is unknown.

    Example: plancycle transmit settle tn-nq94-2025/annual/bo-noi-vu/0123456789abcdef arrived --reason "Số 15" --by vt
    """
    from plancycle.domain.transmittals import TransmittalStatus
    from plancycle.services.correct_upward import settle_by_hand

    meant = {
        "arrived": TransmittalStatus.SENT,
        "never-arrived": TransmittalStatus.INTENT,
        "refused": TransmittalStatus.REFUSED,
    }
    with house(as_of) as opened:
        settled = settle_by_hand(opened, key, meant[outcome], reason, by, document)
        _show(opened, [settled], json)


def acks(*, year: int = 0, as_of: str = "", json: bool = False) -> None:
    """Ask the addressees for their answers and show every transmittal; what is known already is shown in any case.

    Example: plancycle acks --year 2025
    """
    from plancycle.domain.errors import ActionNeeded
    from plancycle.services.acknowledgements import ask_acknowledgements
    from plancycle.services.cycle_view import cycle_view

    refusal: ActionNeeded | None = None
    with house(as_of) as opened:
        asked = year_or_now(year, opened)
        try:
            ask_acknowledgements(opened, asked)
        except ActionNeeded as found:
            refusal = found
        with opened.work() as work:
            cycle = cycle_view(opened, asked, work).id
            transmittals = work.transmittals.of_cycle(cycle)
            heard = work.acknowledgements.under(f"{cycle}/")
            stray = work.acknowledgements.of("")
        _show(opened, transmittals, json, heard, stray)
    if refusal:
        raise refusal


def enter(key: str, code: str, /, *, file: Path, by: str, note: str = "", as_of: str = "", json: bool = False) -> None:
    """Enter an answer that came on paper, by mail or by telephone, with the file that proves it.

    Example: plancycle acks record tn-nq94-2025/annual/bo-noi-vu/0123456789abcdef 03 --file so-den.pdf --by "Vũ Thị Thư"
    """
    from plancycle.services.acknowledgements import Said, enter_answer

    check_files(file)
    with house(as_of) as opened:
        said = Said(code[:40], file.read_bytes(), by, note)
        entered = enter_answer(opened, key, said, by)
        _show(opened, [entered], json)


def take_in(*files: Path, by: str, as_of: str = "", json: bool = False) -> None:
    """Take in edXML status packages from files; what is about no document of ours is kept, too.

    Example: plancycle acks import tra-loi.edxml --by "Vũ Thị Thư"
    """
    from plancycle.adapters.edxml.packages import answer_of
    from plancycle.services.acknowledgements import take_in as keep

    check_files(*files)
    answers = [answer_of(path.name, path.read_bytes()) for path in files]
    with house(as_of) as opened:
        keys = keep(opened, answers, by, by)
    if json:
        listed = [{"file": one.id, "code": one.code, "key": key} for one, key in zip(answers, keys, strict=True)]
        print_json({"answers": listed})
        return
    for one, key in zip(answers, keys, strict=True):
        say(words("cli.acks.kept", code=one.code, transmittal=key) if key else words("cli.acks.stray", count=1))


def _show(
    opened: "House",
    transmittals: "Sequence[Transmittal]",
    json: bool,
    heard: "Sequence[Acknowledgement]" = (),
    stray: "Sequence[Acknowledgement]" = (),
) -> None:
    from plancycle.services.cycle_view import cycle_view
    from plancycle.services.deliveries import addressee_names

    years = {int(one.period_key.partition("/")[0].rpartition("-")[2]) for one in transmittals}
    names = {key: name for year in years for key, name in addressee_names(cycle_view(opened, year)).items()}
    if json:
        listed = [{**_described(one, names), "answers": _answers(one.key, heard)} for one in transmittals]
        print_json({"transmittals": listed, "stray": _answers("", stray)})
        return
    rows = [_row(one, names) for one in transmittals]
    print_table([words(f"cli.column.{name}") for name in COLUMNS], rows)
    for answer in heard:
        if str(answer.hearing) not in ("followed", "repeated"):
            name = next((names[one.addressee] for one in transmittals if one.key == answer.transmittal), "")
            say(f"{name} ({answer.transmittal}): {answer.code} · {words(f'hearing.{answer.hearing}')}")
    if stray:
        say(words("cli.acks.stray", count=len(stray)))


def _row(one: "Transmittal", names: Mapping[str, str]) -> list[object]:
    part = words(f"transmittal_part.{one.part}")
    business = "" if str(one.business) == "0" else f" · {words(f'business.{one.business}')}"
    status = words(f"transmittal_status.{one.status}")
    is_unsent = one.sent_at is None and str(one.standing) == "00"  # "sent, no answer yet" would not be true of it
    answer = "" if is_unsent else words(f"exchange_status.{one.standing}")
    return [names.get(one.addressee, one.addressee), f"{part}{business}", status, answer, one.sent_at, one.key]


def _described(one: "Transmittal", names: Mapping[str, str]) -> dict[str, object]:
    return {
        "addressee": one.addressee,
        "name": names.get(one.addressee, one.addressee),
        "state": str(one.status),
        "key": one.key,
        "part": str(one.part),
        "channel": one.channel,
        "business": str(one.business),
        "concerns": one.concerns,
        "approval": one.approval,
        "standing": str(one.standing),
        "attempts": one.attempts,
        "sent_at": one.sent_at,
    }


def _answers(key: str, heard: "Sequence[Acknowledgement]") -> list[Mapping[str, object]]:
    return [
        {
            "code": one.code,
            "hearing": str(one.hearing),
            "said_at": one.said_at,
            "received_at": one.received_at,
            "sha256": one.sha256,
            "source": one.source,
            "description": one.description,
        }
        for one in heard
        if one.transmittal == key
    ]
