"""Signed posts to real servers on the loopback."""

import json
import logging
import ssl
import time
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from webhook_server import certificate, drip, endless, receiver, respond

from plancycle.adapters.webhooks.building import courier_for
from plancycle.adapters.webhooks.guard import Guard
from plancycle.adapters.webhooks.secrets import Secrets
from plancycle.adapters.webhooks.sending import WebhookCourier
from plancycle.adapters.webhooks.wire import MAX_ANSWER, Wire
from plancycle.domain.errors import ActionNeeded, DataProblem
from plancycle.domain.webhooks import Endpoint
from plancycle.services.ports import AddressRefused, NotTaken

KEY = "tn-nq94-2025/annual/so-y-te/call/webhook"
BODY = json.dumps({"type": "plancycle.data_call", "data": {"agency": "Sở Y tế"}}, ensure_ascii=False).encode()
OLD = "whsec_" + "b2xkc2VjcmV0b2xkc2VjcmV0b2xkc2VjcmV0"
NEW = "whsec_" + "bmV3c2VjcmV0bmV3c2VjcmV0bmV3c2VjcmV0"
SECRETS = {"SO_Y_TE_WEBHOOK_SECRET": NEW, "SO_Y_TE_WEBHOOK_SECRET_OLD": OLD}


def courier(tmp_path, allow="http://127.0.0.0/8", resolve=None, seconds=2.0, trust=None, now=None, secrets=SECRETS):
    """The real courier with a short patience; any port of the loopback may be reached."""
    lookup = Secrets(tmp_path, lambda name: secrets.get(name, ""))
    return WebhookCourier(Guard(allow, resolve), lookup, Wire(trust or ssl.create_default_context(), seconds), now)


def endpoint(server, path="/w", scheme="http", host="127.0.0.1", names=("SO_Y_TE_WEBHOOK_SECRET",), file=None):
    return Endpoint(f"{scheme}://{host}:{server.port}{path}", tuple(names), file)


def allowed(server):
    return f"http://127.0.0.1:{server.port}"


def test_a_message_arrives_once_signed_so_that_the_standard_library_of_receivers_verifies_it(tmp_path):
    with receiver() as server:
        answer = courier(tmp_path, allowed(server)).deliver(endpoint(server, "/w?key=1"), KEY, BODY)
        [(path, headers, body)] = server.requests

    assert (answer, path, body) == ("HTTP 200 thanks", "/w?key=1", BODY)
    assert (headers["webhook-id"], headers["Content-Type"]) == (KEY, "application/json")
    assert Webhook(NEW).verify(body, headers) == json.loads(BODY)


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_while_a_secret_is_replaced_both_verify(tmp_path, secret):
    with receiver() as server:
        both = endpoint(server, names=SECRETS)
        courier(tmp_path, allowed(server)).deliver(both, KEY, BODY)
        [(_, headers, body)] = server.requests

    assert Webhook(secret).verify(body, headers)
    assert len(headers["webhook-signature"].split()) == 2


@pytest.mark.parametrize("change", ["body", "id", "time", "secret"])
def test_whatever_is_changed_on_the_way_no_longer_verifies(tmp_path, change):
    with receiver() as server:
        courier(tmp_path, allowed(server)).deliver(endpoint(server), KEY, BODY)
        [(_, headers, body)] = server.requests
    if change == "body":
        body = body.replace(b"data_call", b"overdue")
    elif change != "secret":
        name = {"id": "webhook-id", "time": "webhook-timestamp"}[change]
        headers[name] = headers[name][:-1] + ("0" if headers[name][-1] != "0" else "1")

    with pytest.raises(WebhookVerificationError):
        Webhook(OLD if change == "secret" else NEW).verify(body, headers)


def test_the_signed_time_is_the_moment_of_the_try_whatever_zone_the_clock_is_in(tmp_path):
    moment = datetime(2025, 12, 9, 9, 0, tzinfo=timezone(timedelta(hours=7)))
    with receiver() as server:
        courier(tmp_path, allowed(server), now=lambda: moment).deliver(endpoint(server), KEY, BODY)
        [(_, headers, body)] = server.requests

    assert headers["webhook-timestamp"] == str(int(moment.timestamp()))
    assert headers["webhook-signature"] == Webhook(NEW).sign(KEY, moment.astimezone(UTC), body.decode())


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((status, "taken") for status in (200, 202, 204)),
        *((status, "NotTaken") for status in (301, 302, 307, 308, 400, 401, 404, 429, 500, 503)),
        (410, "AddressRefused"),
    ],
)
def test_only_2xx_is_success_a_redirect_is_never_followed_and_410_is_the_end(tmp_path, status, outcome):
    with receiver() as server:
        inside = f"http://127.0.0.1:{server.port}/inside"
        server.script.append(lambda handler: respond(handler, status, b"", Location=inside))
        try:
            courier(tmp_path, allowed(server)).deliver(endpoint(server), KEY, BODY)
            found = "taken"
        except (NotTaken, AddressRefused) as refusal:
            found = f"{type(refusal).__name__} {refusal}"
        paths = [path for path, _, _ in server.requests]

    assert (found, paths) == (outcome if outcome == "taken" else f"{outcome} HTTP {status}", ["/w"])


@pytest.mark.parametrize(
    ("said", "patience"), [("120", timedelta(seconds=120)), ("soon", None), ("-5", None), ("٣", None)]
)
def test_a_receiver_may_ask_for_patience(tmp_path, said, patience):
    with receiver() as server:
        server.script.append(lambda handler: respond(handler, 503, b"", Retry_After=said.encode().decode("latin-1")))
        with pytest.raises(NotTaken) as wait:
            courier(tmp_path, allowed(server)).deliver(endpoint(server), KEY, BODY)

    assert wait.value.patience == patience


@pytest.mark.parametrize(
    ("answer", "seconds"), [(lambda handler: time.sleep(1.2), 0.3), (drip, 0.5)], ids=["silent", "drip"]
)
def test_a_slow_receiver_costs_no_more_than_the_time_limit(tmp_path, answer, seconds):
    with receiver() as server:
        server.script.append(answer)
        began = time.monotonic()
        with pytest.raises(NotTaken, match="ReadTimeout"):
            courier(tmp_path, allowed(server), seconds=seconds).deliver(endpoint(server), KEY, BODY)
        took = time.monotonic() - began

    assert seconds <= took < seconds + 0.5


def test_an_endless_answer_is_cut_short_and_its_status_counts(tmp_path):
    with receiver() as server:
        server.script.append(endless)
        began = time.monotonic()
        answer = courier(tmp_path, allowed(server)).deliver(endpoint(server), KEY, BODY)
        took = time.monotonic() - began

    assert (answer[:11], len(answer) <= MAX_ANSWER, took < 1.5) == ("HTTP 200 xx", True, True)


def test_an_answer_full_of_control_characters_becomes_one_printable_line(tmp_path):
    with receiver() as server:
        server.script.append(lambda handler: respond(handler, 500, b"a\r\n\x1b[31mFake: 1\x00\xff" + b"z" * 5000))
        with pytest.raises(NotTaken) as refusal:
            courier(tmp_path, allowed(server)).deliver(endpoint(server), KEY, BODY)

    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 250


def test_a_receiver_that_is_away_or_talks_nonsense_is_tried_again(tmp_path):
    with receiver() as server:
        gone = endpoint(server)
        server.script.append(lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"))
        with pytest.raises(NotTaken, match="RemoteProtocolError"):
            courier(tmp_path, allowed(server)).deliver(gone, KEY, BODY)
    with pytest.raises(NotTaken, match="ConnectError"):
        courier(tmp_path, f"http://127.0.0.1:{gone.url.split(':')[2].split('/')[0]}").deliver(gone, KEY, BODY)


def test_a_forbidden_address_is_not_even_knocked_at(tmp_path):
    with receiver() as server:
        with pytest.raises(NotTaken, match=r"webhook\.url_refused"):
            courier(tmp_path, "").deliver(Endpoint(f"https://127.0.0.1:{server.port}/", tuple(SECRETS)), KEY, BODY)
        assert server.requests == []


def test_a_name_that_changes_its_address_after_the_check_gains_nothing(tmp_path):
    """DNS rebinding: the resolver says something else at every question; it is asked once and its answer is used."""
    asked = []

    def resolve(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with receiver() as server:
        allow = f"http://doi-dia-chi.example:{server.port}"
        target = endpoint(server, host="doi-dia-chi.example")
        courier(tmp_path, allow, resolve).deliver(target, KEY, BODY)
        [(_, headers, _)] = server.requests

    assert asked == ["doi-dia-chi.example"]
    assert headers["Host"] == f"doi-dia-chi.example:{server.port}"


def test_a_rebinding_name_that_turns_to_the_inside_is_refused_at_the_moment_it_does(tmp_path):
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    guard = Guard("", lambda host, port: answers.pop(0))
    target = guard.target("https://doi-dia-chi.example/")

    assert guard.address(target) == "93.184.215.14"
    with pytest.raises(ActionNeeded):
        guard.address(target)


def test_tls_is_checked_against_the_name_though_the_connection_goes_to_the_address(tmp_path):
    seen = []
    pem, context = certificate(tmp_path, "phan-mem.so-y-te.example")
    context.sni_callback = lambda socket, name, _context: seen.append(name)
    trust = httpx.create_ssl_context(trust_env=False)
    trust.load_verify_locations(pem)
    with receiver(context) as server:
        allow = f"phan-mem.so-y-te.example:{server.port}, gia-mao.example:{server.port}"
        sender = courier(tmp_path, allow, lambda host, port: ["127.0.0.1"], trust=trust)
        good = sender.deliver(endpoint(server, scheme="https", host="phan-mem.so-y-te.example"), KEY, BODY)
        with pytest.raises(NotTaken, match=r"(?i)hostname mismatch"):
            sender.deliver(endpoint(server, scheme="https", host="gia-mao.example"), KEY, BODY)

    assert (good, seen) == ("HTTP 200 thanks", ["phan-mem.so-y-te.example", "gia-mao.example"])


def test_a_certificate_nobody_vouches_for_is_refused_and_one_of_the_offices_own_authority_is_taken(tmp_path):
    pem, context = certificate(tmp_path, "127.0.0.1")
    (tmp_path / "secret.txt").write_text(f"# in force since 09/12\n{NEW}\n", "utf-8")
    with receiver(context) as server:
        listed = f"127.0.0.1:{server.port}"
        target = endpoint(server, scheme="https", names=(), file="secret.txt")
        trusting = courier_for(listed, str(pem), tmp_path, lambda name: "")
        with pytest.raises(NotTaken, match=r"(?i)self-signed certificate"):
            courier_for(listed, "", tmp_path, lambda name: "").deliver(target, KEY, BODY)
        assert trusting.deliver(target, KEY, BODY) == "HTTP 200 thanks"
    with pytest.raises(DataProblem):
        courier_for("", str(tmp_path / "none.pem"), tmp_path, lambda name: "")


def test_proxies_of_the_environment_are_not_used(tmp_path, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with receiver() as server:
        assert courier(tmp_path, allowed(server)).deliver(endpoint(server), KEY, BODY) == "HTTP 200 thanks"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "webhook.secret_missing"),
        ("not-a-secret-at-all", "webhook.secret_invalid"),
        ("whsec_c2hvcnQ=", "webhook.secret_invalid"),
        ("whsec_*****", "webhook.secret_invalid"),
        (f"{OLD}\n{NEW}\n{NEW}", "webhook.secrets_too_many"),
    ],
)
def test_a_missing_or_weak_secret_is_named_by_its_place_and_never_shown(tmp_path, value, problem):
    (tmp_path / "s.txt").write_text(value, "utf-8")
    with pytest.raises(ActionNeeded) as refusal:
        Secrets(tmp_path, lambda name: "").of(Endpoint("https://a.example", (), "s.txt"))

    assert refusal.value.key == problem
    assert "s.txt" in str(refusal.value)
    assert not any(line and line in str(refusal.value) for line in value.splitlines())


def test_no_secret_and_no_signature_is_logged(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    with receiver() as server:
        server.script.extend([500, 200])
        sender = courier(tmp_path, allowed(server))
        with pytest.raises(NotTaken):
            sender.deliver(endpoint(server), KEY, BODY)
        sender.deliver(endpoint(server), KEY, BODY)
        signatures = [headers["webhook-signature"] for _, headers, _ in server.requests]

    assert caplog.text
    assert not any(one in caplog.text for one in (NEW, NEW.removeprefix("whsec_"), *signatures))
