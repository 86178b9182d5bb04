"""A reporter that joins inside the year reads so in its letter and its workbook, and readers of the report see it."""

import email
from dataclasses import replace
from datetime import date, datetime
from email.policy import SMTP
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from sample_report import report_facts

from plancycle.adapters.documents.annexes import annexes
from plancycle.adapters.documents.text import narrative
from plancycle.adapters.mail.composing import Composer
from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain.assignments import form_for
from plancycle.domain.deadlines import period_dates
from plancycle.domain.messages import MessageKind
from plancycle.domain.periods import Period
from plancycle.domain.roster import Roster
from plancycle.services.cycle_view import span_of
from plancycle.services.ports import Letter, WorkbookContext

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
JOINED = date(2025, 7, 1)  # Tuesday
FILES = ProgrammeFiles(Path(__file__).parents[2] / "programmes")
SAYS = [(JOINED, True), (None, False)]


@pytest.mark.parametrize(("joined_on", "said"), SAYS)
def test_the_data_call_says_it_in_vietnamese_and_english(joined_on, said):
    due = datetime(2025, 9, 21, tzinfo=ZONE)
    facts = {
        "programme_title": "Kế hoạch", "programme_short": "TN-NQ94", "period_title": "Quý III/2025", "year": 2025,
        "agency_name": "Phường Phan Đình Phùng", "due_at": due, "soft_due_at": due, "cutoff": date(2025, 9, 14),
        "joined_on": joined_on, "sender": "Sở mới",
    }  # fmt: skip
    letter = Letter(MessageKind.DATA_CALL, "tn-nq94-2025/q3/p/call/mail", "t", "a@b.example", None, due, facts)
    mail = email.message_from_bytes(
        Composer("Sở Nội vụ", "bc@tn.example", Catalogue()).compose(letter).data, policy=SMTP
    )
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))

    assert ["chỉ tính từ ngày 01/07/2025" in one for one in (text, html)] == [said, said]
    assert ["Give figures from 01 Jul 2025 on" in " ".join(one.split()) for one in (text, html)] == [said, said]
    assert str(mail["From"]) == "Sở mới <bc@tn.example>"


@pytest.mark.parametrize(("joined_on", "said"), SAYS)
def test_the_guide_of_the_workbook_says_it(joined_on, said):
    programme = FILES.load("tn-nq94")
    dates = period_dates(programme.period_rule(Period.Q3), 2025, FILES.working_days(programme, 2025), ZONE)
    share = Roster(programme, ()).period(span_of(dates), date(2025, 9, 2), {}).share("so-y-te")
    form = form_for(programme, "tn-nq94-2025", Period.Q3, "so-y-te", share)
    context = WorkbookContext("Kế hoạch", "Quý III/2025", "Sở Y tế", dates, "ab", "", joined_on=joined_on)
    guide = openpyxl.load_workbook(BytesIO(Workbooks(Catalogue()).write(form, context))).worksheets[0]
    words = [str(cell.value) for row in guide.iter_rows() for cell in row if cell.value]

    assert any("báo cáo từ ngày 01/07/2025" in one for one in words) is said


def test_the_report_says_it_beside_its_coverage_and_in_the_annex():
    facts = report_facts()
    name = facts.submissions[0].agency
    line = replace(facts.submissions[0], joined_on=JOINED)
    facts = replace(facts, partial_year=((name, JOINED),), submissions=(line, *facts.submissions[1:]))
    text = " ".join(block.text for block in narrative(facts)[1])
    third = annexes(facts, Catalogue(), "5/BC-SNV", "Sở Nội vụ")[2]

    assert f"Số liệu một phần của năm: 01 đơn vị báo cáo từ ngày 01/07/2025 ({name})." in text
    assert [row[3].endswith("; số liệu từ ngày 01/07/2025") for row in third.rows if row[1] == name] == [True]
