"""Which entries of the trail programs may follow, and what they are called outside.

A name that was ever released keeps its meaning; what isn't here is nobody's business outside.
"""

import enum
from collections.abc import Mapping

from licorne.domain.audit.tags import Tag


class EventType(enum.StrEnum):
    MESSAGE_ACCEPTED = "message.accepted"
    NOTICE_SENT = "notice.sent"
    NOTICE_RECEIPT = "notice.receipt"
    NOTICE_FAILED = "notice.failed"
    LINK_FETCHED = "link.fetched"
    CHALLENGE_PROVED = "challenge.proved"
    CHALLENGE_LOCKED = "challenge.locked"
    MESSAGE_OPENED = "message.opened"
    REPLY_RECEIVED = "reply.received"
    MESSAGE_RECALLED = "message.recalled"
    MESSAGE_EXPIRED = "message.expired"
    CONTACT_OPTED_OUT = "contact.opted_out"
    CONTACT_OPTED_IN = "contact.opted_in"
    EMERGENCY_OPENED = "emergency.opened"


FOLLOWED: Mapping[str, EventType] = {
    Tag.MESSAGE_ACCEPTED: EventType.MESSAGE_ACCEPTED,
    Tag.NOTICE_SENT: EventType.NOTICE_SENT,
    Tag.NOTICE_RECEIPT: EventType.NOTICE_RECEIPT,
    Tag.NOTICE_FAILED: EventType.NOTICE_FAILED,
    Tag.LINK_FETCHED: EventType.LINK_FETCHED,
    Tag.CHALLENGE_PROVED: EventType.CHALLENGE_PROVED,
    Tag.CHALLENGE_LOCKED: EventType.CHALLENGE_LOCKED,
    Tag.CONTACT_OPENED: EventType.MESSAGE_OPENED,
    Tag.CONTACT_REPLIED: EventType.REPLY_RECEIVED,
    Tag.MESSAGE_RECALLED: EventType.MESSAGE_RECALLED,
    Tag.MESSAGE_EXPIRED: EventType.MESSAGE_EXPIRED,
    Tag.CONTACT_OPTED_OUT: EventType.CONTACT_OPTED_OUT,
    Tag.CONTACT_OPTED_OUT_BY_MEMBER: EventType.CONTACT_OPTED_OUT,
    Tag.CONTACT_OPTED_IN: EventType.CONTACT_OPTED_IN,
    Tag.CONTACT_OPTED_IN_BY_MEMBER: EventType.CONTACT_OPTED_IN,
    Tag.EMERGENCY_OPENED: EventType.EMERGENCY_OPENED,
}

# These are about a contact; all others are about deliveries.
ABOUT_CONTACT = frozenset(
    {EventType.CONTACT_OPTED_OUT, EventType.CONTACT_OPTED_IN, EventType.EMERGENCY_OPENED}
)
