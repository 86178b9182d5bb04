"""A share as people read it: whole per cents, never 0 or 100 where it is not quite so."""

from fractions import Fraction


def per_cent(share: Fraction) -> str:
    """``73%``, ``<1%``, ``>99%``; 0 and 1 themselves in full."""
    if share in (0, 1):
        return f"{int(share) * 100}%"
    rounded = int(share * 100 + Fraction(1, 2))
    return "<1%" if rounded < 1 else ">99%" if rounded > 99 else f"{rounded}%"


def shown(share: Fraction, language: str, digits: int = 4) -> str:
    """A share with decimals as people of a language write it: ``0,1234`` or ``0.1234``."""
    text = places(share, digits)
    return text.replace(".", ",") if language == "vi" else text


def places(share: Fraction, digits: int = 4) -> str:
    """A share with so many decimals, half up: ``0.1234``."""
    scaled = int(share * 10**digits + Fraction(1, 2))
    return f"{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}"
