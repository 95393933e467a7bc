"""Webhooks, told by a real worker's use cases to a real server: signed, again and again, then not."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from tests.support.api_world import Api, acting, token_for
from tests.support.linking_audit import linking_audit
from tests.support.web_server import serving

from licorne.adapters.webhooks.http_sender import HttpWebhookSender
from licorne.application.governing.keep_tokens import KeepTokens
from licorne.application.governing.tell_webhooks import PassOnEvents, TellWebhook
from licorne.domain.identity.webhook import WAITS
from licorne.store.database import Database, open_database
from licorne.store.jobs import TellWebhook as TellWebhookJob
from licorne.store.jobs import decode_tell_webhook

NUMBER = "+12125550123"
SECRET_TEXT = "The growth is benign."


@dataclass
class Receiver:
    """A program's own server: it answers with ``status`` and keeps what came."""

    url: str = ""
    status: int = 204
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while (part := await receive())["type"] == "http.request":
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.came.append((headers, body))
        location = [(b"location", self.url.encode())] if self.status == 302 else []
        await send({"type": "http.response.start", "status": self.status, "headers": location})
        await send({"type": "http.response.body", "body": b""})


@dataclass
class Told:
    api: Api
    receiver: Receiver
    worker: Database
    link: object
    tell: TellWebhook

    async def work(self) -> list[timedelta | None]:
        """Do what a worker does: link the trail, pass events on, run the jobs; give their waits."""
        world = self.api.world
        await self.link()
        await PassOnEvents(self.worker, world.clock, world.randomness)()
        waits = []
        for number, job in (await self.jobs()).items():
            waits.append(await self.tell(job))
            if waits[-1] is None:
                async with world.owner.before_tenant() as connection:
                    await connection.execute("DELETE FROM jobs.pgqueuer WHERE id = $1", number)
        return waits

    async def jobs(self) -> dict[int, TellWebhookJob]:
        async with self.api.world.owner.before_tenant() as connection:
            rows = await connection.fetch(
                "SELECT id, payload FROM jobs.pgqueuer WHERE entrypoint = 'webhook' ORDER BY id"
            )
        return {row["id"]: decode_tell_webhook(row["payload"]) for row in rows}

    async def add(self, token: str, **others: object) -> dict:
        body = {"url": self.receiver.url, **others}
        answer = await self.api.call("POST", "/webhooks", token, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture
async def told(api: Api) -> AsyncIterator[Told]:
    receiver, world = Receiver(), api.world
    worker = await open_database(world.worker_url, size=2)
    sender = HttpWebhookSender({"localhost"})
    tell = TellWebhook(worker, world.keyring, sender, world.clock, world.randomness)
    async with serving(lambda _url: receiver) as url, linking_audit(world) as link:
        receiver.url = f"{url}/hook"
        yield Told(api, receiver, worker, link, tell)
    await worker.close()


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Check as the Standard Webhooks specification says, with nothing of ours."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


async def test_an_event_is_posted_once_signed_and_by_ids_only(told: Told):
    world = told.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    secret = (await told.add(token))["secret"]
    sent = await world.send(alice, NUMBER, SECRET_TEXT)
    assert await told.work() == [None]
    ((headers, body),) = told.receiver.came
    assert is_signed(secret, headers, body)
    assert not is_signed("whsec_" + base64.b64encode(b"another").decode(), headers, body)
    assert not is_signed(secret, headers, body + b" ")
    event = json.loads(body)
    assert event["type"] == "message.accepted"
    assert event["data"]["id"] == headers["webhook-id"]
    assert event["data"]["deliveries"][0]["message_id"] == str(sent.message)
    assert b"benign" not in body
    assert b"2125550123" not in body
    assert await told.work() == []
    listed = (await told.api.call("GET", "/events?after=0", token)).json()["events"]
    assert event["data"] == next(one for one in listed if one["id"] == headers["webhook-id"])


async def test_only_the_wanted_events_of_the_holder_are_told(told: Told):
    world = told.api.world
    alice, bob = await world.add_member("Alice Member"), await world.add_member("Bob Member")
    token, of_bob = (await token_for(world, alice)).secret, (await token_for(world, bob)).secret
    await told.add(token, types=["reply.received"])
    await told.add(of_bob)
    (delivery,) = (await world.send(alice, NUMBER, SECRET_TEXT)).deliveries
    await world.reply(alice, delivery, "What does it mean?")
    assert await told.work() == [None]
    ((_headers, body),) = told.receiver.came
    assert json.loads(body)["type"] == "reply.received"


async def test_who_doesnt_take_it_is_tried_less_and_less_often_then_disabled(told: Told):
    world = told.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    webhook = (await told.add(token))["webhook"]["id"]
    told.receiver.status = 500
    await world.send(alice, NUMBER, SECRET_TEXT)
    waits = [(await told.work())[0] for _ in range(len(WAITS) + 1)]
    assert waits == [*WAITS, None]
    shown = (await told.api.call("GET", f"/webhooks/{webhook}", token)).json()
    assert shown["disabled_why"] == "failing"
    assert "system:webhook:disabled" in await world.audit_tags(alice.organization)
    told.receiver.status = 204
    tries = len(told.receiver.came)
    assert await told.work() == []
    enabled = await told.api.call("POST", f"/webhooks/{webhook}/enable", token)
    assert enabled.json()["disabled_at"] is None
    assert set(await told.work()) == {None}
    assert len(told.receiver.came) == tries + 1
    assert len({headers["webhook-id"] for headers, _ in told.receiver.came}) == 1


async def test_an_address_that_is_gone_is_asked_no_more(told: Told):
    world = told.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    webhook = (await told.add(token))["webhook"]["id"]
    told.receiver.status = 410
    await world.send(alice, NUMBER, SECRET_TEXT)
    assert await told.work() == [None]
    shown = (await told.api.call("GET", f"/webhooks/{webhook}", token)).json()
    assert shown["disabled_why"] == "gone"


async def test_threat_32_a_redirect_is_not_followed(told: Told):
    world = told.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    await told.add(token)
    told.receiver.status = 302
    await world.send(alice, NUMBER, SECRET_TEXT)
    assert await told.work() == [WAITS[0]]
    assert len(told.receiver.came) == 1


async def test_after_a_rotation_both_secrets_sign_for_a_day(told: Told):
    world = told.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    first = await told.add(token)
    path = f"/webhooks/{first['webhook']['id']}/rotate"
    second = (await told.api.call("POST", path, token)).json()["secret"]
    await world.send(alice, NUMBER, SECRET_TEXT)
    await told.work()
    headers, body = told.receiver.came[-1]
    assert is_signed(first["secret"], headers, body)
    assert is_signed(second, headers, body)
    world.clock.advance(timedelta(hours=25))
    await world.send(alice, NUMBER, SECRET_TEXT)
    await told.work()
    headers, body = told.receiver.came[-1]
    assert not is_signed(first["secret"], headers, body)
    assert is_signed(second, headers, body)


async def test_a_holder_who_is_gone_is_told_nothing_more(told: Told):
    world = told.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    await told.add(token)
    await world.send(alice, NUMBER, SECRET_TEXT)
    async with world.owner.before_tenant() as connection:
        await connection.execute(
            "UPDATE licorne.member SET suspended_at = now() WHERE id = $1", alice.id
        )
    assert await told.work() == []
    assert told.receiver.came == []
    assert "system:webhook:disabled" in await world.audit_tags(alice.organization)


async def test_what_a_thief_set_up_with_a_token_is_told_nothing_once_that_is_revoked(told: Told):
    """Threat 24: else a stolen token would go on listening after its end."""
    world = told.api.world
    alice = await world.add_member("Alice Member")
    stolen, fresh = await token_for(world, alice), (await token_for(world, alice)).secret
    webhook = (await told.add(stolen.secret))["webhook"]["id"]
    told.receiver.status = 500
    await world.send(alice, NUMBER, SECRET_TEXT)
    assert await told.work() == [WAITS[0]]
    keep = KeepTokens(world.app, world.keyring, world.randomness, world.acts)
    await keep.revoke(await acting(world, alice), stolen.id)
    told.receiver.status = 204
    await world.send(alice, NUMBER, SECRET_TEXT)
    assert set(await told.work()) <= {None}  # neither the try that waited, nor anything new
    assert len(told.receiver.came) == 1
    shown = (await told.api.call("GET", f"/webhooks/{webhook}", fresh)).json()
    assert shown["disabled_why"] == "token_revoked"
    assert "system:webhook:disabled" in await world.audit_tags(alice.organization)
    # Who holds a token that serves may say that it is theirs, and it misses nothing.
    await told.api.call("POST", f"/webhooks/{webhook}/enable", fresh)
    await told.work()
    assert len(told.receiver.came) == 3


async def test_a_tried_event_that_waits_is_not_told_after_its_token_is_revoked(told: Told):
    world = told.api.world
    alice = await world.add_member("Alice Member")
    stolen = await token_for(world, alice)
    await told.add(stolen.secret)
    told.receiver.status = 500
    await world.send(alice, NUMBER, SECRET_TEXT)
    await told.work()
    (waiting,) = (await told.jobs()).values()
    keep = KeepTokens(world.app, world.keyring, world.randomness, world.acts)
    await keep.revoke(await acting(world, alice), stolen.id)
    assert await told.tell(waiting) is None
    assert len(told.receiver.came) == 1


async def test_what_a_removed_webhook_was_not_told_goes_with_it(told: Told):
    world = told.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    webhook = (await told.add(token))["webhook"]["id"]
    told.receiver.status = 500
    await world.send(alice, NUMBER, SECRET_TEXT)
    await told.work()
    assert (await told.api.call("DELETE", f"/webhooks/{webhook}", token)).status_code == 204
    async with world.owner.before_tenant() as connection:
        assert await connection.fetchval("SELECT count(*) FROM licorne.webhook_message") == 0
    assert await told.work() == [None]
    assert len(told.receiver.came) == 1


async def test_threat_7_address_and_secret_are_kept_sealed(told: Told):
    world = told.api.world
    token = (await token_for(world, await world.add_member("Alice Member"))).secret
    secret = (await told.add(token))["secret"]
    async with world.owner.before_tenant() as connection:
        row = repr(dict(await connection.fetchrow("SELECT * FROM licorne.webhook_endpoint")))
    assert "/hook" not in row
    assert secret not in row
    assert repr(base64.b64decode(secret.removeprefix("whsec_"))) not in row
    listed = (await told.api.call("GET", "/webhooks", token)).text
    assert "/hook" in listed
    assert "whsec_" not in listed


async def test_an_address_that_cant_be_one_is_refused_and_the_refusal_recorded(told: Told):
    world = told.api.world
    alice = await world.add_member("Alice Member")
    token = (await token_for(world, alice)).secret
    for url in (
        "http://scheduler.example/",
        "ftp://scheduler.example/",
        "https://",
        "https://name:password@scheduler.example/",
        "https://scheduler.example/#part",
        "https://scheduler.example/ x",
        "https://scheduler.example:99999/",
        "https://" + "x" * 1001,
    ):
        answer = await told.api.call("POST", "/webhooks", token, json={"url": url})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "/url"), url
    assert "service:api:refused (refused)" in await world.audit_tags(alice.organization)


async def test_ten_webhooks_are_the_most_and_a_colleagues_is_not_there(told: Told):
    world = told.api.world
    alice, bob = await world.add_member("Alice Member"), await world.add_member("Bob Member")
    token, of_bob = (await token_for(world, alice)).secret, (await token_for(world, bob)).secret
    for _ in range(10):
        webhook = (await told.add(token))["webhook"]["id"]
    answer = await told.api.call("POST", "/webhooks", token, json={"url": told.receiver.url})
    assert answer.status_code == 422
    assert (await told.api.call("GET", f"/webhooks/{webhook}", of_bob)).status_code == 404
    assert (await told.api.call("DELETE", f"/webhooks/{webhook}", of_bob)).status_code == 404
    assert (await told.api.call("DELETE", f"/webhooks/{webhook}", token)).status_code == 204
    assert (await told.api.call("GET", f"/webhooks/{webhook}", token)).status_code == 404
