"""What an incoming mail turns out to say, once its wrapping is off."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from licorne.domain.message.content import Content


class Remark(Enum):
    """What was odd about a message that could be read all the same; holds no content."""

    CHARSET_GUESSED = "charset_guessed"
    ENCODING_DAMAGED = "encoding_damaged"
    STRUCTURE_DAMAGED = "structure_damaged"
    ENCRYPTED_BY_SENDER = "encrypted_by_sender"
    SIGNATURE_UNCHECKED = "signature_unchecked"


@dataclass(frozen=True, slots=True)
class SubmissionHeaders:
    """What the header of a message says, decoded.

    `from_address` is the one address of From, without its display name; `to` and `cc` are for
    showing only (SMTP's recipients decide who gets the message); `message_id` is without angle
    brackets; `date` is in UTC, None if it is missing or makes no sense.
    """

    from_address: str
    to: str | None
    cc: str | None
    subject: str | None
    message_id: str | None
    date: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedSubmission:
    """A message that was read: its header, its content, and what was odd about it."""

    headers: SubmissionHeaders
    content: Content
    remarks: frozenset[Remark] = frozenset()
