"""Files beside the message as parts of multipart/form-data: sealed as they come, none left over."""

import asyncio
import json
import random
import uuid

import httpx
from tests.support.api_world import Api, token_for

from licorne.domain.message.content import MAX_CONTENT_BYTES

NUMBER = "+12125550123"
LARGE = random.Random(4711).randbytes(300_000)
SMALL = b"%PDF-1.7 small"


def message(**others: object) -> tuple[None, str, str]:
    said = {"to": [NUMBER], "text": "Your letters.", **others}
    return None, json.dumps(said), "application/json"


def file(name: str, content: bytes) -> tuple[str, tuple[str, bytes, str]]:
    return "files", (name, content, "application/pdf")


async def post(
    api: Api, token: str, *files: tuple[str, tuple], first: tuple | None = None, **others
) -> httpx.Response:
    parts = [("message", message() if first is None else first), *files]
    return await api.call("POST", "/messages", token, files=parts, **others)


async def member_token(api: Api) -> str:
    return (await token_for(api.world, await api.world.add_member("Alice Member"))).secret


async def blobs(api: Api) -> list[str]:
    return [name async for name in api.world.blobs.names()]


async def counts(api: Api) -> tuple[int, int]:
    async with api.world.owner.before_tenant() as connection:
        messages = await connection.fetchval("SELECT count(*) FROM licorne.message")
    return messages, len(await blobs(api))


async def test_files_of_any_size_are_sealed_and_open_for_their_author(api: Api):
    world = api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    answer = await post(
        api, token, file("large.pdf", LARGE), file("small.pdf", SMALL), file("empty.pdf", b"")
    )
    assert answer.status_code == 201, answer.text
    assert await counts(api) == (1, 1)  # a small file lies in its row
    member = await world.as_member(alice)
    async with world.app.tenant(alice.organization) as connection:
        opened = await world.reader.open(
            connection, alice.organization, uuid.UUID(answer.json()["id"]), member.key
        )
    entries = opened.body.attachments
    assert [(one.filename, one.size) for one in entries] == [
        ("large.pdf", len(LARGE)),
        ("small.pdf", len(SMALL)),
        ("empty.pdf", 0),
    ]
    (blob,) = await blobs(api)
    stored = b"".join([piece async for piece in world.blobs.read(blob)])
    assert LARGE[:64] not in stored
    pieces = [piece async for piece in opened.opened.open_stream(1, world.blobs.read(blob))]
    assert b"".join(pieces) == LARGE
    assert opened.opened.open_part(2) == SMALL


async def test_files_within_the_message_go_beside_others(api: Api):
    token = await member_token(api)
    within = {"filename": "within.pdf", "content_type": "application/pdf", "content": "aGVsbG8="}
    answer = await post(api, token, file("beside.pdf", SMALL), first=message(attachments=[within]))
    assert answer.status_code == 201
    async with api.world.owner.before_tenant() as connection:
        assert await connection.fetchval("SELECT count(*) FROM licorne.message_part") == 3


async def test_threat_34_the_same_files_under_the_same_key_are_one_message_in_either_form(api: Api):
    token = await member_token(api)
    headers = {"Idempotency-Key": "letters-1"}
    first = await post(api, token, file("a.pdf", LARGE), headers=headers)
    again = await post(api, token, file("a.pdf", LARGE), headers=headers)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert await counts(api) == (1, 1)  # what came again is deleted
    other = await post(api, token, file("a.pdf", LARGE[:-1]), headers=headers)
    assert other.json()["type"] == "urn:licorne:problem:idempotency-key-used"
    small = await post(api, token, file("b.pdf", b"hello"), headers={"Idempotency-Key": "2"})
    within = {"filename": "b.pdf", "content_type": "application/pdf", "content": "aGVsbG8="}
    alone = await api.call(
        "POST",
        "/messages",
        token,
        json={"to": [NUMBER], "text": "Your letters.", "attachments": [within]},
        headers={"Idempotency-Key": "2"},
    )
    assert alone.json()["id"] == small.json()["id"]


async def test_a_refused_message_leaves_no_file_behind(api: Api):
    token = await member_token(api)
    refused = await post(api, token, file("virus.exe", LARGE))
    assert refused.json()["type"] == "urn:licorne:problem:message-refused"
    async with api.world.owner.before_tenant() as connection:
        await connection.execute("UPDATE licorne.organization SET daily_quota = 0")
    assert (await post(api, token, file("a.pdf", LARGE))).status_code == 429
    assert await counts(api) == (0, 0)


async def test_faults_of_the_message_are_told_before_any_file_is_taken(api: Api):
    token = await member_token(api)
    answer = await post(api, token, file("a.pdf", LARGE), first=message(to=["911"]))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "/to/0")
    assert await counts(api) == (0, 0)


async def test_parts_in_another_order_or_of_another_name_are_refused(api: Api):
    token = await member_token(api)
    for parts in (
        [file("a.pdf", SMALL), ("message", message())],
        [("message", message()), ("file", ("a.pdf", SMALL, "application/pdf"))],
        [("message", message()), ("files", (None, "no file"))],
        [("message", message()), *[file("a.pdf", b"x")] * 51],
    ):
        answer = await api.call("POST", "/messages", token, files=parts)
        assert answer.status_code == 422, answer.text
    assert await counts(api) == (0, 0)


async def test_more_than_fifty_megabytes_are_refused_and_nothing_is_left(api: Api):
    token = await member_token(api)
    half = bytes(MAX_CONTENT_BYTES // 2)
    answer = await post(api, token, file("a.pdf", half), file("b.pdf", half + b"x"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "/attachments"
    assert await counts(api) == (0, 0)


async def test_a_body_that_breaks_off_or_isnt_multipart_is_refused(api: Api):
    token = await member_token(api)
    whole = httpx.Request("POST", api.url, files=[("message", message()), file("a.pdf", LARGE)])
    kind, body = whole.headers["content-type"], whole.read()
    for content in (body[:-20], body[: len(body) // 2], b"nothing of the kind"):
        answer = await api.call(
            "POST", "/messages", token, content=content, headers={"Content-Type": kind}
        )
        assert (answer.status_code, answer.json()["type"]) == (
            400,
            "urn:licorne:problem:not-multipart",
        )
    for kind in ("multipart/form-data", "multipart/form-data; boundary="):
        answer = await api.call(
            "POST", "/messages", token, content=body, headers={"Content-Type": kind}
        )
        assert answer.status_code == 400
    assert await counts(api) == (0, 0)


async def test_a_caller_who_leaves_half_way_leaves_no_file_behind(api: Api):
    token = await member_token(api)
    whole = httpx.Request("POST", api.url, files=[("message", message()), file("a.pdf", LARGE)])
    body = whole.read()
    _reader, writer = await asyncio.open_connection("localhost", httpx.URL(api.url).port)
    head = (
        f"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {whole.headers['content-type']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[: len(body) * 2 // 3])
    await writer.drain()
    async with asyncio.timeout(20):
        incoming = api.world.home / "blobs" / "incoming"
        while not any(incoming.iterdir()):
            await asyncio.sleep(0.01)
        writer.close()
        while any(incoming.iterdir()):
            await asyncio.sleep(0.01)
    assert await counts(api) == (0, 0)
