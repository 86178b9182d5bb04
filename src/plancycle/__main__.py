"""``python -m plancycle``."""

from plancycle.cli import main

main()
