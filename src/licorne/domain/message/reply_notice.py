"""A mail that tells a member of replies: when it is due, and what becomes of it."""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.identity.ids import MemberId, OrganizationId

GATHER = timedelta(minutes=2)  # who reads a reply within this time is sent no mail
APART = timedelta(minutes=10)  # between two mails to one member: what comes meanwhile shares one
KEPT = timedelta(days=30)  # what became of a mail, for whoever asks
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)
_MOST_TRIES = 30  # about a day


class NoticeKind(enum.StrEnum):
    REPLY = "reply"
    ESCALATION = "escalation"  # to a colleague: a reply has waited too long


class NoticeState(enum.StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # committed before the relay is asked; found so later, it is in doubt
    SENT = "sent"
    IN_DOUBT = "in_doubt"  # the relay may have taken it; never sent again
    FAILED = "failed"
    NOT_NEEDED = "not_needed"  # everything was read meanwhile, or the member wants no mails
    NO_RELAY = "no_relay"  # none is configured


@dataclass(frozen=True, slots=True)
class ReplyNotice:
    organization: OrganizationId
    id: uuid.UUID
    member: MemberId
    kind: NoticeKind
    inbox: uuid.UUID | None  # an escalation's: whose replies wait
    covers: datetime  # replies that came until then are told by it
    state: NoticeState
    tries: int = 0


def due(now: datetime, covered_until: datetime | None, patience: timedelta) -> datetime:
    """Say when the next mail to a member may go, about replies older than ``patience``."""
    return now if covered_until is None else max(now, covered_until + patience + APART)


def wait_after(tries: int) -> timedelta | None:
    """Say how long to wait after so many tries that failed; nothing when it was the last."""
    if tries >= _MOST_TRIES:
        return None
    doublings = max(0, min(tries - 1, 10))
    return min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)
