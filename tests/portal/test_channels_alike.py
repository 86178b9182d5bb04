"""Deadline, version and lock hold alike on every channel: the same answer at the same instant gets the same verdict."""

import asyncio
import json
from contextlib import contextmanager, nullcontext

import factories as f
import httpx
import mails as m
import pytest
from small_programme import ANNUAL, DUE, HEALTH, LAST_GOOD

from plancycle.cli import run
from plancycle.portal.app import create_app
from plancycle.services import api_keys
from plancycle.services.collect_inbox import take_in
from plancycle.services.collect_mailbox import collect_mailbox
from plancycle.services.consolidate_period import consolidate
from plancycle.services.grant_extension import grant

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def extended(house):
    """Until the end of Friday 12/12/2025."""
    house.clock.at = f.at(12, 5)
    grant(house, f.owed(HEALTH), f.at(12, 13, 0), f.REASON, "so-y-te", "giam-doc", f.DECISION)


def closed(house):
    """The final edition is frozen: what comes now is kept and marked late, and changes nothing in it."""
    house.clock.at = DUE
    f.all_answer(house, agencies=(f.HOME,))
    consolidate(house, f.YEAR, ANNUAL, final=True)


def as_it_is(house):
    """Nothing happened before."""


CASES = {
    "the last good moment": (LAST_GOOD.replace(microsecond=0), as_it_is, {}, ("accepted", None)),
    "the first late moment": (DUE, as_it_is, {}, ("accepted_late", None)),
    "late, within the extension": (f.at(12, 12, 23, 59, 59), extended, {}, ("accepted", None)),
    "after the extension": (f.at(12, 13, 0), extended, {}, ("accepted_late", None)),
    "after the period was closed": (f.at(12, 15), closed, {}, ("accepted_late", None)),
    "a number with two readings": (f.DURING_ANNUAL, as_it_is, {"budget__value": "12.5"}, ("returned", None)),
    "an older form": (f.DURING_ANNUAL, as_it_is, {"version": "00000000"}, ("quarantined", "file.old_version")),
    "a year in which nothing is owed": (
        f.DURING_ANNUAL,
        as_it_is,
        {"cycle": "ct-2024"},
        ("quarantined", "file.nothing_owed"),
    ),
}


def workbook(house, version="", cycle="", **changed):
    """The agency's file; of an older form or another year when one is given."""
    content = json.loads(f.a_workbook(house, HEALTH, **changed))
    stamp = content["stamp"]
    stamp |= {"version": version or stamp["version"], "cycle": cycle or stamp["cycle"]}
    stamp["seal"] = house.seals.seal(stamp["cycle"], stamp["period"], stamp["agency"], stamp["version"])
    return json.dumps(content, ensure_ascii=False).encode()


def as_json(data):
    """The same answers as the API takes them."""
    content = json.loads(data)
    answers = [{"row": one["row"], "field": one["field"], "value": one["raw"]} for one in content["entries"]]
    stamp = content["stamp"]
    heading = {"year": int(stamp["cycle"][-4:]), "period": stamp["period"], "version": stamp["version"]}
    return json.dumps({**heading, "answers": answers}).encode()


def by_cli(house, data, monkeypatch, tmp_path, capsys):
    @contextmanager
    def opened(as_of=""):
        yield house

    monkeypatch.setattr("plancycle.cli.intake_verbs.house", opened)
    file = tmp_path / "bc.xlsx"
    file.write_bytes(data)
    run(["intake", str(file), "--json"])
    (answer,) = json.loads(capsys.readouterr().out)
    return answer["outcome"], answer["reason"]


def by_folder(house, data, *_):
    house.inbox.files["bc.xlsx"] = data
    result = take_in(house, "bc.xlsx")
    return str(result.outcome), result.reason


def by_mail(house, data, *_):
    mail = m.a_mail(house.clock.at, [("bc.xlsx", data)], to=m.marked_address(house))
    house.mailbox.mails.append(m.fetched(mail, house.clock.at))
    (result,) = [one for mail in collect_mailbox(house) for one in mail.files]
    return str(result.outcome), result.reason


def post(house, body, media):
    token = api_keys.create(house, HEALTH, "A" * 43, "x")[1]
    app = create_app(lambda: nullcontext(house))

    async def once():
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8600") as client:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": media}
            return await client.post("/api/submissions", content=body, headers=headers)

    facts = asyncio.run(once()).json()
    code = facts.get("code")
    return facts["outcome"], None if code == "api.findings" else code


def by_api(house, data, *_):
    return post(house, data, XLSX)


def by_api_json(house, data, *_):
    return post(house, as_json(data), "application/json")


CHANNELS = {"cli": by_cli, "folder": by_folder, "mailbox": by_mail, "api": by_api, "api as json": by_api_json}


@pytest.mark.parametrize("send", CHANNELS.values(), ids=CHANNELS)
@pytest.mark.parametrize(("moment", "before", "changed", "verdict"), CASES.values(), ids=CASES)
def test_the_same_answer_at_the_same_instant_gets_the_same_verdict_on_every_channel(
    send, moment, before, changed, verdict, monkeypatch, tmp_path, capsys
):
    house = f.a_house()
    data = workbook(house, **changed)
    before(house)
    house.clock.at = moment

    assert send(house, data, monkeypatch, tmp_path, capsys) == verdict


def test_all_channels_of_the_product_are_played():
    from plancycle.services import answer_by_api, collect_inbox, take_in_files

    named = {answer_by_api.CHANNEL, collect_inbox.CHANNEL, take_in_files.CHANNEL, "cli"}
    assert named <= set(CHANNELS)
