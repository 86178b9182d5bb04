"""What large work needed goes back to the system when it is done."""

import platform
from dataclasses import replace
from pathlib import Path

import pytest
from sample_documents import a_year

from plancycle.adapters.documents.compose import compose
from plancycle.adapters.documents.pdf import LARGE, report_pdf
from plancycle.adapters.memory import give_back
from plancycle.adapters.texts import Catalogue

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library than glibc")
BLOCKS, EACH = 100_000, 1000
"""A hundred megabytes in pieces of a size that Python has the C library keep."""
HALF = BLOCKS * EACH // 2
PAGE = 4096


def held() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE


def freed_below_what_stays() -> list[bytes]:
    """A hundred megabytes of which every thousandth piece stays: nothing can be cut off at the end."""
    return [bytes(EACH) for _ in range(BLOCKS)][:: BLOCKS // 100]


def test_what_is_free_below_something_small_goes_back_to_the_system():
    stays = freed_below_what_stays()
    before = held()

    give_back()

    assert before - held() > HALF
    assert len(stays) == 100


def test_after_a_large_document_free_memory_goes_back_to_the_system():
    paper = replace(compose(a_year(), Catalogue()), abstract="một báo cáo dài " * (LARGE // 10))
    report_pdf(paper)  # its threads and fonts are there
    stays = freed_below_what_stays()
    before = held()

    report_pdf(paper)

    assert before - held() > HALF
    assert len(stays) == 100
