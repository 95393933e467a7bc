"""Whose data could a session, a token or a stolen device have seen: what the trail says of it."""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime


class Reach(enum.StrEnum):
    """How near it came to a person's data; the first is the nearest."""

    CONTENT = "content"  # messages or files were opened, given out or written
    NAMED = "named"  # name and number were shown
    WITHIN_REACH = "within_reach"  # a conversation lay in the inbox and wasn't opened


@dataclass(frozen=True, slots=True)
class ExposureAsked:
    """What is asked: by way (a session, token or app password), by member, or by both."""

    since: datetime
    until: datetime
    via: uuid.UUID | None = None
    actor: uuid.UUID | None = None
