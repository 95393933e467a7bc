"""The typed client against a running API."""

import asyncio
import io
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from tests.support.api_world import Api, api_use_cases, running_api, token_for
from tests.support.unreliable_way import unreliable_way

from licorne.adapters.system import SystemRandomness
from licorne.application.governing.limit_calls import LimitCalls
from licorne.client import (
    ApiProblem,
    AsyncLicorne,
    File,
    Licorne,
    Outgoing,
    WebhookNotGenuine,
    check_webhook,
)
from licorne.vault.webhook_secrets import make_webhook_secret, sign_webhook

NUMBER = "+12125550123"


async def alices_token(api: Api) -> str:
    return (await token_for(api.world, await api.world.add_member("Alice Member"))).secret


async def test_a_message_is_sent_seen_listed_and_recalled(api: Api):
    async with AsyncLicorne(api.url, await alices_token(api)) as licorne:
        sent = await licorne.send([NUMBER], "Hello.", key="4711", subject="A greeting")
        assert await licorne.send([NUMBER], "Hello.", key="4711", subject="A greeting") == sent
        assert await licorne.message(sent.id) == sent
        assert (await licorne.messages()).messages == [sent]
        assert (await licorne.recall(sent.id)).recalled_at is not None
        assert (await licorne.events()).events == []
        with pytest.raises(ApiProblem) as refused:
            await licorne.send(["911"], "Hello.")
    assert refused.value.problem.errors[0].field == "/to/0"


async def test_files_go_beside_a_message(api: Api):
    files = [File("a.pdf", b"%PDF"), File("b.png", io.BytesIO(bytes(200_000)), "image/png")]
    async with AsyncLicorne(api.url, await alices_token(api)) as licorne:
        sent = await licorne.send([NUMBER], "Your letters.", files=files, key="4711")
        assert await licorne.send([NUMBER], "Your letters.", files=files, key="4711") == sent
    async with api.world.owner.before_tenant() as connection:
        assert await connection.fetchval("SELECT count(*) FROM licorne.message_part") == 3


async def test_a_batch_tells_of_each_message(api: Api):
    async with AsyncLicorne(api.url, await alices_token(api)) as licorne:
        batch = await licorne.send_batch(
            [Outgoing([NUMBER], "One.", idempotency_key="1"), Outgoing(["911"], "Two.")]
        )
        assert (batch.created, batch.repeated, batch.refused) == (1, 0, 1)
        created, refused = batch.results
        assert (created.result, refused.result) == ("created", "refused")
        assert created.message == (await licorne.messages()).messages[0]
        assert refused.problem is not None
        assert refused.problem.errors[0].field == "/to/0"
        again = await licorne.send_batch([Outgoing([NUMBER], "One.", idempotency_key="1")])
        assert again.repeated == 1


async def test_contacts_conversations_members_and_events(api: Api):
    async with AsyncLicorne(api.url, await alices_token(api)) as licorne:
        maria = await licorne.add_contact(NUMBER, "Maria Rivera", "es")
        assert maria.language == "es"
        assert await licorne.contact(maria.id) == maria
        changed = await licorne.change_contact(maria.id, texting=False)
        assert (changed.name, changed.texting) == ("Maria Rivera", False)
        nameless = await licorne.change_contact(maria.id, name=None, texting=True)
        assert (nameless.name, nameless.texting) == (None, True)
        sent = await licorne.send([NUMBER], "Hello.")
        (thread,) = (await licorne.threads()).threads
        assert thread.contact_id == maria.id
        assert await licorne.thread(sent.deliveries[0].thread_id) == thread
        names = [one.name for one in (await licorne.members()).members]
        assert "Alice Member" in names
        await licorne.remove_contact(maria.id)
        assert (await licorne.contacts()).contacts == []
        assert not (await licorne.events(after="0")).more


async def test_webhooks_are_added_rotated_enabled_and_removed(api: Api):
    async with AsyncLicorne(api.url, await alices_token(api)) as licorne:
        added = await licorne.add_webhook("https://scheduler.example/", ["reply.received"])
        assert added.secret.startswith("whsec_")
        rotated = await licorne.rotate_webhook(added.webhook.id)
        assert rotated.secret != added.secret
        assert await licorne.enable_webhook(added.webhook.id) == added.webhook
        assert (await licorne.webhooks()).webhooks == [await licorne.webhook(added.webhook.id)]
        await licorne.remove_webhook(added.webhook.id)
        assert (await licorne.webhooks()).webhooks == []


async def test_the_waiting_client_does_the_same(api: Api):
    token = await alices_token(api)

    def call() -> None:
        with Licorne(api.url, token) as licorne:
            files = [File("a.pdf", io.BytesIO(b"%PDF"))]
            sent = licorne.send([NUMBER], "Hello.", files=files)
            assert licorne.message(sent.id) == sent
            assert licorne.send_batch([Outgoing([NUMBER], "Again.")]).created == 1
            assert len(licorne.contacts().contacts) == 1
            licorne.remove_contact(licorne.contacts().contacts[0].id)
            with pytest.raises(ApiProblem):
                licorne.send(["911"], "Hello.")

    await asyncio.to_thread(call)


async def test_above_the_limit_it_waits_as_long_as_it_is_told(api: Api):
    """A real 429: two requests in a minute, and the minute is over soon."""
    world = api.world
    token = await alices_token(api)
    limit = LimitCalls(world.intake, world.keyring, world.clock, 2)
    async with running_api(world, use_cases=replace(api_use_cases(world), limit=limit)) as limited:
        async with AsyncLicorne(limited.url, token, tries=1) as hasty:
            await hasty.messages()
            await hasty.messages()
            with pytest.raises(ApiProblem) as refused:
                await hasty.messages()
        assert refused.value.problem.status == 429
        world.clock.advance(timedelta(seconds=58))
        async with AsyncLicorne(limited.url, token, tries=2) as patient:
            assert (await patient.messages()).messages == []


async def test_what_is_busy_or_hangs_up_is_asked_again_and_sends_one_message(api: Api):
    token = await alices_token(api)
    async with (
        unreliable_way(api.url, "busy", "hangs up") as way,
        AsyncLicorne(way.url, token) as licorne,
    ):
        sent = await licorne.send([NUMBER], "Hello.")
        assert [one.id for one in (await licorne.messages()).messages] == [sent.id]
    assert way.took == ["busy", "hangs up", "passes on", "passes on"]


async def test_what_would_do_harm_twice_is_not_asked_again_unless_nothing_was_done(api: Api):
    token = await alices_token(api)
    async with (
        unreliable_way(api.url, "busy", "hangs up") as way,
        AsyncLicorne(way.url, token) as licorne,
    ):
        with pytest.raises(httpx.TransportError):
            await licorne.add_webhook("https://scheduler.example/")
        assert len((await licorne.webhooks()).webhooks) == 1  # its answer got lost
    assert way.took == ["busy", "hangs up", "passes on"]


async def test_it_gives_up_in_the_end_and_tells_what_was_answered(api: Api):
    token = await alices_token(api)
    async with unreliable_way(api.url, "busy", "busy") as way:

        def call() -> None:
            with Licorne(way.url, token, tries=2) as licorne, pytest.raises(ApiProblem) as refused:
                licorne.send([NUMBER], "Hello.")
            assert refused.value.problem.status == 503

        await asyncio.to_thread(call)
    assert way.took == ["busy", "busy"]


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
