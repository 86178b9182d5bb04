"""What a dry run leaves: how many letters, to whom, each as it would read, and the form filled in for the real run.

Secret parts of links (an approver's, a clerk's) are cut out: whoever may look at a run may not act in their names.
"""

import json
import re
from typing import Any
from urllib.parse import quote

from prefect.runtime import deployment, flow_run

from plancycle.adapters.mail.plain_text import plain_text
from plancycle.services.ports import House
from plancycle.services.preview_letters import PreviewLetter, leave_preview
from tasks._artifacts import page, say
from tasks._markup import mask, safe, table
from tasks._names import agency_names

SHOWN = 40
"""Letters shown in full; the rest, and all of them with their attachments, are files in the preview's folder."""


def show(
    house: House,
    act: str,
    letters: tuple[PreviewLetter, ...],
    year: int | None = None,
    period: str = "",
    about: str = "",
    takes_count: bool = True,
) -> dict[str, Any]:
    """Leave the page and the files of a preview; returns the count, which the real run must be given.

    ``takes_count``: whether the flow's form has a field for it (the sweep writes by the ladder and has none).
    """
    folder = leave_preview(house, act, letters) if letters else ""
    count = len(letters)
    parts = [
        *([about] if about else []),
        say(house, "preview.count", count=count),
        *_real_run(house, count if takes_count else None),
    ]
    if folder:
        parts.append(say(house, "preview.files", folder=folder))
    key = page(
        house, "preview", "\n\n".join([*parts, _addresses(house, letters), *_texts(house, letters)]), year, period
    )
    return {"count": count, "artifact": key, "folder": folder}


def _addresses(house: House, letters: tuple[PreviewLetter, ...]) -> str:
    names = agency_names(house)
    head = [say(house, f"column.{column}") for column in ("order", "agency", "kind", "address", "subject")]
    rows = [
        [
            str(number),
            safe(names.get(one.message.agency, one.message.agency)),
            house.texts.say(f"message_kind.{one.message.kind}"),
            safe(one.message.to_address if one.is_webhook else mask(one.message.to_address)),
            safe(one.message.subject),
        ]
        for number, one in enumerate(letters, start=1)
    ]
    return table(head, rows) if rows else ""


def _texts(house: House, letters: tuple[PreviewLetter, ...]) -> list[str]:
    """The letters in full, as quoted code, so that nothing in them acts."""
    shown = []
    for number, one in enumerate(letters[:SHOWN], start=1):
        text = without_secrets(plain_text(one.data, one.is_webhook), house.base_url)
        lines = "\n".join(f"    {line}" for line in text.splitlines())
        shown.append(f"### {number}. {safe(one.message.subject)}\n\n{lines}")
    if len(letters) > SHOWN:
        shown.append(say(house, "preview.more", count=len(letters) - SHOWN))
    return shown


def without_secrets(text: str, base_url: str) -> str:
    """The text with what follows the first part of each of our links cut out."""
    return re.sub(rf"({re.escape(base_url)}/[\w-]+/)[^\s\"<>]+", r"\1…", text)


def _real_run(house: House, count: int | None) -> list[str]:
    """The link to the form filled in for the real run; without a deployment, what to type."""
    counted = {} if count is None else {"confirm": count}
    given = {**(flow_run.parameters or {}), "dry_run": False, **counted}
    written = json.dumps(given, ensure_ascii=False, default=str)
    if not deployment.id:
        return [say(house, "preview.type"), f"    {written}"]
    address = f"/v2/deployments/deployment/{deployment.id}/run?parameters={quote(written, safe='')}"
    return [f"[{say(house, 'preview.real_run')}]({address})", say(house, "preview.check_first")]
