"""What running processes log: lines with the period and the agency as fields, and no secret in any of them."""

import io
import json
import logging

import pytest

from plancycle.adapters.database.telling import tell
from plancycle.adapters.logs import BLOT, Discreet, set_up_logs
from plancycle.domain.events import SealedEvent
from plancycle.services.topics import about
from plancycle.settings import Settings


@pytest.fixture
def lines():
    """Set the logs up for this test; ``lines(kind)`` is the stream they go to."""
    root = logging.getLogger("plancycle")
    before = (root.handlers[:], root.level, root.propagate)

    def begin(kind, secrets=(), level="info"):
        stream = io.StringIO()
        set_up_logs(kind, secrets, level, stream)
        return stream

    yield begin
    root.handlers[:], root.level, root.propagate = before


def event(subject, action="message.sent", seq=7):
    return SealedEvent(seq, "2025-03-01T08:00:00+07:00", "Nguyễn Thị Lập", action, subject, "{}", "0" * 64, "1" * 64)


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("tn-nq94-2025", {"cycle": "tn-nq94-2025"}),
        ("tn-nq94-2025/q1", {"cycle": "tn-nq94-2025", "period": "q1"}),
        ("tn-nq94-2025/h1/so-y-te", {"cycle": "tn-nq94-2025", "period": "h1", "agency": "so-y-te"}),
        ("tn-nq94-2025/annual/so-y-te/call/mail", {"cycle": "tn-nq94-2025", "period": "annual", "agency": "so-y-te"}),
        ("tn-nq94-2025/q1/2", {"cycle": "tn-nq94-2025", "period": "q1"}),
        ("tn-nq94-2025/khac/so-y-te", {"cycle": "tn-nq94-2025"}),
        ("tn-nq94-20255", {}),
        ("van-thu@so.example", {}),
        ("tn-nq94-2025/q1/so-y-te/van-thu@so.example", {}),
        ("nguyen-thi-lap", {}),
        ("", {}),
    ],
)
def test_a_key_tells_cycle_period_and_agency_and_keys_of_people_tell_nothing(key, fields):
    assert dict(about(key)) == ({**fields, "key": key} if fields else {})


def test_what_was_committed_is_one_json_line_with_its_topic_and_without_who_did_it(lines):
    stream = lines("json")
    tell([event("tn-nq94-2025/q1/so-y-te/call/mail"), event("van-thu@so.example", "address.mended", 8)])
    first, second = map(json.loads, stream.getvalue().splitlines())

    assert first.pop("at").endswith("+00:00")
    assert first == {
        "level": "info",
        "logger": "plancycle.ledger",
        "message": "message.sent",
        "event": "message.sent",
        "seq": 7,
        "cycle": "tn-nq94-2025",
        "period": "q1",
        "agency": "so-y-te",
        "key": "tn-nq94-2025/q1/so-y-te/call/mail",
    }
    assert (second["event"], second["seq"], "@" in stream.getvalue()) == ("address.mended", 8, False)


def test_text_lines_carry_the_same_fields_for_people(lines):
    stream = lines("text")
    tell([event("tn-nq94-2025/q1/so-y-te")])

    assert stream.getvalue().rstrip().endswith(
        "INFO plancycle.ledger: message.sent event=message.sent seq=7 cycle=tn-nq94-2025 period=q1 agency=so-y-te "
        "key=tn-nq94-2025/q1/so-y-te"
    )  # fmt: skip


def test_a_level_that_is_not_wanted_costs_no_line(lines):
    stream = lines("json", level="warning")
    tell([event("tn-nq94-2025/q1/so-y-te")])

    assert stream.getvalue() == ""


def test_setting_up_twice_does_not_say_everything_twice(lines):
    lines("json")
    stream = lines("json")
    tell([event("tn-nq94-2025/q1")])

    assert len(stream.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("GET /phe-duyet/AbC.dEf/tep/1", "GET /phe-duyet/[...]/tep/1"),
        ("GET /n/AbC~1-x?l=vi", "GET /n/[...]?l=vi"),
        ("GET /dang-nhap/tinh/ve?code=abc&state=def", "GET /dang-nhap/tinh/ve?code=[...]&state=[...]"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [...]"),
        ("postgresql+psycopg://snv:mat-khau@db/so", "postgresql+psycopg://snv:[...]@db/so"),
        ("login with hoa-ban-trắng failed", "login with [...] failed"),
        ("http://127.0.0.1:8600/don-vi/2025/q1/so-y-te", "http://127.0.0.1:8600/don-vi/2025/q1/so-y-te"),
    ],
)
def test_secrets_and_tokens_are_blotted_out_wherever_they_turn_up(text, left):
    assert Discreet(["hoa-ban-trắng", "ngắn"])(text) == left


def test_a_traceback_is_blotted_too(lines):
    stream = lines("json", ["hoa-ban-trắng"])
    try:
        raise OSError("535 refused hoa-ban-trắng")
    except OSError:
        logging.getLogger("plancycle.portal").exception("incident %s", "a1b2")
    (line,) = map(json.loads, stream.getvalue().splitlines())

    assert (line["message"], line["level"]) == ("incident a1b2", "error")
    assert line["error"].endswith(f"OSError: 535 refused {BLOT}")


def test_every_secret_setting_is_known_to_whoever_blots():
    secret_fields = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    values = {name: f"bi-mat-{name}" for name in (*secret_fields, "secret_key")}
    within = {"database_url": "postgresql://a:trong-dia-chi-1@h/d", "mail_url": "smtp://a:trong-dia-chi-2@h:25"}

    assert len(secret_fields) >= 5
    assert {*values.values(), "trong-dia-chi-1", "trong-dia-chi-2"} <= set(Settings(**values, **within).secrets)
