"""Following what happens: in order, at least once, by ids only, and only what is one's own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from tests.support.api_world import Api, token_for
from tests.support.linking_audit import linking_audit

from licorne.application.keeping.sequence_audit import SequenceAudit
from licorne.domain.identity.api_token import Scope

NUMBER = "+12125550123"
SECRET = "The growth is benign."


@dataclass
class Followed:
    api: Api
    link: SequenceAudit

    async def events(self, token: str, after: str = "0", limit: int = 100) -> dict:
        await self.link()
        answer = await self.api.call("GET", f"/events?after={after}&limit={limit}", token)
        assert answer.status_code == 200
        assert SECRET not in answer.text
        assert NUMBER not in answer.text
        return answer.json()


@pytest.fixture
async def followed(api: Api) -> AsyncIterator[Followed]:
    async with linking_audit(api.world) as link:
        yield Followed(api, link)


async def test_a_message_and_its_reply_are_told_in_order_by_ids(followed: Followed):
    world = followed.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    sent = await world.send(alice, NUMBER, SECRET)
    (delivery,) = sent.deliveries
    await world.reply(alice, delivery, "What does it mean?")
    await world.recall_message(alice.organization, sent.message, alice.actor)
    told = await followed.events(token)
    assert [one["type"] for one in told["events"]] == [
        "message.accepted",
        "reply.received",
        "message.recalled",
    ]
    first, reply, recalled = told["events"]
    assert first["deliveries"][0]["id"] == str(delivery.id)
    assert first["deliveries"][0]["message_id"] == str(sent.message)
    assert reply["deliveries"][0]["thread_id"] == str(delivery.thread)
    assert recalled["deliveries"][0]["state"] == "recalled"
    assert [one["sequence"] for one in told["events"]] == sorted(
        one["sequence"] for one in told["events"]
    )


async def test_who_goes_on_after_the_last_answer_gets_everything_once(followed: Followed):
    world = followed.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    for _ in range(5):
        await world.send(alice, NUMBER, SECRET)
    whole = (await followed.events(token))["events"]
    seen, after, more = [], "0", True
    while more:
        page = await followed.events(token, after, limit=2)
        seen += page["events"]
        after, more = page["after"], page["more"]
    assert seen == whole
    assert len({one["id"] for one in seen}) == 5
    assert (await followed.events(token, after))["events"] == []
    await world.send(alice, NUMBER, SECRET)
    assert len((await followed.events(token, after))["events"]) == 1


async def test_without_a_place_to_begin_it_begins_now(followed: Followed):
    world = followed.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    await world.send(alice, NUMBER, SECRET)
    await followed.link()
    begun = (await followed.api.call("GET", "/events", token)).json()
    assert (begun["events"], begun["more"]) == ([], False)
    await world.send(alice, NUMBER, SECRET)
    assert len((await followed.events(token, begun["after"]))["events"]) == 1


async def test_an_event_whose_transaction_ends_late_is_not_passed_over(followed: Followed):
    world = followed.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    (delivery,) = (await world.send(alice, NUMBER, SECRET)).deliveries
    before = (await followed.events(token))["after"]
    async with world.app.tenant(alice.organization) as connection:
        await connection.execute(
            "INSERT INTO audit_event (id, organization_id, at, tag, actor_kind, subject_id, outcome)"
            " VALUES (gen_random_uuid(), $1, now(), 'contact:link:fetched', 'nobody', $2, 'done')",
            alice.organization,
            delivery.id,
        )
        await world.send(alice, NUMBER, SECRET)  # begins later and ends sooner
        sooner = await followed.events(token, before)
    later = await followed.events(token, sooner["after"])
    assert [one["type"] for one in sooner["events"]] == ["message.accepted"]
    assert [one["type"] for one in later["events"]] == ["link.fetched"]


async def test_whoever_wants_no_more_texts_is_told_to_all_of_the_practice(followed: Followed):
    world = followed.api.world
    alice, bob = await world.add_member("Alice Member"), await world.add_member("Bob Member")
    token, of_bob = (await token_for(world, alice)).secret, (await token_for(world, bob)).secret
    await world.send(alice, NUMBER, SECRET)
    (contact,) = (await followed.api.call("GET", "/contacts", token)).json()["contacts"]
    await followed.api.call("PATCH", f"/contacts/{contact['id']}", token, json={"texting": False})
    (told,) = (await followed.events(of_bob))["events"]  # nothing of Alice's messages
    assert (told["type"], told["contact_id"]) == ("contact.opted_out", contact["id"])
    assert told["deliveries"] == []


async def test_looking_at_nothing_new_leaves_no_trace_and_at_something_does(followed: Followed):
    world = followed.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice, Scope.SEE_EVENTS)).secret
    await followed.events(token)
    assert "service:event:seen" not in await world.audit_tags(alice.organization)
    await world.send(alice, NUMBER, SECRET)
    await followed.events(token)
    assert "service:event:seen" in await world.audit_tags(alice.organization)
