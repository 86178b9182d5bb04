"""Why a date is the day it is: message keys with values, in the order a person would tell them.

The words are in ``locale/``; a reason carries only the key and what fills it, so it reads in both languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A name that has a spelling in each language (a public holiday); the words of a language pick theirs."""

    vi: str
    en: str


class Weekday(StrEnum):
    """A day of the week, as ``date.weekday()`` counts it: Monday first."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEK = tuple(Weekday)


def weekday(day: date) -> Weekday:
    """The day of the week of a date."""
    return WEEK[day.weekday()]


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of an explanation: the key of its words and the values in them."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


def because(key: str, **params: object) -> Reason:
    """A reason ``why.<key>``."""
    return Reason(f"why.{key}", params)
