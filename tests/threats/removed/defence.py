"""A defence, taken out by a few changed lines, and the tests that must then fail."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    file: str  # below src/licorne
    before: str  # stands there exactly once
    after: str


@dataclass(frozen=True)
class Removed:
    """A defence that is gone. Each of ``tests`` has to fail."""

    threat: int
    what: str
    changes: tuple[Change, ...]
    tests: tuple[str, ...]


def of(file: str, name: str) -> str:
    return f"{file}::{name}"
