"""The texts on the demo's phone: who shows them doesn't know where they lie."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, repr=False)
class PhoneText:
    """A text on a handset. ``to`` is the handset's number, in E.164."""

    id: uuid.UUID
    to: str
    text: str
    at: datetime


class PhoneTexts(Protocol):
    def read(self) -> tuple[PhoneText, ...]:
        """Give all texts, in the order in which they came."""
        ...

    def stamp(self) -> int:
        """Give a number that changes when a text comes; cheap to ask for often."""
        ...
