"""The short way to a message shows, refuses and records what the long way does."""

from datetime import timedelta

import pytest
from tests.support.pickup_world import PickupWorld

from licorne.application.receiving import view_message
from licorne.application.receiving.claim_mailbox import Claimed
from licorne.application.receiving.open_message import (
    Ended,
    NotInMailbox,
    PassphraseNeeded,
    Reading,
    ReadMessage,
)
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.sealing.faults import SealBroken


@pytest.fixture
def short_ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Which views went the short way."""
    taken: list[bool] = []
    decide = view_message._is_plain

    def noting(*asked) -> bool:  # noqa: ANN002
        taken.append(decide(*asked))
        return taken[-1]

    monkeypatch.setattr(view_message, "_is_plain", noting)
    return taken


async def view(pickup: PickupWorld, claimed: Claimed, delivery: DeliveryId) -> Reading:
    shown = await pickup.use.view_message(claimed.cookie, claimed.mailbox, delivery)
    assert shown is not None
    return shown[1]


async def test_a_second_view_goes_the_short_way_and_shows_the_same(
    pickup: PickupWorld, short_ways: list[bool]
):
    token = await pickup.send("the same words", subject="Same")
    claimed = await pickup.claim(token)
    delivery = await pickup.delivery(token)
    readings = [await view(pickup, claimed, delivery) for _ in range(3)]
    assert short_ways == [False, True, True]
    first, second, third = readings
    for reading in (second, third):
        assert isinstance(first, ReadMessage)
        assert isinstance(reading, ReadMessage)
        assert reading.content.body == first.content.body
        assert reading.author_name == first.author_name == "Ada Byron"
        assert reading.stored == first.stored
    assert (await pickup.audit()).count("contact:message:opened") == 3
    assert (await pickup.story(token)).count("read") == 1


async def test_the_short_way_is_not_taken_where_something_is_to_be_decided(
    pickup: PickupWorld, short_ways: list[bool]
):
    token = await pickup.send("words")
    claimed = await pickup.claim(token)
    delivery = await pickup.delivery(token)
    await view(pickup, claimed, delivery)
    await view(pickup, claimed, delivery)
    assert short_ways.pop()
    short_ways.clear()

    challenged = await pickup.delivery(await pickup.send("x", passphrase="sunny garden"))
    assert await view(pickup, claimed, challenged) == PassphraseNeeded(5)
    other = await pickup.delivery(await pickup.send("other", "+12125550124"))
    assert await view(pickup, claimed, other) == NotInMailbox()
    pickup.world.clock.advance(timedelta(seconds=31))  # the session's row is to be written anew
    assert isinstance(await view(pickup, claimed, delivery), ReadMessage)
    row = await pickup.row(token)
    await pickup.world.recall_message(
        pickup.member.organization, row["message_id"], pickup.member.actor
    )
    assert await view(pickup, claimed, delivery) == Ended("recalled")
    assert short_ways == [False] * len(short_ways)


async def test_the_short_way_ends_with_the_session(pickup: PickupWorld):
    token = await pickup.send("words")
    claimed = await pickup.claim(token)
    delivery = await pickup.delivery(token)
    await view(pickup, claimed, delivery)
    await pickup.use.sessions.end(claimed.cookie, claimed.mailbox)
    for cookie in (claimed.cookie, None, "A" * 43):
        assert await pickup.use.view_message(cookie, claimed.mailbox, delivery) is None


async def test_the_short_way_opens_no_row_that_was_changed(pickup: PickupWorld):
    token, other = await pickup.send("words"), await pickup.send("others")
    claimed = await pickup.claim(token)
    delivery = await pickup.delivery(token)
    await view(pickup, claimed, delivery)
    await pickup.owner.execute(
        "UPDATE message_part p SET sealed = q.sealed, digest = q.digest,"
        " sealed_size = q.sealed_size FROM message_part q"
        " WHERE p.message_id = $1 AND q.message_id = $2",
        (await pickup.row(token))["message_id"],
        (await pickup.row(other))["message_id"],
    )
    with pytest.raises(SealBroken):
        await view(pickup, claimed, delivery)
