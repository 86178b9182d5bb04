"""``plancycle`` and ``python -m plancycle``."""

import sys
from pathlib import Path

LIST_OF_VERBS = Path(__file__).with_name("help.txt")
"""What ``--help`` says; made from the command line itself by ``docs/generate.py``."""


def main() -> None:
    """Run one verb. The list of all verbs is read from a file, so that it comes at once: nothing is loaded for it."""
    if sys.argv[1:] in ([], ["--help"], ["-h"]):
        sys.stdout.write(LIST_OF_VERBS.read_text("utf-8"))
        return
    from plancycle.cli import main as run

    run()


if __name__ == "__main__":
    main()
