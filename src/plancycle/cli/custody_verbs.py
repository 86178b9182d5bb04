"""Verbs about what is kept: ``retention``, ``person export|erase``."""

from dataclasses import asdict

from cyclopts import App

from plancycle.cli.output import house, print_json, print_table, say, words


def register(app: App) -> None:
    """Add the verbs to the command line."""
    app.command(retention)
    person = App(name="person", help="What is held about one person: tell it, or let it go.")
    person.command(export)
    person.command(erase)
    app.command(person)


def retention(
    *, apply: str = "", by: str = "", second: str = "", document: str = "-", as_of: str = "", json: bool = False
) -> None:
    """Show what the retention rules let go; with ``--apply`` and the plan's digest two people carry it out.

    Example: plancycle retention --apply 1a2b3c4d5e6f --by "Nguyễn Thị Lập" --second "Lê Văn Quản"
    """
    from plancycle.services.let_go import let_go, planned

    with house(as_of) as opened:
        rules = opened.settings.retention_rules
        plan = let_go(opened, rules, apply, by, second, document) if apply else planned(opened, rules)
    if json:
        print_json({"applied": bool(apply), "plan": plan.digest, "counts": plan.counts, **asdict(plan)})
    else:
        print_table(
            [words("retention.what"), words("retention.count")],
            [[words(f"retention.{name}"), count] for name, count in plan.counts.items()],
        )
    for language in ("vi", "en"):
        say(words("retention.applied" if apply else "retention.dry", language, plan=plan.digest, count=plan.count))


def export(term: str, /, *, by: str, as_of: str = "", json: bool = False) -> None:
    """Tell everything that is held about a name or an address, with the files it stands in; the log says who asked.

    Example: plancycle person export lap.nt@soyte.example --by "Lê Văn Quản" --json
    """
    from plancycle.services import person_data

    with house(as_of) as opened:
        told = person_data.export(opened, term, by)
    if json:
        print_json(asdict(told))
    else:
        rows = [
            [one.table, name, words(f"person.{purpose}")]
            for one in told.holdings
            for name, purpose in one.purposes.items()
        ]
        rows += [["contacts.yaml", entry, words("person.reaching")] for entry in told.in_book]
        print_table([words(f"person.{name}") for name in ("table", "column", "purpose")], rows)
    for language in ("vi", "en"):
        say(words("person.told", language, rows=len(told.holdings), files=len(told.files)))


def erase(
    term: str, /, *, by: str, second: str, reason: str, document: str, as_of: str = "", json: bool = False
) -> None:
    """Let go of how somebody is reached. What was done in an office's name stays, and so does the audit chain.

    Example: plancycle person erase a@soyte.example --by "A" --second "B" --reason "nghỉ hưu" --document "12/CV-SYT"
    """
    from plancycle.services import person_data

    with house(as_of) as opened:
        counts = person_data.erase(opened, term, by, second, reason, document)
    if json:
        print_json({"changed": counts})
    else:
        print_table(
            [words("person.column"), words("retention.count")], [[name, count] for name, count in counts.items()]
        )
    for language in ("vi", "en"):
        say(words("person.gone", language, count=sum(counts.values())))
