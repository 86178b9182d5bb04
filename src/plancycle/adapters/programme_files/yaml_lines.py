"""Programme files as plain trees with the place of every value.

YAML's own typing is left out on purpose: ``17:00`` would become 1020 and ``NO`` would become false. Every scalar
stays the text that was typed (NFC), an empty value or ``null`` is None, and the schema decides what a text means.
Aliases, tags, several documents and duplicate keys are refused; sizes are limited before anything is composed.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import yaml

from plancycle.domain.errors import Place

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml reads the same language, only slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_BYTES = 2_000_000
MAX_DEPTH = 20
MAX_NODES = 100_000

Tree = str | None | list["Tree"] | dict[str, "Tree"]
Loc = tuple[str | int, ...]
Position = tuple[int, int]
"""Line and column, both counted from 1."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One file: its tree (None when it could not be read), where everything stands, and what is wrong with it."""

    path: str
    tree: Tree = None
    values: Mapping[Loc, Position] = field(default_factory=dict)
    keys: Mapping[Loc, Position] = field(default_factory=dict)
    places: tuple[Place, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether there is a mapping to look into; a file of only a syntax error has none."""
        return isinstance(self.tree, dict)

    def place(self, loc: Loc, key: str, **params: object) -> Place:
        """A problem with the value at ``loc``, or with the nearest thing around it that stands in the file."""
        while loc and loc not in self.values:
            loc = loc[:-1]
        return Place(self.path, *self.values.get(loc, (1, 1)), key, params)

    def place_of_name(self, loc: Loc, key: str, **params: object) -> Place:
        """A problem with the name of a field (what stands before the colon)."""
        return Place(self.path, *self.keys.get(loc, (1, 1)), key, params)


def canonical_bytes(data: bytes) -> bytes:
    """The same bytes whatever editor saved them: no byte order mark, line ends LF."""
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def read_yaml(path: Path) -> YamlFile:
    """Read one file; problems are in ``places``, never raised."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return _refused(path, "programme.missing_file", name=path.name)
    except OSError as error:
        return _refused(path, "programme.unreadable_file", name=path.name, detail=error.strerror or "")
    return parse_yaml(data, path)


def parse_yaml(data: bytes, path: Path) -> YamlFile:
    """Parse a file's bytes; ``path`` is only named in the places. Nobody changes the tree: others may have it too."""
    if len(data) > MAX_BYTES:
        return _refused(path, "programme.file_too_big", limit=MAX_BYTES // 1_000_000)
    file = _parsed(data)
    return replace(file, path=str(path), places=tuple(replace(place, file=str(path)) for place in file.places))


@lru_cache(maxsize=32)  # several readers ask for each of a programme's ten files
def _parsed(data: bytes) -> YamlFile:
    """The file, still without its name."""
    try:
        text = canonical_bytes(data).decode("utf-8")
    except UnicodeDecodeError as error:
        return _stopped("programme.not_utf8", data[: error.start].count(b"\n") + 1)
    try:
        places = _screen(text)
        if places:
            return YamlFile("", places=places)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return _stopped("programme.yaml_syntax", line, column, detail=error.problem or error.context or "")
    except yaml.reader.ReaderError as error:
        return _stopped("programme.control_character", text[: int(error.position)].count("\n") + 1)
    return _Walk().read(node)


def _stopped(key: str, line: int, column: int = 1, **params: object) -> YamlFile:
    return YamlFile("", places=(Place("", line, column, key, params),))


def _refused(path: Path, key: str, **params: object) -> YamlFile:
    return YamlFile(str(path), places=(Place(str(path), 1, 1, key, params),))


def _screen(text: str) -> tuple[Place, ...]:
    """Look at the events before composing: aliases and anchors, tags, depth, size, a second document."""
    places: list[Place] = []
    depth = nodes = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        key = _refusal(event)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            key = "programme.second_document"
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            key = "programme.too_deep"
        if key:
            places.append(Place("", *_position(event), key))
        if key in ("programme.second_document", "programme.too_deep"):
            break
    return tuple(places)


def _refusal(event: yaml.Event) -> str | None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return "programme.alias"
    tag = getattr(event, "tag", None)
    if tag and tag != "tag:yaml.org,2002:str":
        return "programme.tag"
    return None


class _Walk:
    """Turns composed nodes into a tree and remembers where each stood."""

    def __init__(self) -> None:
        self._values: dict[Loc, Position] = {}
        self._keys: dict[Loc, Position] = {}
        self._places: list[Place] = []

    def read(self, node: yaml.Node | None) -> YamlFile:
        if not isinstance(node, yaml.MappingNode):
            line, column = _position(node) if node else (1, 1)
            return _stopped("programme.not_a_file_of_fields", line, column)
        tree = self._tree(node, ())
        return YamlFile("", tree, self._values, self._keys, tuple(self._places))

    def _tree(self, node: yaml.Node, loc: Loc) -> Tree:
        self._values[loc] = _position(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._tree(item, (*loc, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return dict(self._fields(node, loc))
        return None if node.tag == "tag:yaml.org,2002:null" else _text(node)

    def _fields(self, node: yaml.MappingNode, loc: Loc) -> Iterator[tuple[str, Tree]]:
        seen: dict[str, Position] = {}
        for key_node, value_node in node.value:
            line, column = _position(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._places.append(Place("", line, column, "programme.key_not_text"))
                continue
            name = _text(key_node)
            if name in seen:
                params = {"field": name, "first_line": seen[name][0]}
                self._places.append(Place("", line, column, "programme.duplicate_key", params))
                continue
            seen[name] = (line, column)
            self._keys[(*loc, name)] = (line, column)
            yield name, self._tree(value_node, (*loc, name))


def _text(node: yaml.Node) -> str:
    return unicodedata.normalize("NFC", str(node.value))


def _position(thing: yaml.Node | yaml.Event) -> Position:
    mark = thing.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
