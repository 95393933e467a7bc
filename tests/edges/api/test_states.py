import uuid
from datetime import timedelta

from tests.support.api_world import Api, service_of_a_team, token_for

from licorne.application.receiving.read_thread import ReadThread
from licorne.domain.identity.role import Role

MESSAGE = {"to": ["+12125550123"], "text": "Your results are in."}


async def test_pages_follow_one_another_and_end(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = (await token_for(api.world, alice)).secret
    ids = [str((await api.world.send(alice, "+12125550123", "x")).message) for _ in range(5)]
    seen, path = [], "/messages?limit=2"
    for _ in range(3):
        answer = await api.call("GET", path, token)
        page = answer.json()
        seen += [one["id"] for one in page["messages"]]
        if page["next_cursor"] is None:
            break
        path = f"/messages?limit=2&cursor={page['next_cursor']}"
        assert answer.headers["link"] == (
            f'</api/v1/messages?cursor={page["next_cursor"]}&limit=2>; rel="next"'
        )
    assert page["next_cursor"] is None
    assert "link" not in answer.headers
    assert seen == sorted(ids, reverse=True)


async def test_a_wrong_page_is_told_by_parameter(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    for query, name in (
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=٣", "limit"),
        ("cursor=x", "cursor"),
        ("page=2", "page"),
    ):
        answer = await api.call("GET", f"/messages?{query}", token)
        assert answer.status_code == 422, query
        assert [one["field"] for one in answer.json()["errors"]] == [name]


async def test_a_message_that_isnt_there_is_not_found(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    for name in (uuid.uuid4(), "x", "%00", "…"):
        assert (await api.call("GET", f"/messages/{name}", token)).status_code == 404
        assert (await api.call("POST", f"/messages/{name}/recall", token)).status_code == 404


async def test_a_recalled_message_is_shown_recalled_and_may_be_recalled_again(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = (await token_for(api.world, alice)).secret
    sent = (await api.call("POST", "/messages", token, json=MESSAGE)).json()
    for _ in range(2):
        answer = await api.call("POST", f"/messages/{sent['id']}/recall", token)
        assert answer.status_code == 200
        told = answer.json()
        assert told["recalled_at"] is not None
        (delivery,) = told["deliveries"]
        assert delivery["state"] == "recalled"
        assert [step["state"] for step in delivery["history"]] == ["accepted", "recalled"]
    tags = await api.world.audit_tags(alice.organization)
    assert tags.count("member:message:recalled") == 1


async def test_an_expired_message_cant_be_taken_back(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    body = {**MESSAGE, "expires_in": "PT5M"}
    sent = (await api.call("POST", "/messages", token, json=body)).json()
    api.world.clock.advance(timedelta(minutes=6))
    async with api.world.owner.before_tenant() as connection:
        await connection.execute("UPDATE licorne.message SET contact_copy_ended_at = expires_at")
    answer = await api.call("POST", f"/messages/{sent['id']}/recall", token)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:licorne:problem:message-expired"


async def test_a_service_sends_for_its_team_whose_members_read(api: Api):
    world = api.world
    owner = await world.found()
    bob = await world.add_member("Bob Member")
    service = await service_of_a_team(world, owner, bob)
    token = (await token_for(world, owner, holder=service)).secret
    sent = (await api.call("POST", "/messages", token, json=MESSAGE)).json()
    seen = await api.call("GET", f"/messages/{sent['id']}", token)
    assert seen.json() == sent
    read = ReadThread(world.app, world.keyring, world.reader, world.acts)
    thread = await read(await world.as_member(bob), sent["deliveries"][0]["thread_id"])
    assert thread is not None
    assert "results are in" in repr(thread.messages[0].content)
    carol = await world.add_member("Carol Outside", Role.MEMBER)
    nothing = await read(await world.as_member(carol), sent["deliveries"][0]["thread_id"])
    assert nothing is None


async def test_every_look_is_recorded(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = (await token_for(api.world, alice)).secret
    sent = await api.world.send(alice, "+12125550123", "x")
    await api.call("GET", f"/messages/{sent.message}", token)
    await api.call("GET", "/messages", token)
    tags = await api.world.audit_tags(alice.organization)
    assert tags.count("service:message:state_read") == 2


async def test_health_is_told_to_anybody_and_readiness_follows_the_database(api: Api):
    assert (await api.client.get("/healthz")).text == "alive\n"
    assert (await api.client.get("/readyz")).status_code == 200
    await api.world.app.close()
    ready = await api.client.get("/readyz")
    assert ready.status_code == 503
    assert (await api.client.get("/healthz")).status_code == 200
