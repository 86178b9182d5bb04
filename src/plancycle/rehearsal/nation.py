"""A national cast: provinces, then communes, then provincial bodies, under the names the published list has."""

from collections.abc import Iterator
from itertools import islice

from plancycle.adapters.communes import Province, communes_of, provinces
from plancycle.domain.blueprints import slug
from plancycle.rehearsal.dice import phrases

SOURCE = "Danh mục của gói vietnam-provinces"
Body = dict[str, str]
"""An entry of ``agencies.yaml``."""


def more_bodies(count: int, home: int) -> list[Body]:
    """That many bodies outside of the programme's own province (its code is ``home``), or all there are."""
    others = [one for one in provinces() if one.code != home]
    return list(islice(_bodies(others), count))


def _bodies(others: list[Province]) -> Iterator[Body]:
    for one in others:
        yield _body(f"tinh-{one.code:02d}", f"UBND {one.seat}", "local")
    for one in others:
        for commune in communes_of(one.code):
            yield _body(commune.id, f"UBND {commune.name}, {one.seat}", "local")
    for name in phrases()["provincial_bodies"]:
        for one in others:
            yield _body(f"{slug(name)}-{one.code:02d}", f"{name} {one.seat}", "department")


def _body(body: str, name: str, kind: str) -> Body:
    return {"id": body, "name": name, "kind": kind, "outside_source": SOURCE}
