"""What the pages of the Prefect UI say, built from what the services answered. Nothing is decided or stored here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from plancycle.domain.consolidation import Edition
from plancycle.domain.messages import Message, MessageStatus
from plancycle.domain.obligations import ObligationStatus, Timeliness
from plancycle.domain.transmittals import Transmittal
from plancycle.services.cycle_view import cycle_view
from plancycle.services.foresee import Foresight
from plancycle.services.foresight_words import foresight_words
from plancycle.services.matrix import SUBMITTED, Matrix, MatrixRow
from plancycle.services.ports import House
from plancycle.services.prepare_submission import Prepared
from plancycle.services.programme_versions import current_programme
from plancycle.services.sweep_stages import Action
from tasks._artifacts import MOST_ROWS, of_how_many, say
from tasks._duty_lines import duty_line
from tasks._edition_standing import standing_part
from tasks._markup import bar, mask, safe, table
from tasks._names import agency_names

Rows = list[tuple[object, ...]]
DONE = {MessageStatus.SENT, MessageStatus.COVERED}
OPEN = {ObligationStatus.NOT_OPEN, ObligationStatus.OPEN, ObligationStatus.DUE_SOON}


def _head(house: House, *columns: str) -> list[str]:
    return [say(house, f"column.{column}") for column in columns]


def matrix_page(house: House, seen: Matrix) -> str:
    """Every agency of the period: standing, when it sent, how late, how often. Of too many, those that owe first."""
    head = _head(house, "agency", "status", "sent_at", "late", "versions", "receipt", "mail")
    rows = sorted(seen.rows, key=lambda row: row.status in SUBMITTED) if len(seen.rows) > MOST_ROWS else seen.rows
    lines = table(head, (_matrix_line(house, row) for row in rows[:MOST_ROWS]))
    return f"{lines}\n\n{of_how_many(house, len(rows))}".rstrip()


def _matrix_line(house: House, row: MatrixRow) -> list[str]:
    receipt = row.submission.receipt if row.submission else ""
    sent_at = say(house, "moment", at=row.sent_at) if row.sent_at else ""
    late = say(house, "days", count=row.late_days) if row.late_days else ""
    status = house.texts.say(f"status.{row.status}")
    if row.corrected_at is not None:
        status = f"{status}; {house.texts.say('matrix.corrected', day=row.corrected_at)}"
    mail = house.texts.say(f"mail_standing.{row.mail}")
    return [safe(row.agency_name), status, sent_at, late, str(row.versions), receipt, mail]


def _shares(house: House, seen: Matrix) -> list[tuple[str, int]]:
    counts = seen.timeliness
    waiting = sum(row.status in OPEN for row in seen.rows)
    numbers = {
        "on_time": counts.on_time,
        "late_excused": counts.excused,
        "late": counts.late,
        "returned": counts.returned,
        "missing": counts.missing,
        "waiting": waiting,
        "elsewhere": counts.elsewhere,
    }
    return [(say(house, f"share.{name}"), count) for name, count in numbers.items()]


def timeliness_page(house: House, seen: Matrix) -> str:
    """On time, late, returned, missing and still waiting: one bar, and the same numbers as a table."""
    shares = _shares(house, seen)
    expected = seen.timeliness.expected
    lines = [[name, str(count), percent(count, expected)] for name, count in shares]
    total = [say(house, "share.expected"), str(expected), percent(expected, expected)]
    rates = table(_head(house, "share", "count", "rate"), [*lines, total])
    return f"{bar(shares, seen.title)}\n\n{rates}"


def percent(part: int, whole: int) -> str:
    """``78,8%``, rounded half up in whole numbers; empty when there is nothing to compare with."""
    if not whole:
        return ""
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10},{tenths % 10}%"


def overview_page(house: House, seen: Matrix) -> str:
    """A few lines and a bar: how many answered, until when, what is late, the plan's other duties, where to look."""
    counts: Timeliness = seen.timeliness
    duties = duty_line(house, seen.dates.year)
    lines = [
        say(house, "overview.submitted", submitted=counts.submitted, expected=counts.expected)
        + f" ({percent(counts.submitted, counts.expected)})",
        say(house, "overview.rest", late=counts.late, returned=counts.returned, missing=counts.missing),
        say(house, "overview.due", last_day=seen.dates.last_day, soft_due_at=seen.dates.soft_due_at),
        *([duties] if duties else []),
        f"[{say(house, 'overview.portal')}]({house.base_url}/)",
        f"[{say(house, 'overview.history')}]({house.base_url}/luot-chay?nam={seen.dates.year}&ky={seen.period})",
    ]
    bullets = "\n".join(f"- {line}" for line in lines)
    return f"{bullets}\n\n{bar(_shares(house, seen), seen.title)}"


def receipt_rows(house: House, names: Mapping[str, str], results: list[dict[str, Any]]) -> Rows:
    """One row a file that made a submission."""
    again = say(house, "yes")
    return [
        (
            one["receipt"],
            names.get(one["agency"], one["agency"]),
            house.texts.say(f"outcome.{one['outcome']}"),
            one["file_name"],
            one["sha256"][:12],
            again if one["replay"] else "",
        )
        for one in results
    ]


def finding_rows(house: House, names: Mapping[str, str], results: list[dict[str, Any]]) -> Rows:
    """One row a finding: where, what, why, how to mend it."""
    write = house.texts
    return [
        (
            names.get(one["agency"], one["agency"]),
            found["sheet"],
            found["cell"],
            found["label"],
            write.say(f"severity.{found['severity']}"),
            found["value"],
            write.say(f"finding.{found['code']}", **found["params"]),
            write.say(f"finding.{found['code']}.fix", **found["params"]),
        )
        for one in results
        for found in one["findings"]
    ]


def quarantine_rows(results: list[dict[str, Any]]) -> Rows:
    """One row a file that was kept but not taken as an answer."""
    return [(one["file_name"], one["sha256"][:12], one["reason_vi"]) for one in results if not one["submission_id"]]


def letter_rows(house: House, names: Mapping[str, str], letters: list[Message]) -> Rows:
    """One row a letter of the outbox; its address is masked. Of too many, those not sent first, then the newest."""
    if len(letters) > MOST_ROWS:
        newest_first = letters[::-1]
        letters = sorted(newest_first, key=lambda one: one.status in DONE)[:MOST_ROWS]
    return [
        (
            names.get(one.agency, one.agency),
            house.texts.say(f"message_kind.{one.kind}"),
            mask(one.to_address),
            _standing(house, one),
            say(house, "moment", at=one.sent_at) if one.sent_at else "",
            one.attempts,
            one.key,
        )
        for one in letters
    ]


def _standing(house: House, letter: Message) -> str:
    """The letter's status in words; one that was ever in doubt says so for good."""
    was_doubted = letter.doubted_at is not None and letter.status is not MessageStatus.IN_DOUBT
    key = "outbox.once_in_doubt" if was_doubted else f"message_status.{letter.status}"
    return house.texts.say(key, status=letter.status)


def edition_page(house: House, edition: Edition) -> str:
    """Coverage, then every figure with how many agencies it is made of."""
    coverage, names = edition.coverage, agency_names(house)
    expected = len(coverage.expected)
    listed = [("late", coverage.late), ("missing", coverage.missing)]
    if joined := cycle_view(house, int(edition.cycle.rpartition("-")[2])).partial_year(edition.period):
        listed.append(("partial_year", tuple(joined)))
    lines = [
        f"- {house.texts.say(f'edition_kind.{edition.kind}')} · `{edition.id}` · `{edition.sha256[:12]}`",
        "- " + say(house, "edition.coverage", included=len(coverage.included), expected=expected),
        *(_listing(house, what, ids, names) for what, ids in listed),
    ]
    figures = [
        [safe(one.label), say(house, "number", value=one.value), safe(one.unit), f"{one.contributors}/{expected}"]
        for one in edition.figures
    ]
    shown = table(_head(house, "label", "value", "unit", "contributors"), figures)
    return "\n".join(lines) + "\n\n" + shown + standing_part(house, edition, names)


def _listing(house: House, what: str, ids: tuple[str, ...], names: Mapping[str, str]) -> str:
    listed = ", ".join(safe(names.get(one, one)) for one in ids)
    return "- " + say(house, f"edition.{what}", count=len(ids)) + (f": {listed}" if listed else "")


def documents_page(house: House, prepared: Prepared) -> str:
    """The rendered files and where the approval stands."""
    approval = prepared.approval
    standing = house.texts.say(f"approval_status.{approval.status}")
    files = [
        [safe(one.file_name), say(house, "bytes", count=one.size), f"`{one.sha256[:12]}`"] for one in prepared.files
    ]
    lines = [
        "- " + say(house, "documents.approval", standing=standing),
        "- " + say(house, "documents.bundle", sha256=approval.bundle_sha256[:12]),
    ]
    return "\n".join(lines) + "\n\n" + table(_head(house, "file", "size", "sha256"), files)


def submission_preview(house: House, edition_id: str) -> str:
    """The edition, its approval as it stands, and the addressees."""
    with house.work() as work:
        edition = work.editions.get(edition_id)
        approvals = work.editions.approvals(edition_id)
    standing = house.texts.say(f"approval_status.{approvals[-1].status}") if approvals else say(house, "not_asked")
    lines = [say(house, "documents.approval", standing=standing), f"`{edition_id}`"]
    if edition is not None:
        names, programme = agency_names(house), current_programme(house)
        listed = [safe(names.get(one.agency, one.agency)) for one in programme.addressees_of(edition.period)]
        lines.append(say(house, "preview.addressees", count=len(listed)) + ": " + ", ".join(listed))
    return "\n".join(f"- {line}" for line in lines)


def transmittal_rows(house: House, names: Mapping[str, str], found: list[Transmittal]) -> Rows:
    """One row an addressee."""
    return [
        (
            names.get(one.addressee, one.addressee),
            house.texts.say(f"transmittal_status.{one.status}"),
            say(house, "moment", at=one.sent_at) if one.sent_at else "",
            say(house, "moment", at=one.acknowledged_at) if one.acknowledged_at else "",
            one.attempts,
            one.bundle_sha256[:12],
            one.key,
        )
        for one in found
    ]


def action_rows(house: House, names: Mapping[str, str], actions: list[Action]) -> Rows:
    """One row a thing that is due."""
    return [
        (
            say(house, f"action.{one.kind}"),
            names.get(one.agency, one.agency),
            house.texts.say(f"period.{one.period}") if one.period else "",
            one.key,
        )
        for one in actions
    ]


def act_page(house: House, agency: str, subject: str, reason: str, actor: str, last_day: date | None = None) -> str:
    """An operator's act: whom, what, why, by whom."""
    facts = [
        ("agency", agency_names(house)[agency]),
        ("key", subject),
        ("reason", reason),
        ("actor", actor),
        *([("new_due", say(house, "day", on=last_day))] if last_day else []),
    ]
    return table(_head(house, "fact", "value"), [[say(house, f"column.{name}"), safe(text)] for name, text in facts])


def forecast_page(house: House, found: Foresight) -> str:
    """The chance that a period is complete in time, who puts it at risk and why, and how good such forecasts were."""
    said = foresight_words(house.texts, found, "vi")
    head = [house.texts.say(f"forecast.column.{name}") for name in ("agency", "stage", "chance", "why")]
    lines = [[safe(one.name), one.stage, one.chance, safe(" ".join(one.why))] for one in said.risks]
    told = [said.headline, *([said.best] if said.best else []), said.independent, said.calibration]
    checked = [house.texts.say(f"forecast.column.{name}") for name in ("said_between", "count", "said", "came_true")]
    tables = [table(head, lines), *([table(checked, said.bins)] if said.bins else [])]
    return "\n\n".join(["\n".join(f"- {one}" for one in told), *tables])


def rehearsal_page(house: House, summary: Mapping[str, Any]) -> str:
    """What a rehearsal came to, period by period, what was sent, and where its folder is."""
    columns = ("due", "submitted", "late", "returned", "missing")
    head = [say(house, "column.period"), say(house, "share.expected"), *_head(house, *columns[1:])]
    lines = [
        [house.texts.say(f"period.{one['id']}"), *(safe(one.get(name, "")) for name in columns)]
        for one in summary["periods"]
    ]
    names = agency_names(house)
    sent = [
        [safe(names.get(one["addressee"], one["addressee"])), house.texts.say(f"transmittal_status.{one['state']}")]
        for one in summary["transmittals"]
    ]
    told = say(house, "rehearsal.told", agencies=summary["agencies"], seconds=summary["seconds"])
    tables = f"{table(head, lines)}\n\n{table(_head(house, 'addressee', 'outcome'), sent)}"
    return f"{told}\n\n{tables}\n\n- {safe(summary['out'])}\n- `{summary['audit_head']}`"
