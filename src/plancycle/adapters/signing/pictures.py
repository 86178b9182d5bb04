"""The colour of a signature's picture: a person's in blue, a body's seal in red (Decree 30/2020/NĐ-CP, Annex I)."""

import zlib
from collections.abc import Iterator

from plancycle.domain.errors import DataProblem
from plancycle.domain.signatures import SignerRole

RGBA, GREY_WITH_ALPHA = 6, 4
CHANNELS = 4
CLEARLY = 1.2
"""How much stronger the one colour must be than the other."""


def check_colour(image: bytes, role: SignerRole) -> None:
    """Refuse a transparent PNG of the wrong colour; one in a form we do not read (16 bit, interlaced) passes.

    Raises DataProblem.
    """
    width, height = int.from_bytes(image[16:20]), int.from_bytes(image[20:24])
    depth, kind, interlaced = image[24], image[25], image[28]
    if kind == GREY_WITH_ALPHA:
        raise DataProblem("signature.picture_colour", role=role)
    if (depth, kind, interlaced) != (8, RGBA, 0) or width * height == 0:
        return
    red, blue = _inks(image, width)
    wanted, other = (blue, red) if role is SignerRole.PERSON else (red, blue)
    if wanted <= other * CLEARLY:
        raise DataProblem("signature.picture_colour", role=role)


def _inks(image: bytes, width: int) -> tuple[int, int]:
    """How much red and how much blue there is, each point counted by how opaque it is."""
    red = blue = 0
    for row in _rows(image, width * CHANNELS):
        for at in range(0, len(row), CHANNELS):
            alpha = row[at + 3]
            if alpha:
                red += row[at] * alpha
                blue += row[at + 2] * alpha
    return red, blue


def _rows(image: bytes, length: int) -> Iterator[bytearray]:
    """The rows of points, their filters undone (PNG specification, section 9)."""
    data = zlib.decompress(b"".join(_chunks(image)))
    above = bytearray(length)
    for start in range(0, len(data) - length, length + 1):
        row = bytearray(data[start + 1 : start + 1 + length])
        _undo(data[start], row, above)
        yield row
        above = row


def _undo(kind: int, row: bytearray, above: bytearray) -> None:
    for at in range(len(row)):
        left = row[at - CHANNELS] if at >= CHANNELS else 0
        corner = above[at - CHANNELS] if at >= CHANNELS else 0
        added = (0, left, above[at], (left + above[at]) // 2, _nearest(left, above[at], corner))[kind]
        row[at] = (row[at] + added) & 0xFF


def _nearest(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))


def _chunks(image: bytes) -> Iterator[bytes]:
    at = 8
    while at + 8 <= len(image):
        size, name = int.from_bytes(image[at : at + 4]), image[at + 4 : at + 8]
        if name == b"IDAT":
            yield image[at + 8 : at + 8 + size]
        at += 12 + size
