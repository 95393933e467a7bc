"""What a link opens for whoever holds it: decided from facts alone, in order.

A link locates, it never authorises: without a session no door shows content.
"""

import enum
from dataclasses import dataclass

from licorne.domain.mailbox.proof import MailboxState
from licorne.domain.pickup.challenge import ChallengeState


class Door(enum.StrEnum):
    """The page that a link leads to."""

    UNKNOWN = "unknown"  # not ours, or the number belongs to somebody else now
    OPEN = "open"  # signed in on this device a short while ago
    RECALLED = "recalled"
    CONTENT_EXPIRED = "content_expired"
    LINK_EXPIRED = "link_expired"
    SUPERSEDED = "superseded"  # a new password was set since: this message waits to be given back
    SIGN_IN = "sign_in"
    LOCKED = "locked"  # the passphrase was tried too often
    PASSPHRASE = "passphrase"  # noqa: S105 - a name
    SET_PASSWORD = "set_password"  # noqa: S105 - a name


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What is known about a link, its delivery and its mailbox at one moment.

    ``challenge`` is that of the delivery, or, where it has none, of another one that waits in the
    same unclaimed mailbox: claiming needs one proof while any challenged delivery waits.
    """

    number_changed_hands: bool
    signed_in: bool
    recalled: bool
    content_expired: bool
    link_expired: bool
    mailbox: MailboxState
    challenge: ChallengeState


def door_of(facts: LinkFacts) -> Door:
    """Choose the page; the first line that applies decides."""
    if facts.number_changed_hands:
        return Door.UNKNOWN
    if facts.signed_in:
        return Door.OPEN
    if facts.recalled:
        return Door.RECALLED
    if facts.content_expired:
        return Door.CONTENT_EXPIRED
    if facts.link_expired:
        return Door.LINK_EXPIRED
    if facts.mailbox is MailboxState.SUPERSEDED:
        return Door.SUPERSEDED
    if facts.mailbox is MailboxState.CLAIMED:
        return Door.SIGN_IN
    if facts.challenge is ChallengeState.LOCKED:
        return Door.LOCKED
    if facts.challenge is ChallengeState.WAITING:
        return Door.PASSPHRASE
    return Door.SET_PASSWORD
