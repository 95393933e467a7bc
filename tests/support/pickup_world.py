"""A practice whose contacts can pick their messages up: the world, pickup's use cases, links.

async with pickup_world(cluster, tmp_path) as pickup:
    token = await pickup.send("Your results are in.")
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import asyncpg
from tests.support.practice_world import Person, PracticeWorld, practice_world
from tests.support.web_server import serving, web_settings

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.receiving.claim_mailbox import Claimed
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.identity.ids import DeliveryId, MailboxId
from licorne.domain.pickup.passphrase import normalised_passphrase
from licorne.edges.pickup.router import build_router
from licorne.edges.pickup.use_cases import PickupUseCases
from licorne.edges.web.application import WebApp, build_app
from licorne.wiring.core import Core
from licorne.wiring.pickup import compose_pickup

NUMBER = "+12125550123"
PASSWORD = "seven green kettles"
COOKIE = "__Host-contact-test"


@dataclass
class PickupWorld:
    world: PracticeWorld
    member: Person
    use: PickupUseCases
    owner: asyncpg.Pool  # sees every row
    tokens: dict[DeliveryId, str] = field(default_factory=dict)

    async def send(
        self, text: str = "Your results are in.", number: str = NUMBER, **others: Any
    ) -> str:
        """Send a message and give its link's token, as the text would carry it."""
        by = others.pop("by", self.member)
        if "passphrase" in others:
            others["passphrase"] = normalised_passphrase(others["passphrase"])
        sent = await self.world.send(by, number, text, **others)
        return await self.link(sent.deliveries[0].id, by)

    async def link(
        self,
        delivery: DeliveryId,
        by: Person | None = None,
        *,
        lifetime: timedelta = timedelta(days=30),
    ) -> str:
        """Make a link as the worker does when it announces a delivery."""
        organization = (by or self.member).organization
        now = self.world.clock.now()
        number = 1 + await self.owner.fetchval(
            "SELECT count(*) FROM link WHERE delivery_id = $1", delivery
        )
        token = self.world.keyring.link_token(delivery, number)
        await self.owner.execute(
            "INSERT INTO link (token_hash, organization_id, delivery_id, number, created_at,"
            " expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
            self.world.keyring.link_token_hash(token),
            organization,
            delivery,
            number,
            now,
            now + lifetime,
        )
        self.tokens[delivery] = token
        return token

    async def delivery(self, token: str) -> DeliveryId:
        found = await self.owner.fetchval(
            "SELECT delivery_id FROM link WHERE token_hash = $1",
            self.world.keyring.link_token_hash(token),
        )
        return DeliveryId(found)

    async def claim(self, token: str, password: str = PASSWORD) -> Claimed:
        claimed = await self.use.claim(token, password, None, None)
        assert isinstance(claimed, Claimed), claimed
        return claimed

    async def contact(self, cookie: str, mailbox: MailboxId) -> SignedInContact:
        found = await self.use.sessions.resume(cookie, mailbox)
        assert found is not None
        return found

    async def row(self, token: str) -> asyncpg.Record:
        """The delivery's row, as the database has it."""
        return await self.owner.fetchrow(
            "SELECT * FROM delivery WHERE id = $1", await self.delivery(token)
        )

    async def story(self, token: str) -> list[str]:
        rows = await self.owner.fetch(
            "SELECT state FROM delivery_event WHERE delivery_id = $1 ORDER BY at, id",
            await self.delivery(token),
        )
        return [row["state"] for row in rows]

    async def audit(self) -> list[str]:
        return await self.world.audit_tags(self.member.organization)

    def now(self) -> datetime:
        return self.world.clock.now()

    def app(self, url: str) -> WebApp:
        return build_app([build_router(self.use)], web_settings(url))

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        async with serving(self.app) as url:
            yield url


@asynccontextmanager
async def pickup_world(cluster: EmbeddedPostgres, home: Path) -> AsyncIterator[PickupWorld]:
    async with practice_world(cluster, home) as world:
        member = await world.add_member("Ada Byron")
        owner = await asyncpg.create_pool(
            world.owner_url, min_size=1, max_size=3, server_settings={"search_path": "licorne"}
        )
        try:
            use = compose_pickup(cast("Core", world))
            yield PickupWorld(world, member, use, owner)
            await use.ask_fresh_link.settle()
        finally:
            await owner.close()
