"""Between the last approval and the transmittal the report is signed: here with a key file or a token, or elsewhere."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import factories as f
import pytest
from approval_world import CHAIR, STEPS, a_chain_house, approve_all, put_up
from certificates import root, under
from fakes import FakeDocuments
from one_page import one_page
from signing_kit import PASSWORD, SOFTHSM, make_token, picture, with_words_added
from small_programme import ANNUAL, HEALTH, HOME
from time_stamps import stamping

from plancycle.adapters.signing.desk import signing_desk
from plancycle.adapters.signing.pictures import check_colour
from plancycle.adapters.signing.setup import read_setup
from plancycle.domain.agencies import Agency, AgencyKind
from plancycle.domain.approval_chain import ApprovalRules
from plancycle.domain.errors import ActionNeeded, DataProblem, NotAllowed, OutsideFailure
from plancycle.domain.programme import Addressee, Copies, Recipient
from plancycle.domain.signatures import Expected, SignatureFact, SignatureReport, SignerRole, check_signers
from plancycle.services.corrections import open_correction
from plancycle.services.prepare_submission import prepare
from plancycle.services.receive_submission import receive
from plancycle.services.report_contents import RenderedFile
from plancycle.services.sign_edition import SigningStatus, bring_in, sign_if_due, standing
from plancycle.services.sweep import due_actions, perform
from plancycle.services.transmit_edition import transmit

PERSON, BODY = "Trần Văn Mẫu", "SỞ NỘI VỤ"
BLUE, RED = picture(0, 0, 200), picture(220, 0, 0)


@pytest.fixture(scope="module")
def report() -> bytes:
    return one_page()


class OneReport(FakeDocuments):
    """Documents whose PDF is a real one."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf

    def report(self, facts):
        return tuple(
            RenderedFile(file.kind, file.file_name, self.pdf if file.kind == "pdf" else file.data)
            for file in super().report(facts)
        )

    def document(self, facts):
        extract = one_page(f"Báo cáo đề án {facts.number}")
        return tuple(
            RenderedFile(file.kind, file.file_name, extract if file.kind == "pdf" else file.data)
            for file in super().document(facts)
        )


def a_desk(folder: Path, *signers: str, timestamp: str = "", secrets=None):
    """A signing desk over a file in the folder, with a person's and a body's key and the root that is trusted."""
    under(root(), PERSON).saved(folder / "nguoi.p12", PASSWORD)
    under(root(), BODY).saved(folder / "co-quan.p12", PASSWORD)
    (folder / "goc.crt").write_bytes(root().der)
    (folder / "chu-ky.png").write_bytes(BLUE)
    (folder / "con-dau.png").write_bytes(RED)
    lines = ["trusted: [goc.crt]", f'timestamp: "{timestamp}"', "signers:", *signers]
    (folder / "signing.yaml").write_text("\n".join(lines), encoding="utf-8")
    known = secrets or {"PASS": PASSWORD, "PIN": "1234"}
    return signing_desk(folder / "signing.yaml", lambda name: known.get(name, ""))


BY_PERSON = "  - {role: person, file: nguoi.p12, secret_env: PASS, image: chu-ky.png}"
BY_BODY = "  - {role: body, file: co-quan.p12, secret_env: PASS, image: con-dau.png, diameter: 36}"
ELSEWHERE = "  - {role: person, elsewhere: true}"
BY_TOKEN = f"  - {{role: person, library: {SOFTHSM}, token: vgca, certificate: signer, secret_env: PIN}}"


MINISTRY = "bo-xay-dung"


def with_an_extract(programme):
    """One task follows a ministry's timetable, so it gets an extract; somebody else gets a copy of the report."""
    works = tuple(
        replace(one, ministry_schedule=MINISTRY) if one.agencies == (HEALTH,) else one for one in programme.works
    )
    return replace(
        programme,
        agencies=(*programme.agencies, Agency(MINISTRY, "Bộ Xây dựng", AgencyKind.MINISTRY)),
        works=works,
        extracts=(Addressee(MINISTRY, "http", (ANNUAL,)),),
        copies=Copies("http", (ANNUAL,)),
        recipients=(Recipient(1, "Thường trực Tỉnh ủy", "party"),),
    )


def a_house(report: bytes, desk=None, rules: ApprovalRules | None = None, change=None):
    house = a_chain_house(rules=rules, documents=OneReport(report), change=change)
    signatory = replace(house.programmes.book.signatory, name=PERSON, position="PHÓ GIÁM ĐỐC")
    house.programmes.book = replace(house.programmes.book, signatory=signatory)
    if desk is not None:
        house.signing = desk
    return house


def sent_pdf(house) -> bytes:
    (package, *_) = house.gateways["http"].taken.values()
    return next(file.data for file in package.files if file.kind == "pdf")


def stands(house, edition):
    from plancycle.services.cycle_view import cycle_view

    with house.work() as work:
        return standing(house, work, cycle_view(house, 2025, work), work.editions.get(edition))


def test_the_sweep_signs_what_was_approved_and_what_leaves_begins_with_the_approved_bytes(report, tmp_path):
    house = a_house(report, a_desk(tmp_path, BY_BODY, BY_PERSON))
    edition = approve_all(house).edition
    with pytest.raises(ActionNeeded, match=r"signature\.missing"):
        transmit(house, edition)
    assert (stands(house, edition).status, house.gateways["http"].taken) == (SigningStatus.DUE, {})
    due = [one.kind for one in due_actions(house, 2025) if one.key == edition]
    perform(house, 2025)
    data = sent_pdf(house)

    assert due == ["sign"]
    assert data.startswith(report)
    assert len(data) > len(report)
    found = house.signing.verify(data, report)
    assert ([fact.signer for fact in found.facts], found.is_good) == ([PERSON, BODY], True)
    assert stands(house, edition).status is SigningStatus.SIGNED
    (tmp_path / "sent.pdf").write_bytes(data)
    if shutil.which("pdfsig"):
        said = subprocess.run(["pdfsig", "-nocert", tmp_path / "sent.pdf"], capture_output=True, text=True, check=False)
        assert said.stdout.count("Signature is Valid") == len(found.facts)


def test_every_pdf_that_leaves_is_signed_the_report_its_copies_and_each_extract(report, tmp_path):
    house = a_house(report, a_desk(tmp_path, BY_BODY, BY_PERSON), change=with_an_extract)
    edition = approve_all(house).edition
    asked = stands(house, edition).missing
    done = sign_if_due(house, edition)
    sent = transmit(house, edition)
    given = {
        (str(one.part), file.kind): house.signing.verify(file.data).is_good
        for one in sent
        for file in house.gateways[one.channel].taken[one.key].files
        if file.kind.endswith("pdf")
    }

    assert (len(asked), done.status, done.missing, done.signers) == (2, SigningStatus.SIGNED, (), f"{PERSON}, {BODY}")
    assert given == {("report", "pdf"): True, ("extract", f"{MINISTRY}.pdf"): True, ("copy", "pdf"): True}


class WithAnnexPart(OneReport):
    """A report with a part of an annex in a file of its own."""

    def report(self, facts):
        part = RenderedFile("annex/III-001.pdf", "phu-luc-III_phan-001-001.pdf", one_page("Phụ lục III (phần 1/1)"))
        return (*super().report(facts), part)


@pytest.mark.parametrize(
    ("signers", "on_the_part"),
    [((BY_BODY, BY_PERSON), [BODY]), ((BY_PERSON,), [])],
    ids=["body and person", "person alone"],
)
def test_a_part_of_an_annex_is_signed_by_the_body_alone_and_leaves_with_the_report(
    report, tmp_path, signers, on_the_part
):
    house = a_house(report, a_desk(tmp_path, *signers))
    house.documents = WithAnnexPart(report)
    edition = approve_all(house).edition
    done = sign_if_due(house, edition)
    (first, *_) = transmit(house, edition)
    sent = {one.kind: one.data for one in house.gateways[first.channel].taken[first.key].files}

    assert (done.status, len(done.copies)) == (SigningStatus.SIGNED, 1 + len(on_the_part))
    facts = house.signing.verify(sent["annex/III-001.pdf"]).facts if on_the_part else ()
    assert [one.signer for one in facts] == on_the_part
    assert sent["annex/III-001.pdf"].startswith(one_page("Phụ lục III (phần 1/1)"))


def test_copies_signed_elsewhere_come_in_one_by_one_and_nothing_leaves_before_the_last(report, tmp_path):
    house = a_house(report, a_desk(tmp_path, ELSEWHERE), change=with_an_extract)
    edition = approve_all(house).edition
    (tmp_path / "b").mkdir()
    pen, signatory = a_desk(tmp_path / "b", BY_PERSON), house.programmes.book.signatory
    with house.work() as work:
        pdfs = [one for one in work.editions.documents(edition) if one.kind.endswith("pdf")]
    statuses = []
    for pdf in sorted(pdfs, key=lambda one: one.kind):
        with pytest.raises(ActionNeeded, match=r"signature\.missing"):
            transmit(house, edition)
        data = pen.sign(house.files.get(pdf.sha256), signatory, house.clock.now())
        statuses.append(bring_in(house, edition, data, "van-thu").status)

    assert statuses == [SigningStatus.ELSEWHERE, SigningStatus.SIGNED]
    assert len(transmit(house, edition)) == 4


def fact(signer, fingerprint="ab" * 32):
    return SignatureFact("f", signer, True, True, True, None, False, fingerprint)


@pytest.mark.parametrize(
    ("found", "certificate", "reason"),
    [
        ([fact(PERSON), fact("Sở Nội vụ")], "", None),
        ([fact("TRẦN  VĂN MẪU"), fact("Sở Nội vụ tỉnh Thái Nguyên")], "", None),
        ([fact("Sở Nội vụ"), fact(PERSON)], "", None),
        ([fact("Tran Van Mau"), fact("Sở Nội vụ")], "Tran Van Mau", None),
        ([fact("Tran Van Mau"), fact("Sở Nội vụ")], "AB:" * 31 + "ab", None),
        ([fact("Tran Van Mau", "cd" * 32), fact("Sở Nội vụ", "cd" * 32)], "ab" * 32, "signature.wrong_signer"),
        ([fact("Trần Văn Mẫu Hai"), fact("Sở Nội vụ")], "", "signature.wrong_signer"),
        ([fact(PERSON), fact("Sở Nội vụ số hai")], "", None),
        ([fact(PERSON), fact("Sở Tài chính")], "", "signature.wrong_signer"),
        ([fact("Phạm Thị Lạ"), fact("Sở Nội vụ")], "", "signature.wrong_signer"),
        ([fact(PERSON), fact(PERSON)], "", "signature.too_few"),
    ],
)
def test_each_role_is_signed_by_its_own_signer(found, certificate, reason):
    expected = [Expected(SignerRole.PERSON, PERSON, certificate), Expected(SignerRole.BODY, "Sở Nội vụ")]
    report = SignatureReport(tuple(found))
    if reason is None:
        check_signers(report, expected)
        return
    with pytest.raises(DataProblem) as refused:
        check_signers(report, expected)
    assert refused.value.key == reason


def test_a_copy_with_good_signatures_of_somebody_else_is_not_taken(report, tmp_path):
    house = a_house(report, a_desk(tmp_path, ELSEWHERE))
    edition = approve_all(house).edition
    (tmp_path / "b").mkdir()
    pen = a_desk(tmp_path / "b", BY_PERSON)
    under(root(), "Phạm Thị Lạ").saved(tmp_path / "b" / "nguoi.p12", PASSWORD)
    data = pen.sign(report, house.programmes.book.signatory, house.clock.now())
    with pytest.raises(DataProblem) as refused:
        bring_in(house, edition, data, "van-thu")

    assert (refused.value.key, refused.value.params["signers"]) == ("signature.wrong_signer", "Phạm Thị Lạ")
    assert stands(house, edition).status is SigningStatus.ELSEWHERE


def test_an_edition_that_a_newer_one_replaced_waits_for_no_approval(report, tmp_path):
    house = a_house(report, a_desk(tmp_path, ELSEWHERE))
    edition = approve_all(house).edition
    open_correction(house, f.owed(HOME), f.REASON, "so-noi-vu")
    receive(house, f.a_workbook(house, HOME, inspections__value="5"), "lan-2.xlsx", "folder")
    newer = prepare(house, f.a_final_edition(house).id).approval.edition

    statuses = [stands(house, one).status for one in (edition, newer)]
    assert statuses == [SigningStatus.VOID, SigningStatus.WAITS_FOR_APPROVAL]


@pytest.mark.skipif(not SOFTHSM.exists() or shutil.which("softhsm2-util") is None, reason="SoftHSM is not installed")
def test_a_token_signs_and_an_authority_stamps_the_time(report, tmp_path, monkeypatch):
    make_token(monkeypatch)
    with stamping(under(root(), "Đồng hồ", for_time=True)) as address:
        house = a_house(report, a_desk(tmp_path, BY_TOKEN, timestamp=address))
        edition = approve_all(house).edition
        done = sign_if_due(house, edition)
    (fact,) = house.signing.verify(house.files.get(done.copies[0].sha256), report).facts

    assert (done.status, fact.is_good, fact.is_timestamped) == (SigningStatus.SIGNED, True, True)
    assert {str(one.status) for one in transmit(house, edition)} == {"sent"}


@pytest.mark.parametrize(
    ("address", "secrets", "reason"),
    [
        ("http://127.0.0.1:9/", None, "signature.time_not_stamped"),
        ("", {"PASS": "sai"}, "signature.key_not_opened"),
    ],
)
def test_what_cannot_be_signed_now_waits_noted_once_a_day(report, tmp_path, address, secrets, reason):
    house = a_house(report, a_desk(tmp_path, BY_PERSON, timestamp=address, secrets=secrets))
    edition = approve_all(house).edition
    for _ in range(2):
        assert sign_if_due(house, edition).failure == reason
    with pytest.raises(ActionNeeded, match=r"signature\.missing"):
        transmit(house, edition)
    with house.work() as work:
        noted = [event.action for event in work.audit.all()].count("signature.not_made")

    assert (noted, stands(house, edition).failure, house.gateways["http"].taken) == (1, reason, {})


def test_an_authority_that_answers_with_an_error_is_an_outside_failure(report, tmp_path):
    with stamping(under(root(), "Đồng hồ", for_time=True), status=500) as address:
        desk = a_desk(tmp_path, BY_PERSON, timestamp=address)
        with pytest.raises(OutsideFailure, match="time_not_stamped"):
            desk.sign(
                report,
                replace(f.a_house().programmes.book.signatory, name=PERSON, position="PHÓ GIÁM ĐỐC"),
                f.at(12, 2),
            )


def test_a_copy_signed_elsewhere_is_taken_only_when_everything_is_right(report, tmp_path):
    house = a_house(report, a_desk(tmp_path, ELSEWHERE))
    signatory = house.programmes.book.signatory
    (tmp_path / "b").mkdir()
    elsewhere = a_desk(tmp_path / "b", BY_PERSON).sign(report, signatory, house.clock.now())
    asked = put_up(house).edition
    with pytest.raises(NotAllowed):
        bring_in(house, asked, elsewhere, "van-thu")
    decide_all(house, asked)
    stranger = under(root("Gốc lạ"), PERSON).saved(tmp_path / "b" / "nguoi.p12", PASSWORD)
    untrusted = signing_desk(tmp_path / "b" / "signing.yaml", lambda _: PASSWORD).sign(report, signatory, f.at(12, 2))
    wrong = {
        "signature.none": report,
        "signature.not_trusted": untrusted,
        "signature.changed_after": with_words_added(elsewhere),
    }
    for reason, data in wrong.items():
        with pytest.raises(DataProblem) as refused:
            bring_in(house, asked, data, "van-thu")
        assert refused.value.key in (reason, "signature.other_document"), reason
    assert (stranger.exists(), stands(house, asked).status) == (True, SigningStatus.ELSEWHERE)
    assert [one for one in due_actions(house, 2025) if one.kind in ("sign", "transmit")] == []
    done = bring_in(house, asked, elsewhere, "van-thu")
    transmit(house, asked)

    assert (done.signers, str(done.copies[0].origin), sent_pdf(house)) == (PERSON, "elsewhere", elsewhere)


def decide_all(house, edition):
    from approval_world import DIRECTOR, newest
    from proving import decide_as

    decide_as(house, newest(house, edition).id, DIRECTOR, True, "")
    decide_as(house, newest(house, edition).id, CHAIR, True, "")


def test_a_programme_can_ask_for_signatures_that_nobody_set_up(report):
    house = a_house(report, rules=ApprovalRules(STEPS, (SignerRole.PERSON, SignerRole.BODY)))
    edition = approve_all(house).edition
    with pytest.raises(ActionNeeded) as refused:
        transmit(house, edition)

    (missing,) = stands(house, edition).missing
    roles = "vi:signer_role.person{}, vi:signer_role.body{}"
    assert refused.value.params == {"edition": edition, "roles": roles, "files": missing}
    assert stands(house, edition).status is SigningStatus.ELSEWHERE


def test_what_left_before_a_signature_was_asked_for_is_neither_signed_nor_stopped(report, tmp_path):
    house = a_house(report)
    edition = approve_all(house).edition
    house.gateways["http"].script += ["down"]
    transmit(house, edition)  # to one of the addressees
    house.signing = a_desk(tmp_path, BY_PERSON)
    before = stands(house, edition)
    due = [one.kind for one in due_actions(house, 2025)]
    perform(house, 2025)
    with house.work() as work:
        log = [one.action for one in work.audit.all()]
        states = {str(one.status) for one in work.transmittals.of_cycle("ct-2025")}

    assert (before.status, before.missing) == (SigningStatus.NOT_ASKED, ())
    assert ("sign" in due, "signature.not_made" in log) == (False, False)
    assert "intent" not in states  # the others get the very bytes the first one has


def test_a_copy_spoiled_in_the_store_does_not_leave(report, tmp_path):
    house = a_house(report, a_desk(tmp_path, BY_PERSON))
    edition = approve_all(house).edition
    copy = sign_if_due(house, edition).copies[0]
    spoiled = bytearray(house.files.get(copy.sha256))
    spoiled[1000] ^= 1
    house.files.stored[copy.sha256] = bytes(spoiled)
    with pytest.raises(DataProblem):
        transmit(house, edition)
    assert house.gateways["http"].taken == {}


@pytest.mark.parametrize(
    ("image", "role", "is_right"),
    [
        (BLUE, SignerRole.PERSON, True),
        (RED, SignerRole.BODY, True),
        (RED, SignerRole.PERSON, False),
        (BLUE, SignerRole.BODY, False),
        (picture(90, 90, 90), SignerRole.PERSON, False),
    ],
)
def test_a_persons_picture_is_blue_and_a_seal_red(image, role, is_right):
    if is_right:
        check_colour(image, role)
        return
    with pytest.raises(DataProblem, match="picture_colour"):
        check_colour(image, role)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("signers: [{role: person}]", "signers.0"),
        ("signers: [{role: king, elsewhere: true}]", "signers.0.role"),
        ("signers: [{role: body, elsewhere: true, password: abc}]", "signers.0.password"),
        ("timestamp: ftp://x", "timestamp"),
        ("signers: [", "–"),
    ],
)
def test_a_wrong_file_about_signatures_says_where(tmp_path, text, place):
    (tmp_path / "signing.yaml").write_text(text)
    with pytest.raises(DataProblem) as refused:
        read_setup(tmp_path / "signing.yaml")
    assert refused.value.params["place"] == place


def test_without_a_file_nothing_is_asked_for(report, tmp_path):
    house = a_house(report, signing_desk(tmp_path / "signing.yaml", str))
    edition = approve_all(house).edition

    assert (stands(house, edition).status, house.signing.here) == (SigningStatus.NOT_ASKED, ())
    transmit(house, edition)
    assert sent_pdf(house) == report
