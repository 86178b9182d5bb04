"""Two decisions of a named person: about a letter in doubt, and about an agency's explanation."""

from prefect import task

from plancycle.services import explanations, resolve_doubt
from plancycle.services.cycle_view import cycle_view
from tasks._artifacts import page, say
from tasks._house import house_at
from tasks._markup import mask, safe, table
from tasks._names import agency_names
from tasks._policy import LOCAL


@task(task_run_name="xem các thư chưa rõ", **LOCAL)
def show_doubts(as_of: str = "") -> str:
    """Leave the page of the letters nobody has decided about yet, with their keys."""
    with house_at(as_of) as house:
        names = agency_names(house)
        head = [say(house, f"column.{name}") for name in ("key", "agency", "address", "subject")]
        rows = [
            [safe(one.key), safe(names.get(one.agency, one.agency)), safe(mask(one.to_address)), safe(one.subject)]
            for one in resolve_doubt.in_doubt(house)
        ]
        return page(house, "doubts", table(head, rows) if rows else say(house, "doubts.none"))


@task(task_run_name="quyết định về thư chưa rõ", **LOCAL)
def settle_doubt(key: str, verdict: str, person: str, reason: str, as_of: str = "") -> str:
    """Take one letter out of doubt in that person's name; returns its standing."""
    with house_at(as_of) as house:
        return str(resolve_doubt.resolve(house, key.strip(), resolve_doubt.Verdict(verdict), person, reason).status)


@task(task_run_name="xem các giải trình chờ xem xét", **LOCAL)
def show_explanations(year: int, as_of: str = "") -> str:
    """Leave the page of a year's explanations nobody has reviewed, with their numbers."""
    with house_at(as_of) as house:
        waiting = explanations.to_review(house, f"{cycle_view(house, year).id}/")
        head = [say(house, f"column.{name}") for name in ("order", "answer", "label", "value", "explanation")]
        rows = [
            [str(one.number), safe(one.submission), safe(one.label), safe(one.value), safe(one.text)] for one in waiting
        ]
        return page(house, "explanations", table(head, rows) if rows else say(house, "explanations.none"), year)


@task(task_run_name="quyết định về giải trình {number}", **LOCAL)
def settle_explanation(number: int, accept: bool, person: str, reason: str, as_of: str = "") -> str:
    """Accept or refuse one explanation; a refusal sends the answer back. Returns the submission it is about."""
    with house_at(as_of) as house:
        return explanations.review(house, number, accept, person, reason).submission
