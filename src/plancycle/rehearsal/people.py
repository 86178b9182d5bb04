"""The people around the clerks: the invented address book, the deputy chair who decides, the office that registers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any, Protocol, cast

from plancycle.domain.programme import Programme
from plancycle.rehearsal.answers import simulated_name
from plancycle.rehearsal.behaviours import behaviour_of
from plancycle.rehearsal.cast import cast_of
from plancycle.rehearsal.dice import Dice, phrases
from plancycle.rehearsal.plain_yaml import written

ATTACHED = b"\r\nContent-Disposition: attachment"
LINK = r"/phe-duyet/([A-Za-z0-9._~-]+)"
"""The link of a letter that asks for a decision."""
PREPARER, SIGNATORY, APPROVER = "chuyen-vien-tong-hop", "giam-doc", "pho-chu-tich"
DEAD, MAIN, ALTERNATE, LEADER = "hop-thu-cu", "bao-cao", "van-thu", "lanh-dao"
"""Local parts of the invented addresses; all are under ``.example``, which exists nowhere (RFC 2606)."""


def address(agency: str, box: str = MAIN) -> str:
    """An invented mailbox of an agency."""
    return f"{box}@{agency}.example"


def first_address(agency: str) -> str:
    """What the address book says; for some agencies it is out of date."""
    return address(agency, DEAD if behaviour_of(agency).bounces else MAIN)


def dead_addresses(agencies: Sequence[str]) -> list[str]:
    """The addresses a relay refuses."""
    return [first_address(agency) for agency in agencies if behaviour_of(agency).bounces]


def mailboxes(agency: str) -> tuple[str, ...]:
    """The boxes an agency's clerk reads."""
    return address(agency), address(agency, ALTERNATE)


def write_contacts(folder: Path, programme: Programme, dice: Dice) -> None:
    """Write the invented ``contacts.yaml`` into a copy of the programme's folder."""
    book = {
        "operator_email": address(programme.consolidator, "van-hanh"),
        "preparer": _official(PREPARER, "preparer", programme.consolidator),
        "signatory": _official(SIGNATORY, "signatory", programme.consolidator),
        "approver": {
            **_official(APPROVER, "approver", programme.authority),
            "authority_line": "KT. CHỦ TỊCH",
        },
        "contacts": [_contact(agency, dice) for agency in cast_of(programme)],
    }
    (folder / "contacts.yaml").write_text(written(book), encoding="utf-8")


def _official(official_id: str, role: str, agency: str) -> dict[str, str]:
    known = phrases()["officials"][role]
    name = f"{known['name']} {phrases()['simulated']}"
    return {"id": official_id, "name": name, "position": known["position"], "email": address(agency, official_id)}


def _contact(agency: str, dice: Dice) -> dict[str, str]:
    return {
        "agency": agency,
        "person": simulated_name(dice.about(agency, "clerk")),
        "email": first_address(agency),
        "alternate_email": address(agency, ALTERNATE),
        "leader_email": address(agency, LEADER),
    }


@dataclass(frozen=True, slots=True)
class Decision:
    """What the approver does with one letter."""

    token: str
    approve: bool
    reason: str


class Approver(Protocol):
    """Somebody who decides one step."""

    def decide(self, letter: bytes) -> Decision | None:
        """Read one letter; None when it asks for no decision."""


class Director:
    """The head of the department: reads, and lets everything go up."""

    def decide(self, letter: bytes) -> Decision | None:
        """Read one letter; None when it asks for no decision."""
        link = re.search(LINK, _text(letter))
        return Decision(link[1], True, "") if link else None


@dataclass(slots=True)
class DeputyChair:
    """The approver: returns the first annual edition when somebody is known to be about to send, approves all else."""

    annual: str
    """What letters call the annual evaluation: ``Đánh giá năm 2025``."""
    will_return: bool = True

    def decide(self, letter: bytes) -> Decision | None:
        """Read one letter; None when it asks for no decision."""
        text = _text(letter)
        link = re.search(LINK, text)
        if link is None:
            return None
        if self.will_return and self.annual in text:
            self.will_return = False
            return Decision(link[1], False, str(phrases()["approver"]["return_reason"]))
        return Decision(link[1], True, "")


def approvers(programme: Programme, chair: DeputyChair) -> dict[str, Approver]:
    """Who decides, by the address the letters go to."""
    return {
        address(programme.consolidator, SIGNATORY): Director(),
        address(programme.authority, APPROVER): chair,
    }


def _text(letter: bytes) -> str:
    """What is to be read. The report beside it is not looked at: a mail library goes through it line by line."""
    message = message_from_bytes(letter.partition(ATTACHED)[0], policy=SMTP)
    body = cast(Any, message.get_body(("plain",)))
    return str(body.get_content()) if body is not None else ""


def register_arrivals(transmitted: Path) -> list[str]:
    """The office of a body served by folder puts its answer beside what arrived; returns the folders answered."""
    answered = []
    for manifest in sorted(transmitted.glob("*/*/manifest.json")):
        answer = manifest.with_name("tra-loi.json")
        if not answer.exists():
            answer.write_text('{"status": "03"}\n', encoding="utf-8")
            answered.append(manifest.parent.name)
    return answered
