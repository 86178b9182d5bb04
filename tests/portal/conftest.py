"""A small world behind a real portal: the shipped programme, one period, one final edition."""

import asyncio
import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from plancycle import bootstrap
from plancycle.bootstrap import Household, open_house
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import Coverage, DocumentFile, Edition, EditionKind, Figure, Member, bundle_sha256
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.receipts import receipt_number
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.portal.app import create_app
from plancycle.services.following import Noted
from plancycle.services.open_cycle import open_cycle
from plancycle.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2025, 12, 10, 8, 30, tzinfo=UTC)
YEAR = 2025
CYCLE = f"tn-nq94-{YEAR}"
HTML = "text/html,application/xhtml+xml"


@dataclass(frozen=True)
class Browser:
    """A browser without JavaScript: every call is one request to the real application."""

    app: Any
    client: tuple[str, int] = ("127.0.0.1", 50000)
    base_url: str = "http://127.0.0.1:8600"

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **content: Any) -> httpx.Response:
        """Send one request; redirects are not followed."""

        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=self.client)
            async with httpx.AsyncClient(transport=transport, base_url=self.base_url) as client:
                return await client.request(method, path, headers={"Accept": HTML} | (headers or {}), **content)

        return asyncio.run(once())

    def get(self, path: str, **headers: str) -> httpx.Response:
        """GET as a person's browser does; header names are written with underscores."""
        return self.ask("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        """POST a form of our own page, as a modern browser does."""
        sent = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
        return self.ask("POST", path, sent | {n.replace("_", "-"): v for n, v in headers.items()}, data=form)


@dataclass(frozen=True)
class World:
    """What the tests look at."""

    settings: Settings
    app: Any
    browser: Browser
    files: tuple[DocumentFile, ...]
    approval: Approval
    token: str

    def house(self, as_of: datetime = NOW) -> Household:
        """The house as of a moment."""
        return open_house(self.settings, as_of)

    def now_stands(self) -> Approval:
        """The approval as it is stored."""
        with self.house() as house, house.work() as work:
            approval = work.editions.approval(self.approval.id)
            assert approval is not None
            return approval

    @property
    def page(self) -> str:
        """The address in the approver's mail."""
        return f"/phe-duyet/{self.token}"


def submission(agency: str, period: Period, sent_at: datetime, is_late: bool, status: SubmissionStatus) -> Submission:
    """One version of an answer."""
    sha256 = hashlib.sha256(agency.encode()).hexdigest()
    return Submission(
        obligation=ObligationKey(CYCLE, period, agency),
        version=1,
        sha256=sha256,
        file_name="bao-cao.xlsx",
        sent_at=sent_at,
        received_at=sent_at,
        is_late=is_late,
        is_nil=False,
        status=status,
        receipt=receipt_number(sha256, agency),
    )


def edition_of(reporters: tuple[str, ...]) -> Edition:
    """A final edition: the first three are in, the third of them late, the rest missing."""
    return Edition(
        cycle=CYCLE,
        period=Period.ANNUAL,
        number=1,
        kind=EditionKind.FINAL,
        frozen_at=datetime(2025, 12, 9, 10, 0, tzinfo=UTC),
        members=tuple(Member(agency, f"{CYCLE}/annual/{agency}/v1", "0" * 64, False) for agency in reporters[:3]),
        coverage=Coverage(reporters, reporters[:3], reporters[2:3], reporters[3:]),
        figures=(
            Figure("inspections.value", "Số cuộc kiểm tra, giám sát", "cuộc", Decimal(1234), 0, "sum", 3),
            Figure("budget-spent.value", "Kinh phí đã thực hiện", "triệu đồng", Decimal("98765.5"), 1, "sum", 3),
        ),
        dataset_sha256="1" * 64,
        sha256="2" * 64,
    )


def fill(house: Household) -> tuple[tuple[DocumentFile, ...], Approval]:
    """Put the world's rows and files in."""
    open_cycle(house, YEAR)
    programme = house.programmes.load(house.programme_id)
    on_time, late = datetime(2025, 12, 5, 2, 0, tzinfo=UTC), datetime(2025, 12, 9, 18, 0, tzinfo=UTC)
    edition = edition_of(programme.reporters)
    kinds = ("docx", "pdf", "xlsx")
    files = tuple(
        DocumentFile(edition.id, kind, f"Báo cáo năm 2025.{kind}", house.files.put(kind.encode()), 4) for kind in kinds
    )
    asked_at = datetime(2025, 12, 9, 10, 5, tzinfo=UTC)
    department = Approval(
        edition=edition.id,
        bundle_sha256=bundle_sha256(edition.sha256, files),
        requested_at=asked_at,
        prepared_by="chuyen-vien-tong-hop",
        approver="giam-doc",
        status=ApprovalStatus.APPROVED,
        decided_at=asked_at,
        decided_by="giam-doc",
        step=1,
        steps=2,
        step_id="department",
    )
    asked = replace(department, status=ApprovalStatus.REQUESTED, approver="pho-chu-tich", decided_at=None)
    approval = replace(asked, decided_by=None, number=2, step=2, step_id="province")
    first, second, third, fourth = programme.reporters[:4]
    with house.work() as work:
        for agency, at, is_late, status in (
            (first, on_time, False, SubmissionStatus.ACCEPTED),
            (second, on_time, False, SubmissionStatus.ACCEPTED),
            (third, late, True, SubmissionStatus.ACCEPTED),
            (fourth, on_time, False, SubmissionStatus.RETURNED),
        ):
            work.submissions.add(submission(agency, Period.ANNUAL, at, is_late, status), [], [])
        work.editions.add(edition)
        work.editions.add_documents(files)
        work.editions.add_approval(department)
        work.editions.add_approval(approval)
    return files, approval


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Make a world; ``empty`` leaves the year unopened."""
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "programmes", folder / "programmes")
    for example in folder.rglob("contacts.example.yaml"):
        shutil.copy(example, example.with_name("contacts.yaml"))

    made: list[Any] = []

    def make(empty: bool = False, now: datetime = NOW, prefect_api_url: str = "", **options: Any) -> World:
        settings = Settings(data=folder, secret_key="0123456789abcdef" * 2, prefect_api_url=prefect_api_url)
        files: tuple[DocumentFile, ...] = ()
        approval = Approval("none", "0" * 64, now, "a", "b", ApprovalStatus.REQUESTED)
        with open_house(settings, now) as house:
            if not empty:
                files, approval = fill(house)
            token = house.seals.sign_link({"approval": approval.id, "approver": approval.approver})
        options.setdefault("patience", 30.0)
        app = create_app(lambda: open_house(settings, now, following=Noted()), data_dir=folder, **options)
        made.append(app)
        return World(settings, app, Browser(app), files, approval, token)

    yield make
    for app in made:
        app.state.line.until_idle(20)
    bootstrap.forget(folder)


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    """The world as it stands on the morning after the deadline."""
    return build()


@pytest.fixture
def stranger(world: World) -> Browser:
    """A browser somewhere else."""
    return replace(world.browser, client=("203.0.113.9", 40000))
