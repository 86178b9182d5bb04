"""Signatures on a PDF: placed as Decree 30/2020 says, valid to two independent readers, worthless after any change."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from certificates import Identity, root, under
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from sample_report import report_facts
from signing_kit import PASSWORD, SOFTHSM, make_token, picture, with_words_added

from plancycle.adapters.documents.compose import compose
from plancycle.adapters.documents.pdf import report_pdf
from plancycle.adapters.signing.keys import KeyFile, Token, opened_signer
from plancycle.adapters.signing.places import MM, Place, of_other_file, of_person, of_seal
from plancycle.adapters.signing.sign import Appearance, dispatch_line, sign
from plancycle.adapters.signing.verify import verify
from plancycle.adapters.texts import Catalogue
from plancycle.cli import run
from plancycle.domain.errors import ActionNeeded, DataProblem, UnreadableFile
from plancycle.domain.signatures import SignerRole, check_signed_copy

AT = datetime(2025, 12, 9, 16, 5, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
PERSON, BODY = "Trần Văn Mẫu", "SỞ NỘI VỤ"


@pytest.fixture(scope="module")
def report() -> bytes:
    return report_pdf(compose(report_facts(), Catalogue()))


@pytest.fixture(scope="module")
def place(report) -> Place:
    return of_person(report, "PHÓ GIÁM ĐỐC", PERSON)


def signed(pdf: bytes, place: Place, folder: Path, who: str = PERSON, role: SignerRole = SignerRole.PERSON) -> bytes:
    file = under(root(), who).saved(folder / "key.p12", PASSWORD)
    colour = (0, 0, 200) if role is SignerRole.PERSON else (220, 0, 0)
    with opened_signer(KeyFile(file, PASSWORD)) as signer:
        return sign(pdf, signer, role, Appearance(place, picture(*colour)), AT)


def trusted() -> list[bytes]:
    return [root().der]


def test_a_person_and_a_body_sign_and_both_signatures_are_good(report, place, tmp_path):
    by_person = signed(report, place, tmp_path)
    by_both = signed(by_person, of_seal(place, 36), tmp_path, BODY, SignerRole.BODY)
    found = verify(by_both, trusted(), report)

    assert [(fact.signer, fact.is_good) for fact in found.facts] == [(PERSON, True), (BODY, True)]
    assert (found.contains_approved, found.is_good, by_both.startswith(report)) == (True, True, True)
    check_signed_copy(found)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def test_another_reader_agrees_that_the_signature_is_valid(report, place, tmp_path):
    (tmp_path / "signed.pdf").write_bytes(signed(report, place, tmp_path))
    seen = subprocess.run(
        ["pdfsig", "-nocert", "signed.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    said = [line.strip("- ") for line in seen.stdout.splitlines()]
    assert "Signature Validation: Signature is Valid." in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert f"Signer Certificate Common Name: {PERSON}" in said


def test_a_time_stamp_vouches_for_the_time(report, place, tmp_path):
    clock: Identity = under(root(), "Đồng hồ", for_time=True)
    stamper = DummyTimeStamper(
        *_for_asn1(clock), certs_to_embed=None, fixed_dt=datetime(2026, 1, 2, 3, 4, 5, tzinfo=ZoneInfo("UTC"))
    )
    file = under(root(), PERSON).saved(tmp_path / "key.p12", PASSWORD)
    with opened_signer(KeyFile(file, PASSWORD)) as signer:
        data = sign(report, signer, SignerRole.PERSON, Appearance(place, picture(0, 0, 200)), AT, stamper)

    (fact,) = verify(data, trusted(), report).facts
    assert (fact.is_timestamped, fact.signed_at) == (True, datetime(2026, 1, 2, 3, 4, 5, tzinfo=ZoneInfo("UTC")))


def _for_asn1(identity: Identity):
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives import serialization as form

    key = identity.key.private_bytes(form.Encoding.DER, form.PrivateFormat.PKCS8, form.NoEncryption())
    return Certificate.load(identity.der), load_private_key_from_pemder_data(key, None)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


def test_a_changed_byte_anywhere_in_the_signed_text_is_noticed(report, place, tmp_path):
    data = signed(report, place, tmp_path)
    for at in range(100, len(report), len(report) // 20):
        try:
            found = verify(flipped(data, at), trusted(), report)
        except UnreadableFile:
            continue
        assert (found.is_good, found.contains_approved) == (False, False)


def test_words_added_after_the_signature_are_noticed(report, place, tmp_path):
    found = verify(with_words_added(signed(report, place, tmp_path)), trusted(), report)
    assert (found.facts[0].is_intact, found.facts[0].covers_document, found.is_good) == (True, False, False)


def test_words_added_before_the_signature_are_noticed_against_what_was_approved(report, place, tmp_path):
    found = verify(signed(with_words_added(report), place, tmp_path), trusted(), report)
    assert (found.facts[0].is_good, found.contains_approved) == (True, False)


def test_a_signature_from_under_another_root_is_not_trusted(report, place, tmp_path):
    stranger = root("Gốc lạ")
    found = verify(signed(report, place, tmp_path), [stranger.der], report)
    assert (found.facts[0].is_intact, found.facts[0].is_trusted) == (True, False)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda report, data: verify(report, trusted(), report), "signature.none"),
        (lambda report, data: verify(data, trusted(), report + b"\n"), "signature.other_document"),
        (lambda report, data: verify(with_words_added(data), trusted()), "signature.changed_after"),
        (lambda report, data: verify(data, [], report), "signature.not_trusted"),
        (
            lambda report, data: replace(
                found := verify(data, trusted()), facts=(replace(found.facts[0], is_intact=False),)
            ),
            "signature.not_intact",
        ),
    ],
)
def test_a_signed_copy_that_is_not_right_must_not_leave(report, place, tmp_path, change, key):
    with pytest.raises(DataProblem) as refused:
        check_signed_copy(change(report, signed(report, place, tmp_path)))
    assert refused.value.key == key


def test_the_command_tells_of_every_signature(report, place, tmp_path, capsys):
    files = {"signed.pdf": signed(report, place, tmp_path), "approved.pdf": report, "root.crt": root().der}
    paths = {name: tmp_path / name for name in files}
    for name, data in files.items():
        paths[name].write_bytes(data)
    asked = ["verify-signature", str(paths["signed.pdf"]), "--approved", str(paths["approved.pdf"]), "--json"]

    assert run([*asked, "--trust", str(paths["root.crt"])]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["contains_approved"]) == (True, True)
    assert [(one["signer"], one["is_good"]) for one in answer["signatures"]] == [(PERSON, True)]
    assert run(asked) == 3


def test_the_signature_stands_in_the_middle_between_position_and_name(place):
    left, bottom, right, top = place.box
    assert (place.page, round((right - left) / MM)) == (1, 45)
    assert (300 < left < right < 595, top - bottom > 10 * MM) == (True, True)


def test_the_seal_covers_a_third_of_the_signature_on_its_left(place):
    seal = of_seal(place, 36)
    left, bottom, right, top = seal.box
    covered = (right - place.box[0]) / (place.box[2] - place.box[0])
    assert (round(covered, 3), round((right - left) / MM), round((top - bottom) / MM)) == (0.333, 36, 36)
    assert (bottom + top) / 2 == pytest.approx((place.box[1] + place.box[3]) / 2)


def test_a_separate_file_carries_number_and_time_at_the_top_right(report, tmp_path):
    file = under(root(), BODY).saved(tmp_path / "key.p12", PASSWORD)
    words = dispatch_line("Số: 12/BC-SNV", AT)
    with opened_signer(KeyFile(file, PASSWORD)) as signer:
        data = sign(report, signer, SignerRole.BODY, Appearance(of_other_file(report), text=words), AT)

    assert words == "Số: 12/BC-SNV; 2025-12-09T16:05:12+07:00"
    assert verify(data, trusted(), report).is_good
    box = PdfFileReader(BytesIO(data)).embedded_signatures[0].sig_field["/Rect"]
    assert (float(box[2]) > 540, float(box[3]) > 800) == (True, True)


def test_a_document_without_the_name_has_no_place_to_sign(report):
    with pytest.raises(DataProblem, match="no_place"):
        of_person(report, "PHÓ GIÁM ĐỐC", "Người Khác")


@pytest.mark.parametrize("image", [b"GIF89a", picture(0, 0, 200, colour_type=2)], ids=["no png", "not transparent"])
def test_a_picture_must_be_a_transparent_png(report, place, tmp_path, image):
    file = under(root(), PERSON).saved(tmp_path / "key.p12", PASSWORD)
    with opened_signer(KeyFile(file, PASSWORD)) as signer, pytest.raises(DataProblem, match="picture_not_png"):
        sign(report, signer, SignerRole.PERSON, Appearance(place, image), AT)


@pytest.mark.parametrize("password", ["sai", ""])
def test_a_key_file_with_a_wrong_password_is_not_opened(tmp_path, password):
    file = under(root(), PERSON).saved(tmp_path / "key.p12", PASSWORD)
    with pytest.raises(ActionNeeded, match="key_not_opened"), opened_signer(KeyFile(file, password)):
        pass


def test_neither_password_nor_pin_shows_in_a_log():
    assert PASSWORD not in repr(KeyFile(Path("a.p12"), PASSWORD))
    assert "1234" not in repr(Token(SOFTHSM, "vgca", "key", "1234"))


@pytest.mark.skipif(not SOFTHSM.exists() or shutil.which("softhsm2-util") is None, reason="SoftHSM is not installed")
def test_a_token_signs_without_giving_its_key_out(report, place, tmp_path, monkeypatch):
    make_token(monkeypatch)
    with opened_signer(Token(SOFTHSM, "vgca", "signer", "1234")) as signer:
        data = sign(report, signer, SignerRole.PERSON, Appearance(place, picture(0, 0, 200)), AT)
    assert verify(data, trusted(), report).is_good

    with pytest.raises(ActionNeeded, match="token_not_opened"), opened_signer(Token(SOFTHSM, "vgca", "signer", "0000")):
        pass
