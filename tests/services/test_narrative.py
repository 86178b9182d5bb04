"""What agencies wrote: told once, edited without losing its sources, never overwritten unseen."""

import shutil
import subprocess

import factories as f
import pytest
from small_programme import ANNUAL, CYCLE, DISTRICT, FINANCE, HEALTH, HOME, YEAR

from plancycle.adapters.documents.narrative_docx import narrative_docx, read_narrative
from plancycle.adapters.likeness import folding
from plancycle.adapters.texts import Catalogue
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.services.consolidate_period import consolidate
from plancycle.services.edition_standing import standing_of
from plancycle.services.narrative import Change, edit, narrative
from plancycle.services.narrative_sheet import narrative_sheet
from plancycle.services.receive_submission import receive
from plancycle.services.sweep import perform
from plancycle.services.verify_audit import verify

LONG = "Công tác tuyên truyền được triển khai đồng bộ ở các xã, phường; nội bộ đoàn kết"
OTHER = "Kinh phí cấp chậm so với tiến độ thực hiện nhiệm vụ được giao"
EDITOR = "nguyen-thi-lap"


def a_house():
    house = f.a_house()
    house.folding = folding
    for agency, text in ((HOME, LONG), (HEALTH, f"{LONG}."), (FINANCE, OTHER), (DISTRICT, LONG.upper())):
        send(house, agency, text)
    return house


def send(house, agency, text):
    receive(house, f.a_workbook(house, agency, N1__text=text), f"{agency}.xlsx", "folder")


def told(house):
    return narrative(house, YEAR, ANNUAL).passages


def test_near_duplicates_are_told_once_with_every_source():
    first, second = told(a_house())

    assert (first.text, first.agencies) == (LONG, (HOME, HEALTH, DISTRICT))
    assert (second.text, second.agencies) == (OTHER, (FINANCE,))
    assert [one.submission for one in first.sources] == [f"{CYCLE}/annual/{a}/v1" for a in first.agencies]
    assert all(one.cell and one.sheet for one in first.sources)


def test_an_edit_changes_the_words_and_keeps_the_sources_and_every_version():
    house = a_house()
    passage = told(house)[0]
    edit(house, YEAR, ANNUAL, [Change(passage.id, 0, "Tuyên truyền  đồng bộ.")], EDITOR)
    edit(house, YEAR, ANNUAL, [Change(passage.id, 1, "Tuyên truyền rộng khắp.")], EDITOR)
    now = told(house)[0]

    assert (now.text, now.version, now.sources) == ("Tuyên truyền rộng khắp.", 2, passage.sources)
    with house.work() as work:
        assert [one.text for one in work.narrative_edits.of_period(f"{CYCLE}/annual")] == [
            "Tuyên truyền đồng bộ.",
            "Tuyên truyền rộng khắp.",
        ]
        assert [one.actor for one in work.audit.find(["narrative.edited"], CYCLE)] == [EDITOR, EDITOR]
    assert verify(house).ok


def test_nobody_overwrites_what_he_has_not_seen_and_then_nothing_is_stored():
    house = a_house()
    one, other = told(house)
    edit(house, YEAR, ANNUAL, [Change(one.id, 0, "Lần một")], EDITOR)
    with pytest.raises(ActionNeeded, match="changed_meanwhile"):
        edit(house, YEAR, ANNUAL, [Change(other.id, 0, "Khác"), Change(one.id, 0, "Lần hai")], "nguoi-khac")

    assert [passage.text for passage in told(house)] == ["Lần một", OTHER]


@pytest.mark.parametrize(("change", "by"), [(Change("N1-00000000", 0, "x"), EDITOR), (None, " ")])
def test_an_unknown_passage_and_an_unnamed_editor_are_refused(change, by):
    house = a_house()
    with pytest.raises((NotFound, ActionNeeded)):
        edit(house, YEAR, ANNUAL, [change or Change(told(house)[0].id, 0, "x")], by)


def test_an_edit_outlives_a_new_version_of_the_answer_and_says_that_its_sources_have_changed():
    house = a_house()
    edit(house, YEAR, ANNUAL, [Change(told(house)[1].id, 0, "Kinh phí chậm.")], EDITOR)
    send(house, FINANCE, f"{OTHER}, nhất là quý I và quý II")
    now = next(one for one in told(house) if one.version)

    assert (now.text, now.is_outdated, now.agencies) == ("Kinh phí chậm.", True, (FINANCE,))
    assert now.sources[0].submission.endswith("/v2")


def test_an_edit_goes_along_when_its_first_source_is_gone_and_is_listed_when_all_are():
    house = a_house()
    edit(house, YEAR, ANNUAL, [Change(told(house)[0].id, 0, "Đồng bộ.")], EDITOR)
    send(house, HOME, "Nội dung hoàn toàn khác của đơn vị này trong năm nay")
    kept = next(one for one in told(house) if one.text == "Đồng bộ.")
    assert kept.agencies == (HEALTH, DISTRICT)

    for agency in (HEALTH, DISTRICT):
        send(house, agency, f"Việc riêng của {agency}, không liên quan nội dung cũ")
    assert [one.text for one in narrative(house, YEAR, ANNUAL).orphans] in ([], ["Đồng bộ."])


def test_an_edition_keeps_the_words_it_was_frozen_with_and_is_stale_after_the_next_edit():
    house = a_house()
    passage = told(house)[0]
    edit(house, YEAR, ANNUAL, [Change(passage.id, 0, "Một.")], EDITOR)
    frozen = consolidate(house, YEAR, ANNUAL, final=True).edition
    edit(house, YEAR, ANNUAL, [Change(passage.id, 1, "Hai.")], EDITOR)

    assert frozen.narrative == ((passage.id, 1),)
    assert standing_of(house, frozen.id).narrative == (passage.id,)
    assert {"provisional", "freeze"} <= {action.kind for action in perform(house, YEAR)}
    assert "freeze" not in {action.kind for action in perform(house, YEAR)}


def test_the_word_file_comes_back_with_its_passages_and_the_same_passages_give_the_same_bytes():
    house = a_house()
    lines = narrative_sheet(house, YEAR, ANNUAL).lines
    data = narrative_docx(lines, "Thuyết minh", Catalogue())

    assert data == narrative_docx(lines, "Thuyết minh", Catalogue())
    assert read_narrative(data) == [Change(one.id, 0, one.text) for one in lines]
    assert edit(house, YEAR, ANNUAL, read_narrative(data), EDITOR) == []


def test_the_contradictory_word_is_never_markup():
    house = f.a_house()
    send(house, HOME, "<w:p>{{ 7*7 }} & =1+1 # I. MỤC GIẢ")
    lines = narrative_sheet(house, YEAR, ANNUAL).lines

    assert read_narrative(narrative_docx(lines, "x", Catalogue()))[0].text == "<w:p>{{ 7*7 }} & =1+1 # I. MỤC GIẢ"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice not installed")
def test_the_word_file_keeps_its_passages_through_another_office_program(tmp_path):
    lines = narrative_sheet(a_house(), YEAR, ANNUAL).lines
    (tmp_path / "a.docx").write_bytes(narrative_docx(lines, "Thuyết minh", Catalogue()))
    for source, ending in (("a.docx", "odt"), ("a.odt", "docx")):
        asked = ["soffice", f"-env:UserInstallation={tmp_path.as_uri()}/profile", "--headless", "--convert-to", ending]
        subprocess.run([*asked, "--outdir", str(tmp_path), str(tmp_path / source)], check=True, capture_output=True)

    assert read_narrative((tmp_path / "a.docx").read_bytes()) == [Change(one.id, 0, one.text) for one in lines]
