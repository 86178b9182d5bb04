"""The stage of a rehearsal: nobody's data is overwritten, nobody real is written to, and the approver decides."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.errors import ActionNeeded
from plancycle.rehearsal import people, stage
from plancycle.rehearsal.cast import cast_of
from plancycle.rehearsal.year import only_these_settings
from plancycle.settings import load_settings

ANNUAL = "Đánh giá năm 2025"


def address_book(out):
    return ProgrammeFiles(out / "programmes").address_book("tn-nq94")


def letter(text):
    message = EmailMessage()
    message.set_content(text)
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="bao-cao.pdf")
    return message.as_bytes()


def test_a_folder_with_other_data_is_not_touched(tmp_path):
    (tmp_path / "luan-van.docx").write_bytes(b"ba nam cong suc")

    with pytest.raises(ActionNeeded) as refusal:
        stage.clear(tmp_path)

    assert refusal.value.key == "demo.not_a_demo"
    assert (tmp_path / "luan-van.docx").read_bytes() == b"ba nam cong suc"


@pytest.mark.parametrize("before", ["nothing", "an empty folder", "an earlier demo"])
def test_a_new_or_an_earlier_demos_folder_is_emptied(tmp_path, before):
    out = tmp_path / "demo"
    if before != "nothing":
        out.mkdir()
    if before == "an earlier demo":
        stage.clear(out)
        (out / "plancycle.db").write_bytes(b"old")
    stage.clear(out)

    assert [path.name for path in out.iterdir()] == [stage.MARKER]


def test_every_address_is_under_a_domain_that_exists_nowhere(tmp_path):
    programme = stage.furnish(tmp_path, "tn-nq94", 0, 2026)
    book = address_book(tmp_path)
    officials = [book.preparer, book.signatory, book.approver]
    addresses = [box for one in book.contacts for box in (one.email, one.alternate_email, one.leader_email)]
    addresses += [one.email for one in officials] + [book.operator_email]

    assert [contact.agency for contact in book.contacts] == list(cast_of(programme))
    assert [box for box in addresses if not box.endswith(".example")] == []
    assert len({one.id for one in officials}) == 3
    assert [name for name in (one.name for one in (*officials,)) if "(mô phỏng)" not in name] == []


def test_reports_of_a_rehearsal_are_headed_as_such(tmp_path):
    assert stage.furnish(tmp_path, "tn-nq94", 0, 1).report.issuing_body == "SỞ NỘI VỤ (DIỄN TẬP)"


def test_one_mailbox_is_dead_and_the_relay_is_told(tmp_path):
    programme = stage.furnish(tmp_path, "tn-nq94", 0, 2026)
    contact = address_book(tmp_path).contact("bao-thai-nguyen")

    assert people.dead_addresses(cast_of(programme)) == [contact.email]
    assert contact.alternate_email in people.mailboxes("bao-thai-nguyen")


@pytest.mark.parametrize("count", [1, 5, 19, 24, 28])
def test_a_smaller_cast_is_still_a_valid_programme(tmp_path, count):
    programme = stage.furnish(tmp_path, "tn-nq94", count, 2026)

    assert len(programme.reporters) == count
    assert programme.reporters[0] == "so-noi-vu"


@pytest.mark.parametrize(("count", "communes"), [(0, 9), (1, 0), (5, 2), (28, 9), (40, 21), (120, 92)])
def test_a_sample_of_the_communes_plays_unless_more_are_asked_for(tmp_path, count, communes):
    programme = stage.furnish(tmp_path, "tn-nq94", count, 2026)
    playing = [agency for agency in cast_of(programme) if agency.startswith(("xa-", "phuong-"))]

    assert len(playing) == communes
    assert stage.communes(tmp_path, "tn-nq94") == (communes, 92 if communes else 0)


def test_each_former_district_has_one_commune_in_the_sample(tmp_path):
    programme = stage.furnish(tmp_path, "tn-nq94", 0, 2026)
    names = [programme.agency(one).name for one in cast_of(programme) if one.startswith(("xa-", "phuong-"))]

    assert sorted(names) == sorted(
        [
            "UBND phường Phan Đình Phùng",
            "UBND phường Phổ Yên",
            "UBND phường Sông Công",
            "UBND xã Đại Từ",
            "UBND xã Định Hóa",
            "UBND xã Đồng Hỷ",
            "UBND xã Phú Bình",
            "UBND xã Phú Lương",
            "UBND xã Võ Nhai",
        ]
    )


def test_the_secret_comes_from_the_seed(tmp_path):
    secrets = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / name).mkdir()
        stage.furnish(tmp_path / name, "tn-nq94", 1, seed)
        secrets.append((tmp_path / name / "secret.key").read_text())

    assert secrets[0] == secrets[1] != secrets[2]
    assert Path(tmp_path / "a" / "secret.key").stat().st_mode & 0o077 == 0


def test_the_deputy_chair_returns_the_first_annual_report_only():
    chair = people.DeputyChair(ANNUAL)
    letters = [
        letter(f"Kỳ báo cáo : {period}\nĐọc: http://127.0.0.1:8600/phe-duyet/token.{number}\n")
        for number, period in enumerate(("Quý I/2025", ANNUAL, ANNUAL))
    ]
    decisions = [chair.decide(one) for one in letters]

    assert [decision.approve for decision in decisions] == [True, False, True]
    assert [decision.token for decision in decisions] == ["token.0", "token.1", "token.2"]
    assert len(decisions[1].reason) >= 10


def test_the_deputy_chair_approves_at_once_when_nobody_else_is_about_to_send():
    decision = people.DeputyChair(ANNUAL, will_return=False).decide(letter(f"{ANNUAL} /phe-duyet/token"))

    assert decision.approve


def test_a_letter_without_a_link_asks_for_no_decision():
    assert people.DeputyChair(ANNUAL).decide(letter("Biên nhận: ABC")) is None


def test_the_office_answers_each_delivery_once(tmp_path):
    for key in ("q1-a", "q2-b"):
        (tmp_path / "ubnd-tinh" / key).mkdir(parents=True)
        (tmp_path / "ubnd-tinh" / key / "manifest.json").write_text("{}")

    assert people.register_arrivals(tmp_path) == ["q1-a", "q2-b"]
    assert people.register_arrivals(tmp_path) == []


def test_a_rehearsal_logs_errors_only_so_that_its_story_can_be_read_on_the_screen(tmp_path):
    with only_these_settings(tmp_path, "folder:", ""):
        assert load_settings().log_level == "error"
