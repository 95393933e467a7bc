"""Threads: what was written between one inbox (a member's or a team's) and one contact."""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.actor import Actor
from licorne.domain.identity.contact import Contact
from licorne.domain.identity.ids import (
    ContactId,
    DeliveryId,
    MailboxId,
    MemberId,
    MessageId,
    OrganizationId,
    ThreadId,
)
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.draft import Source


class OwnerKind(enum.StrEnum):
    MEMBER = "member"
    TEAM = "team"


class Direction(enum.StrEnum):
    OUT = "out"  # from the practice
    IN = "in"  # a contact's reply


class ThreadFilter(enum.StrEnum):
    """Which threads a list shows."""

    INBOX = "inbox"  # not done
    MINE = "mine"  # a team's, assigned to the reader, not done
    UNASSIGNED = "unassigned"  # a team's, nobody's yet, not done
    UNREAD = "unread"  # holds a reply that its owner hasn't opened
    WAITING = "waiting"  # the contact hasn't opened the last message
    TROUBLE = "trouble"  # the last message couldn't be announced, or its passphrase is locked
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Inbox:
    """An owner of threads: a member, or a team that the member belongs to."""

    kind: OwnerKind
    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Thread:
    organization: OrganizationId
    id: ThreadId
    contact: ContactId
    number_epoch: int
    inbox: Inbox
    created_at: datetime
    done_at: datetime | None
    assigned_to: MemberId | None = None  # whose work it is, within a team


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """One line of a list. It tells of a message that there is one, never what it says."""

    thread: Thread
    contact: Contact  # under the name of who had the number then
    last_direction: Direction
    last_state: DeliveryState
    last_reason: str | None
    last_challenge: str
    last_at: datetime
    unread: int  # replies that the owner hasn't opened
    number_ended_at: datetime | None = None  # when the number went to somebody else


@dataclass(frozen=True, slots=True)
class ThreadCursor:
    """Where a page of a list ended."""

    last_at: datetime
    thread: ThreadId


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """One message of a thread, as its delivery tells it: everything but what it says."""

    delivery: DeliveryId
    message: MessageId
    contact: ContactId
    mailbox: MailboxId
    direction: Direction
    author: Actor
    source: Source
    state: DeliveryState
    reason: str | None
    flags: tuple[str, ...]
    challenge: str
    challenge_tries: int
    created_at: datetime
    expires_at: datetime
    first_read_at: datetime | None
    recalled_at: datetime | None
    contact_copy_ended_at: datetime | None
    practice_copy_ended_at: datetime | None

    @property
    def waits_to_be_read(self) -> bool:
        """Whether the contact may still come and open it for the first time."""
        return (
            self.direction is Direction.OUT
            and self.contact_copy_ended_at is None
            and self.first_read_at is None
            and self.state not in (DeliveryState.READ, DeliveryState.ANSWERED)
        )
