"""Tells endpoints of events: which events, once they are in the trail's order; and each by a job.

An event and its job are committed with the place to which the endpoint has come, so that nothing is
left out. A job that fails is tried again ever less often; after the last try the endpoint is
disabled, which stands in the trail, and what it missed waits for it.
"""

import uuid
from datetime import UTC, timedelta

import msgspec

from licorne.application.governing.follow_events import FollowedEvent, events_after
from licorne.application.governing.program_acts import inboxes_of_holder
from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.identity.webhook import WebhookEndpoint, wait_after
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.ports.webhook_sender import WebhookAnswered, WebhookSender
from licorne.store import audit, jobs, tokens, webhooks
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.webhook_secrets import open_webhook_field, sign_webhook

_AT_ONCE = 100
_GONE = 410


class PassOnEvents:
    def __init__(self, database: Database, clock: Clock, randomness: Randomness) -> None:
        self._database = database
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(self) -> None:
        """Bring every endpoint up to what has happened."""
        async with self._database.before_tenant() as connection:
            behind = await webhooks.behind(connection)
        for organization, endpoint in behind:
            while await self._pass_on(organization, endpoint):
                pass

    async def _pass_on(self, organization: OrganizationId, identity: uuid.UUID) -> bool:
        """Pass a page of events on; true while there are more."""
        async with self._database.tenant(organization) as connection:
            endpoint = await webhooks.fetch(connection, organization, identity, lock=True)
            if endpoint is None or endpoint.disabled_at is not None:
                return False
            why_not = await _why_not(connection, endpoint)
            if why_not is not None:
                await disable(connection, endpoint, why_not, self._clock, self._new_id)
                return False
            inboxes = await inboxes_of_holder(connection, organization, endpoint.holder)
            owners = {inbox.id for inbox in inboxes}
            page = await events_after(connection, organization, owners, endpoint.after, _AT_ONCE)
            wanted = [
                event
                for event in page.events
                if not endpoint.types or event.type.value in endpoint.types
            ]
            messages = [(event.id, webhook_body(event)) for event in wanted]
            await webhooks.add_messages(connection, endpoint, messages, self._clock.now())
            for event in wanted:
                await jobs.enqueue(connection, jobs.TellWebhook(organization, identity, event.id))
            await webhooks.go_on(connection, endpoint, page.after)
        return page.more


class TellWebhook:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        sender: WebhookSender,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._sender = sender
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(self, job: jobs.TellWebhook) -> timedelta | None:
        """Tell it once; give how long to wait for the next try, None when there is none."""
        organization = job.organization
        async with self._database.tenant(organization) as connection:
            endpoint = await webhooks.fetch(connection, organization, job.endpoint)
            if endpoint is None or endpoint.disabled_at is not None:
                return None
            why_not = await _why_not(connection, endpoint)
            if why_not is not None:
                await disable(connection, endpoint, why_not, self._clock, self._new_id)
                return None
            begun = await webhooks.begin_try(connection, organization, job.endpoint, job.event)
        if begun is None:
            return None  # told already
        body, tries = begun
        answer = await self._sender.post(
            self._url(endpoint), self._headers(endpoint, job, body), body
        )
        async with self._database.tenant(organization) as connection:
            if isinstance(answer, WebhookAnswered) and answer.is_taken:
                await webhooks.forget_message(connection, organization, job.endpoint, job.event)
                if endpoint.failing_since is not None:
                    await webhooks.set_failing(connection, organization, job.endpoint, None)
                return None
            gone = isinstance(answer, WebhookAnswered) and answer.status == _GONE
            wait = None if gone else wait_after(tries)
            if wait is None:
                why = "gone" if gone else "failing"
                await disable(connection, endpoint, why, self._clock, self._new_id)
            else:
                now = self._clock.now()
                await webhooks.set_failing(connection, organization, job.endpoint, now)
        return wait

    def _url(self, endpoint: WebhookEndpoint) -> str:
        where = endpoint.organization, endpoint.id
        return open_webhook_field(self._keyring, "url", *where, endpoint.url_sealed)

    def _headers(
        self, endpoint: WebhookEndpoint, job: jobs.TellWebhook, body: bytes
    ) -> dict[str, str]:
        now = self._clock.now()
        sealed = [endpoint.secret_sealed]
        if (
            endpoint.earlier_secret_sealed
            and endpoint.earlier_until
            and now < endpoint.earlier_until
        ):
            sealed.append(endpoint.earlier_secret_sealed)
        where = endpoint.organization, endpoint.id
        secrets = [open_webhook_field(self._keyring, "secret", *where, one) for one in sealed]
        timestamp = int(now.timestamp())
        return {
            "Content-Type": "application/json",
            "User-Agent": "Licorne-Webhooks",
            "webhook-id": str(job.event),
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign_webhook(secrets, str(job.event), timestamp, body),
        }


async def _why_not(connection: Connection, endpoint: WebhookEndpoint) -> str | None:
    """Say in a word why nothing may be told any more; who set it up is looked at each time."""
    organization = endpoint.organization
    if not await inboxes_of_holder(connection, organization, endpoint.holder):
        return "holder_gone"
    token = endpoint.token and await tokens.fetch(connection, organization, endpoint.token)
    return "token_revoked" if token and token.revoked_at is not None else None


async def disable(
    connection: Connection, endpoint: WebhookEndpoint, why: str, clock: Clock, new_id: NewIds
) -> None:
    """Disable an endpoint and record it; ``why`` is a code."""
    now = clock.now()
    await webhooks.set_disabled(connection, endpoint.organization, endpoint.id, now, why)
    event = AuditEvent(
        id=new_id(),
        organization=endpoint.organization,
        at=now,
        tag=Tag.WEBHOOK_DISABLED,
        actor=Actor.system(),
        subject=endpoint.id,
        detail=why,
    )
    await audit.record(connection, event)


def webhook_body(event: FollowedEvent) -> bytes:
    """Give what is sent: the event as `GET /events` tells it, in Standard Webhooks' frame."""
    told = {
        "id": event.id,
        "sequence": event.sequence,
        "type": event.type.value,
        "at": event.at.astimezone(UTC),
        "deliveries": [
            {
                "id": one.id,
                "message_id": one.message,
                "thread_id": one.thread,
                "contact_id": one.contact,
                "state": one.state.value,
            }
            for one in event.deliveries
        ],
        "contact_id": event.contact,
    }
    frame = {"type": event.type.value, "timestamp": event.at.astimezone(UTC), "data": told}
    return msgspec.json.encode(frame)
