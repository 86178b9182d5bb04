"""A document as data: every word of it, before any file format. What DOCX and PDF show is this and nothing else."""

from dataclasses import dataclass
from datetime import date

from plancycle.services.report_contents import Chart


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
    charts: tuple[Chart, ...] = ()
    """Pictures of numbers, each with the same numbers as a small table; they stand before the annex's own table."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document: the elements of Decree 30/2020/NĐ-CP, Annex I, its paragraphs and its annexes."""

    nation: str
    motto: str
    superior_body: str
    issuing_body: str
    number: str
    place_and_date: str
    kind: str
    """The type in capitals (BÁO CÁO); empty for a letter (công văn), which has none."""
    abstract: str
    """What it is about: under the type, or ``V/v …`` under the number of a letter."""
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
    """Which edition or which document this is, for the file's properties."""
    signed_on: date
