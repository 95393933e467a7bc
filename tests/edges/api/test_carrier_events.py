"""A carrier's receipts by webhook: believed with their signature, each once (threat 31)."""

import hashlib
import hmac
import json
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.support.api_world import Api, running_api, token_for
from tests.support.practice_world import PracticeWorld

from licorne.adapters.carriers.generic_http import GenericHttpCarrier
from licorne.adapters.carriers.http_settings import parse_http_carrier
from licorne.application.sending.carriers import Carriers

SECRET = "the carrier and we know it"
RECEIPT = {"message": {"id": "ref-1", "status": "delivered"}}


@pytest.fixture
async def api(world: PracticeWorld, tmp_path: Path) -> AsyncIterator[Api]:
    secret = tmp_path / "receipts-secret"
    secret.write_text(SECRET)
    settings = {
        "url": "https://sms.example.org/send",
        "json": {"to": "{to}", "body": "{text}", "client_ref": "{id}"},
        "receipts": {
            "secret_file": str(secret),
            "signature_header": "x-signature",
            "timestamp_header": "x-timestamp",
            "reference": "message.id",
            "status": "message.status",
            "delivered": ["delivered"],
            "failed": ["failed"],
        },
    }
    carrier = GenericHttpCarrier(parse_http_carrier("main", settings), world.clock)
    async with running_api(world, Carriers({"main": carrier}, ("main",))) as running:
        yield running
    await carrier.close()


async def tell(
    api: Api, receipt: object = RECEIPT, *, carrier: str = "main", **changes: str
) -> httpx.Response:
    body = json.dumps(receipt).encode()
    sent = str(api.world.clock.now().timestamp())
    signature = hmac.new(SECRET.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-Signature": signature, "X-Timestamp": sent, **changes}
    return await api.call(
        "POST", f"/carriers/{carrier}/events", None, content=body, headers=headers
    )


async def notified_delivery(api: Api) -> tuple[str, str]:
    """Send a message and say that the carrier took its notice under the name ref-1."""
    alice = await api.world.add_member("Alice Member")
    sent = await api.world.send(alice, "+12125550123", "Your results are in.")
    async with api.world.owner.before_tenant() as connection:
        await connection.execute(
            "INSERT INTO licorne.notice_attempt (organization_id, id, delivery_id,"
            " announcement_id, kind, link_number, carrier, state, carrier_reference, segments,"
            " created_at, updated_at) VALUES ($1, $2, $3, $4, 'notice', 1, 'main', 'accepted',"
            " 'ref-1', 1, now(), now())",
            alice.organization,
            uuid.uuid4(),
            sent.deliveries[0].id,
            uuid.uuid4(),
        )
    return str(sent.message), (await token_for(api.world, alice)).secret


async def test_a_receipt_moves_the_delivery_once(api: Api):
    message, token = await notified_delivery(api)
    for _ in range(2):
        answer = await tell(api)
        assert answer.status_code == 204
        assert answer.content == b""
    (delivery,) = (await api.call("GET", f"/messages/{message}", token)).json()["deliveries"]
    assert delivery["state"] == "on_handset"
    assert [step["state"] for step in delivery["history"]].count("on_handset") == 1


async def test_a_forged_or_old_receipt_changes_nothing_and_is_recorded(api: Api):
    message, token = await notified_delivery(api)
    old = str((api.world.clock.now() - timedelta(minutes=6)).timestamp())
    for changes in (
        {"X-Signature": "0" * 64},
        {"X-Signature": ""},
        {"X-Timestamp": old},
        {"X-Timestamp": "yesterday"},
    ):
        answer = await tell(api, **changes)
        assert answer.status_code == 401, changes
        assert "www-authenticate" in answer.headers
    (delivery,) = (await api.call("GET", f"/messages/{message}", token)).json()["deliveries"]
    assert delivery["state"] == "accepted"
    async with api.world.owner.before_tenant() as connection:
        refused = await connection.fetchval(
            "SELECT count(*) FROM licorne.audit_event WHERE tag = 'carrier:access:refused'"
            " AND organization_id IS NULL"
        )
    assert refused == 1  # one a minute and source


async def test_an_unknown_carrier_has_no_webhook(api: Api):
    assert (await tell(api, carrier="other")).status_code == 404


async def test_a_receipt_is_small(api: Api):
    answer = await tell(api, {"padding": "x" * 300_000})
    assert answer.status_code == 413
