"""The tree that is killed: an office that runs one errand after the other, each in a process of its own.

Lines of JSON come in: ``{"do": "open|sweep|hand_in|decide", …, "as_of": …, "failpoint": …}`` forks the errand and is
answered with its process number; ``{"do": "wait", "pid": …}`` with how it ended. Everything is imported once, so that
a kill hits an errand while it works. What the other side is told (a receipt) goes into ``acknowledged`` by one write.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from plancycle.adapters.documents.templating import environment, shipped_names
from plancycle.bootstrap import Household, database, open_house
from plancycle.domain.errors import PlancycleError
from plancycle.domain.periods import Period
from plancycle.rehearsal.runners import ServiceRunner
from plancycle.services.cycle_view import cycle_view
from plancycle.services.decide_approval import decide, look
from plancycle.services.deliver_messages import deliver
from plancycle.services.receive_submission import receive
from plancycle.services.step_up import rehearsed

YEAR = 2025
HEAVY = (
    "pandas", "plancycle.adapters.documents.compose", "plancycle.adapters.documents.data",
    "plancycle.adapters.documents.docx", "plancycle.adapters.documents.pdf", "plancycle.adapters.documents.xlsx",
    "plancycle.adapters.exchange_gateway", "plancycle.adapters.mail.sending", "plancycle.adapters.signing.places",
    "plancycle.adapters.workbooks.writing",
)  # fmt: skip
"""What the product loads when it needs it; loaded before the forks, an errand takes its own time only."""
Asked = dict[str, Any]


def open_period(house: Household, asked: Asked) -> None:
    """The first day of a period."""
    at = datetime.fromisoformat(asked["as_of"])
    ServiceRunner(house).open_period(asked["year"], Period(asked["period"]), at)


def sweep(house: Household, asked: Asked) -> None:
    """What is due."""
    ServiceRunner(house).sweep(asked["year"], datetime.fromisoformat(asked["as_of"]))


def hand_in(house: Household, asked: Asked) -> None:
    """An agency's own system hands in an answer and is told the receipt."""
    agency = asked["agency"]
    data = Path(asked["file"]).read_bytes()
    result = receive(house, data, "tra-loi.json", "api", sender=agency, allowed=(agency,), json_of=agency)
    told = {"sha256": result.sha256, "receipt": result.receipt, "submission": result.submission_id}
    handle = os.open(asked["acknowledged"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, (json.dumps(told) + "\n").encode())
    os.fsync(handle)


def approve(house: Household, asked: Asked) -> None:
    """Somebody follows the link of a letter and approves; the next letter leaves at once."""
    token = asked["token"]
    addressee, matter = house.seals.open_link(token)["approver"], look(house, token).bundle_sha256
    decide(house, token, rehearsed(house, addressee, matter), True, "")
    deliver(house)


ERRANDS: dict[str, Callable[[Household, Asked], None]] = {
    "open": open_period,
    "sweep": sweep,
    "hand_in": hand_in,
    "decide": approve,
}


def run(asked: Asked) -> int:
    """One errand's whole life."""
    os.environ["PLANCYCLE_FAILPOINT"] = asked.get("failpoint", "")
    try:
        with open_house(as_of=datetime.fromisoformat(asked["as_of"])) as house:
            ERRANDS[asked["do"]](house, asked)
    except PlancycleError as problem:
        sys.stderr.write(f"{asked['do']}: {problem}\n")
        return problem.exit_code
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def warm_up() -> None:
    """Read once what no errand changes, and leave no connection open: none survives a fork."""
    with open_house() as house:
        cycle_view(house, YEAR)
        house.programmes.address_book(house.programme_id)
        assert all((house.documents, house.workbooks, house.frames, house.signing))
        for module in HEAVY:
            import_module(module)
        for language in ("vi", "en"):
            house.texts.say("period.q1", language)
        templates = house.composer._wording._templates
        for name in templates.list_templates():
            templates.get_template(name)
        for name in shipped_names():
            environment().get_template(name)
        database(house.settings.ledger_url).close()


def main() -> None:
    """Obey the driver, line by line."""
    warm_up()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["do"] == "wait":
            answer = os.waitstatus_to_exitcode(os.waitpid(asked["pid"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                os._exit(run(asked))
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
