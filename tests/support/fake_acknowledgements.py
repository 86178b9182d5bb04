"""Addressees' answers in memory, held to the same promises as the database's."""

from dataclasses import replace
from typing import Any

from plancycle.domain.acknowledgements import Acknowledgement


class FakeAcknowledgements:
    def __init__(self, tables: Any) -> None:
        self.rows: list[Acknowledgement] = tables.acknowledgements

    def add(self, answer: Acknowledgement) -> bool:
        known = self.of(answer.transmittal)
        if any((one.sha256, one.code) == (answer.sha256, answer.code) for one in known):
            return False
        self.rows.append(replace(answer, number=len(known) + 1))
        return True

    def of(self, transmittal: str) -> list[Acknowledgement]:
        return [one for one in self.rows if one.transmittal == transmittal]

    def under(self, prefix: str) -> list[Acknowledgement]:
        found = [one for one in self.rows if one.transmittal.startswith(prefix)]
        return sorted(found, key=lambda one: (one.transmittal, one.number))
