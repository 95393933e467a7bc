"""What the doctor says: one finding per thing looked at, with a sentence that says what to do."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Level(enum.StrEnum):
    OK = "ok"
    WARNING = "warning"  # works, and should be changed
    PROBLEM = "problem"  # doesn't work, or isn't safe


@dataclass(frozen=True, slots=True)
class Finding:
    """``subject`` is a short word that stays the same, for programs that read the answer."""

    subject: str
    level: Level
    sentence: str


def ok(subject: str, sentence: str) -> Finding:
    return Finding(subject, Level.OK, sentence)


def warning(subject: str, sentence: str) -> Finding:
    return Finding(subject, Level.WARNING, sentence)


def problem(subject: str, sentence: str) -> Finding:
    return Finding(subject, Level.PROBLEM, sentence)


def worst(findings: Iterable[Finding]) -> Level:
    """Give the worst level there is; ok for none."""
    order = list(Level)
    return max((one.level for one in findings), key=order.index, default=Level.OK)
