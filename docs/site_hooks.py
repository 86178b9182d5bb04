"""What the site adds to MkDocs: the pages of the repository's root, and every page in its own language.

Links in the pages are written for a reader of the repository; here the few that leave ``docs/`` are led to the same
page of the site. The twin of a page, ``x.vi.md`` of ``x.md``, is one click away in the head of the page.
"""

import posixpath
import re
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from pymdownx.slugs import slugify

ROOT = Path(__file__).resolve().parents[1]
FROM_ROOT = ("GLOSSARY.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "deployments/README.md")
HOME = {"README.md": "index.md", "README.vi.md": "index.md"}
LINK = re.compile(r"(?<=\]\()([^)\s:#]+)(?=[)#])")
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Spell anchors as GitHub does, so that a link holds in both places."""
    config.mdx_configs.setdefault("toc", {})["slugify"] = slugify(case="lower")
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that lie beside ``docs/``."""
    for name in FROM_ROOT:
        files.append(File.generated(config, name, content=(ROOT / name).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links that leave ``docs/`` to the site's own page, and drop those to files that are no page."""
    here = PurePosixPath(page.file.src_uri)
    place = PurePosixPath() if str(here) in FROM_ROOT else PurePosixPath("docs")
    folder = posixpath.normpath(place / here.parent)

    def led(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, match[1]))
        inside = HOME.get(target, target.removeprefix("docs/"))
        return posixpath.relpath(inside, str(here.parent))

    return LINK.sub(led, markdown)


def on_page_context(context: dict[str, Any], *, page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """Give the page its language, and the way to its twin."""
    uri = page.file.src_uri
    language = "en" if _twin(uri) in _pages(nav) and not uri.endswith(".vi.md") else "vi"
    config.theme["language"] = language
    others = [uri if one == language else _twin(uri) for one in LANGUAGES] if _twin(uri) in _pages(nav) else []
    config.extra["alternate"] = [
        {"name": name, "lang": code, "link": _page(other)}
        for (code, name), other in zip(LANGUAGES.items(), others, strict=False)
    ]
    return context


def _pages(nav: Any) -> set[str]:
    return {page.file.src_uri for page in nav.pages}


def _twin(uri: str) -> str:
    return uri.replace(".vi.md", ".md") if uri.endswith(".vi.md") else uri.replace(".md", ".vi.md")


def _page(uri: str) -> str:
    return uri.removesuffix(".md") + ".html"
