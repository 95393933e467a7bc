from datetime import timedelta

import pytest
from tests.support.pickup_world import PickupWorld

from licorne.application.receiving.claim_mailbox import Claimed
from licorne.application.receiving.open_message import Ended, NotInMailbox, ReadMessage
from licorne.application.receiving.reply import (
    EmptyReply,
    NothingToReplyTo,
    RefusedFile,
    Replied,
    TooManyReplies,
)
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content
from licorne.domain.pickup.door import Door
from licorne.domain.sealing.faults import SealBroken


async def test_reading_is_told_once_and_audited_each_time(pickup: PickupWorld):
    token = await pickup.send()
    claimed = await pickup.claim(token)
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    delivery = await pickup.delivery(token)
    for _ in range(3):
        reading = await pickup.use.open_message(contact, delivery)
        assert isinstance(reading, ReadMessage)
        assert reading.author_name == "Ada Byron"
    assert (await pickup.story(token)).count("read") == 1
    assert (await pickup.audit()).count("contact:message:opened") == 3
    assert (await pickup.row(token))["first_read_at"] is not None


async def test_a_recalled_message_says_so_before_and_after_signing_in(pickup: PickupWorld):
    token = await pickup.send()
    claimed = await pickup.claim(token)
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    row = await pickup.row(token)
    await pickup.world.recall_message(
        pickup.member.organization, row["message_id"], pickup.member.actor
    )
    assert await pickup.use.open_message(contact, row["id"]) == Ended("recalled")
    assert (await pickup.use.visit(token, None)).door is Door.RECALLED


async def test_an_expired_message_is_shut_even_before_it_is_shredded(pickup: PickupWorld):
    token = await pickup.send()
    pickup.world.clock.advance(timedelta(days=31))
    fresh = await pickup.send("new")
    claimed = await pickup.claim(fresh)
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    assert await pickup.use.open_message(contact, await pickup.delivery(token)) == Ended("expired")


async def test_anothers_message_is_refused_and_audited(pickup: PickupWorld):
    mine = await pickup.claim(await pickup.send("mine"))
    theirs = await pickup.send("theirs", "+12125550124")
    await pickup.claim(theirs, "nine green kettles")
    other = await pickup.world.found("Elm Street Dental", "Otto Other")
    elsewhere = await pickup.send("elsewhere", by=other)
    contact = await pickup.contact(mine.cookie, mine.mailbox)
    for token in (theirs, elsewhere):
        delivery = await pickup.delivery(token)
        assert await pickup.use.open_message(contact, delivery) == NotInMailbox()
        assert await pickup.use.download(contact, delivery, 1) is None
        answer = await pickup.use.reply(contact, delivery, Content(None, "hello"))
        assert isinstance(answer, NothingToReplyTo)
    assert (await pickup.audit()).count("contact:access:refused (refused)") == 6


async def test_a_row_that_was_changed_opens_nothing(pickup: PickupWorld):
    """Threat 10: a grant moved from another message."""
    one, two = await pickup.send("one"), await pickup.send("two")
    claimed = await pickup.claim(one)
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    first, second = await pickup.delivery(one), await pickup.delivery(two)
    await pickup.owner.execute(
        "UPDATE key_grant SET wrapped = (SELECT wrapped FROM key_grant WHERE delivery_id = $2)"
        " WHERE delivery_id = $1", first, second)  # fmt: skip
    with pytest.raises(SealBroken):
        await pickup.use.open_message(contact, first)


async def test_a_file_comes_back_as_it_was_sent_small_or_large(pickup: PickupWorld):
    small, large = b"small", bytes(range(256)) * 1200
    token = await pickup.send(
        "see files",
        attachments=(
            Attachment("a.txt", "text/plain", small),
            Attachment("scan.png", "image/png", large),
        ),
    )
    claimed = await pickup.claim(token)
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    delivery = await pickup.delivery(token)
    for part, expected in ((1, small), (2, large)):
        file = await pickup.use.download(contact, delivery, part)
        assert file is not None
        assert b"".join([piece async for piece in file.content]) == expected
    assert await pickup.use.download(contact, delivery, 3) is None
    assert "contact:attachment:downloaded" in await pickup.audit()


async def replied(pickup: PickupWorld, claimed: Claimed, token: str, content: Content):
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    return await pickup.use.reply(contact, await pickup.delivery(token), content)


async def test_a_reply_reaches_the_threads_owner_and_stays_in_the_mailbox(pickup: PickupWorld):
    token = await pickup.send()
    claimed = await pickup.claim(token)
    file = Attachment("photo.png", "image/png", b"\x89PNG" * 50_000)
    answer = await replied(pickup, claimed, token, Content(None, "Thank you", None, (file,)))
    assert isinstance(answer, Replied)
    kinds = await pickup.owner.fetch(
        "SELECT reader_kind, copy FROM key_grant WHERE message_id = $1 ORDER BY reader_kind",
        answer.message,
    )
    assert [tuple(row) for row in kinds] == [
        ("mailbox", "contact"),
        ("member", "practice"),
        ("record", "practice"),
    ]
    assert (await pickup.story(token))[-1] == "answered"
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    entries = await pickup.use.read_inbox(contact)
    assert [entry.direction.value for entry in entries] == ["in", "out"]
    reading = await pickup.use.open_message(contact, entries[0].delivery)
    assert isinstance(reading, ReadMessage)
    assert (reading.content.body.text, reading.by_contact) == ("Thank you", True)


async def test_what_can_not_be_sent_is_said(pickup: PickupWorld):
    token = await pickup.send()
    claimed = await pickup.claim(token)
    assert isinstance(await replied(pickup, claimed, token, Content(None, "  \n ")), EmptyReply)
    program = Attachment("holiday.jpg.exe", "image/jpeg", b"MZ")
    refused = await replied(pickup, claimed, token, Content(None, "look", None, (program,)))
    assert refused == RefusedFile("holiday.jpg.exe")


async def test_replies_are_limited_per_hour(pickup: PickupWorld, monkeypatch: pytest.MonkeyPatch):
    token = await pickup.send()
    claimed = await pickup.claim(token)
    answers = [await replied(pickup, claimed, token, Content(None, f"{n}")) for n in range(62)]
    assert sum(isinstance(one, Replied) for one in answers) == 60
    assert isinstance(answers[-1], TooManyReplies)
