"""What ``plancycle status`` says about reports on their way upward: signing, and each addressee."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plancycle.cli.output import print_table, say, words

if TYPE_CHECKING:
    from plancycle.bootstrap import Household
    from plancycle.domain.periods import Period
    from plancycle.domain.transmittals import Transmittal
    from plancycle.services.sign_edition import SigningView


@dataclass(frozen=True, slots=True)
class Reports:
    """The transmittals of the periods asked about, addressees' names, and how each final edition is signed."""

    sent: "Sequence[Transmittal]"
    names: dict[str, str]
    signing: "Sequence[SigningView]"


def reports_of(house: "Household", year: int, periods: "Sequence[Period]") -> Reports:
    """What is known about a year's reports of these periods."""
    from plancycle.services.approval_view import chains_of
    from plancycle.services.cycle_view import cycle_view
    from plancycle.services.deliveries import addressee_names

    view = cycle_view(house, year)
    keys = {view.key(period) for period in periods}
    with house.work() as work:
        sent = [one for one in work.transmittals.of_cycle(view.id) if one.period_key in keys]
    chains = [one for one in chains_of(house, year) if one.edition.rpartition("/")[0] in keys]
    return Reports(sent, addressee_names(view), [one.signing for one in chains])


def as_json(reports: Reports) -> dict[str, object]:
    """``transmittals`` and ``signing`` of the verb's JSON."""
    sent = [
        {
            "addressee": one.addressee,
            "name": reports.names.get(one.addressee, one.addressee),
            "part": str(one.part),
            "state": str(one.status),
            "standing": str(one.standing),
            "sent_at": one.sent_at,
            "key": one.key,
        }
        for one in reports.sent
    ]
    signing = [{"edition": one.edition, "status": str(one.status), "missing": one.missing} for one in reports.signing]
    return {"transmittals": sent, "signing": signing}


def show_reports(reports: Reports, language: str) -> None:
    """The same for people; nothing while there is no final edition."""
    for one in reports.signing:
        status = words(f"signing_status.{one.status}", language)
        say(words("cli.signing_stands", language, edition=one.edition, status=status))
    if not reports.sent:
        return
    say(words("cli.status.transmittals", language))
    columns = ("addressee", "transmittal_part", "transmittal_status", "exchange_status", "sent_at")
    rows = [
        [
            reports.names.get(one.addressee, one.addressee),
            words(f"transmittal_part.{one.part}", language),
            words(f"transmittal_status.{one.status}", language),
            words(f"exchange_status.{one.standing}", language),
            one.sent_at,
        ]
        for one in reports.sent
    ]
    print_table([words(f"cli.column.{name}", language) for name in columns], rows)
