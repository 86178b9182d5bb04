"""Whatever goes wrong on the way, each addressee has one effective report; the ministries listen on loopback."""

import ipaddress
import itertools
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta

import factories as f
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from loopback_upward import a_house_before, a_house_with, keys_in_force, of_ministry
from small_programme import DURING_ANNUAL, YEAR

from plancycle.adapters.gateways import HttpGateway
from plancycle.domain.exchange import document_id
from plancycle.domain.transmittals import TransmittalStatus
from plancycle.rehearsal.exchange import Exchange
from plancycle.rehearsal.faults import Fault
from plancycle.rehearsal.ministry import Ministry
from plancycle.services.acknowledgements import ask_acknowledgements
from plancycle.services.correct_upward import settle_by_hand
from plancycle.services.transmit_edition import transmit

TABLE = [
    # fault of each delivery in turn, what stands after the first try, after all, how often it was delivered
    ((), "sent", "sent", 1),
    ((Fault.BROKEN,), "unknown", "sent", 2),
    ((Fault.BROKEN, Fault.BROKEN, Fault.BUSY), "unknown", "sent", 4),
    ((Fault.BROKEN_AFTER_EFFECT,), "unknown", "sent", 1),
    ((Fault.TIMEOUT_AFTER_EFFECT,), "unknown", "sent", 1),
    ((Fault.BROKEN, Fault.TIMEOUT_AFTER_EFFECT), "unknown", "sent", 2),
    ((Fault.PROXY_TIMEOUT,), "unknown", "sent", 1),
    ((Fault.SLOW_DRIP,), "unknown", "sent", 1),
    ((Fault.REDIRECT,), "unknown", "sent", 2),
    ((Fault.REDIRECT_AFTER_EFFECT,), "unknown", "sent", 1),
    ((Fault.BAD_JSON,), "unknown", "sent", 1),
]
HTTP_ONLY = [
    ((Fault.CONFLICT,), "parked", "parked", 1),
    ((Fault.WRONG_HASH,), "parked", "parked", 1),
]
EXCHANGE_ONLY = [((Fault.CONFLICT,), "sent", "sent", 1)]
"""A gateway that says "known already" is asked what it has: the same bytes are success."""


@pytest.fixture
def folder(tmp_path):
    """A new ledger for each ministry."""
    return (tmp_path / str(number) for number in itertools.count())


def drive(server, tries):
    """Send until nothing is left to be done; returns the standings of the ministry's transmittal."""
    house = a_house_before(server)
    edition = f.an_approved_edition(house).id
    seen = []
    for _ in range(tries):
        transmit(house, edition)
        [one] = of_ministry(house)
        seen.append(str(one.status))
    return house, one, seen


@pytest.mark.parametrize(("faults", "first", "last", "deliveries"), TABLE + HTTP_ONLY)
def test_the_http_ministry_has_one_effective_report_after_every_fault(folder, faults, first, last, deliveries):
    with Ministry(next(folder), {"bo-noi-vu": faults}, register_after=None) as ministry:
        _, one, seen = drive(ministry, len(faults) + 2)

        assert (seen[0], seen[-1], ministry.deliveries) == (first, last, deliveries)
        assert keys_in_force(ministry) == ([] if Fault.CONFLICT in faults else [one.key])


@pytest.mark.parametrize(("faults", "first", "last", "deliveries"), TABLE + EXCHANGE_ONLY)
def test_the_exchange_has_one_effective_report_after_every_fault(faults, first, last, deliveries):
    with Exchange(lambda: DURING_ANNUAL, faults) as exchange:
        _, one, seen = drive(exchange, len(faults) + 2)

        assert (seen[0], seen[-1], exchange.deliveries) == (first, last, deliveries)
        assert keys_in_force(exchange) == [document_id(one.key)]
        assert exchange.ledger()[0].document.files[1].data


def test_a_parked_delivery_goes_on_after_a_person_has_said_what_became_of_it(folder):
    with Ministry(next(folder), {"bo-noi-vu": [Fault.CONFLICT]}) as ministry:
        house, one, _ = drive(ministry, tries=1)
        settle_by_hand(house, one.key, TransmittalStatus.INTENT, "Văn thư Bộ: chưa có văn bản này", "van-thu")
        transmit(house, one.edition)

        assert keys_in_force(ministry) == [one.key]
        assert [str(one.status) for one in of_ministry(house)] == ["sent"]


def test_where_nobody_can_be_asked_the_delivery_is_parked_and_never_tried_blindly():
    house = a_house_with("http")
    house.gateways["http"].script.append("mute")
    edition = f.an_approved_edition(house).id
    seen = [str(one.status) for _ in range(3) for one in transmit(house, edition) if one.addressee == "bo-noi-vu"]

    assert seen == ["unknown", "parked", "parked"]
    assert house.gateways["http"].calls == ["send bo-noi-vu", "ask bo-noi-vu"]


def test_a_slow_drip_is_over_when_its_time_is_over(folder):
    with Ministry(next(folder), {"bo-noi-vu": [Fault.SLOW_DRIP]}) as ministry:
        house = a_house_before(ministry, patience=0.3)
        edition = f.an_approved_edition(house).id
        began = time.monotonic()
        transmit(house, edition)

        assert time.monotonic() - began < 2.0  # the whole drip would take more than ten seconds
        assert [str(one.status) for one in of_ministry(house)] == ["unknown"]


def a_certificate(folder, days):
    """A certificate for this machine that ended, or ends, so many days from now; the file trusts itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True)
    path = folder / "cong.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_ministry_whose_certificate_has_expired_gets_nothing_until_it_has_a_good_one(folder):
    house = a_house_with("http")
    edition = f.an_approved_edition(house).id
    kept, seen = next(folder), []
    for days in (-1, 30):
        path = a_certificate(next(folder), days)
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trust.load_cert_chain(path)
        with Ministry(kept, trust=trust) as ministry:
            house.gateways["http"] = HttpGateway(ministry.url, 2.0, authority=str(path))
            for _ in range(2):
                transmit(house, edition)
                seen.append((str(of_ministry(house)[0].status), len(ministry.ledger())))

    # The question before the retry needs the line, too: nobody answers, so nothing more is tried meanwhile.
    assert seen == [("intent", 0), ("intent", 0), ("sent", 1), ("sent", 1)]


def test_a_ministry_that_is_not_there_gets_it_when_it_is(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    house = a_house_with("http")
    house.gateways["http"] = HttpGateway(nobody, 1.0)
    edition = f.an_approved_edition(house).id
    transmit(house, edition)
    with Ministry(next(folder)) as ministry:
        house.gateways["http"] = HttpGateway(ministry.url, 1.0)
        transmit(house, edition)
        ask_acknowledgements(house, YEAR)

        assert [str(one.status) for one in of_ministry(house)] == ["acknowledged"]
        assert len(keys_in_force(ministry)) == 1
