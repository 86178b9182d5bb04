"""A whole year through the real services and adapters: what came of it, and that it comes out the same every time."""

import hashlib
import json
import shutil
import subprocess
from datetime import datetime

import ledgers
import pytest
import shown_commands

from plancycle.adapters.clock import FixedClock, SystemClock
from plancycle.adapters.documents.observe import observe
from plancycle.bootstrap import open_house
from plancycle.cli import run
from plancycle.domain.official_form_rules import deviations
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Outcome
from plancycle.rehearsal.summary import finals
from plancycle.rehearsal.year import Plot, only_these_settings, rehearse
from plancycle.services import contradictions
from plancycle.services.contradictions import contradictions_in
from plancycle.services.cycle_view import cycle_view
from plancycle.services.period_charts import period_charts
from plancycle.services.report_facts import report_facts
from plancycle.services.report_figures import newest
from plancycle.services.trace_figure import trace
from plancycle.services.verify_audit import verify

PARTS = ("plan", "q1", "q2", "q3", "annual")
NOT_CONTENT = {".db", ".db-wal", ".db-shm", ".lock"}
"""The ledger's own files: their content is compared by the audit head and the editions."""


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """The year with everybody in it: the summary and the folder."""
    out = tmp_path_factory.mktemp("rehearsal") / "demo"
    return rehearse(Plot(out)), out


@pytest.fixture
def house(year):
    _, out = year
    with only_these_settings(out, "folder:", ""), open_house() as opened:
        opened.clock = FixedClock(datetime.fromisoformat("2025-12-31T08:00:00+07:00"))
        yield opened


def content(out):
    paths = sorted(path for path in out.rglob("*") if path.is_file() and path.suffix not in NOT_CONTENT)
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.mark.parametrize(
    ("period", "due", "submitted", "late", "returned", "missing"),
    [
        ("plan", 28, 28, 0, 0, 0),
        ("q1", 25, 25, 2, 2, 0),
        ("q2", 25, 25, 1, 2, 0),
        ("q3", 25, 24, 1, 1, 1),
        ("annual", 25, 24, 1, 2, 1),
    ],
)
def test_each_period_comes_out_as_the_story_has_it(year, period, due, submitted, late, returned, missing):
    summary, _ = year
    line = next(one for one in summary.periods if one.id == period)

    assert (line.due, line.submitted, line.late, line.returned, line.missing) == (
        due,
        submitted,
        late,
        returned,
        missing,
    )


def test_the_annual_report_is_frozen_twice_before_the_deadline(year):
    summary, _ = year
    frozen = [f"{line.frozen_at:%d/%m %H:%M}" for line in finals(summary) if line.period == "annual"]

    assert frozen == ["09/12 17:05", "09/12 19:15"]


def test_every_addressee_has_registered_what_it_got(year):
    summary, _ = year

    reports = [line for line in summary.transmittals if line.part == "report"]
    assert sorted((line.key.split("/")[1], line.addressee, line.state) for line in reports) == [
        ("annual", "bo-noi-vu", "acknowledged"),
        ("annual", "ubnd-tinh", "acknowledged"),
        ("plan", "ubnd-tinh", "acknowledged"),
        ("q1", "ubnd-tinh", "acknowledged"),
        ("q2", "ubnd-tinh", "acknowledged"),
        ("q3", "ubnd-tinh", "acknowledged"),
    ]


def test_each_ministry_gets_the_extract_on_its_works_and_the_other_recipients_a_copy(year):
    summary, _ = year
    extracts = {line.addressee: (line.channel, line.answers) for line in summary.transmittals if line.part == "extract"}
    copies = sorted(line.addressee for line in summary.transmittals if line.part == "copy")

    assert extracts == {
        "bo-noi-vu": ("edxml", ("01", "03", "04", "05", "06")),
        "bo-ngoai-giao": ("edxml", ("01", "03", "04", "05", "06")),
        "bo-nnmt": ("folder", ("03",)),
        "bo-tai-chinh": ("folder", ("03",)),
    }
    assert copies == ["cac-ban-dang", "doan-dbqh", "mttq", "noi-nhan-1", "noi-nhan-3", "noi-nhan-4", "noi-nhan-6"]


def test_the_annual_report_left_before_10_december_after_one_refusal(house):
    with house.work() as work:
        known = [one for one in work.transmittals.of_cycle("tn-nq94-2025") if "/annual/" in one.key]
    sent = [one for one in known if one.part == "report"]

    assert {
        one.addressee: (f"{one.sent_at.astimezone(house.clock.at.tzinfo):%d/%m %H:%M}", one.attempts) for one in sent
    } == {
        "bo-noi-vu": ("09/12 20:45", 2),
        "ubnd-tinh": ("09/12 20:30", 1),
    }


def test_the_evening_report_is_in_and_the_morning_one_only_in_the_next_edition(house):
    with house.work() as work:
        editions = {one.id: one for one in work.editions.of_period("tn-nq94-2025", "annual")}
    final = [one for one in editions.values() if one.kind == "final"][-1]
    newest = list(editions.values())[-1]

    assert "xa-dai-tu-05830" in final.coverage.included
    assert final.coverage.missing == ("tt-thong-tin", "xa-dinh-hoa-05569")
    assert newest.coverage.late == ("xa-dinh-hoa-05569",)


def test_departments_merge_before_the_first_quarter_and_districts_before_the_third(house):
    cycle = "tn-nq94-2025"
    with house.work() as work:
        found = {period: work.submissions.of_period(cycle, period) for period in PARTS}
    sent = {period: {one.obligation.agency for one in versions} for period, versions in found.items()}

    assert {"so-khdt", "so-nnptnt", "ban-dan-toc", "huyen-dai-tu"} <= sent["plan"]
    assert sent["plan"] - sent["q1"] == {"so-nnptnt", "ban-dan-toc", "so-khdt", "so-tttt", "so-ldtbxh"}
    assert sent["q1"] - sent["plan"] == {"so-nnmt", "so-dan-toc-ton-giao"}
    assert len([one for one in sent["q2"] - sent["annual"] if one.startswith(("tp-", "huyen-"))]) == 9
    assert len([one for one in sent["q3"] & sent["annual"] if one.startswith(("xa-", "phuong-"))]) == 9


def test_the_half_year_of_the_districts_is_in_the_years_figures_once(house):
    with house.work() as work:
        newest = work.editions.of_period("tn-nq94-2025", "annual")[-1]
    carried = [one.split("/")[1:3] for one in newest.coverage.carried]

    assert sorted({period for period, _ in carried}) == ["q1", "q2"]
    assert len(carried) == len({tuple(one) for one in carried}) == 18
    assert {agency for _, agency in carried} & set(newest.coverage.expected) == set()


def test_what_follows_a_pattern_was_confirmed_by_a_named_person_before_it_was_applied(house):
    with house.work() as work:
        decided = work.successions.decisions("tn-nq94")

    assert len(decided) == 8
    assert {one.decided_by for one in decided} == {"Nguyễn Văn Soát (mô phỏng)"}


def test_two_people_decide_one_after_the_other_and_the_deputy_chair_returned_one(house, year):
    with house.work() as work:
        decided = [approval for line in finals(year[0]) for approval in work.editions.approvals(line.id)]

    director, deputy = "giam-doc", "pho-chu-tich"
    assert [(str(one.status), one.decided_by) for one in decided] == [
        *[("approved", director), ("approved", deputy)] * 4,
        *[("void", director), ("returned", deputy)],
        *[("approved", director), ("approved", deputy)],
    ]


def test_files_that_were_no_answer_are_kept_with_their_reasons(house):
    with house.work() as work:
        kept = [one for one in work.submissions.intakes() if one.outcome is Outcome.QUARANTINED]

    assert sorted(one.reason for one in kept) == ["file.old_excel", "file.old_period", "file.password"]
    assert [len(house.files.get(one.sha256)) > 0 for one in kept] == [True, True, True]


def test_the_same_file_sent_twice_is_one_submission(house):
    with house.work() as work:
        found = work.submissions.of_period("tn-nq94-2025", "q1")
    versions = [one for one in found if one.obligation.agency == "so-dan-toc-ton-giao"]

    assert [one.version for one in versions] == [1]


def test_a_refused_mailbox_is_answered_from_the_alternate_one(house):
    with house.work() as work:
        calls = work.outbox.all("tn-nq94-2025/plan/bao-thai-nguyen/call")

    assert [(one.to_address.split("@")[0], str(one.status)) for one in calls] == [
        ("hop-thu-cu", "refused"),
        ("van-thu", "sent"),
    ]


def test_a_figure_leads_back_to_every_agency_that_gave_it(house):
    traced = trace(house, "tn-nq94-2025/annual/inspections.value")

    assert sum(int(source.value) for source in traced.sources) == int(traced.value)
    assert len({source.agency for source in traced.sources}) == 24 + 9


def test_the_audit_chain_holds(house, year):
    report = verify(house)

    assert (report.ok, report.head) == (True, year[0].audit_head)


def papers(out, *endings):
    """The year's documents, in the order of their names."""
    found = [path for folder in ("reports", "documents") for path in (out / folder).rglob("*")]
    return sorted(path for path in found if path.suffix in endings)


def test_every_kind_of_document_lies_there_for_the_year(year):
    _, out = year
    letters = [path.stem for path in papers(out, ".docx") if path.parent.name == "documents"]
    kinds = ("call", "urge", "reply", "digest", "budget", "commendation")
    extracts = [path.stem for path in papers(out, ".docx") if "_ministry_" in path.stem]
    reports = {path.suffix for path in (out / "reports" / "annual").glob("bao-cao-tong-hop*")}

    assert [kind for kind in kinds if not any(f"_{kind}" in name for name in letters)] == []
    assert len(extracts) == 4
    assert reports == {".docx", ".pdf", ".xlsx", ".json", ".csv"}
    assert [path.name for path in papers(out, ".docx") if not path.with_suffix(".pdf").exists()] == []


def test_the_commendation_two_bodies_proposed_is_one_line_of_the_report_and_of_the_list(year):
    _, out = year
    newest = max((out / "reports" / "annual").glob("*.json"))
    told = [one for one in json.loads(newest.read_text("utf-8"))["passages"] if one["kind"] == "commendation"]

    assert [len(one["sources"]) for one in told] == [2, 1]
    assert all("record" in source for one in told for source in one["sources"])


def deviating(paths):
    """By name what each document has that Decree 30/2020/NĐ-CP does not."""
    found = {path.name: deviations(observe(path.read_bytes())) for path in paths}
    return {name: [str(one) for one in wrong] for name, wrong in found.items() if wrong}


def test_every_letter_and_list_of_the_year_has_the_form_of_the_decree(year):
    assert deviating(path for path in papers(year[1], ".docx") if path.parent.name == "documents") == {}


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".docx", ".pdf"])
def test_every_document_of_the_year_has_the_form_of_the_decree(year, ending):
    assert deviating(papers(year[1], ending)) == {}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_every_word_file_and_workbook_of_the_year(year, tmp_path):
    _, out = year
    places = ("reports", "documents", "transmitted", "workbooks", "returned")
    files = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path
        for place in places
        for path in (out / place).rglob("*")
        if path.suffix in (".docx", ".xlsx")
    }
    for digest, path in files.items():
        (tmp_path / f"{digest}{path.suffix}").write_bytes(path.read_bytes())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for batch in batched(sorted(tmp_path.glob("*.*x"))):
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path / "out"), *batch]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
        assert "Error" not in done.stderr
    opened = {path.stem for path in (tmp_path / "out").glob("*.pdf") if path.stat().st_size > 1000}

    assert len(files) > 100
    assert sorted(path.name for digest, path in files.items() if digest not in opened) == []


def batched(paths, size=40):
    return [paths[at : at + size] for at in range(0, len(paths), size)]


def test_the_overview_page_links_to_files_that_are_there(year):
    _, out = year
    page = (out / "index.html").read_text(encoding="utf-8")
    links = [part.split('"')[0] for part in page.split('<a href="')[1:]]

    assert len(links) > 30
    assert [link for link in links if not (out / link).exists()] == []


def test_the_summary_is_plain_json(year):
    summary, out = year
    printed = json.loads(json.dumps(summary.as_json(out, 1.25), default=str))

    assert printed["agencies"] == 28
    assert set(printed) == {
        "out",
        "year",
        "agencies",
        "periods",
        "editions",
        "transmittals",
        "audit_head",
        "seconds",
        "communes",
        "all_communes",
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first, second = (rehearse(Plot(tmp_path / name / "demo", agencies=3)) for name in ("a", "b"))

    assert first == second
    assert {line.state for line in first.transmittals} == {"acknowledged"}
    assert {line.key.split("/")[1] for line in first.transmittals} == {"plan", "q1", "q2", "q3", "annual"}
    assert content(tmp_path / "a") == content(tmp_path / "b")


@pytest.mark.skipif(ledgers.on_postgresql(), reason="a copied folder has no ledger when PostgreSQL holds it")
@pytest.mark.parametrize("page", shown_commands.with_commands())
def test_every_command_a_page_shows_does_what_it_says_on_the_rehearsed_year(year, page, tmp_path, monkeypatch, capsys):
    data = shown_commands.furnish(year[1], tmp_path)
    today = datetime.fromisoformat(shown_commands.TODAY.get(page, "2025-12-31T08:00+07:00"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLANCYCLE_DATA", str(data))
    monkeypatch.setattr(SystemClock, "now", lambda clock: today.astimezone(clock.zone))
    ended = {}
    for command, needs in shown_commands.shown(page):
        if not shown_commands.keeps_running(command):
            code = run(shown_commands.words_of(command, tmp_path))
            ended[command] = "done" if code == 0 else "told what it needs" if needs and code in (3, 4) else code

    assert {command: how for command, how in ended.items() if how not in ("done", "told what it needs")} == {}
    capsys.readouterr()


@pytest.mark.parametrize("period", [Period(part) for part in PARTS])
def test_the_charts_shown_with_an_edition_are_those_of_its_report(house, period):
    with house.work() as work:
        view = cycle_view(house, 2025, work)
        facts = report_facts(house, work, view, newest(work, view.id, period))

    assert period_charts(house, 2025, period) == house.documents.charts(facts)


@pytest.mark.parametrize("period", [Period(part) for part in PARTS])
def test_no_contradiction_is_lost_by_reading_only_the_fields_that_are_compared(house, period, monkeypatch):
    found = contradictions_in(house, 2025, period)
    every = {field.code for sheet in house.programmes.load("tn-nq94").form.sheets for field in sheet.fields}
    monkeypatch.setattr(contradictions, "compared_fields", lambda *_: every)

    assert contradictions_in(house, 2025, period) == found
    assert bool(found) is (period is not Period.PLAN)
