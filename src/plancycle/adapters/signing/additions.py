"""What was added to a PDF after it was approved: signatures, or anything else.

That the file starts with the approved bytes would not do: a later part of a PDF can replace any page. pyHanko compares
a file with its first signature only, and cannot compare with a document that had no form yet, as ours has not.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

MAY_GAIN = {"/Catalog": {"/AcroForm", "/DSS", "/Extensions", "/Perms"}, "/Page": {"/Annots"}}
ABOUT_FILE_MAY_CHANGE = {"/ModDate", "/Producer"}


def only_signatures_added(data: bytes, approved: bytes) -> bool:
    """Whether the file is the approved one, byte for byte, and its additions are signature fields and their proofs."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    if not data.startswith(approved):
        return False
    old, new = PdfFileReader(BytesIO(approved)), PdfFileReader(BytesIO(data))
    changed = _replaced(old, new)
    return all(_is_harmless(old, before, after) for before, after in changed) and _only_fields_for_signatures(old, new)


def _replaced(old: "PdfFileReader", new: "PdfFileReader") -> Iterator[tuple[Any, Any]]:
    """Objects of the approved document that a later part of the file speaks of again, as they were and as they are."""
    known = {ref for number in range(old.total_revisions) for ref in _named(old, number)}
    for number in range(old.total_revisions, new.total_revisions):
        for ref in _named(new, number) & known:
            yield _object(old, ref), _object(new, ref)


def _named(reader: "PdfFileReader", revision: int) -> set[tuple[int, int]]:
    refs = reader.xrefs.explicit_refs_in_revision(revision)
    return {(ref.idnum, ref.generation) for ref in refs}


def _object(reader: "PdfFileReader", ref: tuple[int, int]) -> Any:
    from pyhanko.pdf_utils.generic import Reference

    return reader.get_object(Reference(*ref, pdf=reader))  # type: ignore[no-untyped-call]


def _is_harmless(old: "PdfFileReader", before: Any, after: Any) -> bool:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return bool(before == after)
    if before.get("/Type") == "/Metadata" == after.get("/Type"):
        return True  # never shown on a page; every signing program writes its name there
    differing = {key for key in {*before, *after} if _raw(before, key) != _raw(after, key)}
    about = old.trailer_view.get("/Info")
    is_about_file = about is not None and before == about.get_object()
    allowed = ABOUT_FILE_MAY_CHANGE if is_about_file else MAY_GAIN.get(str(before.get("/Type")), set())
    return differing <= allowed


def _raw(dictionary: Any, key: str) -> str | None:
    """A value as it is written, references not followed."""
    return repr(dictionary.raw_get(key)) if key in dictionary else None


def _only_fields_for_signatures(old: "PdfFileReader", new: "PdfFileReader") -> bool:
    """Whether every mark that was laid on a page is the field of a signature."""
    before = {(page, repr(mark)) for page, mark, _ in _marks(old)}
    added = [mark for page, raw, mark in _marks(new) if (page, repr(raw)) not in before]
    return all(mark.get("/Subtype") == "/Widget" and mark.get("/FT") == "/Sig" for mark in added)


def _marks(reader: "PdfFileReader") -> Iterator[tuple[int, Any, Any]]:
    """Annotations: the page's number, the mark as referred to, and the mark itself."""
    for number in range(int(reader.root["/Pages"]["/Count"])):
        page = reader.find_page_for_modification(number)[0].get_object()  # type: ignore[no-untyped-call]
        for raw in page.get("/Annots", ()):
            yield number, raw, raw.get_object()
