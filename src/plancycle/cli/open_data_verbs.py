"""``plancycle opendata``: approved editions and timeliness as a data package for the province's data portal."""

from pathlib import Path

from cyclopts import App

from plancycle.cli.output import house, print_json, say, words


def register(app: App) -> None:
    """Add the verb to the command line."""
    app.command(opendata)


def opendata(
    *,
    out: Path,
    year: tuple[int, ...] = (),
    licence: str = "notspecified",
    include_provisional: bool = False,
    programme: str = "",
    as_of: str = "",
    json: bool = False,
) -> None:
    """Write approved editions and timeliness as CSV and JSON with a data dictionary (Frictionless Data Package).

    OUT ending in .zip makes one file, any other name a folder. No person and no typed text is in it; editions that
    nobody has approved only with --include-provisional. --licence is yours to choose (CC-BY-4.0, CC0-1.0, …).

    Example: plancycle opendata --out du-lieu-mo --year 2025 --licence CC-BY-4.0
    """
    from plancycle.adapters.data_package import package_files, package_zip
    from plancycle.services.publish_open_data import gather

    with house(as_of, programme) as opened:
        made = gather(opened, year, licence, include_provisional)
    if out.suffix == ".zip":
        out.write_bytes(package_zip(made))
    else:
        for name, data in package_files(made).items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(data)
    rows = {name: len(found) for name, found in made.rows.items()}
    if json:
        print_json({"path": str(out), "name": made.name, "updated": made.updated, "licence": licence, "rows": rows})
        return
    for language in ("vi", "en"):
        say(words("open_data.written", language, path=out, editions=rows["editions"], figures=rows["figures"]))
