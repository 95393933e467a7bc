import asyncio
import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import msgspec
from tests.support.api_world import Api, token_for

from licorne.application.receiving.read_thread import ReadThread
from licorne.domain.identity.api_token import Scope
from licorne.edges.api.new_message import NewMessage

ISSUE = {"to": ["2114367789@secure.text"], "text": "Your results are in."}
NUMBER = "+12125550123"


async def test_a_message_is_taken_and_told_in_the_agreed_shape(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = await token_for(api.world, alice)
    answer = await api.call("POST", "/messages", token.secret, json=ISSUE)
    assert answer.status_code == 201
    told = answer.json()
    assert answer.headers["location"] == f"/api/v1/messages/{told['id']}"
    assert set(told) == {"id", "created_at", "expires_at", "recalled_at", "deliveries"}
    (delivery,) = told["deliveries"]
    assert delivery["to"] == "+12114367789"
    assert delivery["channel"] == "secure_text"
    assert delivery["state"] == "accepted"
    assert delivery["reason"] is None
    assert delivery["flags"] == ["not_assignable"]
    (step,) = delivery["history"]
    assert set(step) == {"state", "at", "detail"}
    assert step["state"] == "accepted"
    created = datetime.fromisoformat(told["created_at"])
    assert abs(datetime.now(UTC) - created) < timedelta(minutes=1)
    assert datetime.fromisoformat(told["expires_at"]) - created == timedelta(days=30)


async def test_the_state_that_is_read_later_is_the_answer_that_was_given(api: Api):
    token = await token_for(api.world, await api.world.add_member("Alice Member"))
    sent = await api.call("POST", "/messages", token.secret, json=ISSUE)
    seen = await api.call("GET", f"/messages/{sent.json()['id']}", token.secret)
    assert seen.status_code == 200
    assert seen.json() == sent.json()
    assert "results" not in seen.text


async def test_the_owner_of_the_thread_reads_what_a_program_sent(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = await token_for(api.world, alice)
    body = {
        "to": [NUMBER],
        "text": "Your results are in.",
        "html": "<p>Your <b>results</b> are in.</p>",
        "subject": "Results",
        "attachments": [
            {
                "filename": "results.pdf",
                "content_type": "application/pdf",
                "content": base64.b64encode(b"%PDF-1.7").decode(),
            }
        ],
    }
    sent = (await api.call("POST", "/messages", token.secret, json=body)).json()
    member = await api.world.as_member(alice)
    read = ReadThread(api.world.app, api.world.keyring, api.world.reader, api.world.acts)
    thread = await read(member, sent["deliveries"][0]["thread_id"])
    assert thread is not None
    (entry,) = thread.messages
    assert "results are in" in repr(entry)
    assert "results.pdf" in repr(entry)


async def test_each_recipient_has_a_delivery_in_the_order_of_the_request(api: Api):
    token = await token_for(api.world, await api.world.add_member("Alice Member"))
    numbers = [f"+1212555{last:04}" for last in (199, 101, 150, 101, 123)]
    answer = await api.call("POST", "/messages", token.secret, json={**ISSUE, "to": numbers})
    told = [one["to"] for one in answer.json()["deliveries"]]
    assert told == ["+12125550199", "+12125550101", "+12125550150", "+12125550123"]


async def test_expiry_and_passphrase_are_taken(api: Api):
    token = await token_for(api.world, await api.world.add_member("Alice Member"))
    body = {**ISSUE, "expires_in": "P7D", "challenge": {"passphrase": "olive tractor"}}
    told = (await api.call("POST", "/messages", token.secret, json=body)).json()
    span = datetime.fromisoformat(told["expires_at"]) - datetime.fromisoformat(told["created_at"])
    assert span == timedelta(days=7)
    assert told["deliveries"][0]["challenge"] == "waiting"


async def test_threat_34_a_repeated_request_is_the_same_message_and_one_notice(api: Api):
    token = await token_for(api.world, await api.world.add_member("Alice Member"))
    key = {"Idempotency-Key": "result-4711"}
    first = await api.call("POST", "/messages", token.secret, json=ISSUE, headers=key)
    again = await api.call(
        "POST",
        "/messages",
        token.secret,
        content=json.dumps(dict(reversed(ISSUE.items())), indent=3),
        headers={**key, "Content-Type": "application/json"},
    )
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    async with api.world.owner.before_tenant() as connection:
        assert await connection.fetchval("SELECT count(*) FROM licorne.message") == 1
        assert await connection.fetchval("SELECT count(*) FROM jobs.pgqueuer") == 1


async def test_a_key_that_came_with_another_message_is_refused(api: Api):
    token = await token_for(api.world, await api.world.add_member("Alice Member"))
    key = {"Idempotency-Key": "result-4711"}
    await api.call("POST", "/messages", token.secret, json=ISSUE, headers=key)
    other = await api.call(
        "POST", "/messages", token.secret, json={**ISSUE, "text": "Another."}, headers=key
    )
    assert other.status_code == 422
    assert other.json()["type"] == "urn:licorne:problem:idempotency-key-used"


async def test_a_guess_at_a_repeatable_request_can_not_be_checked_with_the_database_alone(api: Api):
    """Threat 7: whoever guesses number, text and passphrase must not see that the guess was right."""
    token = await token_for(api.world, await api.world.add_member("Alice Member"))
    key = {"Idempotency-Key": "result-4711"}
    body = {**ISSUE, "challenge": {"passphrase": "purple monkey dish"}}
    sent = await api.call("POST", "/messages", token.secret, json=body, headers=key)
    assert sent.status_code == 201
    guess = msgspec.json.encode(msgspec.convert(body, NewMessage))
    async with api.world.owner.before_tenant() as connection:
        (row,) = await connection.fetch("SELECT key_hash, request_hash FROM licorne.idempotency")
    assert row["request_hash"] != hashlib.sha256(guess).digest()
    assert row["key_hash"] != hashlib.sha256(b"result-4711").digest()


async def test_the_same_key_of_another_program_is_another_message(api: Api):
    alice = await token_for(api.world, await api.world.add_member("Alice Member"))
    bob = await token_for(api.world, await api.world.add_member("Bob Member"))
    key = {"Idempotency-Key": "1"}
    one = await api.call("POST", "/messages", alice.secret, json=ISSUE, headers=key)
    two = await api.call("POST", "/messages", bob.secret, json=ISSUE, headers=key)
    assert one.status_code == two.status_code == 201
    assert one.json()["id"] != two.json()["id"]


WRONG = [
    ({"to": "2114367789@secure.text"}, "/to", "wrong_type"),
    ({"to": [2114367789]}, "/to/0", "wrong_type"),
    ({"to": []}, "/to", "no_recipient"),
    ({"to": ["911"]}, "/to/0", "emergency_number"),
    ({"to": ["+12125550123", "anna@example.org"]}, "/to/1", "not_a_text_address"),
    ({"to": ["310-555-CALL"]}, "/to/0", "number_has_letters"),
    ({"to": ["+12125550123"] * 101}, "/to", "too_many_recipients"),
    ({"text": ""}, "/text", "empty"),
    ({"text": None}, "/text", "wrong_type"),
    ({"text": "x" * 1_000_001}, "/text", "text_too_long"),
    ({"subject": "x" * 999}, "/subject", "subject_too_long"),
    ({"expires_in": "7 days"}, "/expires_in", "not_a_duration"),
    ({"expires_in": "P1Y"}, "/expires_in", "not_a_duration"),
    ({"expires_in": "PT1M"}, "/expires_in", "expiry"),
    ({"challenge": {"passphrase": "abc"}}, "/challenge/passphrase", "passphrase_too_short"),
    ({"challenge": {}}, "/challenge/passphrase", "missing"),
    ({"expire_in": "P7D"}, "/expire_in", "unknown"),
    (
        {"attachments": [{"filename": "a.exe", "content_type": "a/b", "content": "AAAA"}]},
        "/attachments",
        "attachment_type",
    ),
    (
        {"attachments": [{"filename": "a.pdf", "content_type": "a/b", "content": "%%%"}]},
        "/attachments/0/content",
        "not_base64",
    ),
]


async def test_what_is_wrong_is_told_by_field(api: Api):
    token = await token_for(api.world, await api.world.add_member("Alice Member"))
    for change, field, reason in WRONG:
        answer = await api.call("POST", "/messages", token.secret, json={**ISSUE, **change})
        assert answer.status_code == 422, change
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == 422
        assert [(one["field"], one["reason"]) for one in problem["errors"]] == [(field, reason)]
        assert problem["errors"][0]["sentence"].endswith(".")
        assert problem["detail"]
    assert (await api.call("GET", "/messages", token.secret)).json()["messages"] == []


async def test_all_faults_of_a_request_are_told_at_once(api: Api):
    token = await token_for(api.world, await api.world.add_member("Alice Member"))
    body = {"to": ["911", "+12125550123", "12"], "text": "x", "expires_in": "soon"}
    problem = (await api.call("POST", "/messages", token.secret, json=body)).json()
    assert [one["field"] for one in problem["errors"]] == ["/to/0", "/to/2", "/expires_in"]


async def test_one_refused_recipient_stops_the_message_for_all_and_is_named(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = await token_for(api.world, alice)
    await api.world.send(alice, NUMBER, "Before.")
    async with api.world.owner.before_tenant() as connection:
        await connection.execute(
            "UPDATE licorne.contact SET opted_out_at = now(), opted_out_by = 'contact'"
        )
    body = {"to": ["+12125550101", NUMBER, NUMBER], "text": "Now."}
    answer = await api.call("POST", "/messages", token.secret, json=body)
    assert answer.status_code == 422
    errors = [(one["field"], one["reason"]) for one in answer.json()["errors"]]
    assert errors == [("/to/1", "opted_out"), ("/to/2", "opted_out")]
    listed = await api.call("GET", "/messages", token.secret)
    assert len(listed.json()["messages"]) == 1
    assert "member:message:refused (refused)" in await api.world.audit_tags(alice.organization)


async def test_threat_20_a_used_up_quota_says_when_to_come_again(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = await token_for(api.world, alice)
    async with api.world.owner.before_tenant() as connection:
        await connection.execute("UPDATE licorne.organization SET daily_quota = 1")
    assert (await api.call("POST", "/messages", token.secret, json=ISSUE)).status_code == 201
    answer = await api.call("POST", "/messages", token.secret, json=ISSUE)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 86_401
    assert answer.json()["errors"][0]["reason"] == "quota"


async def test_a_body_that_is_no_json_is_refused_and_so_is_another_type(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    as_json = {"Content-Type": "application/json"}
    for content in (b"", b"{", b'{"to": ["\xff"], "text": ""}', b"\xef\xbb\xbf{}"):
        answer = await api.call("POST", "/messages", token, content=content, headers=as_json)
        assert answer.status_code == 400, content[:20]
        assert answer.json()["type"] == "urn:licorne:problem:not-json"
    for headers in (
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ):
        answer = await api.call(
            "POST", "/messages", token, content=json.dumps(ISSUE), headers=headers
        )
        assert answer.status_code == 415, headers


async def test_a_body_above_the_limit_is_refused_before_it_is_sent(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    where = urlsplit(api.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    head = (
        "POST /api/v1/messages HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {80 * 1024 * 1024}",
    )
    writer.write("\r\n".join((*head, "", "")).encode())
    async with asyncio.timeout(10):
        assert b" 413 " in await reader.readline()
    writer.close()


async def test_a_large_attachment_goes_through(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    content = base64.b64encode(bytes(3 * 1024 * 1024)).decode()
    attachment = {"filename": "scan.png", "content_type": "image/png", "content": content}
    answer = await api.call("POST", "/messages", token, json={**ISSUE, "attachments": [attachment]})
    assert answer.status_code == 201
    blobs = [path for path in (api.world.home / "blobs").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in blobs) > 3 * 1024 * 1024


async def test_a_token_may_send_without_seeing(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = (await token_for(api.world, alice, Scope.SEND)).secret
    sent = await api.call("POST", "/messages", token, json=ISSUE)
    assert sent.status_code == 201
    assert (await api.call("GET", "/messages", token)).status_code == 403
    assert "service:api:refused (refused)" in await api.world.audit_tags(alice.organization)
