"""A migrated database with one practice in it, and deliveries that wait to be announced.

The rows are written as the schema's owner; what is tested runs as the worker's role.
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import asyncpg
from tests.support.manual_clock import ManualClock
from tests.support.postgres import database

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.adapters.system import SystemRandomness
from licorne.domain.identity.ids import ContactId, DeliveryId, MessageId, OrganizationId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.notice.wording import DEFAULT_NOTICE, DEFAULT_NUDGE
from licorne.domain.sealing.records import InstallationKeyName, SlotReference
from licorne.store.database import Database, open_database, url_for_role
from licorne.store.migrate import migrate
from licorne.store.roles import RuntimeRole, set_role_passwords
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import number_lookup, seal_contact_number

MOBILE = "+12125550123"
NOBODYS = "+12114367789"  # 211 is no area code
PASSWORD = "a role's password in tests"


def test_keyring() -> Keyring:
    randomness = SystemRandomness()
    return Keyring({name: {1: randomness.bytes(32)} for name in InstallationKeyName}, randomness)


test_keyring.__test__ = False  # type: ignore[attr-defined]


@dataclass
class Practice:
    """One organization; ``owner`` may do anything, ``worker`` what the worker may."""

    owner: asyncpg.Connection
    owner_url: str
    worker: Database
    app: Database
    keyring: Keyring
    clock: ManualClock
    organization: OrganizationId = field(default_factory=lambda: OrganizationId(uuid.uuid4()))

    async def add_organization(self, carriers: tuple[str, ...] = ()) -> None:
        await self.owner.execute(
            "INSERT INTO organization (id, name, notice_wording, nudge_wording, carriers,"
            " created_at) VALUES ($1, 'Elm Street', $2, $3, $4, $5)",
            self.organization,
            DEFAULT_NOTICE.template,
            DEFAULT_NUDGE.template,
            list(carriers),
            self.clock.now(),
        )

    async def add_delivery(
        self,
        number: str = MOBILE,
        *,
        flags: tuple[str, ...] = (),
        expires_in: timedelta = timedelta(days=30),
        state: str = "accepted",
        slot: SlotReference | None = None,
    ) -> DeliveryId:
        """Add a contact with a waiting mailbox and a message for them."""
        contact, mailbox, thread = ContactId(uuid.uuid4()), uuid.uuid4(), uuid.uuid4()
        message, delivery = MessageId(uuid.uuid4()), DeliveryId(uuid.uuid4())
        phone = PhoneNumber.from_e164(number)
        now = self.clock.now()
        o = self.organization
        slot = slot or SlotReference(uuid.uuid4(), 0)
        async with self.owner.transaction():
            await self.owner.execute(
                "INSERT INTO contact (organization_id, id, number_lookup, number_sealed,"
                " mailbox_id, binding, created_at) VALUES ($1, $2, $3, $4, $5, '', $6)",
                o, contact, number_lookup(self.keyring, phone) + contact.bytes,
                seal_contact_number(self.keyring, o, contact, phone), mailbox, now,
            )  # fmt: skip
            await self.owner.execute(
                "INSERT INTO mailbox (organization_id, id, contact_id, number_epoch, generation,"
                " state, proof, created_at) VALUES ($1, $2, $3, 1, 1, 'waiting', 'none', $4)",
                o, mailbox, contact, now,
            )  # fmt: skip
            await self.owner.execute(
                "INSERT INTO thread (organization_id, id, contact_id, number_epoch, owner_kind,"
                " owner_id, created_at, active_at) VALUES ($1, $2, $3, 1, 'member', $4, $5, $5)",
                o, thread, contact, uuid.uuid4(), now,
            )  # fmt: skip
            await self.owner.execute(
                "INSERT INTO message (organization_id, id, direction, author_kind, author_id,"
                " source, created_at, expires_at, retain_until, size_class, contact_slot,"
                " practice_slot, header, header_signature) VALUES ($1, $2, 'out', 'member', $3,"
                " 'api', $4, $5, $5, 10, $6, $6, '', '')",
                o, message, uuid.uuid4(), now, now + expires_in, str(slot),
            )  # fmt: skip
            await self.owner.execute(
                "INSERT INTO delivery (organization_id, id, message_id, thread_id, contact_id,"
                " mailbox_id, direction, state, flags, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, 'out', $7, $8, $9)",
                o, delivery, message, thread, contact, mailbox, state, list(flags), now,
            )  # fmt: skip
        return delivery

    async def state_of(self, delivery: DeliveryId) -> str:
        return await self.owner.fetchval("SELECT state FROM delivery WHERE id = $1", delivery)

    async def reason_of(self, delivery: DeliveryId) -> str | None:
        return await self.owner.fetchval("SELECT reason FROM delivery WHERE id = $1", delivery)

    async def story_of(self, delivery: DeliveryId) -> list[str]:
        """Tell the steps as ``state detail``, in order."""
        rows = await self.owner.fetch(
            "SELECT state, detail FROM delivery_event WHERE delivery_id = $1 ORDER BY at, id",
            delivery,
        )
        return [f"{row['state']} {row['detail'] or ''}".strip() for row in rows]

    async def attempts_of(self, delivery: DeliveryId) -> list[tuple[str, str]]:
        rows = await self.owner.fetch(
            "SELECT carrier, state FROM notice_attempt WHERE delivery_id = $1"
            " ORDER BY created_at, id",
            delivery,
        )
        return [(row["carrier"], row["state"]) for row in rows]

    async def audit_tags(self) -> list[str]:
        rows = await self.owner.fetch("SELECT tag FROM audit_event ORDER BY at, id")
        return [row["tag"] for row in rows]


@asynccontextmanager
async def practice(
    cluster: EmbeddedPostgres, carriers: tuple[str, ...] = (), clock: ManualClock | None = None
) -> AsyncIterator[Practice]:
    async with database(cluster, migrate) as owner_url:
        await set_role_passwords(owner_url, dict.fromkeys(RuntimeRole, PASSWORD))
        worker = await open_database(url_for_role(owner_url, RuntimeRole.WORKER, quoted(PASSWORD)))
        app = await open_database(url_for_role(owner_url, RuntimeRole.APP, quoted(PASSWORD)))
        owner = await asyncpg.connect(owner_url, server_settings={"search_path": "licorne"})
        try:
            made = Practice(owner, owner_url, worker, app, test_keyring(), clock or ManualClock())
            await made.add_organization(carriers)
            yield made
        finally:
            await owner.close()
            await worker.close()
            await app.close()


def quoted(password: str) -> str:
    return password.replace(" ", "%20").replace("'", "%27")
