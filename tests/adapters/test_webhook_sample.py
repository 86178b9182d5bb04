"""The code that the how-to gives to agencies' IT people takes what we send and nothing else."""

import re
import time
from pathlib import Path

import pytest

from plancycle.adapters.webhooks.guard import Guard
from plancycle.adapters.webhooks.secrets import Secrets
from plancycle.adapters.webhooks.sending import WebhookCourier
from plancycle.adapters.webhooks.wire import Answer
from plancycle.domain.webhooks import RETRIES, Endpoint

HOW_TO = Path(__file__).parents[2] / "docs/how-to"
SPELT = "whsec_YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcy4uLi4u"
OLD = "whsec_YW4gb2xkIHNlY3JldCB0aGF0IGlzIHJlcGxhY2Vk"
BODY = '{"type":"plancycle.data_call","data":{"agency":"Sở Y tế"}}'.encode()


@pytest.fixture(params=["receive-webhooks.md", "receive-webhooks.vi.md"])
def read_webhook(request):
    """The function as the page has it."""
    [code] = re.findall(r"```python\n(.*?)```", (HOW_TO / request.param).read_text("utf-8"), re.DOTALL)
    names = {}
    exec(compile(code, request.param, "exec"), names)
    return names["read_webhook"]


class Catcher:
    """Keeps what would have left."""

    def post(self, target, address, headers, body):
        self.headers, self.body = headers, body
        return Answer(200, {}, b"")


def sent(tmp_path, *secrets):
    catcher, place = Catcher(), tmp_path / "s.txt"
    place.write_text("\n".join(secrets), "utf-8")
    courier = WebhookCourier(Guard(), Secrets(tmp_path, lambda name: ""), catcher)
    courier.deliver(Endpoint("https://113.160.1.2/w", (), "s.txt"), "ct/annual/so-y-te/call/webhook", BODY)
    return catcher


def test_the_sample_reads_what_is_sent_also_while_a_secret_is_replaced(read_webhook, tmp_path):
    for secrets in ((SPELT,), (SPELT, OLD), (OLD, SPELT)):
        got = sent(tmp_path, *secrets)
        read = read_webhook(got.headers, got.body, SPELT)
        assert read == (
            "ct/annual/so-y-te/call/webhook",
            {"type": "plancycle.data_call", "data": {"agency": "Sở Y tế"}},
        )


@pytest.mark.parametrize("how", ["body", "id", "secret", "old", "future"])
def test_the_sample_refuses_what_was_changed_or_is_replayed_later(read_webhook, tmp_path, how):
    got = sent(tmp_path, SPELT)
    body, headers, secret, now = got.body, dict(got.headers), SPELT, time.time()
    if how == "body":
        body = body.replace(b"call", b"bell")
    elif how == "id":
        headers["webhook-id"] += "x"
    elif how == "secret":
        secret = OLD
    else:
        now += 301 if how == "old" else -302
    with pytest.raises(ValueError, match=r"too old|signature"):
        read_webhook(headers, body, secret, now)


@pytest.mark.parametrize("page", ["receive-webhooks.md", "receive-webhooks.vi.md"])
def test_the_page_names_every_wait_of_the_table(page):
    text = (HOW_TO / page).read_text("utf-8")
    hours = [f"{int(wait.total_seconds() // 3600)}" for wait in RETRIES if wait.total_seconds() >= 3600]

    assert re.search(r"5 (?:s|giây), 5 (?:min|phút), 30 (?:min|phút), ([\d, andvà]+) (?:h|giờ)", text)
    found = re.search(r"30 (?:min|phút), ([\d, andvà]+) (?:h|giờ)", text).group(1)
    assert re.findall(r"\d+", found) == hours
