"""The one exception that edges raise to refuse a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import UNSET, UnsetType


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field: its name (or JSON pointer) and a sentence for the person.

    ``reason`` is a stable word for programs, where a field can be refused in several ways.
    """

    field: str
    sentence: str
    reason: str | UnsetType = UNSET


@dataclass(slots=True, eq=False)
class Refusal(Exception):
    """An answer that isn't what was asked for; shown as a page, or under /api as a problem.

    ``code`` is a stable word-with-dashes for programs; ``title`` and ``sentence`` are for the
    person and tell what to do; ``cause`` is for the log only and holds nothing personal.
    """

    status: int
    code: str
    sentence: str
    title: str | None = None
    cause: str | None = None
    faults: tuple[FieldFault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.code}" + (f": {self.cause}" if self.cause else "")
