"""A token's limit: told on every answer, kept over all processes, refused in words above it."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.api_world import Api, api_use_cases, running_api, token_for
from tests.support.practice_world import PracticeWorld

from licorne.application.governing.limit_calls import LimitCalls
from licorne.domain.identity.api_token import Scope


def limited(world: PracticeWorld, most: int):
    limit = LimitCalls(world.intake, world.keyring, world.clock, most)
    return replace(api_use_cases(world), limit=limit)


@pytest.fixture
async def small(world: PracticeWorld) -> AsyncIterator[Api]:
    async with running_api(world, use_cases=limited(world, 3)) as running:
        yield running


def standing(answer) -> tuple[int, int]:
    assert answer.headers["ratelimit-policy"] == '"requests";q=3;w=60'
    found = re.fullmatch(r'"requests";r=(\d+);t=(\d+)', answer.headers["ratelimit"])
    assert found is not None
    return int(found[1]), int(found[2])


async def test_every_answer_tells_what_is_left(small: Api):
    token = (await token_for(small.world, await small.world.add_member("Alice Member"))).secret
    left, resets = standing(await small.call("GET", "/messages", token))
    assert left == 2
    assert 1 <= resets <= 60
    missing = await small.call("GET", "/messages/nothing", token)
    assert missing.status_code == 404
    assert standing(missing)[0] == 1


async def test_above_the_limit_the_answer_says_how_long_to_wait_and_nothing_is_sent(small: Api):
    world = small.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    message = {"to": ["+12125550123"], "text": "Hello."}
    answers = [await small.call("POST", "/messages", token, json=message) for _ in range(5)]
    assert [one.status_code for one in answers] == [201, 201, 201, 429, 429]
    refused = answers[-1]
    assert refused.json()["type"] == "urn:licorne:problem:rate-limited"
    assert refused.headers["retry-after"] == str(standing(refused)[1])
    assert standing(refused)[0] == 0
    tags = await world.audit_tags(alice.organization)
    assert tags.count("service:api:refused (refused)") == 1  # once a window
    world.clock.advance(timedelta(seconds=61))
    assert (await small.call("POST", "/messages", token, json=message)).status_code == 201


async def test_another_token_of_the_same_member_has_a_limit_of_its_own(small: Api):
    alice = await small.world.add_member("Alice Member")
    first, second = await token_for(small.world, alice), await token_for(small.world, alice)
    for _ in range(4):
        answer = await small.call("GET", "/messages", first.secret)
    assert answer.status_code == 429
    assert (await small.call("GET", "/messages", second.secret)).status_code == 200


async def test_two_processes_count_together(small: Api):
    token = (await token_for(small.world, await small.world.add_member("Alice Member"))).secret
    async with running_api(small.world, use_cases=limited(small.world, 3)) as other:
        servers = (small, other, small, other)
        statuses = [(await one.call("GET", "/messages", token)).status_code for one in servers]
    assert statuses == [200, 200, 200, 429]


async def test_requests_without_the_scope_count_too(small: Api):
    alice = await small.world.add_member("Alice Member")
    token = (await token_for(small.world, alice, Scope.SEND)).secret
    statuses = [(await small.call("GET", "/messages", token)).status_code for _ in range(4)]
    assert statuses == [403, 403, 403, 429]


async def test_a_batch_counts_as_ten_requests(small: Api):
    token = (await token_for(small.world, await small.world.add_member("Alice Member"))).secret
    batch = {"messages": [{"to": ["+12125550123"], "text": "Hello."}]}
    assert (await small.call("POST", "/messages/batch", token, json=batch)).status_code == 429
