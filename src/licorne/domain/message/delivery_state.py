"""The states of a delivery: one message's way to one recipient, which only ever goes forward."""

import enum


class DeliveryState(enum.StrEnum):
    ACCEPTED = "accepted"  # stored durably
    NOTIFIED = "notified"  # a carrier took the notice
    ON_HANDSET = "on_handset"  # a receipt says that the phone has it
    LINK_FETCHED = "link_fetched"  # something fetched the link: a person or a preview robot
    PROVED = "proved"  # the person proved themself
    READ = "read"
    ANSWERED = "answered"
    FAILED = "failed"  # no carrier could announce it; the reason says why
    RECALLED = "recalled"
    EXPIRED = "expired"
    RECEIVED = "received"  # inbound: a contact's reply, stored
    SEEN = "seen"  # inbound: its owner has opened it


# A state is left only for one of higher rank. FAILED is low: a notice that a carrier called
# undelivered may still be opened, and then what we saw is stronger than what we were told.
_RANK = {
    DeliveryState.ACCEPTED: 0,
    DeliveryState.FAILED: 1,
    DeliveryState.NOTIFIED: 2,
    DeliveryState.ON_HANDSET: 3,
    DeliveryState.LINK_FETCHED: 4,
    DeliveryState.PROVED: 5,
    DeliveryState.READ: 6,
    DeliveryState.ANSWERED: 7,
    DeliveryState.RECALLED: 9,
    DeliveryState.EXPIRED: 8,
    DeliveryState.RECEIVED: 0,
    DeliveryState.SEEN: 6,
}


def rank(state: DeliveryState) -> int:
    """Order the states; the store moves a delivery only to a higher rank."""
    return _RANK[state]


def may_follow(state: DeliveryState, earlier: DeliveryState) -> bool:
    """Say whether a delivery in ``earlier`` may go to ``state``."""
    if state is DeliveryState.FAILED:
        return earlier is DeliveryState.ACCEPTED or earlier is DeliveryState.NOTIFIED
    return rank(state) > rank(earlier)
