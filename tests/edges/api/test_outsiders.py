"""Every route of the API has its outsider: without a token, with another's, with one that ended."""

import re
import uuid
from datetime import timedelta

import pytest
from tests.support.api_world import Api, acting, token_for

from licorne.application.governing.keep_tokens import KeepTokens
from licorne.application.governing.let_go import LetGo
from licorne.application.governing.team_keys import TeamKeys
from licorne.domain.identity.api_token import Scope
from licorne.domain.identity.role import Role
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.edges.api.operation import Operation
from licorne.edges.api.operations import OPERATIONS

MESSAGE = {"to": ["+12125550123"], "text": "Your results are in."}
BODIES = {
    "NewMessage": MESSAGE,
    "NewBatch": {"messages": [MESSAGE]},
    "NewContact": {"number": "+12125550123"},
    "ContactChanges": {"name": "Mallory"},
    "NewWebhook": {"url": "https://scheduler.example/"},
}
WITH_TOKEN = [operation for operation in OPERATIONS if operation.scope is not None]


async def attempt(api: Api, operation: Operation, token: str | None, wanted: object):
    path = re.sub(r"\{\w+\}", str(wanted), operation.path)
    body = BODIES.get(operation.body)
    return await api.call(operation.method.upper(), path, token, json=body)


async def test_without_a_token_nothing_is_told(api: Api):
    for operation in WITH_TOKEN:
        for header in (None, "", "Basic YTpi", "Bearer", "lic_0123"):
            headers = {} if header is None else {"Authorization": header}
            path = re.sub(r"\{\w+\}", str(uuid.uuid4()), operation.path)
            answer = await api.call(operation.method.upper(), path, None, headers=headers)
            assert answer.status_code == 401, (operation.id, header)
            assert answer.headers["www-authenticate"] == 'Bearer realm="licorne"'
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_in_the_address_or_a_form_is_no_token(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    for path in (f"/messages?access_token={token}", f"/messages?token={token}"):
        assert (await api.call("GET", path, None)).status_code == 401


async def test_tokens_that_dont_serve_get_one_answer_whatever_the_reason(api: Api):
    world = api.world
    alice, bob = await world.add_member("Alice Member"), await world.add_member("Bob Member")
    owner = await acting(world, await world.add_member("Olga Owner", Role.OWNER), Role.OWNER)
    revoked = await token_for(world, alice)
    keep = KeepTokens(world.app, world.keyring, world.randomness, world.acts)
    await keep.revoke(await acting(world, alice), revoked.id)
    expired = await token_for(world, alice, lifetime=timedelta(hours=1))
    of_suspended = await token_for(world, bob)
    async with world.owner.before_tenant() as connection:
        await connection.execute(
            "UPDATE licorne.member SET suspended_at = now() WHERE id = $1", bob.id
        )
    gone = await world.add_member("Gina Gone")
    of_removed = await token_for(world, gone)
    successor = Inbox(OwnerKind.MEMBER, uuid.UUID(int=owner.id.int))
    team_keys = TeamKeys(world.keyring, world.directory, world.clock, world.randomness)
    await LetGo(world.app, team_keys, world.record_holders, world.acts)(owner, gone.id, successor)
    world.clock.advance(timedelta(hours=2))
    sent = []
    for token in ("lic_" + "0" * 32, revoked, expired, of_suspended, of_removed):
        secret = token if isinstance(token, str) else token.secret
        world.clock.advance(timedelta(minutes=11))  # so many wrong ones would have to wait
        for operation in WITH_TOKEN:
            answer = await attempt(api, operation, secret, uuid.uuid4())
            problem = answer.json()
            problem.pop("reference")
            sent.append((answer.status_code, answer.headers["www-authenticate"], str(problem)))
    assert len(set(sent)) == 1
    assert sent[0][0] == 401
    assert 'error="invalid_token"' in sent[0][1]
    async with world.owner.before_tenant() as connection:
        rows = await connection.fetch(
            "SELECT detail, organization_id IS NULL AS outside FROM licorne.audit_event"
            " WHERE tag = 'service:api:refused' AND outcome = 'refused'"
        )
    told = {(row["detail"], row["outside"]) for row in rows}
    assert told == {("unknown", True), ("revoked", False), ("expired", False), ("suspended", False)}
    assert sum(row["outside"] for row in rows) == 1  # once a minute, however often they try


async def test_a_token_without_the_scope_is_told_which_one(api: Api):
    alice = await api.world.add_member("Alice Member")
    for operation in WITH_TOKEN:
        others = [scope for scope in Scope if scope is not operation.scope]
        token = await token_for(api.world, alice, *others)
        answer = await attempt(api, operation, token.secret, uuid.uuid4())
        assert answer.status_code == 403, operation.id
        told = answer.headers["www-authenticate"]
        assert f'error="insufficient_scope", scope="{operation.scope}"' in told
        assert answer.json()["type"] == "urn:licorne:problem:scope-missing"


async def test_threat_12_another_organizations_token_finds_nothing(api: Api):
    world = api.world
    alice = await world.add_member("Alice Member")
    sent = await world.send(alice, "+12125550123", "For Alice's patient.")
    elsewhere = await world.found("Other Practice", "Oscar Other")
    stranger = (await token_for(world, elsewhere)).secret
    mine = (await token_for(world, alice)).secret
    (delivery,) = sent.deliveries
    async with world.owner.before_tenant() as connection:
        contact = await connection.fetchval("SELECT id FROM licorne.contact")
    added = await api.call("POST", "/webhooks", mine, json=BODIES["NewWebhook"])
    of_alice = {
        "message": sent.message,
        "thread": delivery.thread,
        "contact": contact,
        "webhook": added.json()["webhook"]["id"],
    }
    for operation in WITH_TOKEN:
        named = re.search(r"\{(\w+)\}", operation.path)
        if named is None:
            continue
        answer = await attempt(api, operation, stranger, of_alice[named[1]])
        assert answer.status_code == 404, operation.id
        nowhere = await attempt(api, operation, stranger, uuid.uuid4())
        assert nowhere.json()["detail"] == answer.json()["detail"]
    for path in ("/messages", "/threads", "/contacts", "/webhooks", "/events?after=0"):
        (listed, *_) = (await api.call("GET", path, stranger)).json().values()
        assert listed == []
    (member,) = (await api.call("GET", "/members", stranger)).json()["members"]
    assert member["name"] == "Oscar Other"
    state = (await api.call("GET", f"/messages/{sent.message}", mine)).json()
    assert state["recalled_at"] is None
    assert "service:api:refused (refused)" in await world.audit_tags(elsewhere.organization)


async def test_a_colleagues_token_finds_nothing_either(api: Api):
    world = api.world
    alice, bob = await world.add_member("Alice Member"), await world.add_member("Bob Member")
    sent = await world.send(alice, "+12125550123", "For Alice's patient.")
    token = (await token_for(world, bob)).secret
    assert (await api.call("GET", f"/messages/{sent.message}", token)).status_code == 404
    assert (await api.call("POST", f"/messages/{sent.message}/recall", token)).status_code == 404


async def test_whoever_tries_many_tokens_has_to_wait_and_others_dont(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    statuses = [
        (await api.call("GET", "/messages", f"lic_{number:032}")).status_code
        for number in range(62)
    ]
    assert statuses[:60] == [401] * 60
    assert statuses[60:] == [429] * 2
    assert (await api.call("GET", "/messages", token)).status_code == 200
    api.world.clock.advance(timedelta(minutes=11))
    assert (await api.call("GET", "/messages", "lic_wrong")).status_code == 401


async def test_an_unread_body_costs_a_stranger_the_same_refusal(api: Api):
    answer = await api.call("POST", "/messages", "lic_wrong", content=b"x" * 1_000_000)
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/nowhere"])
async def test_a_path_that_isnt_there_is_a_problem(api: Api, path: str):
    answer = await api.client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_use_of_a_token_is_remembered_to_the_minute(api: Api):
    world = api.world
    alice = await world.add_member("Alice Member")
    token = await token_for(world, alice)

    async def last_used():
        keep = KeepTokens(world.app, world.keyring, world.randomness, world.acts)
        (listed,) = await keep.list(await acting(world, alice))
        return listed.token.last_used_at

    assert await last_used() is None
    await api.call("GET", "/messages", token.secret)
    first = await last_used()
    assert first is not None
    await api.call("GET", "/messages", token.secret)
    assert await last_used() == first
    world.clock.advance(timedelta(minutes=2))
    await api.call("GET", "/messages", token.secret)
    assert await last_used() > first
