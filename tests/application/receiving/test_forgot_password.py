import asyncio
from datetime import datetime
from typing import Any

import pytest
from tests.support.pickup_world import PASSWORD, PickupWorld

from licorne.application.receiving.forgot_password import (
    PER_CONTACT,
    MailboxReset,
    NothingToReset,
    TooManyResets,
)
from licorne.application.receiving.open_message import NotInMailbox, ReadMessage
from licorne.application.receiving.sign_in import SignedIn, WrongPasswordGiven
from licorne.domain.pickup.door import Door

NEW = "four yellow lanterns"


async def reset(pickup: PickupWorld, token: str) -> MailboxReset:
    made = await pickup.use.forgot_password(token, NEW, None)
    assert isinstance(made, MailboxReset), made
    return made


async def test_a_reset_opens_an_empty_mailbox_and_no_old_message(pickup: PickupWorld):
    """Threat 3: holding the phone, or its number, is not enough for what was there before."""
    token, waiting = await pickup.send("old secret"), await pickup.send("unread secret")
    owner = await pickup.claim(token)
    thief = await reset(pickup, waiting)
    contact = await pickup.contact(thief.cookie, thief.mailbox)
    assert await pickup.use.read_inbox(contact) == ()
    for old in (token, waiting):
        assert await pickup.use.open_message(contact, await pickup.delivery(old)) == NotInMailbox()
        assert (await pickup.use.visit(old, thief.cookie)).door is Door.SUPERSEDED
    assert await pickup.use.sessions.resume(owner.cookie, owner.mailbox) is None
    # No key that the new mailbox has opens an old grant.
    assert (
        await pickup.owner.fetchval(
            "SELECT count(*) FROM key_grant g JOIN reader_key k ON k.id = g.reader_key_id"
            " WHERE k.owner_id = $1",
            thief.mailbox,
        )
        == 0
    )


async def test_the_sender_is_told_of_a_reset(pickup: PickupWorld):
    token = await pickup.send()
    await pickup.claim(token)
    await reset(pickup, token)
    assert "mailbox_reset" in await pickup.story(token)
    assert "contact:mailbox:reset" in await pickup.audit()
    assert (
        await pickup.owner.fetchval("SELECT proof FROM mailbox ORDER BY generation DESC LIMIT 1")
        == "first_visitor"
    )


async def test_new_messages_come_to_the_new_mailbox(pickup: PickupWorld):
    token = await pickup.send()
    await pickup.claim(token)
    made = await reset(pickup, token)
    fresh = await pickup.send("after the reset")
    contact = await pickup.contact(made.cookie, made.mailbox)
    reading = await pickup.use.open_message(contact, await pickup.delivery(fresh))
    assert isinstance(reading, ReadMessage)
    assert reading.content.body.text == "after the reset"


async def test_no_message_falls_between_the_old_mailbox_and_the_new(pickup: PickupWorld):
    token = await pickup.send()
    await pickup.claim(token)
    results: list[Any] = await asyncio.gather(
        *(pickup.send(f"{n}") for n in range(6)), reset(pickup, token)
    )
    made = results.pop()
    contact = await pickup.contact(made.cookie, made.mailbox)
    for sent in results:
        row = await pickup.row(sent)
        sealed_to = await pickup.owner.fetchval(
            "SELECT k.owner_id FROM key_grant g JOIN reader_key k ON k.id = g.reader_key_id"
            " WHERE g.delivery_id = $1", row["id"])  # fmt: skip
        assert sealed_to == row["mailbox_id"]
        in_new = row["mailbox_id"] == made.mailbox
        reading = await pickup.use.open_message(contact, row["id"])
        assert isinstance(reading, ReadMessage) == in_new
    after = await pickup.send("after")
    assert (await pickup.row(after))["mailbox_id"] == made.mailbox


async def test_the_old_password_is_dead_and_the_new_one_signs_in(pickup: PickupWorld):
    token = await pickup.send()
    await pickup.claim(token)
    await reset(pickup, token)
    address = "203.0.113.1"
    old = await pickup.use.sign_in(token, PASSWORD, address=address, earlier_cookie=None)
    assert isinstance(old, WrongPasswordGiven)
    new = await pickup.use.sign_in(token, NEW, address=address, earlier_cookie=None)
    assert isinstance(new, SignedIn)
    assert new.delivery is None


async def test_a_mailbox_without_a_password_has_none_to_forget(pickup: PickupWorld):
    token = await pickup.send()
    assert isinstance(await pickup.use.forgot_password(token, NEW, None), NothingToReset)


async def test_of_two_resets_at_once_one_counts(
    pickup: PickupWorld, monkeypatch: pytest.MonkeyPatch
):
    token = await pickup.send()
    await pickup.claim(token)
    both_found_it = asyncio.Barrier(2)
    locate = pickup.use.forgot_password._locate

    async def locate_together(token: str, now: datetime):
        found = await locate(token, now)
        await both_found_it.wait()
        return found

    monkeypatch.setattr(pickup.use.forgot_password, "_locate", locate_together)
    results = await asyncio.gather(
        *(pickup.use.forgot_password(token, NEW, None) for _ in range(2))
    )
    assert sum(isinstance(one, MailboxReset) for one in results) == 1


async def test_resets_are_limited_per_day(pickup: PickupWorld):
    token = await pickup.send()
    await pickup.claim(token)
    for _ in range(PER_CONTACT.most):
        await reset(pickup, token)
    assert isinstance(await pickup.use.forgot_password(token, NEW, None), TooManyResets)
