"""An incident: something that may be a breach of unsecured protected health information.

Its facts are codes and dates; what people write about it is sealed and stands in its entries, which
are only ever added to (45 CFR 164.308(a)(6)(ii), 164.414(b), 164.530(j)).
"""

import enum
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.incident.clocks import Breach, Duty, Whom, duties

LONGEST_TEXT = 5_000


class Factor(enum.StrEnum):
    """The risk assessment's four factors (45 CFR 164.402, "breach" (2)(i) to (iv))."""

    NATURE = "nature"  # what was in it, and how easily people are known by it
    RECIPIENT = "recipient"  # who used it, or got it
    ACQUIRED = "acquired"  # whether it was really seen or taken
    MITIGATED = "mitigated"  # how far the risk was made smaller


class Level(enum.StrEnum):
    """How much one factor speaks for a risk that the information was compromised."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Decision(enum.StrEnum):
    BREACH = "breach"
    LOW_PROBABILITY = "low_probability"  # 164.402(2): by the four factors
    EXCEPTION = "exception"  # 164.402(1)(i) to (iii)
    SECURED = "secured"  # it could be read by nobody: not "unsecured" (164.402)


class EntryKind(enum.StrEnum):
    ACCOUNT = "account"  # what happened
    PEOPLE = "people"  # whose messages
    FACTOR = "factor"
    DECISION = "decision"
    TOLD = "told"
    NOTE = "note"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Incident:
    organization: OrganizationId
    id: uuid.UUID
    number: int  # counts up within the organization
    opened_by: MemberId
    opened_at: datetime
    discovered_on: date
    as_associate: bool
    affected: int | None = None
    states: tuple[str, ...] = ()  # of which more than 500 residents are affected
    decision: Decision | None = None
    delayed_until: date | None = None
    closed_at: datetime | None = None

    @property
    def duties(self) -> tuple[Duty, ...]:
        """Say who has to be told, should it be a breach; nobody once it was decided that it isn't.

        The clock runs from the discovery and not from the decision.
        """
        if self.decision not in (None, Decision.BREACH):
            return ()
        breach = Breach(
            self.discovered_on, self.affected, self.states, self.as_associate, self.delayed_until
        )
        return duties(breach)


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated step. ``subject`` and ``detail`` are codes by ``kind``:

    factor: the `Factor`, its `Level` · decision: the `Decision` · told: `Whom`, the State.
    """

    organization: OrganizationId
    incident: uuid.UUID
    id: uuid.UUID
    kind: EntryKind
    subject: str
    detail: str
    on_date: date
    by: MemberId
    at: datetime
    sealed: bytes
    signature: bytes

    @property
    def tells(self) -> tuple[Whom, str] | None:
        return (Whom(self.subject), self.detail) if self.kind is EntryKind.TOLD else None


def assessed(entries: tuple[Entry, ...]) -> dict[Factor, Level]:
    """Give each factor's latest level."""
    return {
        Factor(one.subject): Level(one.detail) for one in entries if one.kind is EntryKind.FACTOR
    }


def still_to_tell(incident: Incident, entries: tuple[Entry, ...]) -> tuple[Duty, ...]:
    """Say which duties nobody has met yet."""
    told = {one.tells for one in entries}
    return tuple(duty for duty in incident.duties if (duty.whom, duty.place) not in told)
