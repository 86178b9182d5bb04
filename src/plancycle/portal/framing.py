"""What stands around every page: its language, who is signed in, the buttons of the header."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request

from plancycle.domain.people import Staff
from plancycle.portal.sessions import LANGUAGE_COOKIE, form_token
from plancycle.services.ports import House

LANGUAGES = ("vi", "en")
LANGUAGE_FIELD = "ngon-ngu"


@dataclass(frozen=True, slots=True)
class Frame:
    """The page's surroundings. ``csrf`` is the token of every form on a page of the desk."""

    language: str = "vi"
    here: str = "/"
    """The page's own address with its query, for the button that changes the language."""
    csrf: str = ""
    staff: Staff | None = None

    def say(self, vietnamese: str, english: str) -> str:
        """One of two wordings that stand side by side in a template."""
        return english if self.language == "en" else vietnamese

    @property
    def other_language(self) -> str:
        """What the button changes to."""
        return "vi" if self.language == "en" else "en"

    @property
    def is_signed_in(self) -> bool:
        """Whether there is anything to sign out of."""
        return self.staff is not None and not self.staff.is_local


PLAIN = Frame()


def language_of(request: Request) -> str:
    """The language asked for in the address, else the browser's kept one, else Vietnamese."""
    asked = request.query_params.get(LANGUAGE_FIELD) or request.cookies.get(LANGUAGE_COOKIE, "")
    return asked if asked in LANGUAGES else "vi"


def frame_of(request: Request, house: House | None = None, staff: Staff | None = None) -> Frame:
    """The surroundings of a page that answers this request; with a house, its forms get their token."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != LANGUAGE_FIELD]
    here = request.url.path + (f"?{urlencode(kept)}" if kept else "")
    csrf = form_token(house, request) if house is not None else ""
    return Frame(language_of(request), here if request.method == "GET" else "/", csrf, staff)
