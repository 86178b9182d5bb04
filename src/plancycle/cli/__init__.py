"""The command line: ``plancycle <verb>``. Data on stdout, talk on stderr; exit codes 0 ok, 1 our bug, 2 usage,
3 bad data, 4 needs action, 5 an outside service failed.

Verbs live in modules by topic and import what they need when they run, so that ``--help`` stays fast.
"""

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from plancycle import __version__
from plancycle.cli import (
    address_verbs,
    api_key_verbs,
    approval_verbs,
    asking_verbs,
    audit_verbs,
    backup_verbs,
    bench_verbs,
    burden_verbs,
    calendar_verbs,
    custody_verbs,
    cycle_verbs,
    doctor_verbs,
    document_verbs,
    duty_verbs,
    edition_verbs,
    explanation_verbs,
    extension_verbs,
    figure_verbs,
    foresight_verbs,
    intake_verbs,
    narrative_verbs,
    open_data_verbs,
    outbox_verbs,
    prefect_verbs,
    programme_folder_verbs,
    quarantine_verbs,
    receipt_verbs,
    register_verbs,
    rehearse_verbs,
    roster_verbs,
    running_verbs,
    signing_verbs,
    staff_verbs,
    submission_verbs,
    transmittal_verbs,
)
from plancycle.cli.output import explain
from plancycle.domain.errors import ActionNeeded, OutsideFailure, PlancycleError

USAGE = 2

app = App(name="plancycle", version=__version__, help="Recurring government reporting cycles, run as Prefect flows.")
VERBS = (
    running_verbs,
    prefect_verbs,
    programme_folder_verbs,
    rehearse_verbs,
    roster_verbs,
    calendar_verbs,
    cycle_verbs,
    asking_verbs,
    extension_verbs,
    intake_verbs,
    submission_verbs,
    explanation_verbs,
    receipt_verbs,
    quarantine_verbs,
    api_key_verbs,
    staff_verbs,
    edition_verbs,
    transmittal_verbs,
    approval_verbs,
    signing_verbs,
    figure_verbs,
    foresight_verbs,
    burden_verbs,
    open_data_verbs,
    narrative_verbs,
    duty_verbs,
    outbox_verbs,
    address_verbs,
    document_verbs,
    register_verbs,
    audit_verbs,
    backup_verbs,
    custody_verbs,
    doctor_verbs,
    bench_verbs,
)
"""Modules in the order `--help` lists their verbs."""

for verbs in VERBS:
    verbs.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one verb and exit with its code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code. A refusal is explained in both languages, never with a traceback."""
    try:
        result = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as mistyped:
        from plancycle.cli.usage import explain_usage

        explain_usage(mistyped)
        return USAGE
    except PlancycleError as refusal:
        return _refuse(refusal)
    except BrokenPipeError:
        return 0
    except EOFError:
        return _refuse(ActionNeeded("cli.nobody_types"))
    except OSError as failure:
        if failure.filename is None:
            raise
        return _refuse(OutsideFailure("cli.place_failed", path=str(failure.filename), reason=failure.strerror or ""))
    return result if isinstance(result, int) else 0


def _refuse(refusal: PlancycleError) -> int:
    explain(refusal)
    return refusal.exit_code
