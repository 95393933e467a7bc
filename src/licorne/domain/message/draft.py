"""A draft: what an edge parsed out of a mail, a form, a request or a command. Not yet judged."""

import enum
import uuid
from dataclasses import dataclass
from datetime import timedelta

from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId, TeamId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.content import Content

MOST_RECIPIENTS = 100


class Source(enum.StrEnum):
    """The way by which a message came in."""

    SMTP = "smtp"
    OFFICE = "office"
    API = "api"
    COMMAND = "command"
    PICKUP = "pickup"
    TEXT = "text"  # an ordinary text from a phone


@dataclass(frozen=True, slots=True)
class Repeatable:
    """What makes a repeated request the same request (the API's Idempotency-Key)."""

    key_hash: bytes  # SHA-256 of the caller's key; stored under an HMAC
    request_hash: bytes  # SHA-256 of what was asked; stored under an HMAC


@dataclass(frozen=True, slots=True)
class Draft:
    """A message on its way in. ``recipients`` are distinct, in the sender's order."""

    organization: OrganizationId
    author: Actor  # a member or a service identity
    source: Source
    recipients: tuple[PhoneNumber, ...]
    content: Content
    expires_in: timedelta | None = None  # none: the organization's usual
    passphrase: str | None = None  # in the form that ``pickup.passphrase`` calls normalised
    repeatable: Repeatable | None = None
    via: uuid.UUID | None = None  # the session, token or app password that it came through
    team: TeamId | None = None  # whose conversation it is; none: the author's own
