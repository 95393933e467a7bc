"""Many messages in one request: each has its own result, and none disturbs another."""

import json

from tests.support.api_world import Api, token_for

from licorne.domain.identity.api_token import Scope

NUMBER = "+12125550123"


def message(text: str, number: str = NUMBER, **others: object) -> dict[str, object]:
    return {"to": [number], "text": text, **others}


async def send(api: Api, token: str, *messages: object):
    return await api.call("POST", "/messages/batch", token, json={"messages": messages})


async def counts(api: Api) -> tuple[int, int]:
    async with api.world.owner.before_tenant() as connection:
        return (
            await connection.fetchval("SELECT count(*) FROM licorne.message"),
            await connection.fetchval("SELECT count(*) FROM jobs.pgqueuer"),
        )


async def test_each_message_has_its_own_result_in_the_order_of_the_request(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    answer = await send(
        api,
        token,
        message("First."),
        message("No number.", "911"),
        message("Second.", "+12125550101"),
        {"to": "not a list", "text": "Third."},
        {"to": [NUMBER], "text": "Fourth.", "expire_in": "P7D"},
        "not an object",
        message("", NUMBER),
    )
    assert answer.status_code == 200
    told = answer.json()
    assert [one["result"] for one in told["results"]] == [
        "created",
        "refused",
        "created",
        "refused",
        "refused",
        "refused",
        "refused",
    ]
    assert (told["created"], told["repeated"], told["refused"]) == (2, 0, 5)
    first, emergency, _second, shape, unknown, thing, empty = told["results"]
    assert first["status"] == 201
    assert first["message"]["deliveries"][0]["to"] == NUMBER
    assert emergency["status"] == 422
    assert emergency["problem"]["errors"][0]["field"] == "/to/0"
    assert shape["problem"]["errors"][0]["reason"] == "wrong_type"
    assert unknown["problem"]["errors"][0]["field"] == "/expire_in"
    assert thing["problem"]["type"] == "urn:licorne:problem:invalid-request"
    assert empty["problem"]["type"] == "urn:licorne:problem:message-refused"
    assert await counts(api) == (2, 2)


async def test_what_was_sent_in_a_batch_is_seen_as_if_it_had_been_sent_alone(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    (result,) = (await send(api, token, message("Hello."))).json()["results"]
    seen = await api.call("GET", f"/messages/{result['message']['id']}", token)
    assert seen.json() == result["message"]


async def test_threat_34_a_repeated_batch_is_the_same_messages_and_one_notice_each(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    batch = [message(f"Number {n}.", idempotency_key=f"result-{n}") for n in range(5)]
    first = (await send(api, token, *batch)).json()
    again = (await send(api, token, *batch)).json()
    assert again["repeated"] == 5
    assert [one["message"] for one in again["results"]] == [
        one["message"] for one in first["results"]
    ]
    assert await counts(api) == (5, 5)


async def test_the_same_key_twice_in_one_batch_is_one_message(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    twice = message("Once.", idempotency_key="same")
    told = (await send(api, token, twice, twice, {**twice, "text": "Other."})).json()
    kinds = [one["result"] for one in told["results"]]
    assert sorted(kinds) in (["created", "refused", "repeated"], ["created", "refused", "refused"])
    codes = {one["problem"]["type"] for one in told["results"] if one["result"] == "refused"}
    assert codes == {"urn:licorne:problem:idempotency-key-used"}
    assert (await counts(api))[0] == 1


async def test_a_key_means_the_same_message_alone_and_in_a_batch(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    alone = await api.call(
        "POST", "/messages", token, json=message("Once."), headers={"Idempotency-Key": "4711"}
    )
    (result,) = (await send(api, token, message("Once.", idempotency_key="4711"))).json()["results"]
    assert result["result"] == "repeated"
    assert result["message"] == alone.json()


async def test_many_messages_to_one_new_number_are_all_taken(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    told = (await send(api, token, *(message(f"Number {n}.") for n in range(100)))).json()
    assert told["created"] == 100
    threads = {one["message"]["deliveries"][0]["thread_id"] for one in told["results"]}
    assert len(threads) == 1


async def test_many_new_numbers_are_met_in_few_transactions(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    numbers = [f"+1212555{n:04}" for n in range(200)]
    twice = [*numbers, *numbers[::2]]
    told = (await send(api, token, *(message("Hello.", number) for number in twice))).json()
    assert told["created"] == 300
    async with api.world.owner.before_tenant() as connection:
        met, transactions = await connection.fetchrow(
            "SELECT count(*), count(DISTINCT xmin::text) FROM licorne.contact"
        )
        keys, recorded = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM licorne.reader_key WHERE kind = 'waiting'),"
            " (SELECT count(*) FROM licorne.audit_event WHERE tag LIKE '%:contact:added')"
        )
    assert (met, keys, recorded) == (200, 200, 200)
    assert transactions < 40


async def test_a_used_up_quota_refuses_the_rest_and_takes_what_has_room(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    async with api.world.owner.before_tenant() as connection:
        await connection.execute("UPDATE licorne.organization SET daily_quota = 3")
    told = (await send(api, token, *(message(f"Number {n}.") for n in range(5)))).json()
    assert (told["created"], told["refused"]) == (3, 2)
    refused = [one for one in told["results"] if one["result"] == "refused"]
    assert {one["status"] for one in refused} == {429}


async def test_a_batch_of_none_or_too_many_or_with_a_key_for_all_sends_nothing(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    for messages in ([], [message("One.")] * 1001):
        answer = await send(api, token, *messages)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "/messages"
    answer = await api.call(
        "POST",
        "/messages/batch",
        token,
        json={"messages": [message("One.")]},
        headers={"Idempotency-Key": "for-all"},
    )
    assert answer.status_code == 422
    assert await counts(api) == (0, 0)


async def test_a_batch_that_breaks_off_is_no_json_and_sends_nothing(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    whole = json.dumps({"messages": [message("One."), message("Two.")]})
    answer = await api.call(
        "POST",
        "/messages/batch",
        token,
        content=whole[:-20],
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    assert await counts(api) == (0, 0)


async def test_a_batch_needs_the_scope_for_sending(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = (await token_for(api.world, alice, Scope.STATE)).secret
    assert (await send(api, token, message("One."))).status_code == 403
    assert await counts(api) == (0, 0)
