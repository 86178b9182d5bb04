"""Take in what agencies mail back: only mails our own server found genuine, from an agency's own address, that carry
the mark of one of our letters. Everything else is kept in quarantine, answered to nobody.

One mail is done in this order: its files are taken in and committed, its row is committed, and only then is it marked
in the mailbox. A machine that dies in between finds it again and does it again, with the same receipts.
"""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from plancycle.domain.errors import OutsideFailure, UnreadableFile
from plancycle.domain.incoming_mail import IncomingMail, is_authentic, is_automatic, sent_at
from plancycle.domain.messages import MessageKind
from plancycle.domain.secrecy import REASON, WRITTEN, Degree, degree_in
from plancycle.domain.submissions import Outcome
from plancycle.services.cycle_view import cycle_view
from plancycle.services.intake_repositories import MailOutcome, MailRecord
from plancycle.services.journal import record
from plancycle.services.letters import queue_to_agency
from plancycle.services.ports import FetchedMail, House
from plancycle.services.quarantine import IntakeResult, Refused, quarantine
from plancycle.services.record_bounce import record_bounce
from plancycle.services.reply_tokens import agencies_replying
from plancycle.services.repositories import Work
from plancycle.services.take_in_files import CHANNEL, MAIL_SUFFIX, take_in_files

log = logging.getLogger("plancycle.mailbox")


@dataclass(frozen=True, slots=True)
class MailResult:
    """What became of one mail and of the files in it."""

    uid: int
    subject: str
    outcome: MailOutcome
    reason: str | None = None
    files: tuple[IntakeResult, ...] = ()


def collect_mailbox(house: House) -> Iterator[MailResult]:
    """Take in every waiting mail, one after the other. Raises ActionNeeded (no mailbox) or OutsideFailure.

    A mail over which something of ours fails waits for the next time and stops no other.
    """
    for fetched in house.mailbox.waiting():
        try:
            yield take_in(house, fetched)
        except OutsideFailure:
            raise
        except Exception:
            log.exception("mail %s/%s", fetched.uidvalidity, fetched.uid)
            yield MailResult(fetched.uid, str(fetched.uid), MailOutcome.STUCK)


def waiting_subjects(house: House) -> list[str]:
    """Subjects of the mails that wait; nothing is taken in or marked."""
    subjects = []
    for fetched in house.mailbox.waiting():
        try:
            subjects.append(house.mailbox.open(fetched.data).subject)
        except UnreadableFile as refusal:
            subjects.append(house.texts.say(refusal.key, "vi", **refusal.params))
    return subjects


def take_in(house: House, fetched: FetchedMail) -> MailResult:
    """Take in one mail; it is marked in the mailbox only after everything is committed."""
    with house.work() as work:
        known = work.mails.get(fetched.uidvalidity, fetched.uid)
    if known is not None:
        house.mailbox.settle(fetched)
        return MailResult(fetched.uid, "", MailOutcome.AGAIN)
    mail, result = _deal_with(house, fetched)
    with house.work() as work:
        work.mails.add(_record(fetched, mail, result))
        record(house, work, f"mail.{result.outcome}", f"{fetched.uidvalidity}/{fetched.uid}", reason=result.reason)
    house.mailbox.settle(fetched)
    return result


def _record(fetched: FetchedMail, mail: IncomingMail | None, result: MailResult) -> MailRecord:
    return MailRecord(
        uidvalidity=fetched.uidvalidity,
        uid=fetched.uid,
        message_id=mail.message_id if mail else "",
        raw_sha256=hashlib.sha256(fetched.data).hexdigest(),
        sender=mail.sender if mail else "",
        arrived_at=fetched.arrived_at,
        outcome=result.outcome,
        reason=result.reason,
        files=len(result.files),
    )


def _deal_with(house: House, fetched: FetchedMail) -> tuple[IncomingMail | None, MailResult]:
    try:
        mail = house.mailbox.open(fetched.data)
    except UnreadableFile as refusal:
        return None, _refuse(house, fetched, None, refusal)
    result = MailResult(fetched.uid, mail.subject, MailOutcome.TAKEN)
    if mail.is_report:
        record_bounce(house, fetched.data)
        return mail, replace(result, outcome=MailOutcome.BOUNCE)
    if is_automatic(mail):
        return mail, replace(result, outcome=MailOutcome.AUTOMATIC)
    with house.work() as work:
        allowed = _check(house, work, fetched, mail)
        before = [one for one in work.mails.with_message_id(mail.message_id) if mail.message_id]
    if (degree := degree_in([mail.subject])) is not None:
        return mail, _hold(house, fetched, mail, allowed, degree)
    if isinstance(allowed, UnreadableFile):
        return mail, _refuse(house, fetched, mail, allowed)
    if any(one.outcome is MailOutcome.TAKEN and one.sender == mail.sender for one in before):
        return mail, replace(result, outcome=MailOutcome.AGAIN)
    return mail, _take_in_all(house, fetched, mail, allowed)


def _check(house: House, work: Work, fetched: FetchedMail, mail: IncomingMail) -> frozenset[str] | UnreadableFile:
    """The agencies this mail may answer for; else why it is not believed."""
    if fetched.is_cut:
        return UnreadableFile("mail.too_large")
    if not is_authentic(mail, house.mailbox.authserv):
        return UnreadableFile("mail.not_authentic")
    agencies = house.programmes.address_book(house.programme_id).writing_from(mail.sender)
    if not agencies:
        return UnreadableFile("mail.unknown_sender")
    return agencies_replying(house, work, mail, agencies) or UnreadableFile("mail.no_mark")


def _refuse(house: House, fetched: FetchedMail, mail: IncomingMail | None, refusal: UnreadableFile) -> MailResult:
    """Keep the whole mail; nobody is answered: whoever wrote it may be anybody."""
    name = f"thu-{fetched.uidvalidity}-{fetched.uid}{MAIL_SUFFIX}"
    sha256, sender = house.files.put(fetched.data), mail.sender if mail else ""
    kept = quarantine(house, Refused(sha256, len(fetched.data), name, CHANNEL, sender, fetched.arrived_at, refusal))
    subject = mail.subject if mail and refusal.key != REASON else ""
    return MailResult(fetched.uid, subject, MailOutcome.QUARANTINED, refusal.key, (kept,))


def _hold(
    house: House, fetched: FetchedMail, mail: IncomingMail, allowed: frozenset[str] | UnreadableFile, degree: Degree
) -> MailResult:
    """A mail whose subject is marked as a state secret: none of it is looked at; a known agency is told."""
    held = _refuse(house, fetched, mail, UnreadableFile(REASON, mark=WRITTEN[degree]))
    if not isinstance(allowed, UnreadableFile):
        moment = sent_at(mail, fetched.arrived_at, house.mailbox.authserv)
        _say_what_is_wrong(house, sorted(allowed), held.files, moment)
    return held


def _take_in_all(house: House, fetched: FetchedMail, mail: IncomingMail, allowed: frozenset[str]) -> MailResult:
    moment = sent_at(mail, fetched.arrived_at, house.mailbox.authserv)
    results = take_in_files(house, mail, moment, allowed)
    wrong = [result for result in results if result.outcome is Outcome.QUARANTINED]
    if not results:
        refusal = UnreadableFile("mail.no_file")
        refused = _refuse(house, fetched, mail, refusal)
        _say_what_is_wrong(house, sorted(allowed), refused.files, moment)
        return refused
    if wrong:
        _say_what_is_wrong(house, sorted(allowed), wrong, moment)
    return MailResult(fetched.uid, mail.subject, MailOutcome.TAKEN, None, tuple(results))


def _say_what_is_wrong(
    house: House, agencies: list[str], wrong: list[IntakeResult] | tuple[IntakeResult, ...], moment: datetime
) -> None:
    """One letter a day to a known agency: which of its files were no answer, and why."""
    lines = "; ".join(f"{one.file_name}: {one.reason_vi}" for one in wrong)
    facts = {"reason": lines, "file_name": wrong[0].file_name}
    with house.work() as work:
        year = _newest_year(work)
        view = cycle_view(house, year, work)
        opened = view.open_periods(house.clock.now()) or view.programme.order[:1]
        rung = f"mail-{moment:%Y%m%d}"
        queue_to_agency(house, work, view, opened[-1], agencies[0], MessageKind.RETURNED, rung, facts)


def _newest_year(work: Work) -> int:
    return max(cycle.year for cycle in work.cycles.all())
