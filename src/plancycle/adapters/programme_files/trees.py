"""Looking into the raw trees of programme files by pattern."""

from collections.abc import Iterator

from plancycle.adapters.programme_files.yaml_lines import Loc, Tree


def matches(tree: Tree, pattern: str) -> Iterator[tuple[Loc, str]]:
    """The texts at a pattern: ``*`` is any item or field, ``**`` any depth including none."""
    yield from _match(tree, tuple(pattern.split(".")), ())


def _match(tree: Tree, parts: tuple[str, ...], loc: Loc) -> Iterator[tuple[Loc, str]]:
    if not parts:
        if isinstance(tree, str):
            yield loc, tree
        return
    first, rest = parts[0], parts[1:]
    if first == "**":
        yield from _match(tree, rest, loc)
        for step, child in _children(tree):
            yield from _match(child, parts, (*loc, step))
        return
    if first == "*":
        for step, child in _children(tree):
            yield from _match(child, rest, (*loc, step))
    elif isinstance(tree, dict) and first in tree:
        yield from _match(tree[first], rest, (*loc, first))


def _children(tree: Tree) -> Iterator[tuple[str | int, Tree]]:
    if isinstance(tree, dict):
        yield from tree.items()
    elif isinstance(tree, list):
        yield from enumerate(tree)
