"""The typed client against a running API, and its types against the OpenAPI document."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from tests.support.api_world import Api, running_api, token_for
from tests.support.practice_world import practice_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.adapters.system import SystemRandomness
from licorne.client import ApiProblem, AsyncLicorne, Licorne, WebhookNotGenuine, check_webhook
from licorne.client.answers import (
    Delivery,
    Event,
    EventDelivery,
    EventPage,
    Message,
    MessagePage,
    Step,
)
from licorne.client.problem import FieldFault, Problem
from licorne.edges.api.openapi import openapi_document
from licorne.vault.webhook_secrets import make_webhook_secret, sign_webhook

NUMBER = "+12125550123"
DESCRIBED = {
    "Step": Step,
    "DeliveryAnswer": Delivery,
    "MessageAnswer": Message,
    "MessagePage": MessagePage,
    "EventAnswer": Event,
    "EventDelivery": EventDelivery,
    "EventPageAnswer": EventPage,
    "Problem": Problem,
    "FieldFault": FieldFault,
}


@pytest.fixture
async def api(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[Api]:
    async with practice_world(cluster, tmp_path) as world, running_api(world) as running:
        yield running


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_clients_types_have_the_fields_that_the_document_names(name: str):
    schemas = msgspec.json.decode(openapi_document("http://localhost"))["components"]["schemas"]
    assert set(DESCRIBED[name].__struct_fields__) == set(schemas[name]["properties"])


async def test_a_message_is_sent_seen_listed_and_recalled(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    async with AsyncLicorne(api.url, token) as licorne:
        sent = await licorne.send([NUMBER], "Hello.", key="4711", subject="A greeting")
        assert await licorne.send([NUMBER], "Hello.", key="4711", subject="A greeting") == sent
        assert await licorne.message(sent.id) == sent
        assert (await licorne.messages()).messages == [sent]
        assert (await licorne.recall(sent.id)).recalled_at is not None
        assert (await licorne.events()).events == []
        with pytest.raises(ApiProblem) as refused:
            await licorne.send(["911"], "Hello.")
    assert refused.value.problem.errors[0].field == "/to/0"


async def test_the_waiting_client_does_the_same(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret

    def call() -> None:
        with Licorne(api.url, token) as licorne:
            sent = licorne.send([NUMBER], "Hello.")
            assert licorne.message(sent.id) == sent
            with pytest.raises(ApiProblem):
                licorne.send(["911"], "Hello.")

    await asyncio.to_thread(call)


def test_a_webhook_is_believed_only_with_its_signature_and_in_its_time():
    secret, body = make_webhook_secret(SystemRandomness()), b'{"type":"reply.received"}'
    headers = {
        "Webhook-Id": "4711",
        "Webhook-Timestamp": "1000000000",
        "Webhook-Signature": sign_webhook([secret], "4711", 1_000_000_000, body),
    }
    assert check_webhook(secret, headers, body, now=1_000_000_100) == "4711"
    other = make_webhook_secret(SystemRandomness())
    for wrong in (
        lambda: check_webhook(secret, headers, body + b" ", now=1_000_000_100),
        lambda: check_webhook(other, headers, body, now=1_000_000_100),
        lambda: check_webhook(secret, {**headers, "Webhook-Id": "1"}, body, now=1_000_000_100),
        lambda: check_webhook(secret, headers, body, now=1_000_000_301),
        lambda: check_webhook(secret, headers, body, now=999_999_699),
        lambda: check_webhook(secret, {}, body),
    ):
        with pytest.raises(WebhookNotGenuine):
            wrong()
