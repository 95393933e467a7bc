"""A program says where it wants to be told of events: endpoints, their secrets, their rotation.

An endpoint belongs to whom the token acts for and is told what that holder may see. Its address and
secrets are sealed; the secret is shown once, when it is made.
"""

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.governing.program_acts import ProgramActs
from licorne.domain.audit.followed_tags import EventType
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.webhook import (
    EARLIER_SECRET_SERVES,
    WebhookEndpoint,
    is_webhook_url,
)
from licorne.domain.translatable import translatable
from licorne.ports.randomness import Randomness
from licorne.ports.webhook_sender import WebhookSender
from licorne.store import followed_events, jobs, webhooks
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.webhook_secrets import (
    make_webhook_secret,
    open_webhook_field,
    seal_webhook_field,
)

MOST = 10


class WebhookRefusal(enum.Enum):
    URL = translatable(
        "This address can’t be used. It must begin with https:// and hold no name or password; a"
        " host that isn’t public has to be named in the installation’s settings."
    )
    TOO_MANY = translatable("There are 10 webhooks already. Remove one that isn’t used any more.")


@dataclass(frozen=True, slots=True)
class ShownWebhook:
    id: uuid.UUID
    url: str
    types: tuple[str, ...]
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None


@dataclass(frozen=True, slots=True)
class WithSecret:
    webhook: ShownWebhook
    secret: str = field(repr=False)  # to be shown once


class KeepWebhooks:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        sender: WebhookSender,
        randomness: Randomness,
        acts: ProgramActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._sender = sender
        self._randomness = randomness
        self._acts = acts

    async def add(
        self, caller: ApiCaller, url: str, types: Sequence[EventType]
    ) -> WithSecret | WebhookRefusal:
        """Add an endpoint; it is told of what happens from now on."""
        if not is_webhook_url(url) or not self._sender.allows(url):
            return WebhookRefusal.URL
        organization, identity = caller.organization, self._acts.new_id()
        secret = make_webhook_secret(self._randomness)
        async with self._database.tenant(organization) as connection:
            if len(await webhooks.of_holder(connection, organization, caller.actor)) >= MOST:
                return WebhookRefusal.TOO_MANY
            endpoint = WebhookEndpoint(
                organization=organization,
                id=identity,
                holder=caller.actor,
                token=caller.token,
                url_sealed=seal_webhook_field(self._keyring, "url", organization, identity, url),
                types=tuple(dict.fromkeys(one.value for one in types)),
                secret_sealed=seal_webhook_field(
                    self._keyring, "secret", organization, identity, secret
                ),
                earlier_secret_sealed=None,
                earlier_until=None,
                after=await followed_events.last_sequence(connection, organization),
                failing_since=None,
                disabled_at=None,
                disabled_why=None,
                created_at=self._acts.clock.now(),
            )
            await webhooks.add(connection, endpoint)
            await self._acts.record(connection, caller, Tag.WEBHOOK_ADDED, identity)
        return WithSecret(self._show(endpoint), secret)

    async def list(self, caller: ApiCaller) -> tuple[ShownWebhook, ...]:
        async with self._database.tenant(caller.organization) as connection:
            found = await webhooks.of_holder(connection, caller.organization, caller.actor)
            await self._acts.record(connection, caller, Tag.API_SAW_WEBHOOKS)
        return tuple(self._show(one) for one in found)

    async def one(self, caller: ApiCaller, webhook: uuid.UUID) -> ShownWebhook | None:
        async with self._database.tenant(caller.organization) as connection:
            found = await self._own(connection, caller, webhook)
            if found is None:
                return None
            await self._acts.record(connection, caller, Tag.API_SAW_WEBHOOKS, webhook)
        return self._show(found)

    async def rotate(self, caller: ApiCaller, webhook: uuid.UUID) -> WithSecret | None:
        """Give a new secret; the one before signs beside it for a day."""
        organization = caller.organization
        secret = make_webhook_secret(self._randomness)
        async with self._database.tenant(organization) as connection:
            found = await self._own(connection, caller, webhook)
            if found is None:
                return None
            changed = replace(
                found,
                token=caller.token,
                secret_sealed=seal_webhook_field(
                    self._keyring, "secret", organization, webhook, secret
                ),
                earlier_secret_sealed=found.secret_sealed,
                earlier_until=self._acts.clock.now() + EARLIER_SECRET_SERVES,
            )
            await webhooks.set_secret(connection, changed)
            await self._acts.record(connection, caller, Tag.WEBHOOK_ROTATED, webhook)
        return WithSecret(self._show(changed), secret)

    async def enable(self, caller: ApiCaller, webhook: uuid.UUID) -> ShownWebhook | None:
        """Let a disabled endpoint be told again, also of what it missed."""
        organization = caller.organization
        async with self._database.tenant(organization) as connection:
            found = await self._own(connection, caller, webhook)
            if found is None:
                return None
            if found.disabled_at is not None:
                await webhooks.enable(connection, organization, webhook, caller.token)
                for event in await webhooks.start_again(connection, organization, webhook):
                    await jobs.enqueue(connection, jobs.TellWebhook(organization, webhook, event))
                await self._acts.record(connection, caller, Tag.WEBHOOK_ENABLED, webhook)
        return self._show(replace(found, disabled_at=None, disabled_why=None, failing_since=None))

    async def remove(self, caller: ApiCaller, webhook: uuid.UUID) -> bool:
        organization = caller.organization
        async with self._database.tenant(organization) as connection:
            if await self._own(connection, caller, webhook) is None:
                return False
            await webhooks.remove(connection, organization, webhook, self._acts.clock.now())
            await self._acts.record(connection, caller, Tag.WEBHOOK_REMOVED, webhook)
        return True

    async def _own(
        self, connection: Connection, caller: ApiCaller, webhook: uuid.UUID
    ) -> WebhookEndpoint | None:
        found = await webhooks.fetch(connection, caller.organization, webhook, lock=True)
        return None if found is None or found.holder != caller.actor else found

    def _show(self, endpoint: WebhookEndpoint) -> ShownWebhook:
        where = endpoint.organization, endpoint.id
        return ShownWebhook(
            id=endpoint.id,
            url=open_webhook_field(self._keyring, "url", *where, endpoint.url_sealed),
            types=endpoint.types,
            created_at=endpoint.created_at,
            failing_since=endpoint.failing_since,
            disabled_at=endpoint.disabled_at,
            disabled_why=endpoint.disabled_why,
        )
