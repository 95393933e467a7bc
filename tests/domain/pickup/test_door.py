from dataclasses import replace
from itertools import product

import pytest

from licorne.domain.mailbox.proof import MailboxState
from licorne.domain.pickup.challenge import ChallengeState
from licorne.domain.pickup.door import Door, LinkFacts, door_of

FIRST_VISIT = LinkFacts(
    number_changed_hands=False,
    signed_in=False,
    recalled=False,
    content_expired=False,
    link_expired=False,
    mailbox=MailboxState.WAITING,
    challenge=ChallengeState.NONE,
)


@pytest.mark.parametrize(
    ("change", "door"),
    [
        ({}, Door.SET_PASSWORD),
        ({"challenge": ChallengeState.WAITING}, Door.PASSPHRASE),
        ({"challenge": ChallengeState.LOCKED}, Door.LOCKED),
        ({"mailbox": MailboxState.CLAIMED}, Door.SIGN_IN),
        ({"mailbox": MailboxState.CLAIMED, "challenge": ChallengeState.WAITING}, Door.SIGN_IN),
        ({"mailbox": MailboxState.SUPERSEDED}, Door.SUPERSEDED),
        ({"link_expired": True}, Door.LINK_EXPIRED),
        ({"recalled": True}, Door.RECALLED),
        ({"content_expired": True}, Door.CONTENT_EXPIRED),
        ({"content_expired": True, "link_expired": True}, Door.CONTENT_EXPIRED),
        ({"signed_in": True}, Door.OPEN),
        ({"signed_in": True, "link_expired": True}, Door.OPEN),
        ({"number_changed_hands": True}, Door.UNKNOWN),
        ({"number_changed_hands": True, "signed_in": True}, Door.UNKNOWN),
    ],
)
def test_a_link_leads_to_one_page(change: dict[str, object], door: Door):
    assert door_of(replace(FIRST_VISIT, **change)) is door


def test_nothing_but_a_session_opens_a_message():
    booleans = product((True, False), repeat=4)
    for changed, recalled, expired, link in booleans:
        for mailbox, challenge in product(MailboxState, ChallengeState):
            facts = LinkFacts(changed, False, recalled, expired, link, mailbox, challenge)
            assert door_of(facts) is not Door.OPEN
