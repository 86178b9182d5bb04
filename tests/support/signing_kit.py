"""What tests of signatures share: pictures, a software token, a PDF that was written on."""

import atexit
import shutil
import subprocess
import tempfile
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from certificates import root, under
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.stamp import TextStampStyle

PASSWORD = "mật khẩu"
PERSON = "Trần Văn Mẫu"
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


def picture(red: int, green: int, blue: int, colour_type: int = 6) -> bytes:
    """A PNG of 20 × 10 points in one colour."""
    points = bytes((red, green, blue, 160)[: 4 if colour_type == 6 else 3])

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    header = (20).to_bytes(4) + (10).to_bytes(4) + bytes((8, colour_type, 0, 0, 0))
    rows = b"".join(b"\0" + points * 20 for _ in range(10))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def with_words_added(pdf: bytes) -> bytes:
    """The PDF with a line written over its first page, as an addition at its end."""
    pen = IncrementalPdfFileWriter(BytesIO(pdf))
    TextStampStyle(stamp_text="Đã sửa").create_stamp(pen, None, {}).apply(0, 100, 400)
    output = BytesIO()
    pen.write(output)
    return output.getvalue()


def make_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """A software token that holds one person's key and certificate; one for all tests."""
    monkeypatch.setenv("SOFTHSM2_CONF", str(token_folder() / "softhsm2.conf"))
    fill_token()


@cache
def token_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="token-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    return folder


@cache
def fill_token() -> None:
    import pkcs11
    from cryptography.hazmat.primitives import serialization as form
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    command = ["softhsm2-util", "--init-token", "--free", "--label", "vgca", "--so-pin", "9999", "--pin", "1234"]
    subprocess.run(command, check=True, capture_output=True)
    identity = under(root(), PERSON)
    key = identity.key.private_bytes(form.Encoding.DER, form.PrivateFormat.TraditionalOpenSSL, form.NoEncryption())
    named = {pkcs11.Attribute.LABEL: "signer", pkcs11.Attribute.ID: b"1", pkcs11.Attribute.TOKEN: True}
    with pkcs11.lib(str(SOFTHSM)).get_token(token_label="vgca").open(user_pin="1234", rw=True) as session:
        session.create_object({**decode_rsa_private_key(key), **named})
        session.create_object({**decode_x509_certificate(identity.der), **named})
