"""``english.yaml``: how a programme's own words read in English. Display only; official documents stay Vietnamese."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from plancycle.adapters.programme_files.problems import validated
from plancycle.adapters.programme_files.value_types import Some, Strict, Text
from plancycle.adapters.programme_files.yaml_lines import Tree, YamlFile, read_yaml
from plancycle.domain.errors import Place, ProgrammeProblem

ENGLISH = "english.yaml"


class EnglishEntry(Strict):
    """One text of the other files, letter for letter, and how it reads in English."""

    vi: Text
    en: Text


class EnglishFile(Strict):
    """``english.yaml``: translations; what is not there is shown in Vietnamese."""

    words: Some[EnglishEntry]


def read_english(path: Path) -> dict[str, str]:
    """Vietnamese text to English; empty when there is no such file. Raises ProgrammeProblem with every error."""
    if not path.exists():
        return {}
    file = read_yaml(path)
    model, problems = validated(file, EnglishFile)
    if file.places or problems or not isinstance(model, EnglishFile):
        raise ProgrammeProblem([*file.places, *problems])
    return {entry.vi: entry.en for entry in model.words}


def untranslatable(files: Mapping[str, YamlFile]) -> Iterator[Place]:
    """Translations of a text that stands in no other file: most likely a letter is different."""
    english = files.get(ENGLISH)
    if english is None or not isinstance(english.tree, dict):
        return
    said = {text for name, file in files.items() if name != ENGLISH for text in _texts(file.tree)}
    entries = english.tree.get("words")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        text = entry.get("vi") if isinstance(entry, dict) else None
        if isinstance(text, str) and text not in said:
            yield english.place(("words", index, "vi"), "programme.english_of_nothing", value=text)


def _texts(tree: Tree) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from _texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value)
