"""Certificates made for one test: a root, people and bodies under it, and a time-stamping authority."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

START = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Identity:
    """A key and its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def saved(self, path: Path, password: str) -> Path:
        """As a PKCS#12 file."""
        secret = serialization.BestAvailableEncryption(password.encode())
        path.write_bytes(pkcs12.serialize_key_and_certificates(b"key", self.key, self.certificate, None, secret))
        return path


@cache
def root(name: str = "Gốc thử nghiệm") -> Identity:
    """A root that signs itself."""
    key = rsa.generate_private_key(65537, 2048)
    return Identity(key, _certificate(name, key, name, key, is_root=True))


@cache
def under(issuer: Identity, name: str, for_time: bool = False) -> Identity:
    """A certificate under a root, for signing documents or for stamping times."""
    key = rsa.generate_private_key(65537, 2048)
    issued_by = issuer.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return Identity(key, _certificate(name, key, str(issued_by), issuer.key, for_time=for_time))


def _certificate(
    name: str,
    key: rsa.RSAPrivateKey,
    issuer: str,
    issuer_key: rsa.RSAPrivateKey,
    is_root: bool = False,
    for_time: bool = False,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(is_root, None), critical=True)
        .add_extension(
            x509.KeyUsage(not is_root, not is_root, False, False, False, is_root, is_root, False, False), critical=True
        )
    )
    if for_time:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())
