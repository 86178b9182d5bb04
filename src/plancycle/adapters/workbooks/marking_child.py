"""The process that opens a clerk's workbook to mark it: what the parser survived may still be too much for the marker.

Started by :mod:`plancycle.adapters.workbooks.worker` as ``python -m plancycle.adapters.workbooks.marking_child``. A
question is eight bytes of length, that much JSON (the findings, the code of the column for reasons), then the bytes of
the workbook; the answer is ``{"file": base64}`` or ``{"refused": key, "params": {…}}``.
"""

import base64
from io import BytesIO

from openpyxl import Workbook

from plancycle.adapters.texts import LANGUAGES, Catalogue, words
from plancycle.adapters.workbooks import layout, marking
from plancycle.adapters.workbooks.returning import TOO_MUCH, question
from plancycle.adapters.workbooks.serving import HEADER, load_codecs, refusal, serve
from plancycle.adapters.workbooks.wire import from_json
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.findings import Finding, Severity

_SAMPLE = Finding(Severity.ERROR, "required", "Sheet", "A1", "", "", {})


def main() -> None:
    """Answer until standard input ends."""
    load_codecs()
    for language in LANGUAGES:
        words(language)
    answer(question(_sample(), [_SAMPLE]))  # what the libraries look up on their first use
    serve(answer)


def answer(asked: bytes) -> dict[str, object]:
    """The marked workbook, or why it is refused."""
    (size,) = HEADER.unpack_from(asked)
    end = HEADER.size + size
    told = from_json(asked[HEADER.size : end])
    findings = [Finding(**{**one, "severity": Severity(one["severity"])}) for one in told["findings"]]
    try:
        marked = marking.mark(asked[end:], findings, Catalogue(), told["reasons"])
    except UnreadableFile as reason:
        return refusal(reason)
    except Exception:  # the library gives up on a part our parser never looks at; starting anew would cost a second
        return refusal(UnreadableFile(TOO_MUCH))
    return {"file": base64.b64encode(marked).decode("ascii")}


def _sample() -> bytes:
    """A small workbook that has what a clerk's file has: a sheet, a note, a link, a drawing for the note."""
    book = Workbook()
    book.worksheets[0].title = _SAMPLE.sheet
    book.worksheets[0]["A1"].value = layout.MARKER
    saved = BytesIO()
    book.save(saved)
    return marking.mark(saved.getvalue(), [_SAMPLE], Catalogue())


if __name__ == "__main__":
    main()
