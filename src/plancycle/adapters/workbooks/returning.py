"""Has a clerk's file marked in a limited process; a file that is too much for it still gets its list."""

import base64
from collections.abc import Sequence
from dataclasses import asdict

from plancycle.adapters.workbooks.serving import HEADER
from plancycle.adapters.workbooks.wire import as_json
from plancycle.adapters.workbooks.worker import MARKER, shared_workers
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.findings import Finding
from plancycle.domain.forms import REASONS
from plancycle.services.ports import Texts

TOO_MUCH = "file.too_heavy"
"""What a worker says when its process ended over a file, or could not open it."""


def mark(data: bytes, findings: Sequence[Finding], texts: Texts, reasons: str = REASONS) -> bytes:
    """The marked file, or the list in a workbook of its own; same inputs, same bytes.

    ``reasons`` is the code of the column in which the programme takes explanations.

    Raises UnreadableFile for a file that does not pass the gate, OutsideFailure when no process can be started.
    """
    try:
        answer = shared_workers(MARKER).ask(question(data, findings, reasons))
    except UnreadableFile as refusal:
        if refusal.key != TOO_MUCH:
            raise
        from plancycle.adapters.workbooks import marking  # opens nothing of the clerk's here: it writes the list alone

        return marking.list_only(findings, texts)
    return base64.b64decode(answer["file"])


def question(data: bytes, findings: Sequence[Finding], reasons: str = REASONS) -> bytes:
    """A workbook and what to mark in it, as the content of one frame."""
    listed = [{**asdict(one), "params": dict(one.params)} for one in findings]
    content = as_json({"reasons": reasons, "findings": listed})
    return HEADER.pack(len(content)) + content + data
