"""An agency's clerk in front of the real portal: a browser with cookies and without JavaScript, and good workbooks."""

import html
import re
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from openpyxl import load_workbook

from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import Coverage, Edition, EditionKind, Member
from plancycle.domain.periods import ObligationKey, Period
from plancycle.services.clerk_links import link_for
from plancycle.services.cycle_view import cycle_view

YEAR, CYCLE = 2025, "tn-nq94-2025"
CONTACT = "van-thu@so.example"


@dataclass
class ClerkBrowser:
    """Follows links, keeps cookies, fills in forms."""

    browser: Any
    cookies: dict[str, str] = field(default_factory=dict)
    page: str = ""
    here: str = ""
    status: int = 0

    def send(self, method: str, path: str, **content: Any) -> httpx.Response:
        """One request with the cookies that are kept."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {"Sec-Fetch-Site": "same-origin"}
        headers |= content.pop("headers", {})
        answer: httpx.Response = self.browser.ask(method, path, headers, **content)
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0]
            if value.strip('"'):
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    def open(self, path: str) -> "ClerkBrowser":
        """GET a page, and where it leads."""
        return self._shown(self.send("GET", path), path)

    def submit(self, action: str, fields: dict[str, str], files: Any = None) -> "ClerkBrowser":
        """POST a form of the page at hand: its hidden fields, what is typed, and where the answer leads."""
        form = self.form(action)
        return self._shown(self.send("POST", action, data=form | fields, files=files), action)

    def press(self, action: str, fields: dict[str, str]) -> "ClerkBrowser":
        """Send a form of the desk that writes to somebody, look at the letters it shows, and send them."""
        self.submit(action, fields)
        assert "Xem thư trước khi gửi" in self.text, self.text[:2000]
        return self.submit(action, {})

    def form(self, action: str) -> dict[str, str]:
        """The named fields of a form as they stand, as a browser would send them (without buttons and files)."""
        found = re.search(rf'<form[^>]* action="{re.escape(action)}".*?</form>', self.page, re.DOTALL)
        assert found, (action, self.page[:3000])
        text = found[0]
        values = {}
        for tag in re.findall(r"<input [^>]+>", text):
            kind = _attribute(tag, "type")
            if kind in ("file", "submit") or (kind in ("checkbox", "radio") and " checked" not in tag):
                continue
            values[_attribute(tag, "name")] = _attribute(tag, "value") or ("1" if kind == "checkbox" else "")
        for name, body in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', text, re.DOTALL):
            values[html.unescape(name)] = html.unescape(body)
        for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
            chosen = re.search(r"<option( value=\"\")? selected>([^<]*)", body)
            values[html.unescape(name)] = html.unescape(chosen[2]) if chosen and not chosen[1] else ""
        return values

    def _shown(self, answer: httpx.Response, path: str) -> "ClerkBrowser":
        while answer.status_code == 303:
            path = answer.headers["location"]
            answer = self.send("GET", path)
        self.page, self.here, self.status = answer.text, path, answer.status_code
        return self

    @property
    def text(self) -> str:
        """The page's words, in one line."""
        body = re.sub(r"<(head|style)>.*?</\1>|<[^>]+>", " ", self.page, flags=re.DOTALL)
        return " ".join(html.unescape(body).split())


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


@dataclass
class ClerkWorld:
    """One agency with an open period and its link."""

    world: Any
    agency: str
    period: Period
    link: str
    browser: ClerkBrowser

    @property
    def obligation(self) -> ObligationKey:
        return ObligationKey(CYCLE, self.period, self.agency)

    @property
    def base(self) -> str:
        return f"/ho-so/{self.obligation}"

    def enter(self, browser: ClerkBrowser | None = None) -> ClerkBrowser:
        """Open the mailed link and press its button."""
        browser = browser or self.browser
        browser.open(self.link)
        if browser.here == self.link:
            browser.submit(self.link, {})
        return browser

    def another_browser(self) -> ClerkBrowser:
        return ClerkBrowser(self.browser.browser)

    def versions(self) -> list[Any]:
        with self.world.house() as house, house.work() as work:
            return list(work.submissions.versions(self.obligation))

    def workbook(self, **changed: str) -> bytes:
        """A good workbook of the agency; ``changed`` spells a question ``row__field``."""
        answers = good_answers(self) | {tuple(name.split("__")): text for name, text in changed.items()}
        with self.world.house() as house, house.work() as work:
            return fill_in(house, work, self, answers)


def good_answers(clerk: ClerkWorld) -> dict[tuple[str, str], str]:
    """Every required question answered, as its kind asks."""
    with clerk.world.house() as house:
        form = cycle_view(house, YEAR).form(clerk.period, clerk.agency)
    values = {"number": "1", "text": "Đã thực hiện", "date": "10/09/2025"}
    return {
        (row.code, one.code): one.choices[0] if one.choices else values[str(one.kind)]
        for _, row, one in form.cells()
        if one.required
    }


def fill_in(house: Any, work: Any, clerk: ClerkWorld, answers: dict[tuple[str, str], str]) -> bytes:
    """The agency's real workbook with answers in the right cells."""
    from io import BytesIO

    from plancycle.services.make_template import make_template

    view = cycle_view(house, YEAR, work)
    data = make_template(house, work, view, clerk.period, clerk.agency).data
    book = load_workbook(BytesIO(data))
    for entry in house.workbooks.read(data, "a.xlsx").entries:
        if (entry.row, entry.field) in answers:
            book[entry.sheet][entry.cell].value = answers[entry.row, entry.field]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def a_clerk(world: Any, agency: str = "", period: Period = Period.Q3) -> ClerkWorld:
    """A clerk of a reporter, with the link of the letter."""
    with world.house() as house:
        agency = agency or house.programmes.load(house.programme_id).reporters[5]
        with house.work() as work:
            address = link_for(house, work, ObligationKey(CYCLE, period, agency), CONTACT)
        path = address.removeprefix(house.base_url)
    return ClerkWorld(world, agency, period, path, ClerkBrowser(world.browser))


def take_into_an_approved_edition(clerk: ClerkWorld) -> None:
    """The agency's standing answer is in a final edition that was approved."""
    one = clerk.versions()[-1]
    with clerk.world.house() as house, house.work() as work:
        at = house.clock.now()
        earlier = work.editions.of_period(one.obligation.cycle, one.obligation.period)
        edition = Edition(
            cycle=one.obligation.cycle,
            period=one.obligation.period,
            number=max((known.number for known in earlier), default=0) + 1,
            kind=EditionKind.FINAL,
            frozen_at=at,
            members=(Member(clerk.agency, one.id, one.sha256, False),),
            coverage=Coverage((clerk.agency,), (clerk.agency,), (), ()),
            figures=(),
            dataset_sha256="1" * 64,
            sha256="5" * 64,
        )
        work.editions.add(edition)
        asked = Approval(edition.id, "6" * 64, at, "chuyen-vien-tong-hop", "pho-chu-tich", ApprovalStatus.REQUESTED)
        decided = replace(asked, status=ApprovalStatus.APPROVED, decided_at=at, decided_by="pho-chu-tich")
        work.editions.add_approval(decided)
