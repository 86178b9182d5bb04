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
from plancycle.domain.findings import blocks
from plancycle.portal.app import create_app
from plancycle.services import api_keys
from plancycle.services.collect_inbox import take_in
from plancycle.services.collect_mailbox import collect_mailbox
from plancycle.services.consolidate_period import consolidate
from plancycle.services.corrections import open_correction
from plancycle.services.grant_extension import grant
from plancycle.services.hand_in import CHANNEL as WEB
from plancycle.services.hand_in import hand_in
from plancycle.services.try_out_answer import try_out
from plancycle.services.withdraw_submission import withdraw

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


def approved(house):
    """The agency's answer stands in an approved edition: nothing replaces it without a reason."""
    house.clock.at = f.DURING_ANNUAL
    f.an_approved_edition(house)


def to_be_corrected(house):
    """As approved, and somebody said why the answer must change."""
    approved(house)
    open_correction(house, f.owed(HEALTH), f.REASON, HEALTH)


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
    "after it was approved": (f.at(12, 8), approved, {"budget__value": "13"}, ("quarantined", "file.approved")),
    "after it was approved, with a reason": (f.at(12, 8), to_be_corrected, {"budget__value": "13"}, ("accepted", None)),
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
    number = len(house.mailbox.mails) + 1
    name = f"<{number}@so-y-te.example>"
    mail = m.a_mail(house.clock.at, [("bc.xlsx", data)], to=m.marked_address(house), message_id=name)
    house.mailbox.mails.append(m.fetched(mail, house.clock.at, number))
    (result,) = [one for mail in collect_mailbox(house) for one in mail.files]
    return str(result.outcome), result.reason


def post(house, body, media):
    token = api_keys.create(house, HEALTH, f"{len(house.database.tables.intake.api_keys):A>43}", "x")[1]
    app = create_app(lambda: nullcontext(house), patience=60)

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


def by_web(house, data, *_, json_of=None):
    """As the portal takes it in: looked at first, and handed in under a name when there is nothing to mend."""
    tried = try_out(house, data, "bc.xlsx", allowed=(HEALTH,), json_of=json_of)
    if tried is not None and blocks(tried.findings):
        return "returned", None
    result = hand_in(house, f.owed(HEALTH), data, "bc.xlsx", "Trần Thị B", json_of=json_of)
    return str(result.outcome), result.reason


def by_web_form(house, data, *_):
    return by_web(house, as_json(data), json_of=HEALTH)


CHANNELS = {
    "cli": by_cli,
    "folder": by_folder,
    "mailbox": by_mail,
    "api": by_api,
    "api as json": by_api_json,
    "web": by_web,
    "web form": by_web_form,
}
EVERY_CHANNEL = pytest.mark.parametrize("send", CHANNELS.values(), ids=CHANNELS)


@EVERY_CHANNEL
@pytest.mark.parametrize(("moment", "before", "changed", "verdict"), CASES.values(), ids=CASES)
def test_the_same_answer_at_the_same_instant_gets_the_same_verdict_on_every_channel(
    send, moment, before, changed, verdict, monkeypatch, tmp_path, capsys
):
    house = f.a_house()
    data = workbook(house, **changed)
    before(house)
    house.clock.at = moment

    assert send(house, data, monkeypatch, tmp_path, capsys) == verdict


@EVERY_CHANNEL
def test_a_reason_is_given_with_the_answer_or_asked_for_on_every_channel(send, monkeypatch, tmp_path, capsys):
    house = f.a_house()
    claimed = {"n1__status": "Hoàn thành"}
    send(house, workbook(house, **claimed), monkeypatch, tmp_path, capsys)
    asked = open_and_given(house)
    send(house, workbook(house, **claimed, n1__explanation="Văn bản đang trình ký"), monkeypatch, tmp_path, capsys)

    assert asked == (1, [])
    assert open_and_given(house) == (0, ["Văn bản đang trình ký"])


@EVERY_CHANNEL
def test_what_was_withdrawn_comes_back_as_a_new_version_on_every_channel(send, monkeypatch, tmp_path, capsys):
    house = f.a_house()
    data = workbook(house)
    send(house, data, monkeypatch, tmp_path, capsys)
    withdraw(house, f.versions(house, HEALTH)[0].id, f.REASON, HEALTH)
    again = send(house, data, monkeypatch, tmp_path, capsys)

    assert again == ("accepted", None)
    assert [str(one.status) for one in f.versions(house, HEALTH)] == ["withdrawn", "accepted"]


@EVERY_CHANNEL
def test_what_is_accepted_is_told_to_whoever_keeps_the_edition_current_on_every_channel(
    send, monkeypatch, tmp_path, capsys
):
    house = f.a_house()
    send(house, workbook(house), monkeypatch, tmp_path, capsys)

    assert house.following.take() == [(f.CYCLE, ANNUAL)]


def open_and_given(house):
    """(Warnings of the version that stands without a reason, the reasons that were given for it)."""
    version = f.versions(house, HEALTH)[-1].id
    with house.work() as work:
        return work.explanations.open_warnings(version).get(version, 0), [
            one.text for one in work.explanations.under(version)
        ]


def test_all_channels_of_the_product_are_played():
    from plancycle.services import answer_by_api, collect_inbox, take_in_files

    named = {answer_by_api.CHANNEL, collect_inbox.CHANNEL, take_in_files.CHANNEL, WEB, "cli"}
    assert named <= set(CHANNELS)
