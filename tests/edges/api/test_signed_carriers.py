"""Webhooks of carriers with signatures of their own, behind a proxy as they are in life."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.adapters.carriers.stand_ins import twilio as twilio_stand_in
from tests.adapters.carriers.stand_ins.case import Told
from tests.support.api_world import api_use_cases
from tests.support.practice_world import PracticeWorld
from tests.support.web_server import serving, web_settings

from licorne.adapters.carriers.twilio import Twilio, parse_twilio
from licorne.application.sending.carriers import Carriers
from licorne.edges.api.router import build_router
from licorne.edges.web.application import build_app
from licorne.ports.sms_carrier import ReceiptState, Webhook

PUBLIC_URL = "https://text.example.org"  # while the proxy asks us over plain HTTP


@dataclass(frozen=True)
class Proxied:
    world: PracticeWorld
    client: httpx.AsyncClient

    async def post(self, webhook: Webhook) -> int:
        path = webhook.url.removeprefix(PUBLIC_URL)
        headers = {**webhook.headers, "content-type": "application/x-www-form-urlencoded"}
        answer = await self.client.post(path, content=webhook.body, headers=headers)
        return answer.status_code

    async def state(self, attempt: uuid.UUID) -> str:
        async with self.world.owner.before_tenant() as connection:
            state = await connection.fetchval(
                "SELECT state FROM licorne.notice_attempt WHERE id = $1", attempt
            )
        return str(state)


@pytest.fixture
async def proxied(world: PracticeWorld, tmp_path: Path) -> AsyncIterator[Proxied]:
    (tmp_path / "token").write_text(twilio_stand_in.TOKEN)
    settings = {
        "account_sid": twilio_stand_in.ACCOUNT,
        "auth_token_file": str(tmp_path / "token"),
        "from": "+12125550100",
    }
    carrier = Twilio(parse_twilio("twilio", settings), twilio_stand_in.EVENTS)
    router = build_router(api_use_cases(world, Carriers({"twilio": carrier}, ("twilio",))))
    async with (
        serving(lambda _url: build_app([router], web_settings(PUBLIC_URL))) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as client,
    ):
        yield Proxied(world, client)
    await carrier.close()


async def unanswered_attempt(world: PracticeWorld) -> uuid.UUID:
    """Send a message, and say that its carrier never answered."""
    alice = await world.add_member("Alice Member")
    sent = await world.send(alice, "+12125550123", "Your results are in.")
    attempt = uuid.uuid4()
    async with world.owner.before_tenant() as connection:
        await connection.execute(
            "INSERT INTO licorne.notice_attempt (organization_id, id, delivery_id,"
            " announcement_id, kind, link_number, carrier, state, segments, created_at, updated_at)"
            " VALUES ($1, $2, $3, $4, 'notice', 1, 'twilio', 'unknown', 1, now(), now())",
            alice.organization,
            attempt,
            sent.deliveries[0].id,
            uuid.uuid4(),
        )
    return attempt


async def test_twilio_behind_a_proxy_validates_on_the_configured_public_url(
    proxied: Proxied,
) -> None:
    attempt = await unanswered_attempt(proxied.world)
    told = Told(ReceiptState.ON_HANDSET, attempt, "SM1")
    assert await proxied.post(twilio_stand_in.receipt(told)) == 204
    assert await proxied.state(attempt) == "on_handset"


async def test_a_receipt_before_the_submit_response_is_matched_by_our_id_and_settles_an_unknown(
    proxied: Proxied,
) -> None:
    attempt = await unanswered_attempt(proxied.world)
    told = Told(ReceiptState.ACCEPTED, attempt, "SM2")
    assert await proxied.post(twilio_stand_in.receipt(told)) == 204
    assert await proxied.state(attempt) == "accepted"


async def test_duplicate_receipt_is_one_event_and_delivered_then_sent_stays_delivered(
    proxied: Proxied,
) -> None:
    attempt = await unanswered_attempt(proxied.world)
    for state in (ReceiptState.ON_HANDSET, ReceiptState.ON_HANDSET, ReceiptState.ACCEPTED):
        told = Told(state, attempt, "SM3")
        assert await proxied.post(twilio_stand_in.receipt(told)) == 204
    assert await proxied.state(attempt) == "on_handset"
    async with proxied.world.owner.before_tenant() as connection:
        events = await connection.fetchval(
            "SELECT count(*) FROM licorne.carrier_event WHERE carrier_reference = 'SM3'"
        )
    assert events == 2  # delivered, and sent


async def test_a_receipt_for_another_try_than_was_signed_is_refused(proxied: Proxied) -> None:
    """Threat 31: the address is signed too, and our id stands in it."""
    attempt = await unanswered_attempt(proxied.world)
    real = twilio_stand_in.receipt(Told(ReceiptState.ON_HANDSET, uuid.uuid4(), "SM4"))
    moved = Webhook(
        real.method, f"{twilio_stand_in.EVENTS}?attempt={attempt}", real.headers, real.body
    )
    assert await proxied.post(moved) == 401
    assert await proxied.state(attempt) == "unknown"
