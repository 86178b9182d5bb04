"""Acts that write to somebody take two presses: the first shows every letter with its address, the second sends it."""

import hashlib
import re
from collections.abc import Callable, Sequence
from email import message_from_bytes, policy

from starlette.datastructures import FormData
from starlette.responses import Response

from plancycle.domain.errors import ActionNeeded
from plancycle.portal.desk_frame import TO_MEND, Desk, text_of
from plancycle.portal.desk_letters_pages import ConfirmPage, PlannedLetter
from plancycle.services.preview_letters import PreviewLetter, letters_of

SEEN, MEND = "da_xem", "sua"
"""Fields of the page between: which letters were shown; the press that goes back to the form."""
OWN_FIELDS = frozenset({"csrf", SEEN, MEND})
LINK = re.compile(r"https?://\S+")
"""A link that speaks for its addressee; nobody else gets it."""

Act = Callable[..., object]


def letters_first(desk: Desk, form: FormData, act: Act, back: str) -> Response | None:
    """Do an act whose letters were seen, or that writes none: then None. Otherwise the page that shows its letters.

    ``act`` is given a house and may be called twice, once with everything undone at its end. ``back`` is where the
    form stands. Raises what the act raises, and ActionNeeded("desk.to_mend") when the form is wanted back.
    """
    if text_of(form, MEND):
        raise ActionNeeded(TO_MEND)
    letters = letters_of(desk.house, act)
    if letters and text_of(form, SEEN) != (seen := _mark_of(letters)):
        return desk.show("confirm.html", _page(desk, form, letters, seen, back))
    act(desk.house)
    return None


def _mark_of(letters: Sequence[PreviewLetter]) -> str:
    """What stands for the letters that were shown: to whom, and under which subject."""
    lines = [f"{one.message.agency}\t{one.message.to_address}\t{one.message.subject}" for one in letters]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _page(desk: Desk, form: FormData, letters: Sequence[PreviewLetter], seen: str, back: str) -> ConfirmPage:
    sent = tuple((name, value) for name, value in form.multi_items() if isinstance(value, str))
    programme = desk.house.programmes.load(desk.house.programme_id)
    names = {one.id: one.name for one in programme.agencies}
    return ConfirmPage(
        action=desk.request.url.path + (f"?{desk.request.url.query}" if desk.request.url.query else ""),
        back_href=back,
        fields=tuple((name, value) for name, value in sent if name not in OWN_FIELDS),
        seen=seen,
        is_changed=bool(text_of(form, SEEN)),
        letters=tuple(_planned(desk, one, names.get(one.message.agency, "")) for one in letters),
    )


def _planned(desk: Desk, one: PreviewLetter, name: str) -> PlannedLetter:
    letter = one.message
    if one.is_webhook:
        return PlannedLetter(name, letter.to_address, letter.subject, one.data.decode("utf-8", "replace"), ())
    text, files = read_letter(desk, one.data)
    return PlannedLetter(name, letter.to_address, letter.subject, text, files)


def read_letter(desk: Desk, data: bytes) -> tuple[str, tuple[str, ...]]:
    """A letter as people read it, and the names of what is attached; links that are its addressee's own left out."""
    mail = message_from_bytes(data, policy=policy.default)
    body = mail.get_body(("plain",))
    names = tuple(str(part.get_filename()) for part in mail.iter_attachments() if part.get_filename())
    return LINK.sub(desk.say("desk.own_link"), body.get_content() if body else ""), names
