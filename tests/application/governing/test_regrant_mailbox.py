"""After a reset: what was locked away comes back only by a member who knows who it is."""

import pytest
from tests.support.pickup_world import PickupWorld

from licorne.application.governing.regrant_mailbox import NotClaimed, Regranted, RegrantMailbox
from licorne.application.receiving.forgot_password import MailboxReset
from licorne.application.receiving.open_message import NotInMailbox, ReadMessage
from licorne.domain.identity.ids import ContactId
from licorne.domain.mailbox.identity_proof import IdentityProof

NEW = "four yellow lanterns"


@pytest.fixture
def regrant(pickup: PickupWorld) -> RegrantMailbox:
    world = pickup.world
    return RegrantMailbox(
        world.app,
        world.keyring,
        world.directory,
        world.reader,
        world.slots,
        world.randomness,
        world.acts,
    )


async def contact_of(pickup: PickupWorld, token: str) -> ContactId:
    return ContactId((await pickup.row(token))["contact_id"])


async def reset(pickup: PickupWorld, token: str) -> MailboxReset:
    made = await pickup.use.forgot_password(token, NEW, None)
    assert isinstance(made, MailboxReset), made
    return made


async def reads(pickup: PickupWorld, made: MailboxReset, token: str) -> str | None:
    contact = await pickup.contact(made.cookie, made.mailbox)
    found = await pickup.use.open_message(contact, await pickup.delivery(token))
    if isinstance(found, NotInMailbox):
        return None
    assert isinstance(found, ReadMessage), found
    return found.content.body.text


async def test_a_member_gives_old_messages_back_and_the_proof_is_recorded(
    pickup: PickupWorld, regrant: RegrantMailbox
):
    """Threat 3, the way back."""
    read_before, unread = await pickup.send("first"), await pickup.send("second")
    await pickup.claim(read_before)
    made = await reset(pickup, unread)
    assert await reads(pickup, made, read_before) is None
    member = await pickup.world.as_member(pickup.member)
    contact = await contact_of(pickup, unread)
    assert await regrant(member, contact, IdentityProof.IN_PERSON) == Regranted(2, 0)
    assert await reads(pickup, made, read_before) == "first"
    assert await reads(pickup, made, unread) == "second"
    rows = await pickup.owner.fetch(
        "SELECT actor_id, detail FROM audit_event WHERE tag = 'member:mailbox:regranted'"
    )
    assert [(row["actor_id"], row["detail"]) for row in rows] == [
        (pickup.member.id, "in_person")
    ] * 2
    assert "regranted" in await pickup.story(unread)


async def test_what_the_contact_wrote_comes_back_too(pickup: PickupWorld, regrant: RegrantMailbox):
    token = await pickup.send("question")
    await pickup.claim(token)
    sent = (await pickup.world.send(pickup.member, "+12125550123", "and?")).deliveries[0]
    await pickup.world.reply(pickup.member, sent, "my own words")
    made = await reset(pickup, token)
    member = await pickup.world.as_member(pickup.member)
    done = await regrant(member, await contact_of(pickup, token), IdentityProof.VIDEO)
    assert done == Regranted(3, 0)
    reply = await pickup.owner.fetchval("SELECT id FROM delivery WHERE direction = 'in'")
    contact = await pickup.contact(made.cookie, made.mailbox)
    found = await pickup.use.open_message(contact, reply)
    assert found.content.body.text == "my own words"


async def test_another_member_gives_back_nothing_of_an_inbox_that_is_not_theirs(
    pickup: PickupWorld, regrant: RegrantMailbox
):
    token = await pickup.send("for Ada's eyes")
    await pickup.claim(token)
    made = await reset(pickup, token)
    charlie = await pickup.world.as_member(await pickup.world.add_member("Charlie Chaplin"))
    contact = await contact_of(pickup, token)
    assert await regrant(charlie, contact, IdentityProof.IN_PERSON) == Regranted(0, 0)
    assert await reads(pickup, made, token) is None
    eve = await pickup.world.as_member(await pickup.world.found("Elsewhere", "Eve Else"))
    assert await regrant(eve, contact, IdentityProof.IN_PERSON) is None


async def test_a_recalled_message_does_not_come_back(pickup: PickupWorld, regrant: RegrantMailbox):
    token, recalled = await pickup.send("stays"), await pickup.send("recalled")
    await pickup.claim(token)
    made = await reset(pickup, token)
    message = (await pickup.row(recalled))["message_id"]
    await pickup.world.recall_message(pickup.member.organization, message, pickup.member.actor)
    member = await pickup.world.as_member(pickup.member)
    done = await regrant(member, await contact_of(pickup, token), IdentityProof.IN_PERSON)
    assert done == Regranted(1, 0)
    assert await reads(pickup, made, recalled) is None


async def test_giving_back_twice_gives_nothing_more(pickup: PickupWorld, regrant: RegrantMailbox):
    token = await pickup.send("once")
    await pickup.claim(token)
    await reset(pickup, token)
    member, contact = await pickup.world.as_member(pickup.member), await contact_of(pickup, token)
    assert await regrant(member, contact, IdentityProof.IN_PERSON) == Regranted(1, 0)
    assert await regrant(member, contact, IdentityProof.IN_PERSON) == Regranted(0, 0)


async def test_nothing_is_given_to_a_mailbox_that_nobody_has_claimed(
    pickup: PickupWorld, regrant: RegrantMailbox
):
    token = await pickup.send("waits")
    member = await pickup.world.as_member(pickup.member)
    with pytest.raises(NotClaimed):
        await regrant(member, await contact_of(pickup, token), IdentityProof.IN_PERSON)
