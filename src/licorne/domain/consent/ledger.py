"""What a person has agreed to, entry by entry: an entry is never changed, a later one counts.

The rules on texting want it known who agreed, to what, in which words and how (47 CFR 64.1200(a)),
and let it be taken back by any reasonable means (64.1200(a)(10)).
"""

import enum
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import ContactId, OrganizationId

MOST_NOTE = 500  # characters


class Purpose(enum.StrEnum):
    """What somebody is texted for; agreeing to one agrees to no other."""

    NOTICES = "notices"  # that a secure message waits
    REMINDERS = "reminders"  # of appointments and prescriptions
    ALERTS = "alerts"
    MARKETING = "marketing"  # needs a signed authorization (45 CFR 164.508(a)(3))


class ConsentAct(enum.StrEnum):
    GIVEN = "given"
    REVOKED = "revoked"


class Means(enum.StrEnum):
    """How the person said it."""

    PAPER = "paper"  # a signed form
    VOICE = "voice"  # said in the office or on the telephone
    WEB = "web"  # this installation's own form
    PORTAL = "portal"  # another system of the practice
    TEXT = "text"  # such as STOP


class Standing(enum.StrEnum):
    """Where a person stands with one purpose now."""

    NONE = "none"  # nothing was ever recorded
    GIVEN = "given"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """One line of the ledger, of one number epoch: a number's next owner has agreed to nothing.

    ``wording`` is the version of what was explained (`wordings.py`); ``said_on`` the day on which
    the person said it, in the practice's time zone.
    """

    organization: OrganizationId
    id: uuid.UUID
    contact: ContactId
    number_epoch: int
    purpose: Purpose
    act: ConsentAct
    means: Means
    wording: str
    note_sealed: bytes | None  # where the evidence lies, under K_fields
    said_on: date
    recorded_by: Actor
    recorded_at: datetime


class EntryRefused(ValueError):
    """An entry that can't stand; ``field`` of the form is at fault."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence
