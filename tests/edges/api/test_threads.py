"""Conversations and members, as a program sees them: that they are there, never what was said."""

from tests.support.api_world import Api, service_of_a_team, token_for

from licorne.domain.identity.role import Role

SECRET = "The growth is benign."


async def test_a_conversation_is_listed_by_ids_and_states_and_says_nothing(api: Api):
    world = api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    (delivery,) = (await world.send(alice, "+12125550123", SECRET)).deliveries
    await world.reply(alice, delivery, "What does it mean?")
    answer = await api.call("GET", "/threads", token)
    (thread,) = answer.json()["threads"]
    assert thread["id"] == str(delivery.thread)
    assert thread["inbox"] == {"kind": "member", "id": str(alice.id)}
    assert thread["unread"] == 1
    assert (thread["last"]["direction"], thread["last"]["state"]) == ("in", "received")
    assert (await api.call("GET", f"/threads/{thread['id']}", token)).json() == thread
    assert "benign" not in answer.text
    assert "2125550123" not in answer.text


async def test_conversations_come_in_pages_the_latest_first(api: Api):
    world = api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    sent = [await world.send(alice, f"+1212555{last:04}", "Hello.") for last in range(100, 105)]
    seen, path = [], "/threads?limit=2"
    while path:
        page = (await api.call("GET", path, token)).json()
        seen += [one["id"] for one in page["threads"]]
        path = page["next_cursor"] and f"/threads?limit=2&cursor={page['next_cursor']}"
    assert seen == [str(one.deliveries[0].thread) for one in reversed(sent)]


async def test_a_colleagues_conversation_is_not_there(api: Api):
    world = api.world
    alice, bob = await world.add_member("Alice Member"), await world.add_member("Bob Member")
    (delivery,) = (await world.send(alice, "+12125550123", SECRET)).deliveries
    token = (await token_for(world, bob)).secret
    assert (await api.call("GET", "/threads", token)).json()["threads"] == []
    assert (await api.call("GET", f"/threads/{delivery.thread}", token)).status_code == 404
    assert "service:api:refused (refused)" in await world.audit_tags(alice.organization)


async def test_a_service_sees_the_conversations_of_its_team(api: Api):
    world = api.world
    owner = await world.found()
    alice = await world.add_member("Alice Member")
    service = await service_of_a_team(world, owner, alice)
    token = (await token_for(world, owner, holder=service)).secret
    await api.call("POST", "/messages", token, json={"to": ["+12125550123"], "text": SECRET})
    (thread,) = (await api.call("GET", "/threads", token)).json()["threads"]
    assert thread["inbox"]["kind"] == "team"
    of_alice = (await token_for(world, alice)).secret
    assert (await api.call("GET", f"/threads/{thread['id']}", of_alice)).status_code == 200


async def test_a_cursor_that_no_page_gave_is_refused(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    for cursor in ("", "x", "f" * 48, "0" * 47, "0" * 32):
        answer = await api.call("GET", f"/threads?cursor={cursor}", token)
        assert answer.status_code == 422, cursor


async def test_members_are_listed_with_their_roles_in_pages(api: Api):
    world = api.world
    owner = await world.found()
    alice = await world.add_member("Alice Member")
    await world.add_member("Audrey Auditor", Role.AUDITOR)
    token = (await token_for(world, alice)).secret
    first = (await api.call("GET", "/members?limit=2", token)).json()
    second = (await api.call("GET", f"/members?cursor={first['next_cursor']}", token)).json()
    told = [*first["members"], *second["members"]]
    assert {(one["name"], one["role"]) for one in told} == {
        (owner.name, "owner"),
        ("Alice Member", "member"),
        ("Audrey Auditor", "auditor"),
    }
    assert second["next_cursor"] is None
    assert "service:member:seen" in await world.audit_tags(owner.organization)
