"""Programme files as the rehearsal cuts them: read and written whole, by libyaml where it is."""

from typing import Any

import yaml

try:
    from yaml import CSafeDumper as _Dumper
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml reads and writes the same, ten times slower
    from yaml import SafeDumper as _Dumper  # type: ignore[assignment]
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


def parsed(text: str) -> dict[str, Any]:
    """The fields of a file."""
    content: dict[str, Any] = yaml.load(text, Loader=_Loader)
    return content


def written(content: dict[str, Any]) -> str:
    """Those fields as a file: in their order, one line each, letters as they are."""
    text: str = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
    return text
