"""A program that sends what waits, to be killed at any moment: ``send`` forks a sender, ``wait PID`` takes its end.

It reads the settings from its environment like every other process of the product. Everything is imported once, so a
sender starts in milliseconds and a kill hits it while it works, not while it loads.
"""

import os
import sys
import traceback

from plancycle.adapters.database import unit_of_work  # noqa: F401  (loaded before the forks)
from plancycle.adapters.mail import sending  # noqa: F401
from plancycle.bootstrap import open_house
from plancycle.services.deliver_messages import deliver


def send() -> None:
    """One sender's whole life."""
    try:
        with open_house() as house:
            deliver(house)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Obey the driver, line by line."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        verb, _, pid = line.strip().partition(" ")
        if verb == "send":
            answer = os.fork()
            if answer == 0:
                send()
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(int(pid), 0)[1])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
