"""Threat 4: a number is given out again. Anne had it; Ben has it now, and reads nothing of hers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from tests.support.pickup_world import COOKIE, NUMBER, PASSWORD, PickupWorld, pickup_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.governing.ask_nudge import AskNudge, Nudge
from licorne.application.governing.change_hands import ChangeHands
from licorne.application.receiving.open_message import NotInMailbox, ReadMessage
from licorne.application.receiving.sign_in import NothingToSignInTo
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.language import Language
from licorne.domain.mailbox.number_change import NumberChange
from licorne.domain.pickup.door import Door
from licorne.store import notices

SAME = {"Sec-Fetch-Site": "same-origin"}
STEPS = ("passphrase", "password", "sign-in", "passkey", "forgotten", "fresh", "stop")


@pytest.fixture
async def pickup(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[PickupWorld]:
    async with pickup_world(cluster, tmp_path) as world:
        yield world


async def change_hands(pickup: PickupWorld, epoch: int = 1) -> bool:
    world = pickup.world
    change = ChangeHands(world.app, world.keyring, world.slots, world.randomness, world.acts)
    contact = ContactId(await pickup.owner.fetchval("SELECT id FROM contact"))
    member = await world.as_member(pickup.member)
    return await change(member, contact, epoch, NumberChange.STRANGER_SAID)


async def test_the_new_owner_finds_nothing_of_the_old_ones(pickup: PickupWorld):
    read, unread = await pickup.send("Anne's words"), await pickup.send("more of Anne's")
    anne = await pickup.claim(read)
    signed_in = await pickup.contact(anne.cookie, anne.mailbox)
    code = await pickup.use.ways_in.make_code(signed_in, PASSWORD)
    await pickup.use.choose_language(signed_in, Language.SPANISH)
    assert await change_hands(pickup)
    # Anne's session is over, on every device and by every way.
    assert await pickup.use.sessions.resume(anne.cookie, anne.mailbox) is None
    again = await pickup.use.sign_in(read, PASSWORD, address="203.0.113.1", earlier_cookie=None)
    assert again == NothingToSignInTo()
    # Ben is not told by a language what Anne's was.
    assert await pickup.owner.fetchval("SELECT language FROM contact") is None
    # Ben gets a message of his own, sets a password, and sees that one alone.
    ben = await pickup.claim(await pickup.send("Ben's words"))
    there = await pickup.contact(ben.cookie, ben.mailbox)
    assert len(await pickup.use.read_inbox(there)) == 1
    for old in (read, unread):
        delivery = await pickup.delivery(old)
        assert await pickup.use.open_message(there, delivery) == NotInMailbox()
        assert (await pickup.use.visit(old, ben.cookie)).door is Door.UNKNOWN
    assert isinstance(await pickup.use.open_message(there, ben.delivery), ReadMessage)
    # A reset makes another empty one, and not even Anne's paper opens hers in it.
    reset = await pickup.use.forgot_password(
        next(reversed(pickup.tokens.values())), "four yellow lanterns", None
    )
    there = await pickup.contact(reset.cookie, reset.mailbox)
    await pickup.use.reopen.by_code(there, code)
    assert await pickup.use.read_inbox(there) == ()


async def test_old_links_lead_to_the_page_for_strangers_whatever_is_asked_of_them(
    pickup: PickupWorld,
):
    token = await pickup.send("Anne's words")
    anne = await pickup.claim(token)
    delivery = await pickup.delivery(token)
    await change_hands(pickup)
    async with pickup.serving() as url, httpx.AsyncClient(base_url=url, timeout=20) as client:
        cookie = {"Cookie": f"{COOKIE}={anne.cookie}"}
        answers = [await client.get(f"/{token}", headers=cookie)]
        for step in STEPS:
            form = {"password": PASSWORD, "passphrase": "x"}
            answers.append(
                await client.post(
                    f"/m/link/{token}/{step}", data=form, headers=SAME, follow_redirects=True
                )
            )
        for answer in answers:
            assert "Get a new link" in answer.text, answer.url
            assert "Byron" not in answer.text, answer.url
        inside = await client.get(f"/m/{anne.mailbox}/{delivery}", headers=cookie)
        assert (inside.status_code, "Anne" in inside.text) == (401, False)


async def test_what_nobody_has_visited_is_destroyed(pickup: PickupWorld):
    """Whose it was, nobody can say; its key lay with us."""
    token = await pickup.send("Anne's words")
    slot = await pickup.owner.fetchval("SELECT slot FROM private_key_wrap WHERE method = 'enrol'")
    await change_hands(pickup)
    left = "SELECT count(*) FROM private_key_wrap WHERE slot = $1"
    assert await pickup.owner.fetchval(left, slot) == 0
    assert await pickup.owner.fetchval("SELECT count(*) FROM shred_order WHERE slot = $1", slot)
    assert (await pickup.use.visit(token, None)).door is Door.UNKNOWN


async def test_texts_that_wait_are_not_sent_and_none_is_asked_for(pickup: PickupWorld):
    token = await pickup.send("Anne's words")
    delivery = await pickup.delivery(token)
    await change_hands(pickup)
    organization = pickup.member.organization
    async with pickup.world.app.tenant(organization) as connection:
        facts = (await notices.facts(connection, organization, [delivery]))[delivery]
    assert facts.number_changed_hands  # what announcing stops at
    member = await pickup.world.as_member(pickup.member)
    nudge = AskNudge(pickup.world.app, pickup.world.keyring, pickup.world.acts)
    assert await nudge(member, delivery) is Nudge.NOT_WAITING
    assert "number_changed_hands" in await pickup.story(token)


async def test_a_form_that_is_sent_twice_ends_one_epoch(pickup: PickupWorld):
    await pickup.send()
    assert await change_hands(pickup, epoch=1)
    assert not await change_hands(pickup, epoch=1)
    assert await pickup.owner.fetchval("SELECT number_epoch FROM contact") == 2
    assert (await pickup.audit()).count("member:contact:number_changed_hands") == 1


async def test_no_message_falls_between_the_two(pickup: PickupWorld):
    """Those under way go wholly to the mailbox of before, or wholly to the new one."""
    await pickup.claim(await pickup.send())
    *sent, _ = await asyncio.gather(
        *(pickup.send(f"{n}", NUMBER) for n in range(4)), change_hands(pickup)
    )
    rows = await pickup.owner.fetch(
        "SELECT d.mailbox_id, k.owner_id, m.number_epoch, t.number_epoch AS of_thread"
        " FROM delivery d JOIN key_grant g ON g.delivery_id = d.id"
        " JOIN reader_key k ON k.id = g.reader_key_id JOIN mailbox m ON m.id = d.mailbox_id"
        " JOIN thread t ON t.id = d.thread_id"
    )
    assert len(rows) == len(sent) + 1
    for row in rows:
        assert row["mailbox_id"] == row["owner_id"]
        assert row["number_epoch"] == row["of_thread"]
