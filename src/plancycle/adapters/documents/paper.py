"""A document as data: every word of it, before any file format. What DOCX and PDF show is this and nothing else."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph. ``kind``: basis (căn cứ), text, section (I.), part (1.) or item (- …)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an annex: heading, width in mm, ``left``, ``center`` or ``right``."""

    label: str
    width: float
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Annex:
    """A table on its own page. A row of one cell is a band over the whole width (an agency's name)."""

    heading: str
    title: str
    reference: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str
    """What stands under the table when it has no rows."""
    landscape: bool = False
    note: str = ""
    chart: str = ""
    """An SVG picture of numbers that also stand in ``note``; empty for none."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole report: the elements of Decree 30/2020/NĐ-CP, Annex I, its paragraphs and its annexes."""

    nation: str
    motto: str
    superior_body: str
    issuing_body: str
    number: str
    place_and_date: str
    kind: str
    abstract: str
    to_label: str
    addressees: tuple[str, ...]
    blocks: tuple[Block, ...]
    recipients_label: str
    recipients: tuple[str, ...]
    authority: tuple[str, ...]
    """Lines over the signature: ``KT. GIÁM ĐỐC``, ``PHÓ GIÁM ĐỐC``; empty when nobody is named to sign."""
    signatory: str
    annexes: tuple[Annex, ...]
    title: str
    """For the file's properties."""
    source: str
    """Which edition this is, for the file's properties."""
    signed_on: date
