"""Fetched is not opened.

Mail relays and virus scanners follow every link of a letter within seconds (GET or HEAD, often with a browser's
name), and some run the page's scripts. Whoever counted that as "opened" would believe that every agency has read its
letter. Only what a person must do counts: pressing a button of the page (POST), or downloading the workbook in the
session that button began.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plancycle.domain.periods import ObligationKey


class VisitKind(StrEnum):
    """What a visit proves."""

    FETCHED = "fetched"
    OPENED = "opened"


class AgentClass(StrEnum):
    """What a User-Agent header claims to be; it proves nothing and is kept for the operator's judgement only."""

    SCANNER = "scanner"
    TOOL = "tool"
    BROWSER = "browser"
    NONE = "none"


_SCANNERS = re.compile(
    r"bot\b|crawl|spider|preview|scan|safelinks|proofpoint|mimecast|barracuda|symantec|trend ?micro|fortimail"
    r"|kaspersky|sophos|bitdefender|forcepoint|ironport|googleimageproxy|skype|zalo|facebookexternalhit|whatsapp"
    r"|microsoft office|ms-office|bkav",
    re.IGNORECASE,
)
_TOOLS = re.compile(r"curl|wget|python|httpx|java/|okhttp|go-http|libwww|powershell|winhttp|postman", re.IGNORECASE)


def agent_class(user_agent: str) -> AgentClass:
    """The class of a User-Agent header."""
    if not user_agent.strip():
        return AgentClass.NONE
    if _SCANNERS.search(user_agent):
        return AgentClass.SCANNER
    return AgentClass.TOOL if _TOOLS.search(user_agent) else AgentClass.BROWSER


def visit_kind(method: str, has_session: bool, is_download: bool) -> VisitKind:
    """What a request proves: a POST of a page of ours, or a download inside a person's session, is a person's.

    ``has_session``: the request carried the session that a POST began, and its form token where there is one.
    """
    is_persons_act = has_session and (method.upper() == "POST" or is_download)
    return VisitKind.OPENED if is_persons_act else VisitKind.FETCHED


@dataclass(frozen=True, slots=True)
class Visit:
    """All visits of one kind and class for one obligation: a scanner may come a thousand times."""

    obligation: ObligationKey
    kind: VisitKind
    agent: AgentClass
    first_at: datetime
    last_at: datetime
    times: int = 1
